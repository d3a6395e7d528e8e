/** A file of a commit: its path from the DVC repository's root, with `/`, and the id of its content. */
export interface RevisionFile {
  readonly path: string;
  /** Equal ids mean equal bytes, so that what was parsed once need not be read again. */
  readonly id: string;
}

/**
 * What git holds of a DVC repository, asked by those who compare with a commit. Undefined in place of it where there is no git, or where
 * the workspace isn't trusted. Every question reads only.
 */
export interface Revisions {
  /** Whether the root is in a git repository at all. */
  tracks(root: string, signal?: AbortSignal): Promise<boolean>;
  /** The commit that a revision names; undefined where there is none, as before the first commit and without git. */
  commit(root: string, revision: string, signal?: AbortSignal): Promise<string | undefined>;
  /** The files at or below the root whose names end in one of these, of a commit. Repositories below are left out. */
  files(root: string, commit: string, endings: readonly string[], signal?: AbortSignal): Promise<readonly RevisionFile[]>;
  /** The contents of files by their ids, in one question; what isn't there is left out. */
  contents(root: string, ids: readonly string[], signal?: AbortSignal): Promise<ReadonlyMap<string, Buffer>>;
  /** The commits in which a file changed, newest first, with what the file was then; undefined where it was deleted. */
  history(root: string, path: string, most: number, signal?: AbortSignal): Promise<readonly FileRevision[]>;
  /** The files at or below the root that git neither tracks nor ignores. */
  untracked(root: string, signal?: AbortSignal): Promise<readonly string[]>;
  /** Stops what runs. */
  dispose(): void;
}

/** A file as one commit left it. */
export interface FileRevision {
  readonly commit: string;
  readonly subject: string;
  readonly author: string;
  /** Milliseconds since 1970. */
  readonly time: number;
  readonly tags: readonly string[];
  /** The id of the content; undefined where the commit deleted the file. */
  readonly id: string | undefined;
  /** The same in the commit's first parent; undefined where the commit made the file. */
  readonly before: string | undefined;
  /** The path that the file had then. */
  readonly path: string;
}
