/** Lies beside the HEAD of each working tree that was made for a run. */
export const RESTORED_NOTE = 'ml-tracking.json';

/** Keep the trees that were restored from being cleaned up by git. */
export const RESTORED_REFS = 'refs/ml-tracking/trees/';

/** What a working tree was made for, and what it held then. */
export interface RestoredNote {
  readonly run: { readonly id: string; readonly name: string } | undefined;
  readonly commit: string;
  /** The commit's tree with the patch in it. */
  readonly tree: string;
  /** Milliseconds since the epoch. */
  readonly time: number;
}
