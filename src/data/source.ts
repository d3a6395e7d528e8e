import type { Disposable } from '../core/disposable';
import type { Endangered, Loss } from './actions/losses';
import type { FolderLayout, LaidFolder } from './cache/folderLayouts';
import type { ContentPlace } from './content/place';
import type { CloudStatusAnswer, DataStatusAnswer, DiffAnswer, StatusAnswer } from './status/answers';
import type { DataError, DataStatus } from './status/status';
import type { RecordedContent, RecordedVersions, VersionsOptions } from './versions';

/** One of DVC's questions, with its flags. `folder`: where DVC would stand, in the repository; its root unless told. */
export type DataQuestion =
  | { readonly kind: 'status'; readonly root: string; readonly folder?: string }
  | { readonly kind: 'cloudStatus'; readonly root: string; readonly remote?: string }
  | {
      readonly kind: 'dataStatus';
      readonly root: string;
      /** Only untracked files are told from there, as by DVC. */
      readonly folder?: string;
      readonly granular?: boolean;
      /** Left out of the answer unless asked for, as in `dvc data status`. */
      readonly unchanged?: boolean;
      readonly untracked?: boolean;
      readonly notInRemote?: boolean;
      readonly remote?: string;
      /** Whether a path that went and one with the same content that came are a rename; DVC does so from 3.63 on, and so does this unless told. */
      readonly renames?: boolean;
    }
  | {
      readonly kind: 'diff';
      readonly root: string;
      /** HEAD unless told. */
      readonly from?: string;
      /** The working folder unless told. */
      readonly to?: string;
      readonly hashes?: boolean;
      readonly hideMissing?: boolean;
    };

interface Answers {
  readonly status: StatusAnswer;
  readonly cloudStatus: CloudStatusAnswer;
  readonly dataStatus: DataStatusAnswer;
  readonly diff: DiffAnswer;
}

/** What DVC would print, and what could not be read: the answer is of the rest. */
export interface DataAnswer<K extends DataQuestion['kind']> {
  readonly answer: Answers[K];
  readonly errors: readonly DataError[];
  /** What only a network could tell, a line each: imports from elsewhere, remotes that are no local folders. The answer is silent of it. */
  readonly unknown: readonly string[];
  /** How many stages there are, `.dvc` files among them. */
  readonly stages: number;
}

export interface CacheUsage {
  readonly bytes: number;
  readonly files: number;
}

/** Who tells how tracked data stands: the reader itself, or one in a thread of its own. */
export interface DataSource extends Disposable {
  /** The repositories that a folder is in, or holds at most two folders deep. */
  roots(folder: string): Promise<string[]>;
  /** Every tracked out of a repository and how it stands. Rejects when stopped; what can't be read becomes a row. */
  status(root: string, signal?: AbortSignal): Promise<DataStatus>;
  /** Answers as `dvc … --json` would. Rejects for what can't be answered at all: an unknown revision, a remote that isn't local. */
  answer<K extends DataQuestion['kind']>(question: DataQuestion & { readonly kind: K }, signal?: AbortSignal): Promise<DataAnswer<K>>;
  /** The files in and below tracked paths whose content is not in the cache: what would be lost if they were overwritten or removed. */
  losses(root: string, targets: readonly Endangered[], signal?: AbortSignal): Promise<readonly Loss[]>;
  /** How tracked folders lie that would lose that if they were laid as recorded. */
  layouts(root: string, folders: readonly LaidFolder[], signal?: AbortSignal): Promise<readonly FolderLayout[]>;
  /** Where the content lies that a path had in a commit. Rejects where the revision, or the path in it, isn't there. */
  placeAt(path: string, revision: string, signal?: AbortSignal): Promise<ContentPlace>;
  /** Where the content lies of a path that is tracked itself, or lies in what is tracked. Rejects where the list of files that is needed for it isn't here. */
  placeIn(root: string, path: string, content: RecordedContent, signal?: AbortSignal): Promise<ContentPlace>;
  /** What a commit recorded of a path, or of the folder that it was in; undefined where DVC tracked neither. Rejects where the revision isn't there. */
  recordedAt(path: string, revision: string, signal?: AbortSignal): Promise<RecordedContent | undefined>;
  /** What git has recorded of a tracked path, or of a file in a tracked folder; empty for a path that nothing has ever tracked. Absolute. */
  versions(root: string, target: string, options?: VersionsOptions, signal?: AbortSignal): Promise<RecordedVersions>;
  /** How much the repository's cache holds; slow where it holds much. */
  cacheUsage(root: string, signal?: AbortSignal): Promise<CacheUsage>;
}
