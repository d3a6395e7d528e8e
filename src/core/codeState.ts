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
  /** What differs from the commit, tracked files only, as `git apply --index` takes it; undefined when clean or too large. */
  readonly patch: string | undefined;
}

/** Undefined where the folder is in no repository, or git is not installed. */
export type ReadCodeState = (folder: string) => Promise<CodeState | undefined>;
