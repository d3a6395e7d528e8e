import { ReadableStream } from 'node:stream/web';
import type { ErrorCode } from '../../core/errors';
import type { StoreInfo } from '../engine';
import type { RemoteOptions } from '../rest/options';
import type { OpenOptions } from '../sqlite/store';

/** The parts of an engine whose methods are called across the threads. */
export type Part = 'experiments' | 'runs' | 'metrics' | 'artifacts' | 'artifactTree' | 'loggedModels' | 'registry' | 'feed';

/** What the thread opens: the store of a folder, or a tracking server. Plain data, which crosses. */
export type StorePlace =
  { readonly folder: string; readonly options?: Omit<OpenOptions, 'log'> } | { readonly remote: Omit<RemoteOptions, 'log'> };

export interface PlainError {
  readonly code: ErrorCode;
  readonly message: string;
}

export type ToWorker =
  | { readonly kind: 'call'; readonly id: number; readonly part: Part; readonly method: string; readonly args: readonly unknown[] }
  | { readonly kind: 'watch' }
  | { readonly kind: 'unwatch' }
  | { readonly kind: 'close'; readonly id: number };

export type FromWorker =
  | { readonly kind: 'opened'; readonly info: StoreInfo }
  | { readonly kind: 'refused'; readonly error: PlainError }
  | { readonly kind: 'result'; readonly id: number; readonly value: unknown }
  | { readonly kind: 'error'; readonly id: number; readonly error: PlainError }
  | { readonly kind: 'changed' }
  | { readonly kind: 'log'; readonly line: string };

/** The streams among some values and directly in them: they go over to the other thread, which copies everything else. */
export function streamsIn(values: readonly unknown[]): ReadableStream[] {
  return values
    .flatMap((value): unknown[] => (isPlain(value) ? Object.values(value) : [value]))
    .filter((value): value is ReadableStream => value instanceof ReadableStream);
}

function isPlain(value: unknown): value is object {
  return typeof value === 'object' && value !== null && Object.getPrototypeOf(value) === Object.prototype;
}
