import type { BackendPlace } from '../backend/place';
import type { NetworkConfig } from '../network';

/** Memory that all workers and the main thread see. */
export interface SharedMemory {
  /** Images × 784 pixels, and their labels: first those to train on, then those to validate on. */
  readonly trainImages: SharedArrayBuffer;
  readonly trainLabels: SharedArrayBuffer;
  readonly testImages: SharedArrayBuffer;
  readonly testLabels: SharedArrayBuffer;
  /** Float32: all trainable weights. The start, then the state after each epoch. */
  readonly weights: SharedArrayBuffer;
  /** Float32: two sets of one gradient a shard. */
  readonly gradients: SharedArrayBuffer;
  /** Float64: loss and count of right answers for each shard, two sets. */
  readonly scores: SharedArrayBuffer;
  /** Float32: test images × classes. */
  readonly probabilities: SharedArrayBuffer;
  /** Int32: the barrier's count and its generation. */
  readonly barrier: SharedArrayBuffer;
  /** Int32: how many shards are taken of an even batch, of an odd one, of an evaluation. */
  readonly taken: SharedArrayBuffer;
}

/** What a worker is told at its start. */
export interface Assignment {
  readonly worker: number;
  readonly workers: number;
  readonly backend: BackendPlace;
  readonly network: NetworkConfig;
  readonly learningRate: number;
  readonly seed: number;
  readonly shuffle: boolean;
  readonly batchSize: number;
  /** Images that are differentiated in one go. A batch is cut into shards of it, however many workers there are. */
  readonly shardSize: number;
  readonly training: number;
  readonly validation: number;
  readonly test: number;
  readonly memory: SharedMemory;
}

export type Command = { readonly type: 'epoch'; readonly epoch: number } | { readonly type: 'test' };

export type Report =
  | { readonly type: 'ready' }
  /** `loss` and `accuracy` are means over the batch; `elapsed` ms of training since the epoch began. */
  | {
      readonly type: 'batch';
      readonly batch: number;
      readonly size: number;
      readonly loss: number;
      readonly accuracy: number;
      readonly elapsed: number;
    }
  | {
      readonly type: 'epoch';
      readonly epoch: number;
      readonly loss: number;
      readonly accuracy: number;
      readonly validation: { readonly loss: number; readonly accuracy: number } | undefined;
      /** Milliseconds of training and of validation. */
      readonly trainingTime: number;
      readonly validationTime: number;
    }
  | { readonly type: 'test'; readonly loss: number; readonly accuracy: number };

/** Images that are evaluated in one go. */
export const EVALUATION_SHARD = 250;

export function shardsOf(images: number, shardSize: number): number {
  return Math.ceil(images / shardSize);
}
