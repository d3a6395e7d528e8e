import { existsSync, statSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';

/** The folder of an embedded store, beside the code it tracks. */
export const STORE_FOLDER = '.tracking';
/** The database inside that folder. */
export const DATABASE_FILE = 'tracking.db';

/** The nearest store at or above a folder, as git finds its repository; undefined where there is none. */
export function findStore(start: string): string | undefined {
  for (let folder = resolve(start); ; folder = dirname(folder)) {
    const candidate = join(folder, STORE_FOLDER);
    if (existsSync(join(candidate, DATABASE_FILE)) || isFolder(candidate)) return candidate;
    if (dirname(folder) === folder) return undefined;
  }
}

function isFolder(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isDirectory() ?? false;
}
