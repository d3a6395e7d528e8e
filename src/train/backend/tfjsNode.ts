import { createRequire } from 'node:module';
import { join } from 'node:path';
import util from 'node:util';
import type { Tensor, Tensor4D } from '@tensorflow/tfjs-core';
import type { TensorLibrary } from './library';

interface NativeBackend {
  readonly binding: Readonly<Record<'TF_ATTR_TYPE' | 'TF_ATTR_STRING' | 'TF_ATTR_INT' | 'TF_FLOAT', number>>;
  executeSingleOutput(name: string, attributes: readonly Attribute[], inputs: readonly Tensor[]): Tensor;
  executeMultipleOutputs(name: string, attributes: readonly Attribute[], inputs: readonly Tensor[], outputs: number): Tensor[];
}
type Attribute = { readonly name: string; readonly type: number; readonly value: unknown };

/** Loads the tfjs-node package in a folder, with its own copy of tfjs, and makes it that copy's backend. */
export async function useTfjsNode(packageFolder: string): Promise<TensorLibrary> {
  restoreUtilities();
  // What TensorFlow says at its start is for its developers.
  process.env['TF_CPP_MIN_LOG_LEVEL'] ??= '2';
  const tf = createRequire(join(packageFolder, 'package.json'))(packageFolder) as TensorLibrary['core'] & TensorLibrary['layers'];
  if (!(await tf.setBackend('tensorflow'))) throw new Error('Its native library did not load.');
  useNativeReluGradient(tf);
  const maxPool = oneDnnPooling(tf);
  return { core: tf, layers: tf, ...(works(tf, maxPool) ? { maxPool } : {}) };
}

/** tfjs-node 4.22 calls two functions that Node removed in version 23. */
function restoreUtilities(): void {
  const target = util as unknown as Record<string, unknown>;
  target['isNullOrUndefined'] ??= (value: unknown) => value === null || value === undefined;
  target['isArray'] ??= Array.isArray;
}

/** tfjs composes ReLU's gradient from several passes, a third of a training step; TensorFlow has it as one operation. */
function useNativeReluGradient(tf: TensorLibrary['core']): void {
  const backend = tf.backend() as unknown as NativeBackend;
  const type = [{ name: 'T', type: backend.binding.TF_ATTR_TYPE, value: backend.binding.TF_FLOAT }];
  tf.registerGradient({
    kernelName: tf.Relu,
    inputsToSave: ['x'],
    gradFunc: (dy, [x]) => ({ x: () => backend.executeSingleOutput('ReluGrad', type, [dy as Tensor, x as Tensor]) }),
  });
}

/**
 * TensorFlow's plain gradient of max-pooling searches each window again, one number at a time: a fifth of a training step.
 * Its oneDNN kernels keep where the greatest stood and take a twentieth of that. They have no public name and are not in
 * every build, so they are to be tried first.
 */
function oneDnnPooling(tf: TensorLibrary['core']): (x: Tensor4D) => Tensor4D {
  const backend = tf.backend() as unknown as NativeBackend;
  const { TF_ATTR_TYPE, TF_ATTR_STRING, TF_ATTR_INT, TF_FLOAT } = backend.binding;
  const attributes = [
    { name: 'T', type: TF_ATTR_TYPE, value: TF_FLOAT },
    { name: 'ksize', type: TF_ATTR_INT, value: [1, 2, 2, 1] },
    { name: 'strides', type: TF_ATTR_INT, value: [1, 2, 2, 1] },
    { name: 'padding', type: TF_ATTR_STRING, value: 'VALID' },
    { name: 'data_format', type: TF_ATTR_STRING, value: 'NHWC' },
    { name: '_kernel', type: TF_ATTR_STRING, value: 'MklNameChangeOp' },
  ];
  return tf.customGrad((x, save) => {
    const [y, places] = backend.executeMultipleOutputs('_MklNativeMaxPool', attributes, [x as Tensor], 2) as [Tensor4D, Tensor];
    (save as (tensors: Tensor[]) => void)([x as Tensor, y, places]);
    const gradFunc = (dy: Tensor, saved: Tensor[]) => {
      const [input, output, kept] = saved as [Tensor, Tensor, Tensor];
      return backend.executeSingleOutput('_MklNativeMaxPoolGrad', attributes, [input, output, dy, kept]);
    };
    return { value: y, gradFunc };
  });
}

/** Whether a pooling is there, and its gradient goes to each window's greatest number, of equal ones to the first. */
function works(tf: TensorLibrary['core'], maxPool: (x: Tensor4D) => Tensor4D): boolean {
  try {
    return tf.tidy(() => {
      const x = tf.tensor4d([1, 2, 7, 7, -3, 4, 7, 7], [1, 2, 4, 1]);
      const dy = tf.tensor4d([5, 6], [1, 1, 2, 1]);
      const { value, grad } = tf.valueAndGrad((input: Tensor) => maxPool(input as Tensor4D))(x, dy);
      return value.dataSync().join() === '4,7' && grad.dataSync().join() === '0,0,6,0,0,5,0,0';
    });
  } catch {
    return false;
  }
}
