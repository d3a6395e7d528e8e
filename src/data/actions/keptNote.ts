import { lstat, open, readFile, writeFile } from 'node:fs/promises';
import { isAbsolute, join } from 'node:path';
import { parsedLayouts, type KeptLayout } from './keptLayouts';

/** Data that was moved out of the way before an action. */
export interface Kept {
  readonly id: string;
  /** Milliseconds since 1970. */
  readonly time: number;
  /** What it was moved for, e.g. `Check Out`. */
  readonly reason: string;
  /** How many files, links and folders. */
  readonly count: number;
  /** The first of them, relative to the root, with `/`. */
  readonly paths: readonly string[];
  readonly bytes: number;
  /** Tracked folders of which it is noted how their files lay; the content of those is in the cache, or among what is kept. */
  readonly layouts: readonly KeptLayout[];
}

/** What a person may know it by, the first of it: files, and folders with a slash behind. */
export function namesOf({ paths, layouts }: Pick<Kept, 'paths' | 'layouts'>): string[] {
  return [...paths, ...layouts.map(({ path }) => `${path}/`)];
}

/** How many files and laid folders. */
export function countOf({ count, layouts }: Pick<Kept, 'count' | 'layouts'>): number {
  return count + layouts.length;
}

const NOTE = 'kept.json';
/** Beside the note of very many: every path, a JSON string on each line, so that nobody has to hold or parse all at once. */
const LIST = 'paths.jsonl';
/** So many paths stand in the note itself. */
const TOLD = 10;
/** So many paths are dealt with at once. */
const AT_ONCE = 256;
/** No note of ours is longer, in bytes: a path has at most 4,096 on most systems. */
const MOST_BYTES = 200_000;

/** Writes what is kept in a folder, before anything is moved there. */
export async function writeNote(folder: string, { paths, ...facts }: Omit<Kept, 'count'>): Promise<Kept> {
  const kept: Kept = { ...facts, count: paths.length, paths: paths.slice(0, TOLD) };
  if (paths.length > TOLD) {
    const list = await open(join(folder, LIST), 'w');
    try {
      for (const some of inGroups(paths)) await list.appendFile(some.map((path) => `${JSON.stringify(path)}\n`).join(''));
    } finally {
      await list.close();
    }
  }
  await writeFile(join(folder, NOTE), JSON.stringify(kept, undefined, 2));
  return kept;
}

/** A note may have been written by anybody: what isn't one, and paths that leave the root, make it none. */
export async function readNote(folder: string): Promise<Kept | undefined> {
  try {
    const file = join(folder, NOTE);
    const stats = await lstat(file);
    if (!stats.isFile() || stats.size > MOST_BYTES) return undefined;
    const { id, time, reason, count, paths, bytes, layouts = [] } = JSON.parse(await readFile(file, 'utf8')) as Record<keyof Kept, unknown>;
    const laid = parsedLayouts(layouts);
    if (typeof id !== 'string' || typeof time !== 'number' || typeof reason !== 'string' || typeof bytes !== 'number') return undefined;
    if (!laid || !Array.isArray(paths) || paths.length + laid.length === 0 || !(paths as unknown[]).every(isInside)) return undefined;
    if (typeof count !== 'number' || count < paths.length) return undefined;
    return { id, time, reason, count, paths: paths as string[], bytes, layouts: laid };
  } catch {
    return undefined;
  }
}

/** All paths of a note, in groups. Rejects where one would leave the root. */
export async function* keptPaths(folder: string, { id, count, paths }: Kept): AsyncGenerator<readonly string[]> {
  if (count === paths.length) {
    yield* inGroups(paths);
    return;
  }
  const list = await open(join(folder, LIST));
  let group: string[] = [];
  try {
    for await (const line of list.readLines()) {
      const path: unknown = JSON.parse(line);
      if (!isInside(path)) throw new Error(`The list of what is kept as ${id} names a path outside of its repository.`);
      group.push(path);
      if (group.length < AT_ONCE) continue;
      yield group;
      group = [];
    }
  } finally {
    await list.close();
  }
  if (group.length > 0) yield group;
}

/** Parts of a long list, each short enough that nobody waits while it is dealt with. */
export function* inGroups<T>(all: readonly T[]): Generator<readonly T[]> {
  for (let from = 0; from < all.length; from += AT_ONCE) yield all.slice(from, from + AT_ONCE);
}

function isInside(path: unknown): path is string {
  return typeof path === 'string' && path !== '' && !isAbsolute(path) && !path.split(/[\\/]/).some((part) => part === '..' || part === '');
}
