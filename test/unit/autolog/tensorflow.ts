import * as tf from '@tensorflow/tfjs-core';
import * as layers from '@tensorflow/tfjs-layers';
import { setWasmPaths } from '@tensorflow/tfjs-backend-wasm';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';

/** Real tfjs on its wasm backend. */
export async function useTensorFlow(): Promise<void> {
  const entry = createRequire(import.meta.url).resolve('@tensorflow/tfjs-backend-wasm');
  setWasmPaths(join(dirname(dirname(entry)), 'wasm-out/'));
  await tf.setBackend('wasm');
}

/** A network that learns which of two numbers is the greater. */
export function smallModel(optimizer: tf.Optimizer = tf.train.adam(0.05)): layers.Sequential {
  const model = layers.sequential();
  model.add(
    layers.layers.dense({
      inputShape: [2],
      units: 4,
      activation: 'tanh',
      kernelInitializer: layers.initializers.glorotUniform({ seed: 7 }),
    }),
  );
  model.add(layers.layers.dense({ units: 2, activation: 'softmax', kernelInitializer: layers.initializers.glorotUniform({ seed: 8 }) }));
  model.compile({ optimizer, loss: 'categoricalCrossentropy', metrics: ['accuracy'] });
  return model;
}

export function smallData(rows: number, first = 0): { x: tf.Tensor2D; y: tf.Tensor2D } {
  const pairs = Array.from({ length: rows }, (_, index): [number, number] => [
    (((first + index) * 37) % 101) / 101,
    (((first + index) * 59) % 103) / 103,
  ]);
  return { x: tf.tensor2d(pairs), y: tf.tensor2d(pairs.map(([a, b]) => (a > b ? [1, 0] : [0, 1]))) };
}
