import { randomBytes } from 'node:crypto';
import { copyFile, lstat, mkdir, readdir, readlink, rename, rm, symlink, writeFile } from 'node:fs/promises';
import { dirname, isAbsolute, join, relative, sep } from 'node:path';
import type { FolderLayout } from '../cache/folderLayouts';
import { readLayouts, writeLayouts } from './keptLayouts';
import { inGroups, keptPaths, readNote, writeNote, type Kept } from './keptNote';
import { pathExists } from './pathExists';

export { countOf, namesOf, type Kept } from './keptNote';

const FILES = 'files';
const DAY = 24 * 3_600_000;

/**
 * Keeps data below `.tracking/kept`, where neither git nor DVC looks, instead of letting it be lost. A move, so that size does not matter.
 * Goes through very many files in small steps, so that whoever calls it is never held up.
 */
export class KeptData {
  /**
   * Moves files, absolute and below the root, away; the note is written first, so that what was cut off can be brought back too. Rejects,
   * with everything back in its place, where one of them can't be moved. Of folders only how they lie is noted.
   */
  async keep(root: string, files: readonly string[], reason: string, layouts: readonly FolderLayout[] = []): Promise<Kept> {
    const time = Date.now();
    const id = `${new Date(time).toISOString().replaceAll(/[:.]/g, '-')}-${randomBytes(2).toString('hex')}`;
    const paths: string[] = [];
    let bytes = 0;
    for (const some of inGroups(files)) {
      paths.push(...some.map((file) => insidePath(root, file)));
      for (const { size } of await Promise.all(some.map((file) => lstat(file)))) bytes += size;
    }
    const folder = folderOf(root, id);
    await mkdir(folder, { recursive: true });
    // As the store makes its folder, which this may be the first to make.
    await ignoreInGit(join(root, '.tracking'));
    await writeLayouts(folder, layouts);
    const noted = layouts.map(({ path, hashName }) => ({ path, hashName }));
    const kept = await writeNote(folder, { id, time, reason, paths, bytes, layouts: noted });
    try {
      for (const some of inGroups(paths)) await moveAll(root, join(folder, FILES), some);
    } catch (error) {
      // Where that can't be done either, the note is there to do it later.
      await this.restore(root, id).catch(() => undefined);
      throw error;
    }
    return kept;
  }

  /** What is kept of a repository, newest first. */
  async list(root: string): Promise<Kept[]> {
    const names = await readdir(join(root, '.tracking', 'kept')).catch(() => []);
    const found: (Kept | undefined)[] = [];
    for (const some of inGroups(names))
      found.push(...(await Promise.all(some.map((name) => readNote(join(root, '.tracking', 'kept', name))))));
    return found
      .filter((each, index) => each !== undefined && each.id === names[index])
      .filter((each) => each !== undefined)
      .sort((a, b) => b.time - a.time);
  }

  /** Rejects where nothing is kept under that name. */
  async get(root: string, id: string): Promise<Kept> {
    const folder = folderOf(root, safeName(id));
    const note = await readNote(folder);
    if (!note || (await lstat(folder)).isSymbolicLink()) throw new Error(`There is nothing kept as ${id}.`);
    return note;
  }

  /** How folders lay when this was kept, and the files that were moved away then, relative to the root. */
  async laid(root: string, id: string): Promise<{ readonly layouts: readonly FolderLayout[]; readonly files: ReadonlySet<string> }> {
    const folder = folderOf(root, safeName(id));
    const note = await this.get(root, id);
    const files = new Set<string>();
    for await (const some of keptPaths(folder, note)) for (const path of some) files.add(path);
    return { layouts: await readLayouts(folder, note.layouts), files };
  }

  /**
   * Puts the files back; what stands there now is kept in turn, and returned. Undefined where nothing stood in the way.
   * @param stays whether the note stays, for what can't be brought back yet
   */
  async restore(root: string, id: string, { stays = false } = {}): Promise<Kept | undefined> {
    const folder = folderOf(root, safeName(id));
    const from = join(folder, FILES);
    const note = await this.get(root, id);
    const there: string[] = [];
    const inTheWay = new Set<string>();
    for await (const some of keptPaths(folder, note)) {
      const found = await Promise.all(some.map((path) => isWithin(from, path)));
      const back = some.filter((_, index) => found[index]);
      there.push(...back);
      for (const blocking of await Promise.all(back.map((path) => blockingFile(root, path))))
        if (blocking !== undefined) inTheWay.add(blocking);
    }
    const before = inTheWay.size > 0 ? await this.keep(root, [...inTheWay], note.reason) : undefined;
    for (const some of inGroups(there)) await moveAll(from, root, some);
    if (!stays) await rm(folder, { recursive: true, force: true });
    return before;
  }

  /** Where the files of what is kept lie, by their paths. */
  folderOf(root: string, id: string): string {
    return join(folderOf(root, safeName(id)), FILES);
  }

  /** Deletes for good what was kept for longer than so many days; returns that. */
  async prune(root: string, days: number): Promise<Kept[]> {
    const old = (await this.list(root)).filter(({ time }) => Date.now() - time >= days * DAY);
    for (const { id } of old) await this.forget(root, id);
    return old;
  }

  /** Deletes it for good. */
  async forget(root: string, id: string): Promise<void> {
    await rm(folderOf(root, safeName(id)), { recursive: true, force: true });
  }
}

function folderOf(root: string, id: string): string {
  return join(root, '.tracking', 'kept', id);
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

/** Whether a path is there, and through no link on the way: what is kept lies in real folders. */
async function isWithin(folder: string, path: string): Promise<boolean> {
  const parts = ['.', ...path.split('/')];
  for (let i = 1; i < parts.length; i++)
    if (!(await lstat(join(folder, ...parts.slice(0, i))).catch(() => undefined))?.isDirectory()) return false;
  return pathExists(join(folder, path));
}

async function ignoreInGit(folder: string): Promise<void> {
  await writeFile(join(folder, '.gitignore'), '*\n', { flag: 'wx' }).catch((error: NodeJS.ErrnoException) => {
    if (error.code !== 'EEXIST') throw error;
  });
}

/** Paths from beneath one folder to beneath another. Rejects when all of them have been tried. */
async function moveAll(from: string, to: string, paths: readonly string[]): Promise<void> {
  for (const folder of new Set(paths.map((path) => dirname(join(to, path))))) await mkdir(folder, { recursive: true });
  const moves = await Promise.allSettled(paths.map((path) => move(join(from, path), join(to, path))));
  for (const each of moves) if (each.status === 'rejected') throw each.reason;
}

/** A rename, or between file systems a copy that is whole before the original goes. */
async function move(from: string, to: string): Promise<void> {
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
