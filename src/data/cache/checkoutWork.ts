import { chmodSync, statSync, unlinkSync } from 'node:fs';
import { rmdir } from 'node:fs/promises';
import { dirname } from 'node:path';
import { isSameFile, statsOf, type FileStats } from '../hashing/statTable';
import type { CheckoutPlan } from './checkoutPlan';
import type { FilePlacer } from './filePlacer';
import type { WorkspaceFolders } from './workspaceFolders';

/** Files that are made at once. */
const AT_ONCE = 16;

/** What an out's checkout did, as far as it came. */
export interface CheckoutCounts {
  added: number;
  modified: number;
  deleted: number;
}

export interface CheckoutSurroundings {
  readonly placer: FilePlacer;
  readonly folders: WorkspaceFolders;
  /** Grow while it works. */
  readonly counts: CheckoutCounts;
  /** Files that somebody changed while we worked, and which therefore stay as they are; absolute. */
  readonly touched: string[];
  readonly onDone: (files: number, bytes: number) => void;
  readonly signal: AbortSignal | undefined;
}

/**
 * Does what a plan says, so that it may be cut off anywhere: what is removed is in the cache, what is made appears whole, and a new plan goes
 * on from there. Every file is looked at once more right before it goes. Throws LinkInTheWayError, the file system's error, or the
 * signal's reason; `counts` tells what was done until then.
 */
export async function doCheckout(plan: CheckoutPlan, surroundings: CheckoutSurroundings): Promise<void> {
  const { placer, folders, counts, touched, onDone, signal } = surroundings;
  await folders.check(plan.out.target);
  for (const { path, before } of plan.removals) {
    signal?.throwIfAborted();
    if (isUntouched(path, before)) {
      unlinkSync(path);
      counts.deleted++;
    } else if (statsOf(path)) touched.push(path);
    onDone(1, 0);
  }
  for (const folder of plan.obsolete) await rmdir(folder).catch(ignoreFilled);
  folders.forget();
  await folders.make(dirname(plan.out.target));
  for (const folder of plan.folders) await folders.make(folder);
  for (let from = 0; from < plan.creations.length; from += AT_ONCE) {
    signal?.throwIfAborted();
    const some = plan.creations.slice(from, from + AT_ONCE).map(async ({ path, object, size, before }) => {
      let bytes = 0;
      const onBytes = (count: number): void => {
        bytes += count;
        onDone(0, count);
      };
      const isExecutable = plan.out.executable && !plan.out.isFolder;
      const mayPlace = (): boolean => isUntouched(path, before);
      const isPlaced = await placer.place({
        object,
        target: path,
        replaces: before !== undefined,
        isExecutable,
        mayPlace,
        onBytes,
        signal,
      });
      if (!isPlaced) touched.push(path);
      else if (before) counts.modified++;
      else counts.added++;
      onDone(1, size - bytes);
    });
    // All of them come to an end before anybody hears of the first that failed.
    const results = await Promise.allSettled(some);
    const failed = results.find((result) => result.status === 'rejected');
    if (failed) throw failed.reason;
  }
  if (plan.needsMode) {
    chmodSync(plan.out.target, statSync(plan.out.target).mode | 0o100);
    counts.modified++;
  }
}

function isUntouched(path: string, before: FileStats | undefined): boolean {
  const now = statsOf(path);
  return now === undefined || before === undefined ? now === before : isSameFile(now, before);
}

function ignoreFilled(error: NodeJS.ErrnoException): void {
  if (!['ENOTEMPTY', 'EEXIST', 'ENOENT', 'ENOTDIR', 'EBUSY', 'EPERM', 'EACCES'].includes(error.code ?? '')) throw error;
}
