import { statSync } from 'node:fs';
import { readdir, realpath } from 'node:fs/promises';
import { messageOf } from '../../core/errors';
import { readBounded } from './boundedFile';
import { isWithin } from './recordPath';

export interface RecordEntry {
  readonly name: string;
  /** A link to a folder counts as a file: DVC doesn't follow it. */
  readonly isFolder: boolean;
}

/** Where records are read from: the disk, or a commit. Paths are absolute. */
export interface RecordSource {
  /** A file's bytes; undefined where there is no such file. Rejects with the file system's error where it can't be read. */
  read(path: string): Promise<Buffer | undefined>;
  /** What is in a folder; empty where there is no such folder. */
  list(folder: string): Promise<readonly RecordEntry[]>;
  /** Equal signatures mean equal content, or that it can't be read for the same reason; undefined where there is no such file. */
  signature(path: string): Promise<string | undefined>;
}

/** The files in the working folder. */
export const diskSource: RecordSource = {
  async read(path) {
    try {
      return await readBounded(path);
    } catch (error) {
      if (isAbsent(error)) return undefined;
      throw error;
    }
  },
  async list(folder) {
    const entries = await readdir(folder, { withFileTypes: true }).catch(() => []);
    return entries.map((entry) => ({ name: entry.name, isFolder: entry.isDirectory() }));
  },
  signature(path) {
    // Asked of thousands of files each time, so without the cost of a promise for each.
    try {
      const stats = statSync(path, { bigint: true, throwIfNoEntry: false });
      return Promise.resolve(stats && `${stats.dev}:${stats.ino}:${stats.size}:${stats.mtimeNs}:${stats.ctimeNs}`);
    } catch (error) {
      // A link to itself, or a folder that may not be entered: whoever reads the file hears of it.
      return Promise.resolve(isAbsent(error) ? undefined : messageOf(error));
    }
  },
};

/** The files in the working folder of a repository that nobody may trust: what lies outside of it, or a link leads there, is not read. */
export function ownSource(root: string): RecordSource {
  return {
    ...diskSource,
    async read(path) {
      if (!(await leadsOut(root, path))) return diskSource.read(path);
      throw new Error('it lies outside of the repository, and is not read before you trust this workspace');
    },
  };
}

/** Whether a path, links followed, is outside of a folder; false where nothing is there. */
export async function leadsOut(folder: string, path: string): Promise<boolean> {
  if (!isWithin(folder, path)) return true;
  const [own, real] = await Promise.all([folder, path].map((each) => realpath(each).catch(() => undefined)));
  return own !== undefined && real !== undefined && !isWithin(own, real);
}

function isAbsent(error: unknown): boolean {
  const code = (error as NodeJS.ErrnoException).code;
  return code === 'ENOENT' || code === 'ENOTDIR';
}
