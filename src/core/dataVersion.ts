import type { DataMetadata } from './dataMetadata';

/**
 * Whether data can be had again by the commit alone.
 * - `modified`: it is not what its record (`.dvc` file or `dvc.lock`) says
 * - `uncommitted`: it is what the record says, but the record is not as HEAD has it
 * - `committed`: it is what the record says, and HEAD has that
 */
export type DataUseState = 'committed' | 'uncommitted' | 'modified';

/** The version of a file or a folder that DVC tracks, as its `.dvc` file or `dvc.lock` says, and what is there. */
export interface DataVersion {
  /** The tracked path, absolute. */
  readonly path: string;
  /** DVC's hash, e.g. an MD5, with `.dir` for a folder; of what is there, where nothing is recorded yet. */
  readonly digest: string;
  readonly size: number | undefined;
  readonly files: number | undefined;
  /** The file that records it, absolute. */
  readonly recordedIn: string;
  /** The hash of what is there now, of the same kind; absent where that wasn't looked at, or isn't there. */
  readonly found?: string;
  /** Absent where it isn't known: without git nobody can tell `committed`. */
  readonly state?: DataUseState;
  /** What `dvc commit` takes to record what is there: a `.dvc` file (absolute), or a stage's address. */
  readonly commitTarget?: string;
  readonly metadata?: DataMetadata;
}

/** What whoever has read a file already knows of it, so that it isn't read again. */
export interface KnownContent {
  /** Of the file's bytes as they are. */
  readonly md5: string;
}

/** Undefined where the path is not tracked by DVC. */
export type ReadDataVersion = (path: string, known?: KnownContent) => Promise<DataVersion | undefined>;
