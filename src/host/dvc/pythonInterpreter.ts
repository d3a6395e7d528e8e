import { extensions, workspace, type Uri } from 'vscode';

/** As much of the Python extension's API as tells which interpreter is chosen; older ones lack parts of it. */
interface PythonApi {
  readonly environments?: {
    getActiveEnvironmentPath?(resource?: Uri): { readonly path: string };
    resolveEnvironment?(path: { readonly path: string }): Promise<{ readonly executable?: { readonly uri?: Uri } } | undefined>;
  };
}

/** Milliseconds that the Python extension may take to start and to answer before it is done without. */
const PATIENCE = 10_000;

/** The interpreter that the Python extension has chosen for a folder; undefined without it, without trust, and where it doesn't answer. */
export async function activeInterpreter(folder: Uri, log: (line: string) => void): Promise<string | undefined> {
  const extension = extensions.getExtension<PythonApi>('ms-python.python');
  if (!extension || !workspace.isTrusted) return undefined;
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<undefined>((resolve) => (timer = setTimeout(() => resolve(undefined), PATIENCE)));
  try {
    return await Promise.race([ask(extension.activate(), folder), late]);
  } catch (error) {
    log(`The Python extension tells no interpreter: ${String(error)}`);
    return undefined;
  } finally {
    clearTimeout(timer);
  }
}

async function ask(activating: Thenable<PythonApi>, folder: Uri): Promise<string | undefined> {
  const { environments } = await activating;
  const chosen = environments?.getActiveEnvironmentPath?.(folder);
  if (!chosen) return undefined;
  // The path may be an environment's folder, or one that isn't there.
  const environment = await environments?.resolveEnvironment?.(chosen);
  return environment?.executable?.uri?.fsPath;
}
