import { setImmediate } from 'node:timers/promises';
import type { HashName } from '../records/hashName';
import { emptyHashed, failureOf, hashAll, noFile, statAll, type Hashed, type HashWork } from './hashWork';
import { hashFile } from './md5';
import { isRegular, isSameFile, statsOf, StatTable } from './statTable';

/** Paths whose stats are asked before the event loop turns; and bytes that are hashed until then. */
const PATHS = 1_000;
const BYTES = 2 ** 20;

/** Does the work in the thread that asks, where there are no others; the event loop turns often enough to be stopped. */
export class OwnThread implements HashWork {
  async stats(paths: readonly string[], signal?: AbortSignal): Promise<StatTable> {
    const table = StatTable.of(paths.length);
    for (let from = 0; from < paths.length; from += PATHS) {
      signal?.throwIfAborted();
      table.insert(from, statAll(paths.slice(from, from + PATHS)));
      if (from + PATHS < paths.length) await setImmediate();
    }
    return table;
  }

  async hash(paths: readonly string[], sizes: readonly number[], name: HashName, signal?: AbortSignal): Promise<Hashed> {
    const hashed = emptyHashed(paths.length);
    let bytes = 0;
    for (const [index, path] of paths.entries()) {
      signal?.throwIfAborted();
      const size = sizes[index] ?? 0;
      if (size >= BYTES) await hashLarge(path, name, hashed, index, signal);
      else {
        const one = hashAll([path], name, () => false);
        hashed.digests[index] = one.digests[0] ?? '';
        hashed.begun[index] = one.begun[0] ?? 0n;
        new StatTable(hashed.stats).insert(index, new StatTable(one.stats));
        for (const error of one.errors) hashed.errors.push({ ...error, index });
      }
      bytes += size + 4_096;
      if (bytes < BYTES) continue;
      bytes = 0;
      await setImmediate();
    }
    return hashed;
  }
}

async function hashLarge(path: string, name: HashName, hashed: Hashed, index: number, signal?: AbortSignal): Promise<void> {
  try {
    const begun = BigInt(Date.now()) * 1_000_000n;
    const before = statsOf(path);
    if (!isRegular(before)) throw noFile();
    hashed.digests[index] = await hashFile(path, name, signal);
    const after = statsOf(path);
    if (after) new StatTable(hashed.stats).set(index, after);
    if (after && isSameFile(before, after)) hashed.begun[index] = begun;
  } catch (error) {
    signal?.throwIfAborted();
    hashed.errors.push(failureOf(error, path, index));
  }
}
