import type { RemoteOptions } from './options';

/** The options for a server as the environment tells them to MLflow's own clients. */
export function remoteFromEnvironment(uri: string, env: NodeJS.ProcessEnv): RemoteOptions {
  return { uri, token: env['MLFLOW_TRACKING_TOKEN'] };
}
