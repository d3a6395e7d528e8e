import type { TransferKind, TransferOptions, TransferProgress, TransferResult } from './transfers';

/** Told to a thread when it is made: it does this one thing. */
export interface TransferThreadData {
  readonly kind: TransferKind;
  readonly root: string;
  readonly options: TransferOptions;
  /** The bundle of the hashing threads, `dist/hashWorker.js`; undefined where files are hashed in this one. */
  readonly hashWorker: string | undefined;
}

export type ToTransferThread = { readonly kind: 'stop' };

export type FromTransferThread =
  | { readonly kind: 'log'; readonly line: string }
  | { readonly kind: 'progress'; readonly progress: TransferProgress }
  | { readonly kind: 'done'; readonly result: TransferResult }
  | { readonly kind: 'error'; readonly message: string; readonly isBusy: boolean };
