import { readdir, stat } from 'node:fs/promises';
import { join, relative } from 'node:path';
import { messageOf } from '../core/errors';
import { readCacheFolder } from './records/config';
import { FileHashes } from './hashing/fileHashes';
import { OutChecker } from './status/outStatus';
import { RecordFiles } from './records/recordFiles';
import { findDvcRoot, type TrackedOut } from './records/repository';
import { scanRepository, toPosix } from './records/scan';
import { Slots } from './hashing/slots';
import type { DataSource } from './source';
import { StatCache } from './hashing/statCache';
import type { DataError, DataStatus, OutStatus } from './status/status';

interface Known {
  readonly cache: StatCache;
  readonly hashes: FileHashes;
  readonly records: RecordFiles;
}

/** Where the hashes of a repository's files are remembered between sessions; it is left out while there is no `.tracking` folder. */
function statCacheFile(root: string): string {
  return join(root, '.tracking', 'data-stat-cache.json');
}

/** Reads the status of DVC repositories natively. Nothing in the repository is written, no program is run. */
export class DataReader implements DataSource {
  private readonly known = new Map<string, Promise<Known>>();
  private readonly caches: StatCache[] = [];
  private readonly gone = new AbortController();

  constructor(private readonly log: (line: string) => void) {}

  /** Whether everything it has found out by hashing stands on the disk too. */
  get isRemembered(): boolean {
    return this.caches.every((cache) => cache.isSaved);
  }

  async roots(folder: string): Promise<string[]> {
    const above = await findDvcRoot(folder);
    return above === undefined ? rootsBelow(folder, 2) : [above];
  }

  async status(root: string, signal?: AbortSignal): Promise<DataStatus> {
    const started = performance.now();
    const stop = signal ? AbortSignal.any([signal, this.gone.signal]) : this.gone.signal;
    const { cache, hashes, records } = await this.knownOf(root);
    const readBefore = hashes.read;
    const scan = await scanRepository(root, records, { signal: stop });
    const checker = new OutChecker(root, await readCacheFolder(root), hashes, stop);
    const outs: OutStatus[] = [];
    const errors: DataError[] = scan.broken.map((each) => ({ state: 'error', path: toPosix(relative(root, each.file)), ...each }));
    const slots = new Slots(16);
    const check = async (out: TrackedOut): Promise<void> => {
      try {
        outs.push(await checker.check(out));
      } catch (error) {
        stop.throwIfAborted();
        const path = toPosix(relative(root, out.target));
        errors.push({ state: 'error', file: out.recordedIn, path, line: out.line, message: messageOf(error) });
      }
    };
    await Promise.all(scan.outs.map((out) => slots.use(() => check(out))));
    await this.remember(root, cache);
    const took = Math.round(performance.now() - started);
    this.log(`data status [${root}] ${outs.length} outs, ${errors.length} errors, ${hashes.read - readBefore} files read, ${took} ms`);
    const byPath = (a: { path: string }, b: { path: string }): number => (a.path < b.path ? -1 : a.path > b.path ? 1 : 0);
    return { root, outs: outs.sort(byPath), errors: errors.sort(byPath) };
  }

  dispose(): void {
    this.gone.abort();
  }

  private knownOf(root: string): Promise<Known> {
    const known = this.known.get(root) ?? this.recall(root);
    this.known.set(root, known);
    return known;
  }

  private async recall(root: string): Promise<Known> {
    const cache = new StatCache();
    this.caches.push(cache);
    await cache.load(statCacheFile(root));
    return { cache, hashes: new FileHashes(cache), records: new RecordFiles(root) };
  }

  private async remember(root: string, cache: StatCache): Promise<void> {
    cache.forgetUnseen();
    if (!(await isFolder(join(root, '.tracking')))) return;
    try {
      await cache.save(statCacheFile(root));
    } catch (error) {
      this.log(`data status [${root}] hashes not remembered: ${messageOf(error)}`);
    }
  }
}

async function rootsBelow(folder: string, depth: number): Promise<string[]> {
  if (await isFolder(join(folder, '.dvc'))) return [folder];
  if (depth === 0) return [];
  const entries = await readdir(folder, { withFileTypes: true }).catch(() => []);
  const folders = entries.filter((entry) => entry.isDirectory() && !entry.name.startsWith('.') && entry.name !== 'node_modules');
  return (await Promise.all(folders.map((entry) => rootsBelow(join(folder, entry.name), depth - 1)))).flat();
}

async function isFolder(path: string): Promise<boolean> {
  return (await stat(path).catch(() => undefined))?.isDirectory() ?? false;
}
