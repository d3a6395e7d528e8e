import type { HashName } from '../records/dvcFile';
import type { TreeChanges } from '../hashing/tree';

/**
 * What stands where, in DVC's words. `not in cache` hides the others, as in `dvc status`; `unknown` is data that only its
 * remote can tell of; `error` is a row of a file that can't be read.
 */
export type DataState = 'unchanged' | 'modified' | 'deleted' | 'not in cache' | 'unknown' | 'error';

/** The workspace against what is recorded, whatever the cache holds. */
export type WorkspaceState = 'unchanged' | 'modified' | 'deleted' | 'unknown';

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

export interface DataStatus {
  /** The DVC repository's root, absolute. */
  readonly root: string;
  readonly outs: readonly OutStatus[];
  readonly errors: readonly DataError[];
}

/** How many outs are in each state. */
export function countStates(status: DataStatus): Record<DataState, number> {
  const counts: Record<DataState, number> = { unchanged: 0, modified: 0, deleted: 0, 'not in cache': 0, unknown: 0, error: 0 };
  for (const out of status.outs) counts[out.state]++;
  counts.error = status.errors.length;
  return counts;
}
