import { basename } from 'node:path';
import { messageOf } from '../../core/errors';
import { problemsOf, type Transfers } from '../cache/transfers';
import type { Kept, KeptData } from './keptData';

export interface Restored {
  /** What stood in the way and was kept in turn. */
  readonly before: readonly Kept[];
  /** What can't be brought back, a line each; it stays among what is kept. */
  readonly problems: readonly string[];
}

/**
 * Brings back what was kept: lays folders as they lay, with files from the cache, and puts the files that were moved away in their places.
 * @param isUndone whether nothing that stands there now is anybody's work, since an action broke off
 */
export async function restoreKept(
  root: string,
  id: string,
  kept: KeptData,
  transfers: Transfers,
  { isUndone = false } = {},
): Promise<Restored> {
  const { layouts } = await kept.get(root, id);
  const before: Kept[] = [];
  const problems: string[] = [];
  if (layouts.length > 0) {
    try {
      const result = await transfers.run('checkout', root, { kept: id, force: true, isNoted: isUndone });
      problems.push(...problemsOf(result));
      if (result.kept !== undefined) before.push(await kept.get(root, basename(result.kept)));
    } catch (error) {
      problems.push(messageOf(error));
    }
  }
  const blocking = await kept.restore(root, id, { stays: problems.length > 0 });
  return { before: blocking ? [...before, blocking] : before, problems };
}
