import { messageOf } from '../../core/errors';
import type { HashWork } from '../hashing/hashWork';
import { RepositoryMemory } from '../status/repositoryMemory';
import { StatCache } from '../hashing/statCache';
import { scanRepository } from '../records/scan';
import type { TransferParts } from './cacheTransfers';

/** What CacheTransfers needs, made of the reader's own parts; `save` keeps the hashes that were found for the next session. */
export function transferParts(
  log: (line: string) => void,
  work: HashWork | undefined,
  keeper: TransferParts['keeper'],
): TransferParts & { save(root: string): Promise<void> } {
  const memories = new Map<string, Promise<RepositoryMemory>>();
  const memoryOf = (root: string): Promise<RepositoryMemory> => {
    const known = memories.get(root) ?? RepositoryMemory.recall(root, new StatCache(), work);
    memories.set(root, known);
    return known;
  };
  return {
    log,
    keeper,
    hashes: async (root) => (await memoryOf(root)).hashes,
    records: async (root, signal) => scanRepository(root, (await memoryOf(root)).records, signal ? { signal } : {}),
    save: async (root) => {
      try {
        await (await memoryOf(root)).save();
      } catch (error) {
        log(`data [${root}] hashes not remembered: ${messageOf(error)}`);
      }
    },
  };
}
