import type { DataError, OutStatus } from '../status/status';

/** What the thread that reads data is asked. `next` says that a piece has been taken, `stop` that nobody waits any more. */
export type ToDataWorker =
  | { readonly kind: 'roots'; readonly id: number; readonly folder: string }
  | { readonly kind: 'status'; readonly id: number; readonly root: string }
  | { readonly kind: 'next'; readonly id: number }
  | { readonly kind: 'stop'; readonly id: number }
  | { readonly kind: 'close' };

/** A part of a status, small enough to be taken in without a pause. */
export interface StatusPiece {
  readonly outs: readonly OutStatus[];
  readonly errors: readonly DataError[];
}

/** `mayEnd`: the thread knows nothing that it would have to find out again after an end. */
export type FromDataWorker =
  | { readonly kind: 'piece'; readonly id: number; readonly piece: StatusPiece }
  | { readonly kind: 'roots'; readonly id: number; readonly roots: string[]; readonly mayEnd: boolean }
  | { readonly kind: 'end'; readonly id: number; readonly mayEnd: boolean }
  | { readonly kind: 'error'; readonly id: number; readonly message: string; readonly mayEnd: boolean }
  | { readonly kind: 'log'; readonly line: string };
