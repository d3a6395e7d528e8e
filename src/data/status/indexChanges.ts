import { compareCodePoints } from '../records/pythonString';
import { folderEntries, memberEntries, sameHash, type DataEntry, type DataIndex, type Hash, type IndexedOut } from './dataIndex';

export type IndexChangeKind = 'added' | 'modified' | 'deleted' | 'renamed' | 'unchanged' | 'unknown';

/** How a path differs between two states; a renamed one has its old path in `old`. */
export interface IndexChange {
  readonly kind: IndexChangeKind;
  readonly old: DataEntry | undefined;
  readonly new: DataEntry | undefined;
}

/** Tells two entries of a path apart. */
export type Comparison = (old: DataEntry | undefined, now: DataEntry | undefined) => IndexChangeKind;

/** As `dvc data status` compares: by hashes only, and what has none is not there. */
export const byHash: Comparison = (old, now) => {
  if (!old?.hash) return now?.hash ? 'added' : 'unchanged';
  if (!now?.hash) return 'deleted';
  return sameHash(old.hash, now.hash) ? 'unchanged' : 'modified';
};

/** As `dvc diff` compares: by presence, kind and hash. */
export const byEntry: Comparison = (old, now) => {
  if (!old) return now ? 'added' : 'unchanged';
  if (!now) return 'deleted';
  const sameKind = old.isBroken === now.isBroken && old.isFolder === now.isFolder;
  return sameKind && sameHash(old.hash, now.hash) ? 'unchanged' : 'modified';
};

export interface ChangeOptions {
  readonly compare: Comparison;
  /** Whether the files in folders count, too. */
  readonly granular: boolean;
  readonly renames: boolean;
  /** Whether what did not change is told. */
  readonly unchanged: boolean;
}

/** What differs between two states of all data. */
export function indexChanges(old: DataIndex, now: DataIndex, options: ChangeOptions): IndexChange[] {
  const changes = changesOf(old, now, options);
  return options.renames ? withRenames(changes) : changes;
}

/** As `indexChanges`, each of these paths by itself with all that is below it: what is below two of them is told twice, as by DVC. */
export function changesBelow(paths: Iterable<string>, old: DataIndex, now: DataIndex, options: ChangeOptions): IndexChange[] {
  const changes: IndexChange[] = [];
  const nested = isNested([...old.outs.keys(), ...now.outs.keys()]);
  for (const root of paths) {
    const part = ({ outs, parents }: DataIndex): DataIndex => {
      const own = outs.get(root);
      const below = nested ? outsBelow(outs, root) : own ? [own] : [];
      return { outs: new Map(below.map((out) => [out.path, out])), parents };
    };
    for (const change of changesOf(part(old), part(now), options)) changes.push(change);
  }
  return options.renames ? withRenames(changes) : changes;
}

function isNested(paths: readonly string[]): boolean {
  const all = new Set(paths);
  return paths.some((path) => {
    for (let slash = path.lastIndexOf('/'); slash > 0; slash = path.lastIndexOf('/', slash - 1)) {
      if (all.has(path.slice(0, slash))) return true;
    }
    return false;
  });
}

/** What an index has at or below a path; of a folder above it, what lies there. */
function outsBelow(outs: ReadonlyMap<string, IndexedOut>, root: string): IndexedOut[] {
  const found: IndexedOut[] = [];
  for (const out of outs.values()) {
    if (out.path === root || out.path.startsWith(`${root}/`)) found.push(out);
    else if (root.startsWith(`${out.path}/`)) {
      for (const entry of memberEntries(out)) {
        if (entry.path === root || entry.path.startsWith(`${root}/`)) found.push({ ...entry, members: undefined });
      }
    }
  }
  return found;
}

function changesOf(old: DataIndex, now: DataIndex, { granular, compare, unchanged }: ChangeOptions): IndexChange[] {
  const before = entriesOf(old, granular);
  const after = entriesOf(now, granular);
  const hidden = granular ? hiddenFolders([...old.outs.values(), ...now.outs.values()]) : [];
  const changes: IndexChange[] = [];
  const isHidden = (path: string): boolean => hidden.some((folder) => path.startsWith(folder));
  const [foldersBefore, foldersAfter] = [innerFolders(old, granular), innerFolders(now, granular)];
  const take = (path: string, one: DataEntry | undefined, other: DataEntry | undefined): void => {
    const was = one ?? folderAbove(old, path) ?? foldersBefore(path);
    const is = other ?? folderAbove(now, path) ?? foldersAfter(path);
    const kind = hidden.length > 0 && isHidden(path) ? 'unknown' : compare(was, is);
    if (kind !== 'unchanged' || unchanged) changes.push({ kind, old: was, new: is });
  };
  for (const [path, entry] of before) take(path, entry, after.get(path));
  for (const [path, entry] of after) if (!before.has(path)) take(path, undefined, entry);
  if (hidden.length === 0) return changes;
  for (const entry of [...now.outs.values()].flatMap(folderEntries)) {
    if (isHidden(entry.path) && !after.has(entry.path)) changes.push({ kind: 'unknown', old: undefined, new: entry });
  }
  return changes;
}

/** What is data in one state may be a folder with data in it in the other. */
function folderAbove({ parents }: DataIndex, path: string): DataEntry | undefined {
  return parents.has(path) ? { path, isFolder: true, hash: undefined, isBroken: false } : undefined;
}

/** Finds folders inside of outs; they are only looked for once something is missing. */
function innerFolders({ outs }: DataIndex, granular: boolean): (path: string) => DataEntry | undefined {
  let known: ReadonlyMap<string, DataEntry> | undefined;
  return (path) => {
    if (!granular) return undefined;
    known ??= new Map([...outs.values()].flatMap(folderEntries).map((entry) => [entry.path, entry]));
    return known.get(path);
  };
}

function entriesOf({ outs }: DataIndex, granular: boolean): Map<string, DataEntry> {
  const entries = new Map<string, DataEntry>();
  for (const out of outs.values()) {
    entries.set(out.path, out);
    if (granular) for (const entry of memberEntries(out)) entries.set(entry.path, entry);
  }
  return entries;
}

/** Folders, each with its `/`, of which nobody here knows what is in them. */
function hiddenFolders(outs: readonly IndexedOut[]): string[] {
  return outs.flatMap(({ isFolder, members, path, hash }) => (isFolder && hash && members === undefined ? [`${path}/`] : []));
}

/** Takes what was deleted and added with the same hash for renamed, in the order of paths, as DVC does. */
function withRenames(changes: readonly IndexChange[]): IndexChange[] {
  const inOrder = (kind: 'added' | 'deleted'): IndexChange[] => changes.filter((change) => change.kind === kind).sort(byPath);
  const deleted = new Map<string, IndexChange[]>();
  const added = inOrder('added');
  if (added.length === 0) return [...changes];
  for (const change of inOrder('deleted')) {
    const key = keyOf(change.old?.hash);
    const same = deleted.get(key);
    if (same) same.push(change);
    else deleted.set(key, [change]);
  }
  const result = changes.filter(({ kind }) => kind !== 'added' && kind !== 'deleted');
  for (const same of deleted.values()) same.reverse();
  for (const change of added) {
    const gone = change.new?.hash && deleted.get(keyOf(change.new.hash))?.pop();
    result.push(gone ? { kind: 'renamed', old: gone.old, new: change.new } : change);
  }
  for (const left of deleted.values()) for (const change of left) result.push(change);
  return result;
}

function keyOf(hash: Hash | undefined): string {
  return hash ? `${hash.name}:${hash.digest}` : '';
}

function byPath(a: IndexChange, b: IndexChange): number {
  return comparePaths((a.new ?? a.old)?.path ?? '', (b.new ?? b.old)?.path ?? '');
}

/** Python's order of tuples of names: name by name. */
function comparePaths(a: string, b: string): number {
  // A slash sorts before all that a name can hold, but for control characters.
  return compareCodePoints(a.replaceAll('/', '\0'), b.replaceAll('/', '\0'));
}
