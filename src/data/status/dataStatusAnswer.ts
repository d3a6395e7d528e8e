import { sep } from 'node:path';
import type { DataChanges, DataStatusAnswer, Renamed } from './answers';
import type { DataEntry, DataIndex } from './dataIndex';
import { memberEntries } from './dataIndex';
import { byHash, indexChanges, type IndexChange } from './indexChanges';

/** What `dvc data status` compares. */
export interface DataStates {
  readonly recorded: DataIndex;
  readonly workspace: DataIndex;
  /** What HEAD records, empty before the first commit; undefined without git. */
  readonly head: DataIndex | undefined;
}

export interface DataStatusFlags {
  readonly granular: boolean;
  readonly unchanged: boolean;
  readonly renames: boolean;
}

/** What DVC finds out beside comparing. */
export interface DataStatusExtras {
  readonly notInCache: readonly DataEntry[];
  readonly notInRemote: readonly DataEntry[];
  /** Undefined where they are not asked for. */
  readonly untracked: readonly string[] | undefined;
}

type Grouped = DataChanges & { readonly unchanged: readonly string[] };

/** Puts together what `dvc data status --json` prints. */
export function dataStatusAnswer(states: DataStates, flags: DataStatusFlags, extras: DataStatusExtras): DataStatusAnswer {
  const { recorded, workspace, head } = states;
  const options = { ...flags, compare: byHash };
  const { unchanged, ...uncommitted } = grouped(indexChanges(recorded, workspace, options));
  const { unchanged: unchangedSince, ...committed } = head ? grouped(indexChanges(head, recorded, options)) : { unchanged: undefined };
  const since = unchangedSince && new Set(unchangedSince);
  const both = flags.unchanged ? unchanged.filter((path) => since?.has(path) ?? true) : [];
  return {
    ...named('not_in_cache', extras.notInCache.map(entryPath)),
    ...named('not_in_remote', extras.notInRemote.map(entryPath)),
    ...(Object.keys(committed).length > 0 && { committed }),
    ...(Object.keys(uncommitted).length > 0 && { uncommitted }),
    ...named('untracked', (extras.untracked ?? []).map(nativePath)),
    ...named('unchanged', both),
  };
}

/** What is recorded with a hash: outs, and where it is granular their files. */
export function hashedEntries({ outs }: DataIndex, granular: boolean): DataEntry[] {
  const entries: DataEntry[] = [];
  for (const out of outs.values()) {
    if (out.hash) entries.push(out);
    if (granular) for (const entry of memberEntries(out)) if (entry.hash) entries.push(entry);
  }
  return entries;
}

/** As DVC writes paths: folders end with a separator, which is the system's. */
export function entryPath({ path, isFolder }: Pick<DataEntry, 'path' | 'isFolder'>): string {
  return nativePath(isFolder ? `${path}/` : path);
}

export function nativePath(path: string): string {
  return sep === '/' ? path : path.replaceAll('/', sep);
}

function grouped(changes: readonly IndexChange[]): Grouped {
  const groups: Record<Exclude<IndexChange['kind'], 'renamed'>, string[]> = {
    added: [],
    modified: [],
    deleted: [],
    unknown: [],
    unchanged: [],
  };
  const renamed: Renamed[] = [];
  for (const { kind, old, new: now } of changes) {
    if (kind === 'renamed' && old && now) renamed.push({ old: entryPath(old), new: entryPath(now) });
    if (kind === 'renamed') continue;
    if (kind === 'unchanged' && !old?.hash && !now?.hash) continue;
    if (kind === 'unknown' && !now) continue;
    groups[kind].push(changedPath(kind, old, now));
  }
  const { unchanged, ...told } = groups;
  return {
    ...(Object.fromEntries(Object.entries(told).filter(([, paths]) => paths.length > 0)) as DataChanges),
    ...named('renamed', renamed),
    unchanged,
  };
}

/** A path is a folder's where it is one now; what is a link to nowhere now, or gone, where it was. */
function changedPath(kind: IndexChange['kind'], old: DataEntry | undefined, now: DataEntry | undefined): string {
  const path = (kind === 'added' ? now : (old ?? now))?.path ?? '';
  const shape = now && !now.isBroken ? now : (old ?? now);
  return entryPath({ path, isFolder: shape?.isFolder ?? false });
}

function named<K extends string, T>(key: K, list: readonly T[]): { readonly [key in K]?: readonly T[] } {
  return (list.length > 0 ? { [key]: list } : {}) as { readonly [key in K]?: readonly T[] };
}
