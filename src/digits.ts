import type { LayersModel } from '@tensorflow/tfjs-layers';
import type { Tensor2D, Tensor4D } from '@tensorflow/tfjs-core';
import * as core from '@tensorflow/tfjs-core';
import * as layers from '@tensorflow/tfjs-layers';
import type { Dataset } from './core/dataset';
import type { ReadDataVersion } from './core/dataVersion';
import { invalid } from './core/errors';
import { CodeReader } from './code/reader';
import { UsedData } from './data/used/usedData';
import { GitRevisions } from './lineage/gitRevisions';
import { findTrainerFiles } from './train/backend/trainerFiles';
import { useWasmBackend } from './train/backend/wasmBackend';
import type { TrainConfig } from './train/config';
import { datasetDescription } from './train/data/description';
import { CLASSES, PIXELS, SIDE, loadDigits as readDigits, type DigitData } from './train/data/mnist';
import { argMaxRows, evaluate, testMetrics, type Evaluation } from './train/evaluation';
import { buildNetwork } from './train/network';

export { readConfig } from './train/config';
export type { TrainConfig, Dataset, Evaluation };

/** The copy of TensorFlow.js that the digit network is made of: tfjs-core and tfjs-layers together. */
export const tf: typeof core & typeof layers = { ...layers, ...core };

/** Digits as tensors: x is [n, 28, 28, 1] from 0 to 1, y is [n, 10], one-hot. */
export interface DigitTensors {
  readonly x: Tensor4D;
  readonly y: Tensor2D;
  readonly labels: Uint8Array;
  /** What `logDataset` takes: name, source, digest (DVC's where the files are tracked), rows, preprocessing. */
  readonly dataset: Dataset;
}

/** Starts the WebAssembly backend; to be awaited before anything is made of tensors. */
export async function useBackend(): Promise<typeof tf> {
  await useWasmBackend(findTrainerFiles().wasmFolder);
  return tf;
}

/**
 * Reads the four IDX files of a folder into tensors.
 * @param options.limit at most so many training digits
 */
export async function loadDigits(
  folder: string,
  options: { readonly limit?: number } = {},
): Promise<{ readonly train: DigitTensors; readonly test: DigitTensors }> {
  const data = await readDigits(folder);
  const { version } = new UsedData(new GitRevisions(new CodeReader(() => undefined)));
  return { train: await tensorsOf(data, 'train', options.limit, version), test: await tensorsOf(data, 'test', undefined, version) };
}

/** The digit CNN, compiled and ready to be fitted, as a configuration asks for it. */
export function digitModel(
  config: Pick<TrainConfig, 'filters' | 'kernelSize' | 'poolSize' | 'dropout' | 'seed' | 'learningRate'>,
): LayersModel {
  requireBackend('digitModel');
  const { filters, kernelSize, poolSize, dropout, seed, learningRate } = config;
  return buildNetwork({ core, layers }, { filters, kernelSize, poolSize, dropout, seed, classes: CLASSES }, learningRate);
}

/** Predicts digits and scores them: test_accuracy, test_precision, test_recall, test_f1 (macro) and test_loss, as `logMetrics` takes them. */
export async function evaluateDigits(model: LayersModel, digits: DigitTensors): Promise<Readonly<Record<string, number>>> {
  const predicted = tf.tidy(() => model.predict(digits.x, { batchSize: 256 }));
  if (Array.isArray(predicted)) throw invalid('A digit model has one output.');
  const probabilities = await predicted.data();
  predicted.dispose();
  return testMetrics(evaluate(digits.labels, argMaxRows(probabilities, CLASSES), { classes: CLASSES, probabilities }));
}

async function tensorsOf(
  data: DigitData,
  part: 'train' | 'test',
  limit: number | undefined,
  dataVersion: ReadDataVersion,
): Promise<DigitTensors> {
  requireBackend('loadDigits');
  const split = data[part];
  const count = Math.min(limit ?? Infinity, split.count);
  const labels = split.labels.subarray(0, count);
  const pixels = Float32Array.from(split.images.subarray(0, count * PIXELS), (value) => value / 255);
  const y = new Float32Array(count * CLASSES);
  labels.forEach((label, at) => (y[at * CLASSES + label] = 1));
  return {
    x: tf.tensor4d(pixels, [count, SIDE, SIDE, 1]),
    y: tf.tensor2d(y, [count, CLASSES]),
    labels,
    dataset: await datasetDescription(data, { part, rows: { from: 0, count }, folder: process.cwd(), dataVersion }),
  };
}

function requireBackend(what: string): void {
  if (core.getBackend() === '') throw invalid(`TensorFlow.js has no backend yet: call "await useBackend()" before ${what}.`);
}
