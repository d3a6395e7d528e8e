/** Where HEAD stands. An unborn branch has no commit yet. */
export type Head =
  | { readonly kind: 'branch'; readonly name: string; readonly commit: string }
  | { readonly kind: 'detached'; readonly commit: string }
  | { readonly kind: 'unborn'; readonly name: string };

export type ChangeKind = 'modified' | 'added' | 'deleted' | 'renamed' | 'copied' | 'type changed';

/** A tracked file that differs. Paths are relative to the repository's root, with `/`. */
export interface FileChange {
  readonly path: string;
  readonly kind: ChangeKind;
  /** The path before a rename or copy. */
  readonly from: string | undefined;
  readonly submodule: boolean;
  /** Of a submodule, what is different about it. */
  readonly within?: SubmoduleChange;
}

/** What `git status` tells of a submodule. */
export interface SubmoduleChange {
  /** The commit that is recorded on the older side; undefined where it is new. */
  readonly from: string | undefined;
  /** On the newer side; undefined where that is the working tree, or where it is gone. */
  readonly to: string | undefined;
  /** It stands at another commit. */
  readonly commits: boolean;
  /** Its tracked files are changed. */
  readonly modified: boolean;
  readonly untracked: boolean;
}

export interface Conflict {
  readonly path: string;
  /** In git's words: `both modified`, `deleted by us`, … */
  readonly kind: string;
}

/** Something begun in the repository that waits to be continued or given up. */
export interface Operation {
  readonly kind: 'merge' | 'rebase' | 'bisect' | 'cherry-pick' | 'revert' | 'am';
  /** The branch that a rebase or bisect left. */
  readonly branch: string | undefined;
  /** e.g. `2/5`. */
  readonly progress: string | undefined;
}

export interface Upstream {
  readonly name: string;
  /** Configured, but its branch isn't there (any more). */
  readonly gone: boolean;
  readonly ahead: number;
  readonly behind: number;
}

/** What `git status` tells of the working tree, without where it is. */
export interface TreeStatus {
  readonly head: Head;
  readonly upstream: Upstream | undefined;
  /** Index against HEAD. */
  readonly staged: readonly FileChange[];
  /** Working tree against index. */
  readonly changed: readonly FileChange[];
  /** Files, and folders (ending in `/`) in which nothing is tracked. */
  readonly untracked: readonly string[];
  readonly conflicted: readonly Conflict[];
}

export interface CodeStatus extends TreeStatus {
  /** The working tree's top folder, absolute. */
  readonly root: string;
  /** Where its HEAD and index are, absolute. */
  readonly gitDir: string;
  /** Where its refs are, absolute; another folder than `gitDir` in a linked worktree. */
  readonly commonDir: string;
  readonly operation: Operation | undefined;
}

export interface LocalBranch {
  readonly name: string;
  /** The commit's full hash. */
  readonly tip: string;
  readonly upstream: Upstream | undefined;
  readonly subject: string;
  readonly current: boolean;
}

export interface RemoteBranch {
  /** Without the remote's name. */
  readonly name: string;
  readonly remote: string;
  readonly tip: string;
  readonly subject: string;
}

export interface Tag {
  readonly name: string;
  /** The commit, also for an annotated tag. */
  readonly commit: string;
  readonly subject: string;
  readonly annotated: boolean;
}

export interface Refs {
  readonly local: readonly LocalBranch[];
  /** By remote's name; a remote without branches is there too. */
  readonly remotes: ReadonlyMap<string, readonly RemoteBranch[]>;
  /** Newest first. */
  readonly tags: readonly Tag[];
}

export interface Commit {
  readonly hash: string;
  readonly parents: readonly string[];
  readonly subject: string;
  readonly author: string;
  /** Milliseconds since the epoch, of the commit, not of its authoring. */
  readonly time: number;
  /** Full names of the branches and tags that point at it. */
  readonly refs: readonly string[];
}
