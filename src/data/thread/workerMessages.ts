import type { Endangered, Loss } from '../actions/losses';
import type { FolderLayout, LaidFolder } from '../cache/folderLayouts';
import type { ContentPlace } from '../content/place';
import type { CacheUsage, DataAnswer, DataQuestion } from '../source';
import type { DataStatus } from '../status/status';
import type { RecordedContent, RecordedVersions, VersionsOptions } from '../versions';
import type { ValuePiece } from './valuePieces';

/** The questions of a DataSource. */
export type ThreadQuestion =
  | { readonly of: 'roots'; readonly folder: string }
  | { readonly of: 'status'; readonly root: string }
  | { readonly of: 'answer'; readonly question: DataQuestion }
  | { readonly of: 'losses'; readonly root: string; readonly targets: readonly Endangered[] }
  | { readonly of: 'layouts'; readonly root: string; readonly folders: readonly LaidFolder[] }
  | { readonly of: 'placeAt'; readonly path: string; readonly revision: string }
  | { readonly of: 'placeIn'; readonly root: string; readonly path: string; readonly content: RecordedContent }
  | { readonly of: 'recordedAt'; readonly path: string; readonly revision: string }
  | { readonly of: 'versions'; readonly root: string; readonly target: string; readonly options: VersionsOptions }
  | { readonly of: 'cacheUsage'; readonly root: string };

/** What they are answered with. */
export interface ThreadAnswers {
  readonly roots: string[];
  readonly status: DataStatus;
  readonly answer: DataAnswer<DataQuestion['kind']>;
  readonly losses: readonly Loss[];
  readonly layouts: readonly FolderLayout[];
  readonly placeAt: ContentPlace;
  readonly placeIn: ContentPlace;
  readonly recordedAt: RecordedContent | undefined;
  readonly versions: RecordedVersions;
  readonly cacheUsage: CacheUsage;
}

/** What the thread that reads data is told. `next` says that a piece has been taken, `stop` that nobody waits any more. */
export type ToDataWorker =
  | { readonly kind: 'ask'; readonly id: number; readonly question: ThreadQuestion }
  | { readonly kind: 'next'; readonly id: number }
  | { readonly kind: 'stop'; readonly id: number }
  | { readonly kind: 'close' };

/** `mayEnd`: the thread knows nothing that it would have to find out again after an end. */
export type FromDataWorker =
  | { readonly kind: 'piece'; readonly id: number; readonly piece: ValuePiece }
  | { readonly kind: 'end'; readonly id: number; readonly mayEnd: boolean }
  | { readonly kind: 'error'; readonly id: number; readonly message: string; readonly mayEnd: boolean }
  | { readonly kind: 'log'; readonly line: string };

/** What a thread is started with. */
export interface DataWorkerData {
  /** Where git may be, best first; undefined where nobody may run it: in a workspace that isn't trusted. */
  readonly git: readonly string[] | undefined;
  /** The bundled worker of a HashPool; undefined where the thread hashes by itself. */
  readonly hashWorker: string | undefined;
}
