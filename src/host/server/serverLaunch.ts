import { childEnvironment } from '../childEnvironment';

/** How a store's server is to be started. */
export interface ServerLaunch {
  /** 0 lets the system pick one. */
  readonly port: number;
  /** What every request has to show; absent: nothing. */
  readonly token?: string;
}

/** How long a server stays when nobody is connected to it, in seconds: longer than a reload of a window takes on any machine. */
export const LEASE = 180;

/** Whether a version such as `1.4.0` comes before another; what is no version comes before every one. */
export function isOlder(version: string, than: string): boolean {
  const [a, b] = [version, than].map((text) => (/^(\d+)\.(\d+)\.(\d+)/.exec(text) ?? []).slice(1).map(Number));
  if (!a || !b || a.length === 0 || b.length === 0) return version !== than;
  const first = a.findIndex((part, index) => part !== b[index]);
  return first >= 0 && (a[first] ?? 0) < (b[first] ?? 0);
}

/** The arguments of `ml-tracking` for an editor's server; the token is not among them, since arguments can be read by everybody. */
export function serverArguments(store: string, { port }: ServerLaunch): string[] {
  return ['server', '--json', `--store=${store}`, '--host=127.0.0.1', `--port=${port}`, `--lease=${LEASE}`];
}

/** The environment of such a server. */
export function serverEnvironment(outer: NodeJS.ProcessEnv, { token }: ServerLaunch): NodeJS.ProcessEnv {
  return childEnvironment(outer, token === undefined ? {} : { ML_TRACKING_TOKEN: token });
}
