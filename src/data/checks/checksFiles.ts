import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { CHECKS_ENDING } from './checksFile';

const SKIPPED = new Set(['.git', '.hg', '.dvc', '.tracking', 'node_modules', '.venv', 'venv', '__pycache__', 'dist', 'out']);
const MOST_FOLDERS = 50_000;

/** The checks file of data: beside it, named after it; a folder's separator at the end doesn't count. */
export function checksFileOf(data: string): string {
  return `${data.replace(/[\\/]+$/, '')}${CHECKS_ENDING}`;
}

/** Every checks file in a folder and below, in order of path. Links to folders are not followed. */
export async function findChecksFiles(root: string, signal?: AbortSignal): Promise<string[]> {
  const found: string[] = [];
  const waiting = [root];
  for (let count = 0; waiting.length > 0 && count < MOST_FOLDERS; count++) {
    signal?.throwIfAborted();
    const folder = waiting.pop()!;
    for (const entry of await readdir(folder, { withFileTypes: true }).catch(() => [])) {
      const path = join(folder, entry.name);
      if (entry.isDirectory() && !SKIPPED.has(entry.name)) waiting.push(path);
      else if (entry.name.endsWith(CHECKS_ENDING) && entry.name !== CHECKS_ENDING && !entry.isDirectory()) found.push(path);
    }
  }
  return found.sort();
}

/** The checks files of a data file or folder that are there: its own and, of a folder, those directly in it, in order of path. */
export async function checksFilesFor(data: string): Promise<string[]> {
  const own = checksFileOf(data);
  const isThere = (await stat(own).catch(() => undefined))?.isFile() ?? false;
  const inside = (await readdir(data).catch(() => [])).filter((name) => name.endsWith(CHECKS_ENDING) && name !== CHECKS_ENDING).sort();
  return [...(isThere ? [own] : []), ...inside.map((name) => join(data, name))];
}
