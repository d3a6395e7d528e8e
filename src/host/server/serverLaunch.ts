/** How a store's server is to be started. */
export interface ServerLaunch {
  /** 0 lets the system pick one. */
  readonly port: number;
  /** What every request has to show; absent: nothing. */
  readonly token?: string;
}

/** How long a server stays when nobody is connected to it, in seconds: longer than a reload of a window takes on any machine. */
export const LEASE = 180;

/** The arguments of `ml-tracking` for an editor's server; the token is not among them, since arguments can be read by everybody. */
export function serverArguments(store: string, { port }: ServerLaunch): string[] {
  return ['server', '--json', `--store=${store}`, '--host=127.0.0.1', `--port=${port}`, `--lease=${LEASE}`];
}

/** The environment of such a server: that of the editor, without what would speak to the server of other stores or windows. */
export function serverEnvironment(outer: NodeJS.ProcessEnv, { token }: ServerLaunch): NodeJS.ProcessEnv {
  const kept = Object.entries(outer).filter(([name]) => !/^(VSCODE_|MLFLOW_|ML_TRACKING_)/i.test(name));
  return {
    ...Object.fromEntries(kept),
    // On a desktop, VS Code's own program is Electron, which this makes a plain Node.
    ELECTRON_RUN_AS_NODE: '1',
    ...(token === undefined ? {} : { ML_TRACKING_TOKEN: token }),
  };
}
