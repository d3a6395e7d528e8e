import type { DataStatus, OutStatus } from './status';
import type { TreeChanges } from '../hashing/tree';
import type { StatusPiece } from '../thread/workerMessages';

/** Rows and paths in a piece: about a millisecond's work to take in. */
const WEIGHT = 1_000;
/** So many changed paths of one folder are told of; the rest is counted. */
const PATHS = 2_000;

/** Cuts a status up, so that whoever takes it in is never held up for long. */
export function* statusPieces({ outs, errors }: DataStatus): Generator<StatusPiece> {
  let piece: OutStatus[] = [];
  let weight = 0;
  for (const out of outs) {
    const changes = out.changes && limitChanges(out.changes, PATHS);
    piece.push({ ...out, changes });
    weight += 1 + (changes ? changes.added.length + changes.modified.length + changes.deleted.length : 0);
    if (weight < WEIGHT) continue;
    yield { outs: piece, errors: [] };
    piece = [];
    weight = 0;
  }
  if (piece.length > 0) yield { outs: piece, errors: [] };
  for (let from = 0; from < errors.length; from += WEIGHT) yield { outs: [], errors: errors.slice(from, from + WEIGHT) };
}

/** The first so many paths: modified ones, then added, then deleted ones. */
export function limitChanges({ added, modified, deleted, omitted = 0 }: TreeChanges, most: number): TreeChanges {
  const kept = { modified: modified.slice(0, most), added: [] as readonly string[], deleted: [] as readonly string[] };
  kept.added = added.slice(0, most - kept.modified.length);
  kept.deleted = deleted.slice(0, most - kept.modified.length - kept.added.length);
  const left = [modified, added, deleted].flat().length - kept.modified.length - kept.added.length - kept.deleted.length;
  return left + omitted === 0 ? kept : { ...kept, omitted: left + omitted };
}
