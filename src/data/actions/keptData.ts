import { randomBytes } from 'node:crypto';
import { copyFile, lstat, mkdir, readdir, readFile, readlink, rename, rm, symlink, writeFile } from 'node:fs/promises';
import { dirname, isAbsolute, join, relative, sep } from 'node:path';

/** Data that was moved out of the way before an action. */
export interface Kept {
  readonly id: string;
  /** Milliseconds since 1970. */
  readonly time: number;
  /** What it was moved for, e.g. `Check Out`. */
  readonly reason: string;
  /** Relative to the root, with `/`. */
  readonly paths: readonly string[];
  readonly bytes: number;
}

const NOTE = 'kept.json';
const FILES = 'files';
const DAY = 24 * 3_600_000;

/** Keeps data below `.tracking/kept`, where neither git nor DVC looks, instead of letting it be lost. A move, so that size does not matter. */
export class KeptData {
  /** Moves files, absolute and below the root, away; the note is written first, so that what was cut off can be brought back too. */
  async keep(root: string, files: readonly string[], reason: string): Promise<Kept> {
    const time = Date.now();
    const id = `${new Date(time).toISOString().replaceAll(/[:.]/g, '-')}-${randomBytes(2).toString('hex')}`;
    const paths = files.map((file) => insidePath(root, file));
    let bytes = 0;
    for (const file of files) bytes += (await lstat(file)).size;
    const kept: Kept = { id, time, reason, paths, bytes };
    const folder = join(root, '.tracking', 'kept', id);
    await mkdir(folder, { recursive: true });
    // As the store makes its folder, which this may be the first to make.
    await ignoreInGit(join(root, '.tracking'));
    await writeFile(join(folder, NOTE), JSON.stringify(kept, undefined, 2));
    for (const path of paths) await move(join(root, path), join(folder, FILES, path));
    return kept;
  }

  /** What is kept of a repository, newest first. */
  async list(root: string): Promise<Kept[]> {
    const folder = join(root, '.tracking', 'kept');
    const names = await readdir(folder).catch(() => []);
    const found = await Promise.all(names.map((name) => readNote(join(folder, name, NOTE))));
    return found
      .filter((each, index) => each !== undefined && each.id === names[index])
      .filter((each) => each !== undefined)
      .sort((a, b) => b.time - a.time);
  }

  /** Puts it back; what stands there now is kept in turn, and returned. Undefined where nothing stood in the way. */
  async restore(root: string, id: string): Promise<Kept | undefined> {
    const folder = join(root, '.tracking', 'kept', safeName(id));
    const note = await readNote(join(folder, NOTE));
    if (!note) throw new Error(`There is nothing kept as ${id}.`);
    const there: string[] = [];
    for (const path of note.paths) if (await exists(join(folder, FILES, path))) there.push(path);
    const inTheWay: string[] = [];
    for (const path of there) {
      const blocking = await blockingFile(root, path);
      if (blocking !== undefined && !inTheWay.includes(blocking)) inTheWay.push(blocking);
    }
    const before = inTheWay.length > 0 ? await this.keep(root, inTheWay, note.reason) : undefined;
    for (const path of there) await move(join(folder, FILES, path), join(root, path));
    await rm(folder, { recursive: true, force: true });
    return before;
  }

  /** Where the files of what is kept lie, by their paths. */
  folderOf(root: string, id: string): string {
    return join(root, '.tracking', 'kept', safeName(id), FILES);
  }

  /** Deletes for good what was kept for longer than so many days; returns that. */
  async prune(root: string, days: number): Promise<Kept[]> {
    const old = (await this.list(root)).filter(({ time }) => Date.now() - time >= days * DAY);
    for (const { id } of old) await this.forget(root, id);
    return old;
  }

  /** Deletes it for good. */
  async forget(root: string, id: string): Promise<void> {
    await rm(join(root, '.tracking', 'kept', safeName(id)), { recursive: true, force: true });
  }
}

function insidePath(root: string, file: string): string {
  const path = relative(root, file);
  if (path === '' || isAbsolute(path) || path.split(sep).includes('..')) throw new Error(`${file} lies outside of ${root}.`);
  return path.split(sep).join('/');
}

function safeName(id: string): string {
  if (!/^[\w-]+$/.test(id)) throw new Error(`There is nothing kept as ${id}.`);
  return id;
}

/** A note may have been written by anybody: paths that leave the root make it none. */
async function readNote(file: string): Promise<Kept | undefined> {
  try {
    const { id, time, reason, paths, bytes } = JSON.parse(await readFile(file, 'utf8')) as Record<keyof Kept, unknown>;
    if (typeof id !== 'string' || typeof time !== 'number' || typeof reason !== 'string' || typeof bytes !== 'number') return undefined;
    const isPath = (path: unknown): path is string =>
      typeof path === 'string' && path !== '' && !isAbsolute(path) && !path.split(/[\\/]/).includes('..');
    return Array.isArray(paths) && paths.every(isPath) ? { id, time, reason, paths, bytes } : undefined;
  } catch {
    return undefined;
  }
}

/** The file, link or folder that stands where a file is to be, or where one of its folders is to be. */
async function blockingFile(root: string, path: string): Promise<string | undefined> {
  const parts = path.split('/');
  for (let i = 1; i <= parts.length; i++) {
    const here = join(root, ...parts.slice(0, i));
    const stats = await lstat(here).catch(() => undefined);
    if (!stats) return undefined;
    if (!stats.isDirectory() || i === parts.length) return here;
  }
  return undefined;
}

async function ignoreInGit(folder: string): Promise<void> {
  await writeFile(join(folder, '.gitignore'), '*\n', { flag: 'wx' }).catch((error: NodeJS.ErrnoException) => {
    if (error.code !== 'EEXIST') throw error;
  });
}

async function exists(path: string): Promise<boolean> {
  return (await lstat(path).catch(() => undefined)) !== undefined;
}

/** A rename, or between file systems a copy that is whole before the original goes. */
async function move(from: string, to: string): Promise<void> {
  await mkdir(dirname(to), { recursive: true });
  try {
    await rename(from, to);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EXDEV') throw error;
    await copy(from, to);
    await rm(from, { recursive: true });
  }
}

async function copy(from: string, to: string): Promise<void> {
  const stats = await lstat(from);
  if (stats.isSymbolicLink()) return symlink(await readlink(from), to);
  if (!stats.isDirectory()) return copyFile(from, to);
  await mkdir(to, { recursive: true });
  for (const name of await readdir(from)) await copy(join(from, name), join(to, name));
}
