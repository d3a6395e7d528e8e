import { performance } from 'node:perf_hooks';
import { IMAGE_PIXELS } from '../network';
import { EVALUATION_SHARD, shardsOf, type Assignment, type Report } from './assignment';
import { Barrier } from './barrier';
import { fillDropoutMask, permutation, randomBits } from './random';
import type { Sample, TrainingStep } from './trainingStep';

/** Keys of the random streams, so that none is drawn twice. */
const ORDER = 1;
const DROPOUT = 2;

/** Which count of taken shards an evaluation uses. */
const EVALUATION = 2;

/**
 * One worker's share of a training. A batch is cut into shards of a fixed size; each worker takes the next until all are
 * differentiated, so that one that is held up by the machine has less to do; then each
 * adds all shards' gradients in the same order and takes the same step, so that their weights stay equal to the bit and
 * do not depend on the number of workers.
 */
export class ShareTrainer {
  private readonly barrier: Barrier;
  private readonly gradients: Float32Array;
  private readonly scores: Float64Array;
  private readonly taken: Int32Array;
  private readonly sum: Float32Array;
  private readonly shards: number;
  private step = 0;

  constructor(
    private readonly assignment: Assignment,
    private readonly trainer: TrainingStep,
    private readonly report: (report: Report) => void,
  ) {
    const { memory } = assignment;
    this.barrier = new Barrier(memory.barrier, assignment.workers);
    this.gradients = new Float32Array(memory.gradients);
    this.scores = new Float64Array(memory.scores);
    this.taken = new Int32Array(memory.taken);
    this.sum = new Float32Array(trainer.parameters);
    this.shards = shardsOf(assignment.batchSize, assignment.shardSize);
    trainer.writeWeights(new Float32Array(memory.weights));
  }

  /** Trains on every batch once, then validates. Epochs count from 0. */
  epoch(epoch: number): void {
    const { training, validation, batchSize, shuffle, seed, worker, memory } = this.assignment;
    const start = performance.now();
    const order = shuffle
      ? permutation(training, randomBits(seed, ORDER, epoch))
      : Int32Array.from({ length: training }, (_, index) => index);
    let loss = 0;
    let correct = 0;
    for (let batch = 0, first = 0; first < training; batch++, first += batchSize) {
      const rows = order.subarray(first, Math.min(first + batchSize, training));
      const score = this.batch(epoch, rows);
      loss += score.loss;
      correct += score.correct;
      if (worker === 0) {
        const elapsed = performance.now() - start;
        this.report({
          type: 'batch',
          batch,
          size: rows.length,
          loss: score.loss / rows.length,
          accuracy: score.correct / rows.length,
          elapsed,
        });
      }
    }
    const middle = performance.now();
    const validated = validation > 0 ? this.evaluate(memory.trainImages, memory.trainLabels, training, validation) : undefined;
    if (worker !== 0) return;
    this.trainer.readWeights(new Float32Array(memory.weights));
    this.report({
      type: 'epoch',
      epoch,
      loss: loss / training,
      accuracy: correct / training,
      validation: validated,
      trainingTime: middle - start,
      validationTime: performance.now() - middle,
    });
  }

  /** Evaluates the test images; their probabilities stand in the shared memory. */
  test(): void {
    const { test, memory, worker } = this.assignment;
    const result = this.evaluate(memory.testImages, memory.testLabels, 0, test, new Float32Array(memory.probabilities));
    if (worker === 0) this.report({ type: 'test', ...result });
  }

  private batch(epoch: number, rows: Int32Array): { loss: number; correct: number } {
    const { shardSize, worker } = this.assignment;
    const { parameters } = this.trainer;
    const shards = shardsOf(rows.length, shardSize);
    // Two sets take turns: one is written while a slower worker still reads the other.
    const turn = this.step++ % 2;
    const set = turn * this.shards;
    for (let shard = this.take(turn); shard < shards; shard = this.take(turn)) {
      const part = rows.subarray(shard * shardSize, (shard + 1) * shardSize);
      const into = this.gradients.subarray((set + shard) * parameters, (set + shard + 1) * parameters);
      const score = this.trainer.differentiate(this.trainingSample(part), this.masks(epoch, part), rows.length, into);
      this.scores[(set + shard) * 2] = score.loss;
      this.scores[(set + shard) * 2 + 1] = score.correct;
    }
    this.barrier.wait();
    // Nobody takes of this turn again before the next batch's barrier.
    if (worker === 0) Atomics.store(this.taken, turn, 0);
    let loss = 0;
    let correct = 0;
    this.sum.set(this.gradients.subarray(set * parameters, (set + 1) * parameters));
    for (let shard = 0; shard < shards; shard++) {
      loss += this.scores[(set + shard) * 2] as number;
      correct += this.scores[(set + shard) * 2 + 1] as number;
      if (shard > 0) add(this.sum, this.gradients.subarray((set + shard) * parameters, (set + shard + 1) * parameters));
    }
    this.trainer.apply(this.sum);
    return { loss, correct };
  }

  private evaluate(
    images: SharedArrayBuffer,
    labels: SharedArrayBuffer,
    first: number,
    count: number,
    probabilities?: Float32Array,
  ): { loss: number; accuracy: number } {
    const { worker, network } = this.assignment;
    const shards = shardsOf(count, EVALUATION_SHARD);
    const scratch = new Float32Array(EVALUATION_SHARD * network.classes);
    // The scores of training are read no more: every worker has passed the last batch's barrier and its sums.
    this.barrier.wait();
    for (let shard = this.take(EVALUATION); shard < shards; shard = this.take(EVALUATION)) {
      const from = shard * EVALUATION_SHARD;
      const to = Math.min(count, from + EVALUATION_SHARD);
      const rows = Int32Array.from({ length: to - from }, (_, index) => first + from + index);
      const into =
        probabilities?.subarray(from * network.classes, to * network.classes) ?? scratch.subarray(0, rows.length * network.classes);
      const score = this.trainer.evaluate(sampleOf(images, labels, rows), into);
      this.scores[shard * 2] = score.loss;
      this.scores[shard * 2 + 1] = score.correct;
    }
    this.barrier.wait();
    if (worker === 0) Atomics.store(this.taken, EVALUATION, 0);
    let loss = 0;
    let correct = 0;
    for (let shard = 0; shard < shards; shard++) {
      loss += this.scores[shard * 2] as number;
      correct += this.scores[shard * 2 + 1] as number;
    }
    this.barrier.wait();
    return { loss: loss / count, accuracy: correct / count };
  }

  private take(kind: number): number {
    return Atomics.add(this.taken, kind, 1);
  }

  private trainingSample(rows: Int32Array): Sample {
    return sampleOf(this.assignment.memory.trainImages, this.assignment.memory.trainLabels, rows);
  }

  /** Each image's mask depends on the seed, the epoch and the image alone. */
  private masks(epoch: number, rows: Int32Array): Float32Array[] {
    return this.trainer.dropouts.map(({ rate, size }, layer) => {
      const mask = new Float32Array(rows.length * size);
      rows.forEach((image, row) =>
        fillDropoutMask(mask.subarray(row * size, (row + 1) * size), rate, this.assignment.seed, DROPOUT, epoch, layer, image),
      );
      return mask;
    });
  }
}

function sampleOf(images: SharedArrayBuffer, labels: SharedArrayBuffer, rows: Int32Array): Sample {
  const source = new Uint8Array(images);
  const names = new Uint8Array(labels);
  const pixels = new Float32Array(rows.length * IMAGE_PIXELS);
  rows.forEach((image, row) => {
    const from = image * IMAGE_PIXELS;
    const to = row * IMAGE_PIXELS;
    for (let pixel = 0; pixel < IMAGE_PIXELS; pixel++) pixels[to + pixel] = (source[from + pixel] as number) / 255;
  });
  return { pixels, labels: Uint8Array.from(rows, (image) => names[image] as number) };
}

function add(sum: Float32Array, part: Float32Array): void {
  for (let index = 0; index < sum.length; index++) sum[index] = (sum[index] as number) + (part[index] as number);
}
