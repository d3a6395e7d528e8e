import { randomBytes } from 'node:crypto';
import { type Dirent, constants } from 'node:fs';
import { copyFile, mkdir, open, readdir, rename, rm, stat } from 'node:fs/promises';
import { dirname, join, relative, sep } from 'node:path';
import type { ReadableStream } from 'node:stream/web';
import { TrackingError, messageOf } from '../../core/errors';
import type { Artifact } from '../../core/run';
import { quote } from '../limits';
import { placeUnder } from './artifactPaths';
import { BlockWriter } from './blockWriter';

/** Files that are not whole yet: hidden from lists. */
const TEMPORARY = /^\.[0-9a-f]{12}\.part$/;

/** What lies directly in a folder under a root, told with the prefix before each name; nothing where there is no folder. */
export async function listFolder(root: string, place: string, prefix: string): Promise<Artifact[]> {
  const found: Artifact[] = [];
  for (const each of await readdir(place, { withFileTypes: true }).catch(whenAbsent<Dirent[]>([]))) {
    const { name } = each;
    if (TEMPORARY.test(name)) continue;
    if (each.isSymbolicLink() && !(await leadsToFile(root, join(place, name)))) continue;
    const entry = await stat(join(place, name)).catch(whenAbsent(undefined));
    if (!entry) continue;
    const isDirectory = entry.isDirectory();
    found.push({ path: prefix === '' ? name : `${prefix}/${name}`, isDirectory, size: isDirectory ? undefined : entry.size });
  }
  return found.sort((a, b) => (a.path < b.path ? -1 : 1));
}

/** Links to folders are not listed: they may lead in circles; nor are those that lead out, which nobody could open. */
async function leadsToFile(root: string, place: string): Promise<boolean> {
  try {
    placeUnder(root, relative(root, place).replaceAll(sep, '/'));
    return (await stat(place)).isFile();
  } catch {
    return false;
  }
}

/** Runs an action on the artifact at a path, and turns what it throws into a TrackingError. */
export async function attempt<T>(path: string, action: () => Promise<T>): Promise<T> {
  try {
    return await action();
  } catch (error) {
    if (error instanceof TrackingError) throw error;
    const full = codeOf(error) === 'ENOSPC' || codeOf(error) === 'EDQUOT';
    if (full)
      throw new TrackingError(
        'TEMPORARILY_UNAVAILABLE',
        `The disk is full: the artifact ${quote(path)} was not kept. Free some space and try again.`,
        { cause: error },
      );
    throw new TrackingError('INTERNAL_ERROR', `The artifact ${quote(path)} failed: ${messageOf(error)}`, { cause: error });
  }
}

/** Fills a file beside the place, makes sure that it is on the disk, and renames it. */
export async function writeWhole(place: string, fill: (temporary: string) => Promise<void>): Promise<void> {
  await mkdir(dirname(place), { recursive: true });
  const temporary = join(dirname(place), `.${randomBytes(6).toString('hex')}.part`);
  try {
    await fill(temporary);
    await rename(temporary, place);
  } catch (error) {
    await rm(temporary, { force: true });
    throw error;
  }
  await syncFolder(dirname(place));
}

export async function save(place: string, content: Uint8Array | string): Promise<void> {
  const file = await open(place, 'wx');
  try {
    await file.writeFile(content);
    await file.sync();
  } finally {
    await file.close();
  }
}

/** Brings a stream to the disk; when it fails, so does this. */
export async function saveStream(place: string, content: ReadableStream<Uint8Array>): Promise<void> {
  const file = await open(place, 'wx');
  try {
    const blocks = new BlockWriter(file);
    for await (const piece of content) await blocks.add(piece);
    await blocks.end();
    await file.sync();
  } finally {
    // Waits for what is still being written.
    await file.close();
  }
}

export async function copy(from: string, to: string): Promise<void> {
  await copyFile(from, to, constants.COPYFILE_EXCL | constants.COPYFILE_FICLONE);
  const file = await open(to, 'r+');
  try {
    await file.sync();
  } finally {
    await file.close();
  }
}

/** A rename is durable when its folder is; Windows has no such thing as syncing a folder. */
async function syncFolder(path: string): Promise<void> {
  if (process.platform === 'win32') return;
  const folder = await open(path, 'r');
  try {
    await folder.sync();
  } finally {
    await folder.close();
  }
}

function codeOf(error: unknown): unknown {
  return error instanceof Error && 'code' in error ? error.code : undefined;
}

export function whenAbsent<T>(instead: T): (error: unknown) => T {
  return (error) => {
    if (codeOf(error) === 'ENOENT' || codeOf(error) === 'ENOTDIR') return instead;
    throw error;
  };
}
