import type { LayersModel } from '@tensorflow/tfjs-layers';
import type { FitLogs, FitWatcher } from '../autolog/model';
import { invalid } from '../core/errors';
import type { RunProgress } from '../core/progress';
import type { SelectedBackend } from './backend/selection';
import { findTrainerFiles, type TrainerFiles } from './backend/trainerFiles';
import { useWasmBackend } from './backend/wasmBackend';
import { Crew, type BatchReport } from './engine/crew';
import { shareMemory, type LabelledImages } from './engine/memory';
import { Pace } from './engine/pace';
import { TrainingStep } from './engine/trainingStep';
import { buildNetwork, checkNetwork, IMAGE_PIXELS, type NetworkConfig } from './network';

export interface DigitTraining {
  readonly data: { readonly train: LabelledImages; readonly test: LabelledImages };
  readonly network: NetworkConfig;
  readonly epochs: number;
  readonly batchSize: number;
  readonly learningRate: number;
  /** Share of the training set, at its end, that is held out for validation; from 0 to below 1. */
  readonly validationSplit: number;
  /** Only so many of the first training images are used. */
  readonly limit?: number;
  /** Of the order of images and of dropout; the network has its own. */
  readonly seed: number;
  readonly shuffle: boolean;
  readonly backend: SelectedBackend;
  /** Worker threads on the wasm backend. */
  readonly threads: number;
  /** Stops when the validation loss (else the loss) was not bettered for so many epochs. */
  readonly earlyStopping?: { readonly patience: number };
}

export interface TrainingSurroundings {
  readonly watcher: FitWatcher;
  readonly onProgress: (progress: RunProgress) => void;
  readonly signal: AbortSignal;
  readonly log: (line: string) => void;
  /** Where the built worker is, if not found beside this module. */
  readonly files?: TrainerFiles;
}

/** Weights in the order of `specs`, as tfjs's `weights.bin` has them. */
export interface SavedWeights {
  readonly specs: readonly { readonly name: string; readonly shape: number[]; readonly dtype: 'float32' }[];
  readonly data: ArrayBuffer;
}

export interface TrainedDigits {
  /** On this thread's wasm backend, with the weights of the last epoch. To be disposed by the caller. */
  readonly model: LayersModel;
  /** Under tfjs's names: loss, acc, val_loss, val_acc; one entry an epoch. */
  readonly history: readonly FitLogs[];
  /** From 0: the epoch with the least validation loss, or the least loss without validation. */
  readonly bestEpoch: number;
  readonly bestWeights: SavedWeights;
  /** Of the last epoch's weights. `probabilities`: test images × classes. */
  readonly test: { readonly loss: number; readonly accuracy: number; readonly probabilities: Float32Array };
  readonly backend: SelectedBackend;
  readonly threads: number;
  /** Over all training steps, without validation. */
  readonly imagesPerSecond: number;
}

// Small enough to stay in a core's cache, large enough that tfjs's cost of an operation is small beside its work.
const WASM_SHARD = 32;

/**
 * Trains the digit network in worker threads and tells the watcher what tfjs's own callbacks would. On wasm the same
 * options give the same curve to the bit, whatever the number of threads. Aborting ends it within a batch with an
 * AbortError; a worker that dies, with its message.
 */
export async function trainDigits(options: DigitTraining, surroundings: TrainingSurroundings): Promise<TrainedDigits> {
  const { watcher, signal, log } = surroundings;
  check(options);
  throwIfAborted(signal);
  const { network, batchSize, epochs, backend } = options;
  const files = surroundings.files ?? findTrainerFiles();
  const total = Math.min(options.limit ?? Infinity, options.data.train.labels.length);
  const training = Math.floor(total * (1 - options.validationSplit));
  const validation = total - training;
  if (training < 1) throw invalid(`${total} images with a validation split of ${options.validationSplit} leave none to train on.`);
  const threads = backend.name === 'wasm' ? Math.min(options.threads, Math.ceil(batchSize / WASM_SHARD)) : 1;
  const shardSize = backend.name === 'wasm' ? Math.min(WASM_SHARD, batchSize) : batchSize;

  const library = await useWasmBackend(files.wasmFolder);
  const model = buildNetwork(library, network, options.learningRate);
  const own = new TrainingStep(library, model);
  const memory = shareMemory({
    train: firstOf(options.data.train, total),
    test: options.data.test,
    parameters: own.parameters,
    classes: network.classes,
    batchSize,
    shardSize,
  });
  const weights = new Float32Array(memory.weights);
  own.readWeights(weights);
  const crew = new Crew(files.worker, {
    workers: threads,
    backend: backend.place,
    network,
    learningRate: options.learningRate,
    seed: options.seed,
    shuffle: options.shuffle,
    batchSize,
    shardSize,
    training,
    validation,
    test: options.data.test.labels.length,
    memory,
  });
  const abort = () => void crew.end(abortError());
  signal.addEventListener('abort', abort, { once: true });
  try {
    throwIfAborted(signal);
    await crew.ready();
    log(`Training on ${training} images with ${backend.name} ${backend.version}, ${threads} ${threads === 1 ? 'thread' : 'threads'}.`);
    await watcher.trainBegin(
      model,
      { batchSize, epochs, validationSplit: options.validationSplit, shuffle: options.shuffle, initialEpoch: 0 },
      {
        seed: options.seed,
        backend: backend.name,
        backend_version: backend.version,
        // TensorFlow decides for itself how many threads it computes with.
        ...(backend.name === 'wasm' ? { threads } : {}),
        dtype: 'float32',
        train_samples: training,
        validation_samples: validation,
        test_samples: options.data.test.labels.length,
        ...(options.limit === undefined ? {} : { limit: options.limit }),
        ...(options.earlyStopping ? { early_stopping_patience: options.earlyStopping.patience } : {}),
      },
    );
    const history: FitLogs[] = [];
    const pace = new Pace(epochs, training, validation);
    let best = { epoch: 0, value: Infinity, weights: weights.slice() };
    let trainingTime = 0;
    for (let epoch = 0; epoch < epochs; epoch++) {
      throwIfAborted(signal);
      pace.epochBegin();
      const told = new Telling(watcher, epoch, (error) => void crew.end(error));
      const report = await crew.epoch(epoch, (batch) => {
        told.batchEnd(batch);
        pace.batchEnd(batch.size, batch.elapsed);
        surroundings.onProgress(progressOf(batch, epoch, options, training, pace));
      });
      await told.done();
      throwIfAborted(signal);
      pace.epochEnd(report.validationTime);
      trainingTime += report.trainingTime;
      const logs: FitLogs = {
        loss: report.loss,
        acc: report.accuracy,
        ...(report.validation ? { val_loss: report.validation.loss, val_acc: report.validation.accuracy } : {}),
      };
      history.push(logs);
      const value = report.validation?.loss ?? report.loss;
      if (value < best.value || epoch === 0) best = { epoch, value, weights: weights.slice() };
      // What watches may save the model as it is now.
      own.writeWeights(weights);
      await watcher.epochEnd(epoch, logs);
      if (options.earlyStopping && epoch - best.epoch >= options.earlyStopping.patience) {
        log(`Stopped early: no better since epoch ${best.epoch + 1}.`);
        break;
      }
    }
    throwIfAborted(signal);
    const test = await crew.test();
    await watcher.trainEnd();
    return {
      model,
      history,
      bestEpoch: best.epoch,
      bestWeights: savedWeights(model, best.weights),
      test: { loss: test.loss, accuracy: test.accuracy, probabilities: new Float32Array(memory.probabilities).slice() },
      backend,
      threads,
      imagesPerSecond: (history.length * training) / (trainingTime / 1000),
    };
  } catch (error) {
    model.dispose();
    throw signal.aborted ? abortError() : error;
  } finally {
    signal.removeEventListener('abort', abort);
    await crew.end(new Error('The training has ended.'));
  }
}

/** Tells a watcher of one epoch's batches in order, while the workers go on. */
class Telling {
  private queue: Promise<void> = Promise.resolve();

  constructor(
    private readonly watcher: FitWatcher,
    private readonly epoch: number,
    private readonly onFailure: (error: Error) => void,
  ) {}

  batchEnd(report: BatchReport): void {
    this.queue = this.queue.then(() =>
      this.watcher.batchEnd(this.epoch, report.batch, { batch: report.batch, size: report.size, loss: report.loss, acc: report.accuracy }),
    );
    this.queue.catch(this.onFailure);
  }

  done(): Promise<void> {
    return this.queue;
  }
}

function progressOf(batch: BatchReport, epoch: number, options: DigitTraining, training: number, pace: Pace): RunProgress {
  return {
    epoch: epoch + 1,
    epochs: options.epochs,
    batch: batch.batch + 1,
    batches: Math.ceil(training / options.batchSize),
    loss: batch.loss,
    accuracy: batch.accuracy,
    imagesPerSecond: pace.imagesPerSecond,
    secondsLeft: pace.secondsLeft(epoch, batch.batch * options.batchSize + batch.size),
  };
}

function savedWeights(model: LayersModel, values: Float32Array): SavedWeights {
  const specs = model.trainableWeights.map((weight) => ({
    name: weight.originalName,
    shape: weight.shape as number[],
    dtype: 'float32' as const,
  }));
  return { specs, data: values.slice().buffer };
}

function firstOf(data: LabelledImages, count: number): LabelledImages {
  return { images: data.images.subarray(0, count * IMAGE_PIXELS), labels: data.labels.subarray(0, count) };
}

function check(options: DigitTraining): void {
  const counts = { epochs: options.epochs, batchSize: options.batchSize, threads: options.threads, limit: options.limit ?? 1 };
  for (const [name, value] of Object.entries(counts))
    if (!Number.isInteger(value) || value < 1) throw invalid(`${name} must be a whole number above 0, not ${value}.`);
  if (!(options.learningRate > 0 && options.learningRate < Infinity))
    throw invalid(`learningRate must be above 0, not ${options.learningRate}.`);
  if (!(options.validationSplit >= 0 && options.validationSplit < 1))
    throw invalid(`validationSplit must be from 0 to below 1, not ${options.validationSplit}.`);
  if (!Number.isInteger(options.seed)) throw invalid(`seed must be a whole number, not ${options.seed}.`);
  checkNetwork(options.network);
  for (const [name, data] of Object.entries(options.data)) {
    if (data.labels.length === 0) throw invalid(`The ${name} set is empty.`);
    if (data.images.length !== data.labels.length * IMAGE_PIXELS)
      throw invalid(`The ${name} set has ${data.labels.length} labels but ${data.images.length / IMAGE_PIXELS} images of 28×28 pixels.`);
    if (data.labels.some((label) => label >= options.network.classes))
      throw invalid(`The ${name} set has labels beyond the network's ${options.network.classes} classes.`);
  }
}

function throwIfAborted(signal: AbortSignal): void {
  if (signal.aborted) throw abortError();
}

function abortError(): Error {
  return new DOMException('The training was cancelled.', 'AbortError');
}
