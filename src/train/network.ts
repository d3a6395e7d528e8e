import type { LayersModel } from '@tensorflow/tfjs-layers';
import type { TensorLibrary } from './backend/library';
import { invalid } from '../core/errors';

/** The digit CNN: for each count of filters a convolution with ReLU and a max-pooling, then dropout and softmax. */
export interface NetworkConfig {
  readonly filters: readonly number[];
  /** Height and width of every convolution's window. */
  readonly kernelSize: number;
  readonly poolSize: number;
  /** Share of the flattened features left out in each training step, from 0 to below 1. */
  readonly dropout: number;
  readonly classes: number;
  /** Of the initial weights: the same seed, the same start. */
  readonly seed: number;
}

export const DIGIT_NETWORK: NetworkConfig = { filters: [32, 64], kernelSize: 3, poolSize: 2, dropout: 0.5, classes: 10, seed: 42 };

export const IMAGE_SIDE = 28;
export const IMAGE_PIXELS = IMAGE_SIDE * IMAGE_SIDE;

/** Builds and compiles the network with Adam, categorical cross-entropy and accuracy. Input: [n, 28, 28, 1] in 0…1; output: [n, classes]. */
export function buildNetwork(library: TensorLibrary, config: NetworkConfig, learningRate: number): LayersModel {
  checkNetwork(config);
  const { core, layers: tfl } = library;
  const initializer = (offset: number) => tfl.initializers.glorotUniform({ seed: config.seed + offset });
  const model = tfl.sequential({ name: 'digit_cnn' });
  config.filters.forEach((filters, index) => {
    model.add(
      tfl.layers.conv2d({
        name: `conv2d_${index + 1}`,
        filters,
        kernelSize: config.kernelSize,
        activation: 'relu',
        kernelInitializer: initializer(index),
        ...(index === 0 ? { inputShape: [IMAGE_SIDE, IMAGE_SIDE, 1] } : {}),
      }),
    );
    model.add(tfl.layers.maxPooling2d({ name: `max_pooling2d_${index + 1}`, poolSize: config.poolSize }));
  });
  model.add(tfl.layers.flatten({ name: 'flatten' }));
  model.add(tfl.layers.dropout({ name: 'dropout', rate: config.dropout }));
  model.add(
    tfl.layers.dense({
      name: 'dense',
      units: config.classes,
      activation: 'softmax',
      kernelInitializer: initializer(config.filters.length),
    }),
  );
  model.compile({ optimizer: core.train.adam(learningRate), loss: 'categoricalCrossentropy', metrics: ['accuracy'] });
  return model;
}

/** Refuses, in one line, a network that cannot be built over 28×28 pixels. */
export function checkNetwork(config: NetworkConfig): void {
  if (config.filters.length === 0 || !config.filters.every(isCount)) throw invalid('filters must be one or more whole numbers above 0.');
  if (!isCount(config.kernelSize) || !isCount(config.poolSize)) throw invalid('kernelSize and poolSize must be whole numbers above 0.');
  if (!(config.dropout >= 0 && config.dropout < 1)) throw invalid('dropout must be from 0 to below 1.');
  if (!Number.isInteger(config.classes) || config.classes < 2) throw invalid('classes must be 2 or more.');
  if (!Number.isInteger(config.seed)) throw invalid('seed must be a whole number.');
  let side = IMAGE_SIDE;
  config.filters.forEach(() => (side = Math.floor((side - config.kernelSize + 1) / config.poolSize)));
  if (side < 1)
    throw invalid(
      `${config.filters.length} convolutions of ${config.kernelSize} and poolings of ${config.poolSize} leave nothing of 28×28 pixels; use fewer or smaller ones.`,
    );
}

function isCount(value: number): boolean {
  return Number.isInteger(value) && value > 0;
}
