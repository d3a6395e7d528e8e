import { compareTrees, type TreeChanges } from '../hashing/tree';
import type { ManifestEntry } from '../hashing/manifest';
import type { ImportSource, Stage, StageOut } from '../records/stage';
import type { DataIndex } from './dataIndex';
import { byHash, indexChanges } from './indexChanges';
import { importDep, pathWithin, type KeptOut } from './recordedIndex';
import { isAlwaysChanged, isChecksumChanged, isCommandChanged, type DepState, type OutState, type StageState } from './stageState';
import type {
  CommittedState,
  DepStatus,
  OutStatus,
  ParamsStatus,
  RemovedOut,
  StageDifference,
  StageStatus,
  WorkspaceState,
} from './status';

/** What of the view's status concerns commits, by path. */
export interface Committed {
  readonly states: ReadonlyMap<string, { readonly state: CommittedState; readonly from: string | undefined }>;
  readonly removed: readonly Omit<RemovedOut, 'target'>[];
}

/** Compares outs with those of HEAD; without one (no git, no trust) nothing is known. */
export function committedStates(head: DataIndex | undefined, recorded: DataIndex): Committed {
  const states = new Map<string, { state: CommittedState; from: string | undefined }>();
  const removed: Omit<RemovedOut, 'target'>[] = [];
  if (!head) return { states, removed };
  for (const { kind, old, new: now } of indexChanges(head, recorded, {
    compare: byHash,
    granular: false,
    renames: true,
    unchanged: true,
  })) {
    if (kind === 'deleted' && old && !recorded.outs.has(old.path))
      removed.push({ path: old.path, digest: old.hash?.digest, isFolder: old.isFolder });
    else if (now) {
      const state = kind === 'deleted' || kind === 'unknown' ? 'modified' : kind;
      states.set(now.path, { state, from: kind === 'renamed' ? old?.path : undefined });
    }
  }
  return { states, removed };
}

/** What a row of the view is made of. */
export interface OutFacts {
  readonly root: string;
  readonly stage: Stage;
  readonly checked: OutState;
  /** Of a folder, where it is known. */
  readonly manifest: readonly ManifestEntry[] | undefined;
  readonly committed: Committed;
  /** Whether there is a commit to compare with. */
  readonly hasHead: boolean;
  readonly inRemote: boolean | undefined;
}

/** Undefined for an out that lies outside of the file system. */
export function outStatus({ root, stage, checked, manifest, committed, hasHead, inRemote }: OutFacts): OutStatus | undefined {
  const { out, state, found, inCache } = checked;
  const { target, recorded, cached } = out;
  if (target === undefined) return undefined;
  const path = pathWithin(root, target) ?? target;
  const workspace = workspaceState(checked);
  const known = committed.states.get(path);
  const source: ImportSource | undefined = importDep(stage)?.source;
  return {
    target,
    path,
    state: state === 'not in cache' ? state : workspace,
    workspace,
    inCache,
    isFolder: recorded?.digest.endsWith('.dir') ?? found?.kind === 'folder',
    digest: recorded?.digest,
    hashName: recorded?.hashName ?? 'md5',
    size: recorded?.size,
    files: recorded?.files,
    description: out.description,
    changes: changesOf(checked, manifest),
    recordedIn: stage.file,
    line: out.line,
    stage: stage.name,
    address: stage.address,
    kind: out.kind,
    cached,
    persistent: out.persistent,
    committed: committedState(out, hasHead, known?.state),
    renamedFrom: known?.from,
    inRemote,
    remote: out.remote,
    type: out.type,
    labels: out.labels,
    meta: out.meta,
    source,
  };
}

/** What git keeps is git's to tell of; what was never committed to DVC has no hash to compare. */
function committedState({ cached, recorded }: StageOut, hasHead: boolean, known: CommittedState = 'unchanged'): CommittedState {
  return !hasHead || !cached || (!recorded && known === 'unchanged') ? 'unknown' : known;
}

function workspaceState({ out, state, found }: OutState): WorkspaceState {
  if (state !== 'not in cache') return state === 'update available' ? 'modified' : state;
  if (!found) return 'unknown';
  if (found.kind === 'absent') return 'deleted';
  if (found.kind === 'broken') return 'modified';
  const { recorded } = out;
  return found.hash.digest === recorded?.digest && found.hash.name === recorded.hashName ? 'unchanged' : 'modified';
}

function changesOf({ found }: OutState, manifest: readonly ManifestEntry[] | undefined): TreeChanges | undefined {
  if (found?.kind !== 'folder' || !manifest) return undefined;
  return compareTrees(
    manifest,
    found.members.files.map(({ path, digest }) => ({ path, digest: digest ?? '' })),
  );
}

/** A stage with what of it differs. */
export function stageStatus(root: string, state: StageState, isData: (target: string) => boolean): StageStatus {
  const { stage, params } = state;
  const deps = depStatuses(root, state, isData);
  const found = params.map((each): ParamsStatus => {
    const keys = Object.fromEntries(each.keys);
    const differs = each.problem !== undefined ? 'unknown' : (each.whole ?? (each.keys.size > 0 ? 'modified' : 'unchanged'));
    return { path: pathWithin(root, each.params.target) ?? each.params.target, target: each.params.target, keys, state: differs };
  });
  return {
    address: stage.address,
    file: stage.file,
    line: stage.line,
    name: stage.name,
    description: stage.description,
    command: stage.command,
    frozen: stage.frozen,
    isLocked: stage.isLocked,
    differences: differences(state, deps, found),
    deps,
    params: stage.frozen ? stage.params.map(({ target }) => unlooked(root, target)) : found,
    outs: stage.outs.map(({ path, target }) => (target === undefined ? path : (pathWithin(root, target) ?? target))),
  };
}

function unlooked(root: string, target: string): ParamsStatus {
  return { path: pathWithin(root, target) ?? target, target, keys: {}, state: 'unknown' };
}

function depStatuses(root: string, { stage, deps }: StageState, isData: (target: string) => boolean): DepStatus[] {
  const looked = new Map<Stage['deps'][number], DepState>(deps.map((each) => [each.dep, each]));
  return stage.deps.map((dep) => {
    const { path, target, source } = dep;
    const state = looked.get(dep)?.state ?? 'unknown';
    const kind = source !== undefined || target === undefined || isData(target) ? 'data' : 'code';
    return {
      path: target === undefined ? path : (pathWithin(root, target) ?? target),
      target,
      kind,
      state: state === 'update available' || state === 'not in cache' ? 'modified' : state,
      source,
    };
  });
}

function differences({ stage, outs }: StageState, deps: readonly DepStatus[], params: readonly ParamsStatus[]): StageDifference[] {
  const differs = ({ state }: { readonly state: string }): boolean => state !== 'unchanged' && state !== 'unknown';
  const changed = deps.filter(differs);
  return [
    ...(isCommandChanged(stage) ? (['command'] as const) : []),
    ...(changed.some(({ kind }) => kind === 'code') ? (['code'] as const) : []),
    ...(changed.some(({ kind }) => kind === 'data') ? (['data'] as const) : []),
    ...(params.some(differs) ? (['parameters'] as const) : []),
    ...(outs.some(differs) ? (['outs'] as const) : []),
    ...(isChecksumChanged(stage) ? (['checksum'] as const) : []),
    ...(isAlwaysChanged(stage) ? (['always changed'] as const) : []),
  ];
}

/** Tells whether a path is data: an out that DVC keeps, in one, or with one in it. */
export function dataPaths(outs: readonly KeptOut[]): (target: string) => boolean {
  const targets = new Set(outs.map(({ target }) => target));
  return (target) => {
    for (const path of targets) if (target === path || isBelow(path, target) || isBelow(target, path)) return true;
    return false;
  };
}

function isBelow(folder: string, path: string): boolean {
  return pathWithin(folder, path) !== undefined;
}
