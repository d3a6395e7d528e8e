import type { TreeChanges } from '../hashing/tree';

/** The first so many paths: modified ones, then added, then deleted ones. */
export function limitChanges({ added, modified, deleted, omitted = 0 }: TreeChanges, most: number): TreeChanges {
  const kept = { modified: modified.slice(0, most), added: [] as readonly string[], deleted: [] as readonly string[] };
  kept.added = added.slice(0, most - kept.modified.length);
  kept.deleted = deleted.slice(0, most - kept.modified.length - kept.added.length);
  const left = added.length + modified.length + deleted.length - kept.modified.length - kept.added.length - kept.deleted.length;
  return left + omitted === 0 ? kept : { ...kept, omitted: left + omitted };
}
