/**
 * The environment of a process that runs `ml-tracking`: the editor's own, without what speaks of other servers, stores and windows,
 * and with what this one needs.
 */
export function childEnvironment(outer: NodeJS.ProcessEnv, more: Readonly<Record<string, string>>): NodeJS.ProcessEnv {
  const kept = Object.entries(outer).filter(([name]) => !/^(VSCODE_|MLFLOW_|ML_TRACKING_)/i.test(name));
  // On a desktop, VS Code's own program is Electron, which this makes a plain Node.
  return { ...Object.fromEntries(kept), ELECTRON_RUN_AS_NODE: '1', ...more };
}
