import type { LaidFolder } from '../cache/folderLayouts';
import type { OutStatus } from '../status/status';
import type { ActionOptions } from './dvcRunner';
import type { Kept } from './keptData';
import type { Loss } from './losses';

/** Takes an action back; gives the data that was changed since, and so had to be kept. Rejects where records have been changed since. */
export type Undo = () => Promise<readonly Kept[]>;

/** What an action is about to do, looked up before it is done. */
export interface Plan {
  readonly root: string;
  readonly outs: readonly OutStatus[];
  /** The outs, or the files and folders in them, that it is about; relative to the root, with `/`. */
  readonly paths: readonly string[];
  /** Files whose content is nowhere else: they must be kept, or the action not done. */
  readonly losses: readonly Loss[];
  /** Folders, or parts of them, whose files may lie otherwise afterwards. */
  readonly folders: readonly LaidFolder[];
  /** Looks anew: somebody may have written since, while a question was open. */
  readonly again: (signal?: AbortSignal) => Promise<Plan>;
  /** Outs that can't be made because the cache lacks some of them. */
  readonly missing: readonly OutStatus[];
}

/** What was done. */
export interface Done {
  /** Undefined where nothing is to be taken back. */
  readonly undo: Undo | undefined;
  readonly kept: Kept | undefined;
  /** What could not be done, in one line each. */
  readonly problems: readonly string[];
}

export interface ChosenOptions extends ActionOptions {
  /** The word of a person that what would be lost is to be moved to where it can be brought back from. */
  readonly keep?: boolean;
}
