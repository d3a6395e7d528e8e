import type { HashName } from '../records/hashName';
import type { Hashed } from './hashWork';

/** More than there are pieces of work that wait in one thread. */
export const STOP_PLACES = 8;

/** Told to a thread when it is made. */
export interface HashThreadData {
  /** Ids of work that is to be given up, each in the place of its remainder by STOP_PLACES; looked at between two chunks of a file. */
  readonly stop: SharedArrayBuffer;
}

export type ToHashThread =
  | { readonly kind: 'stats'; readonly id: number; readonly paths: readonly string[] }
  | { readonly kind: 'hash'; readonly id: number; readonly paths: readonly string[]; readonly name: HashName };

export type FromHashThread =
  | { readonly kind: 'stats'; readonly id: number; readonly values: BigInt64Array<ArrayBuffer> }
  | { readonly kind: 'hashed'; readonly id: number; readonly hashed: Hashed }
  | { readonly kind: 'error'; readonly id: number; readonly message: string; readonly code: string };
