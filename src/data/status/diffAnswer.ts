import { compareCodePoints } from '../records/pythonString';
import type { DiffAnswer, DiffEntry, Renamed } from './answers';
import type { DataEntry, DataIndex } from './dataIndex';
import { entryPath } from './dataStatusAnswer';
import { byEntry, changesBelow, type IndexChange } from './indexChanges';

export interface DiffFlags {
  readonly hashes: boolean;
  /** Whether what isn't in the cache is left out. */
  readonly hideMissing: boolean;
}

/** What differs between two states of the data, in the order that `dvc diff` looks for it. */
export function diffChanges(old: DataIndex, now: DataIndex): IndexChange[] {
  const roots = new Set([...old.outs.keys(), ...now.outs.keys()]);
  const changes = changesBelow(roots, old, now, { compare: byEntry, granular: true, renames: true, unchanged: true });
  const isInner = (entry: DataEntry | undefined): boolean => entry !== undefined && entry.isFolder && !entry.hash;
  return changes.filter(({ old: was, new: is }) => !isInner(was) && !isInner(is));
}

/**
 * Puts together what `dvc diff --json` prints.
 * @param missing what of the old state isn't in the cache; undefined where two commits are compared
 */
export function diffAnswer(changes: readonly IndexChange[], missing: readonly DataEntry[] | undefined, flags: DiffFlags): DiffAnswer {
  const of = (kind: IndexChange['kind']): IndexChange[] => changes.filter((change) => change.kind === kind);
  const hashed = <T extends object>(entry: T, hash: DiffEntry['hash']): T & { hash?: DiffEntry['hash'] } =>
    flags.hashes ? { ...entry, hash: hash ?? null } : entry;
  const one = (entry: DataEntry | undefined): DiffEntry => hashed({ path: pathOf(entry) }, digestOf(entry));
  const answer = {
    added: byPath(of('added').map((change) => one(change.new))),
    deleted: byPath(of('deleted').map((change) => one(change.old))),
    modified: byPath(of('modified').map(({ old, new: now }) => hashed({ path: pathOf(old) }, { old: digestOf(old), new: digestOf(now) }))),
    renamed: byPath(of('renamed').map(({ old, new: now }) => hashed({ path: { old: pathOf(old), new: pathOf(now) } }, digestOf(old)))),
    ...(missing && { 'not in cache': byPath(missing.map(one)) }),
  };
  if (Object.values(answer).every((list) => list.length === 0)) return {};
  const { 'not in cache': hidden, ...rest } = answer;
  return (hidden === undefined || flags.hideMissing ? rest : answer) as DiffAnswer;
}

function pathOf(entry: DataEntry | undefined): string {
  return entry ? entryPath(entry) : '';
}

function digestOf(entry: DataEntry | undefined): string | null {
  return entry?.hash?.digest ?? null;
}

function byPath<T extends { readonly path: string | Renamed }>(entries: T[]): T[] {
  const key = ({ path }: T): string => (typeof path === 'string' ? path : path.old);
  return entries.sort((a, b) => compareCodePoints(key(a), key(b)));
}
