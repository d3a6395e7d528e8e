import type { FileRevision } from '../revisions';
import type { FoundOut } from './recordHistory';

/** What a commit made of an out. */
export interface OutChange {
  readonly revision: FileRevision;
  readonly before: FoundOut | undefined;
  readonly now: FoundOut | undefined;
}

/** Changes of an out, newest first. */
export interface OutHistory {
  readonly changes: readonly OutChange[];
  /** Whether there is nothing older. */
  readonly isWhole: boolean;
  readonly unread: number;
}
