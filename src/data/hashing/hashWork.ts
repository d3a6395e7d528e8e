import { closeSync, fstatSync, openSync } from 'node:fs';
import type { HashName } from '../records/hashName';
import { READING } from './chunks';
import { digestOf } from './md5';
import { isRegular, isSameFile, statsOf, StatTable } from './statTable';

/** What reading some files gave; a plain object, which goes from thread to thread. */
export interface Hashed {
  /** In the order of the paths; empty where a file could not be read. */
  readonly digests: string[];
  /** What the files were after they had been read, as a StatTable's values. */
  readonly stats: BigInt64Array<ArrayBuffer>;
  /** When reading began, in nanoseconds since 1970; 0 for a file that changed meanwhile. */
  readonly begun: BigInt64Array<ArrayBuffer>;
  readonly errors: HashFailure[];
}

/** A file that could not be read. */
export interface HashFailure {
  /** Its place among the paths. */
  readonly index: number;
  /** Names the file. */
  readonly message: string;
  /** The system's, such as `EACCES`. */
  readonly code: string;
}

/** The work that threads share out. */
export interface HashWork {
  /** The stats of paths, in their order. Rejects when stopped. */
  stats(paths: readonly string[], signal?: AbortSignal): Promise<StatTable>;
  /** Reads regular files; `sizes` tells about how large they are. Rejects when stopped. */
  hash(paths: readonly string[], sizes: readonly number[], name: HashName, signal?: AbortSignal): Promise<Hashed>;
}

/** The stats of paths, in this thread. */
export function statAll(paths: readonly string[]): StatTable {
  const table = StatTable.of(paths.length);
  for (let index = 0; index < paths.length; index++) {
    const stats = statsOf(paths[index] as string);
    if (stats) table.set(index, stats);
  }
  return table;
}

/** Room for the results of so many files. */
export function emptyHashed(length: number): Hashed {
  return { digests: new Array<string>(length).fill(''), stats: StatTable.of(length).values, begun: new BigInt64Array(length), errors: [] };
}

/** Hashes files, in this thread; ends early, with the rest empty, when `isStopped` says so between two pieces. */
export function hashAll(paths: readonly string[], name: HashName, isStopped: () => boolean): Hashed {
  const hashed = emptyHashed(paths.length);
  for (let index = 0; index < paths.length && !isStopped(); index++) hashOne(paths[index] as string, name, isStopped, hashed, index);
  return hashed;
}

function hashOne(path: string, name: HashName, isStopped: () => boolean, hashed: Hashed, index: number): void {
  try {
    const file = openSync(path, READING);
    try {
      const begun = BigInt(Date.now()) * 1_000_000n;
      const before = fstatSync(file, { bigint: true });
      if (!isRegular(before)) throw noFile();
      hashed.digests[index] = digestOf(file, Number(before.size), name, isStopped);
      const after = fstatSync(file, { bigint: true });
      new StatTable(hashed.stats).set(index, after);
      if (isSameFile(before, after)) hashed.begun[index] = begun;
    } finally {
      closeSync(file);
    }
  } catch (error) {
    hashed.errors.push(failureOf(error, path, index));
  }
}

/** For what was a regular file when it was looked at, and has become something else since: as if it were absent. */
export function noFile(): Error {
  return Object.assign(new Error('no regular file'), { code: 'ENOENT' });
}

/** Why a file can't be read, with its path, which the system's errors of reading don't tell. */
export function failureOf(error: unknown, path: string, index: number): HashFailure {
  const { message, code = '' } = error as NodeJS.ErrnoException;
  return { index, message: message.includes(path) ? message : `${message}, '${path}'`, code };
}
