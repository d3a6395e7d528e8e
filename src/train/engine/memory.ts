import { EVALUATION_SHARD, shardsOf, type SharedMemory } from './assignment';

/** Images × 784 pixels of 0…255, row by row, and their labels. */
export interface LabelledImages {
  readonly images: Uint8Array;
  readonly labels: Uint8Array;
}

/** Lays out what the workers share. `parameters` counts the floats of all trainable weights. */
export function shareMemory(options: {
  train: LabelledImages;
  test: LabelledImages;
  parameters: number;
  classes: number;
  batchSize: number;
  shardSize: number;
}): SharedMemory {
  const { train, test, parameters, classes } = options;
  const shards = shardsOf(options.batchSize, options.shardSize);
  const evaluated = shardsOf(Math.max(train.labels.length, test.labels.length), EVALUATION_SHARD);
  return {
    trainImages: shared(train.images),
    trainLabels: shared(train.labels),
    testImages: shared(test.images),
    testLabels: shared(test.labels),
    weights: new SharedArrayBuffer(parameters * 4),
    gradients: new SharedArrayBuffer(2 * shards * parameters * 4),
    scores: new SharedArrayBuffer(2 * Math.max(2 * shards, evaluated) * 8),
    probabilities: new SharedArrayBuffer(test.labels.length * classes * 4),
    barrier: new SharedArrayBuffer(8),
    taken: new SharedArrayBuffer(12),
  };
}

function shared(bytes: Uint8Array): SharedArrayBuffer {
  const memory = new SharedArrayBuffer(bytes.length);
  new Uint8Array(memory).set(bytes);
  return memory;
}
