import type { ErrorCode } from '../../core/errors';
import type { StoreInfo } from '../engine';

/** The parts of an engine whose methods are called across the threads. */
export type Part = 'experiments' | 'runs' | 'metrics' | 'artifacts' | 'loggedModels' | 'registry' | 'feed';

export interface WorkerStart {
  readonly folder: string;
  readonly options: { readonly create?: boolean; readonly readOnly?: boolean; readonly busyTimeout?: number };
}

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
