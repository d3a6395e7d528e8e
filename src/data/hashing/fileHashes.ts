import { stat } from 'node:fs/promises';
import { setImmediate } from 'node:timers/promises';
import type { HashName } from '../records/hashName';
import type { HashWork } from './hashWork';
import { OwnThread } from './ownThread';
import { Slots } from '../../core/slots';
import type { StatCache } from './statCache';
import { isRegular, statsOf, StatTable, type FileStats } from './statTable';

/** How often a file is read that changes while it is read. */
const ATTEMPTS = 3;
/** Milliseconds after which the event loop gets its turn. */
const TURN = 10;
/** Milliseconds that asking for a file's stats may take before it is left to other threads: a disk in a network. */
const SLOW = 0.5;

/** What the system says of a file that has gone, or become a folder, since it was looked at. */
const ABSENT = new Set(['ENOENT', 'ENOTDIR', 'EISDIR']);

/** Digests of files, from the stat cache where it knows them. */
export class FileHashes {
  private readonly asking = new Slots(64);
  private turned = performance.now();
  private cost = 0;
  /** Files that had to be read, since the beginning. */
  read = 0;

  constructor(
    private readonly cache: StatCache,
    private readonly work: HashWork = new OwnThread(),
  ) {}

  /** The digest of a regular file; undefined where there is none. */
  async digest(path: string, name: HashName, signal?: AbortSignal): Promise<string | undefined> {
    const stats = await this.stats(path);
    if (!isRegular(stats)) return undefined;
    return this.cache.find(path, stats, name) ?? (await this.hash([path], [stats], name, signal))[0];
  }

  /**
   * The digests of regular files, in their order; undefined where there is none. One that changes meanwhile is read again, twice at most.
   * Rejects where a file can't be read, with an error that names it.
   */
  async digests(paths: readonly string[], name: HashName, signal?: AbortSignal): Promise<(string | undefined)[]> {
    const table = await this.table(paths, signal);
    const result: (string | undefined)[] = [];
    const unknown: number[] = [];
    paths.forEach((path, index) => {
      const stats = table.at(index);
      const known = isRegular(stats) ? this.cache.find(path, stats, name) : undefined;
      result.push(known);
      if (known === undefined && isRegular(stats)) unknown.push(index);
    });
    if (unknown.length === 0) return result;
    const files = unknown.map((index) => paths[index] as string);
    const hashed = await this.hash(
      files,
      unknown.map((index) => table.at(index) as FileStats),
      name,
      signal,
    );
    unknown.forEach((index, place) => (result[index] = hashed[place]));
    return result;
  }

  /** The stats of paths, in their order; links are followed. */
  async table(paths: readonly string[], signal?: AbortSignal): Promise<StatTable> {
    signal?.throwIfAborted();
    if (paths.length > 16) return this.work.stats(paths, signal);
    const table = StatTable.of(paths.length);
    for (const [index, path] of paths.entries()) {
      const stats = await this.stats(path);
      if (stats) table.set(index, stats);
    }
    return table;
  }

  /**
   * Follows links; undefined where nothing is. Asked at once, since a promise costs more than the answer of a disk of this machine; a slow
   * disk is asked by libuv's threads.
   */
  async stats(path: string): Promise<FileStats | undefined> {
    if (this.cost > SLOW) return this.asking.use(() => askLater(path));
    const begun = performance.now();
    if (begun - this.turned > TURN) {
      await setImmediate();
      this.turned = performance.now();
    }
    const asked = performance.now();
    const stats = statsOf(path);
    // A mean of about the last 64, so that one slow answer changes nothing.
    this.cost += (performance.now() - asked - this.cost) / 64;
    return stats;
  }

  private async hash(
    paths: readonly string[],
    stats: readonly FileStats[],
    name: HashName,
    signal: AbortSignal | undefined,
  ): Promise<(string | undefined)[]> {
    const result = new Array<string | undefined>(paths.length).fill(undefined);
    let left = paths.map((_, index) => index);
    for (let attempt = 1; left.length > 0 && attempt <= ATTEMPTS; attempt++) {
      const asked = left;
      const files = asked.map((index) => paths[index] as string);
      const sizes = asked.map((index) => Number(stats[index]?.size ?? 0n));
      const { digests, stats: values, begun, errors } = await this.work.hash(files, sizes, name, signal);
      signal?.throwIfAborted();
      const broken = new Map(errors.map((error) => [error.index, error]));
      for (const { index, code, message } of errors)
        if (!ABSENT.has(code)) throw Object.assign(new Error(message), { code, path: files[index] });
      const table = new StatTable(values);
      left = [];
      asked.forEach((index, place) => {
        if (broken.has(place)) return;
        const digest = digests[place] ?? '';
        result[index] = digest;
        this.read++;
        const after = table.at(place);
        if (begun[place] === 0n) left.push(index);
        else if (after) this.cache.keep(files[place] as string, after, name, digest, begun[place]);
      });
    }
    return result;
  }
}

async function askLater(path: string): Promise<FileStats | undefined> {
  try {
    return await stat(path, { bigint: true });
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT' || code === 'ENOTDIR') return undefined;
    throw error;
  }
}
