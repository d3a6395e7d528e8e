/** One entry of a stage in `dvc status --json`; the states are DVC's words. */
export type StageChange =
  | 'changed command'
  | 'changed checksum'
  | 'always changed'
  | { readonly 'changed deps': Readonly<Record<string, string | Readonly<Record<string, string>>>> }
  | { readonly 'changed outs': Readonly<Record<string, string>> };

/** What `dvc status --json` prints: the stages that differ, by their addresses; `{}` when everything is as recorded. */
export type StatusAnswer = Readonly<Record<string, readonly StageChange[]>>;

/** What `dvc status --cloud --json` prints: paths to `new`, `deleted` or `missing`. */
export type CloudStatusAnswer = Readonly<Record<string, string>>;

export interface Renamed {
  readonly old: string;
  readonly new: string;
}

/** The differences between two states, as `dvc data status` groups them; tracked folders end with a separator. */
export interface DataChanges {
  readonly added?: readonly string[];
  readonly modified?: readonly string[];
  readonly deleted?: readonly string[];
  readonly renamed?: readonly Renamed[];
  /** What only a manifest that isn't here could tell. */
  readonly unknown?: readonly string[];
}

/** What `dvc data status --json` prints; keys without content are left out, so that a clean repository is `{}`. */
export interface DataStatusAnswer {
  readonly not_in_cache?: readonly string[];
  readonly not_in_remote?: readonly string[];
  /** HEAD against what is recorded in the working folder. */
  readonly committed?: DataChanges;
  /** What is recorded against the files. */
  readonly uncommitted?: DataChanges;
  readonly untracked?: readonly string[];
  readonly unchanged?: readonly string[];
  readonly git?: Readonly<Record<string, unknown>>;
}

export interface DiffEntry {
  readonly path: string;
  /** Null where nothing was committed. */
  readonly hash?: string | null | { readonly old: string | null; readonly new: string | null };
}

/** What `dvc diff --json` prints, each list in the order of its paths; `{}` when equal. */
export interface DiffAnswer {
  readonly added?: readonly DiffEntry[];
  readonly deleted?: readonly DiffEntry[];
  readonly modified?: readonly DiffEntry[];
  readonly renamed?: readonly { readonly path: Renamed; readonly hash?: string | null }[];
  readonly 'not in cache'?: readonly DiffEntry[];
}
