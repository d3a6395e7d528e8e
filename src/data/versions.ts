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
