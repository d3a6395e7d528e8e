import { readServerFile } from '../../store/serverFile';
import type { Stores } from '../stores';
import { originOf } from './remote';

/** `MLFLOW_TRACKING_URI` as VS Code itself was started with it, unless it names the server of one of these stores. */
export async function environmentUri(stores: Stores, environment: NodeJS.ProcessEnv = process.env): Promise<string | undefined> {
  const uri = environment['MLFLOW_TRACKING_URI']?.trim();
  if (!uri || !URL.canParse(uri)) return undefined;
  const own = await Promise.all(stores.all.map(({ location }) => readServerFile(location)));
  return own.some((file) => file && originOf(file.url) === originOf(uri)) ? undefined : uri;
}
