import type { TreeChanges } from '../hashing/tree';
import type { HashName } from '../records/hashName';
import type { PlainValue } from '../records/plainValue';
import type { ImportSource } from '../records/stage';

/**
 * What stands where, in DVC's words. `not in cache` hides the others, as in `dvc status`; `unknown` is data that only its
 * remote can tell of; `error` is a row of a file that can't be read.
 */
export type DataState = 'unchanged' | 'modified' | 'deleted' | 'not in cache' | 'unknown' | 'error';

/** The workspace against what is recorded, whatever the cache holds. */
export type WorkspaceState = 'unchanged' | 'modified' | 'deleted' | 'unknown';

/**
 * What is recorded in the working folder against HEAD. Everything is `added` before the first commit; `unknown` where there is no git, or
 * the workspace isn't trusted.
 */
export type CommittedState = 'unchanged' | 'added' | 'modified' | 'renamed' | 'unknown';

/** One tracked file or folder. */
export interface OutStatus {
  /** Absolute. */
  readonly target: string;
  /** Relative to the repository's root, with `/`. */
  readonly path: string;
  readonly state: Exclude<DataState, 'error'>;
  readonly workspace: WorkspaceState;
  /** Whether all of it is in the cache; undefined where the cache doesn't hold it by intent. */
  readonly inCache: boolean | undefined;
  readonly isFolder: boolean;
  readonly digest: string | undefined;
  readonly hashName: HashName;
  /** As recorded: bytes, and files of a folder. */
  readonly size: number | undefined;
  readonly files: number | undefined;
  readonly description: string | undefined;
  /** What differs inside a folder; undefined for a file, and while the manifest is not known. */
  readonly changes: TreeChanges | undefined;
  /** The `.dvc` file or `dvc.lock`, absolute, the line of the entry from 1, and the stage's name in a pipeline. */
  readonly recordedIn: string;
  readonly line: number;
  readonly stage: string | undefined;
  /** The stage's address, as in `DataStatus.stages`. */
  readonly address: string;
  readonly kind: 'out' | 'metric' | 'plot';
  /** False for outs that git keeps. */
  readonly cached: boolean;
  /** Whether a run of its stage finds what the last one left: `persist` in the record. */
  readonly persistent: boolean;
  readonly committed: CommittedState;
  /** Of a renamed one, its path in HEAD. */
  readonly renamedFrom: string | undefined;
  /** Whether all of it is in its remote; undefined where that is not known natively: no remote, or one that is no local folder. */
  readonly inRemote: boolean | undefined;
  /** The remote that the record names; undefined for the default one. */
  readonly remote: string | undefined;
  readonly type: string | undefined;
  readonly labels: readonly string[];
  readonly meta: PlainValue | undefined;
  /** Where an import comes from. */
  readonly source: ImportSource | undefined;
}

/** Data that HEAD tracks and the working folder's records don't any more. */
export interface RemovedOut {
  /** Relative to the repository's root, with `/`. */
  readonly path: string;
  /** Absolute. */
  readonly target: string;
  readonly digest: string | undefined;
  readonly isFolder: boolean;
}

/** A row that stands for a file, or a piece of data, that can't be read. */
export interface DataError {
  readonly state: 'error';
  /** The file that is at fault, absolute. */
  readonly file: string;
  /** Relative to the repository's root, with `/`. */
  readonly path: string;
  readonly line: number;
  readonly message: string;
}

/** What of a stage differs: a dependency that git keeps is code, one that DVC keeps or that comes from elsewhere is data. */
export type StageDifference = 'command' | 'code' | 'data' | 'parameters' | 'outs' | 'checksum' | 'always changed';

/** How a dependency or a parameter stands, in the words of `dvc status`; `unknown` is what only a network could tell. */
export type DepState = 'unchanged' | 'modified' | 'deleted' | 'new' | 'unknown';

export interface DepStatus {
  /** Relative to the repository's root with `/`; outside of it absolute, or a URL as written. */
  readonly path: string;
  /** Absolute; undefined for what isn't in the file system. */
  readonly target: string | undefined;
  readonly kind: 'code' | 'data';
  readonly state: DepState;
  readonly source: ImportSource | undefined;
}

export interface ParamsStatus {
  /** The file, as a dependency's path. */
  readonly path: string;
  readonly target: string;
  /** By dotted name; a whole file that is deleted or new has its own `state`. */
  readonly keys: Readonly<Record<string, DepState>>;
  readonly state: DepState;
}

/** One stage of a pipeline, or a `.dvc` file, and what of it differs from the record. */
export interface StageStatus {
  /** DVC's name for it: `train`, `sub/dvc.yaml:train`, `data/x.csv.dvc`. */
  readonly address: string;
  /** The `.dvc` file or the `dvc.yaml`, absolute, and the line where it begins, from 1. */
  readonly file: string;
  readonly line: number;
  /** Undefined for a `.dvc` file. */
  readonly name: string | undefined;
  readonly description: string | undefined;
  readonly command: string | readonly string[] | undefined;
  readonly frozen: boolean;
  /** Whether the lock, or the `.dvc` file, holds an entry of it: one that doesn't has never run. */
  readonly isLocked: boolean;
  /** Empty where everything is as recorded. Deps of a frozen stage are not looked at, as in DVC: `unknown`. */
  readonly differences: readonly StageDifference[];
  readonly deps: readonly DepStatus[];
  readonly params: readonly ParamsStatus[];
  /** Paths of its outs, as in `DataStatus.outs` where they are in the repository. */
  readonly outs: readonly string[];
}

export interface RemoteStatus {
  readonly name: string;
  readonly url: string;
  readonly isDefault: boolean;
  /** Whether it is a folder of this machine, which can be compared natively. */
  readonly isLocal: boolean;
}

export interface DataStatus {
  /** The DVC repository's root, absolute. */
  readonly root: string;
  readonly outs: readonly OutStatus[];
  readonly errors: readonly DataError[];
  readonly stages: readonly StageStatus[];
  readonly removed: readonly RemovedOut[];
  readonly remotes: readonly RemoteStatus[];
  /** Absolute. */
  readonly cacheFolder: string;
  /** The commit that `committed` compares with; undefined before the first, without git, and without trust. */
  readonly head: string | undefined;
}

/** How many outs are in each state. */
export function countStates(status: Pick<DataStatus, 'outs' | 'errors'>): Record<DataState, number> {
  const counts: Record<DataState, number> = { unchanged: 0, modified: 0, deleted: 0, 'not in cache': 0, unknown: 0, error: 0 };
  for (const out of status.outs) counts[out.state]++;
  counts.error = status.errors.length;
  return counts;
}
