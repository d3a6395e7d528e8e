import type { BigIntStats } from 'node:fs';
import { stat } from 'node:fs/promises';
import type { HashName } from '../records/dvcFile';
import { hashFile } from './md5';
import { Slots } from './slots';
import type { StatCache } from './statCache';

/** Digests of files, from the stat cache where it knows them. */
export class FileHashes {
  private readonly hashing = new Slots(4);
  private readonly asking = new Slots(64);
  /** Files that had to be read, since the beginning. */
  read = 0;

  constructor(private readonly cache: StatCache) {}

  /** The digest of a regular file; undefined where there is none. A file that changes meanwhile is read again, twice at most. */
  async digest(path: string, name: HashName, signal?: AbortSignal): Promise<string | undefined> {
    for (let attempt = 0; ; attempt++) {
      signal?.throwIfAborted();
      const before = await this.stats(path);
      if (!before?.isFile()) return undefined;
      const known = this.cache.find(path, before, name);
      if (known !== undefined) return known;
      const now = BigInt(Date.now()) * 1_000_000n;
      const digest = await this.hashing.use(() => hashFile(path, name, signal));
      this.read++;
      const after = await this.stats(path);
      if (after && same(before, after)) this.cache.keep(path, after, name, digest, now);
      else if (attempt < 2) continue;
      return digest;
    }
  }

  /** Follows links; undefined where nothing is. */
  stats(path: string): Promise<BigIntStats | undefined> {
    return this.asking.use(() =>
      stat(path, { bigint: true }).catch((error: NodeJS.ErrnoException) => {
        if (error.code === 'ENOENT' || error.code === 'ENOTDIR') return undefined;
        throw error;
      }),
    );
  }
}

function same(a: BigIntStats, b: BigIntStats): boolean {
  return a.ino === b.ino && a.size === b.size && a.mtimeNs === b.mtimeNs && a.ctimeNs === b.ctimeNs;
}
