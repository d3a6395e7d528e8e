import { lstat, readdir, stat } from 'node:fs/promises';
import { sep } from 'node:path';
import type { IgnoreRules } from '../records/ignore';
import { nativePath } from './memberPaths';
import { TEMPORARY } from './filePlacer';

/** What is below a path of the workspace; paths are relative to it, with `/`, and empty for the path itself. */
export interface WorkspaceTree {
  readonly kind: 'absent' | 'file' | 'folder' | 'other';
  /** Files, and links to files. */
  readonly files: readonly string[];
  /** Folders, each behind the one that it is in. */
  readonly folders: readonly string[];
  /** Links to folders or to nowhere, what is neither file nor folder, and what DVC ignores: not the out's, but it may be in the way. */
  readonly others: readonly string[];
}

/** Lists what is there, without reading files. Links to folders are not followed. Without rules nothing is ignored. */
export async function readTree(target: string, rules: IgnoreRules | undefined, signal?: AbortSignal): Promise<WorkspaceTree> {
  const own = await lstat(target).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT' || error.code === 'ENOTDIR') return undefined;
    throw error;
  });
  if (!own) return { kind: 'absent', files: [], folders: [], others: [] };
  if (!own.isDirectory()) {
    const isFile = own.isFile() || (own.isSymbolicLink() && (await leadsToFile(target)));
    return isFile ? { kind: 'file', files: [''], folders: [], others: [] } : { kind: 'other', files: [], folders: [], others: [''] };
  }
  const files: string[] = [];
  const folders: string[] = [];
  const others: string[] = [];
  const visit = async (prefix: string): Promise<void> => {
    signal?.throwIfAborted();
    const here = prefix === '' ? target : target + sep + nativePath(prefix.slice(0, -1));
    for (const entry of await readdir(here, { withFileTypes: true })) {
      const path = prefix + entry.name;
      const full = here + sep + entry.name;
      const isDirectory = entry.isDirectory();
      if (TEMPORARY.test(entry.name)) continue;
      if (rules?.ignores(sep === '/' ? full : full.replaceAll(sep, '/'), isDirectory)) others.push(path);
      else if (isDirectory) {
        folders.push(path);
        await visit(`${path}/`);
      } else if (entry.isFile() || (entry.isSymbolicLink() && (await leadsToFile(full)))) files.push(path);
      else others.push(path);
    }
  };
  await visit('');
  return { kind: 'folder', files, folders, others };
}

async function leadsToFile(path: string): Promise<boolean> {
  return (await stat(path).catch(() => undefined))?.isFile() ?? false;
}
