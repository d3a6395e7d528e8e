import type { HashName } from './records/hashName';

/** A data set as a commit recorded it, where that differs from the commit before. */
export interface RecordedVersion {
  readonly commit: string;
  readonly subject: string;
  readonly author: string;
  /** Milliseconds since 1970. */
  readonly time: number;
  readonly tags: readonly string[];
  /** Undefined where the commit stopped tracking the data. */
  readonly digest: string | undefined;
  readonly hashName: HashName;
  /** As recorded: bytes, and files of a folder. */
  readonly size: number | undefined;
  readonly files: number | undefined;
  /** The path then, from the DVC repository's root, with `/`. */
  readonly path: string;
  /** Whether the cache has it all; undefined where that can't be told. */
  readonly inCache: boolean | undefined;
}

/** What the working folder's record says now, where the newest commit says something else. */
export type RecordedNow = Pick<RecordedVersion, 'digest' | 'hashName' | 'size' | 'files' | 'path' | 'inCache'>;

/** The history of a data set. */
export interface RecordedVersions {
  /** Newest first. */
  readonly versions: readonly RecordedVersion[];
  /** Whether there are older ones. */
  readonly more: boolean;
  /** Undefined where the record is as the newest version has it, and where there is none. */
  readonly now: RecordedNow | undefined;
  /** How many commits could not be read: a broken record, or, for a file in a tracked folder, a manifest that isn't here. */
  readonly unread: number;
}

/** Tracked content as a record names it. */
export interface RecordedContent {
  /** What is tracked: the data itself, or the folder that it is in. Absolute. */
  readonly target: string;
  readonly hashName: HashName;
  readonly digest: string;
  /** The remote that the record names. */
  readonly remote?: string;
}

export interface VersionsOptions {
  /** So many versions, the newest. */
  readonly most?: number;
}
