/** What a run remembers of the code that made it. */
export interface CodeState {
  /** The repository's top folder. */
  readonly root: string;
  /** Undefined while there is no commit yet. */
  readonly commit: string | undefined;
  /** Undefined with a detached HEAD. */
  readonly branch: string | undefined;
  /** The URL of the upstream's remote, else of `origin`, without a password. */
  readonly remote: string | undefined;
  readonly dirty: boolean;
  /** What differs from the commit, small untracked files included, as `git apply` takes it; undefined when clean or too large. */
  readonly patch: string | undefined;
  /** How many untracked files the patch makes; they don't count as `dirty`. Absent: none. */
  readonly untracked?: number;
  /** What the patch doesn't hold. Absent: nothing. */
  readonly leftOut?: readonly LeftOut[];
}

/** A file whose changes, or which, untracked as it is, is not kept with a run. */
export interface LeftOut {
  /** Relative to the root, with `/`. */
  readonly path: string;
  readonly reason: 'too large' | 'may hold a secret' | 'one of too many';
}

/** Where a run's artifacts hold its code. */
export const CodeArtifact = {
  patch: 'code/uncommitted.patch',
  /** Lines of `reason<TAB>path`. */
  leftOut: 'code/left_out.txt',
} as const;

/** Undefined where the folder is in no repository, or git is not installed. */
export type ReadCodeState = (folder: string) => Promise<CodeState | undefined>;
