import { relative, isAbsolute, sep } from 'node:path';
import { env, Uri, workspace } from 'vscode';
import type { Configuration } from '../configuration';
import { activeInterpreter } from './pythonInterpreter';

/** Where dvc may be, as the editor knows; the shape is that of `src/data/actions`. */
export interface EditorHints {
  readonly path: string | undefined;
  readonly python: string | undefined;
  readonly folders: readonly string[];
  readonly isRemote: boolean;
}

/** What the settings, the Python extension and the workspace's own environments say about the dvc for a repository. */
export async function dvcHints(root: string, configuration: Configuration, log: (line: string) => void): Promise<EditorHints> {
  const path = configuration.dvcPath();
  const isRemote = env.remoteName !== undefined;
  if (path !== undefined) return { path, python: undefined, folders: [], isRemote };
  const folder = workspace.getWorkspaceFolder(Uri.file(root));
  const python = await activeInterpreter(folder?.uri ?? Uri.file(root), log);
  if (!workspace.isTrusted) return { path: undefined, python: undefined, folders: [], isRemote };
  const around = (workspace.workspaceFolders ?? []).map(({ uri }) => uri.fsPath).filter((each) => isWithin(each, root));
  return { path: undefined, python, folders: [...new Set([root, ...around])], isRemote };
}

function isWithin(folder: string, path: string): boolean {
  const inner = relative(folder, path);
  return inner.split(sep)[0] !== '..' && !isAbsolute(inner);
}
