import { createRequire } from 'node:module';
import { join } from 'node:path';
import util from 'node:util';
import type { Tensor } from '@tensorflow/tfjs-core';
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
  useOneDnnPooling(tf);
  return { core: tf, layers: tf };
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
 * Its oneDNN kernels remember where the greatest stood and take a tenth of that. They have no public name and are not in
 * every build, so they are tried first, and else all stays as it is.
 */
function useOneDnnPooling(tf: TensorLibrary['core']): void {
  const pool = new OneDnnPooling(tf.backend() as unknown as NativeBackend);
  const kernel = tf.getKernel(tf.MaxPool, 'tensorflow');
  const gradient = tf.getGradient(tf.MaxPool);
  if (!works(tf, pool)) return;
  tf.unregisterKernel(tf.MaxPool, 'tensorflow');
  tf.registerKernel({
    ...kernel,
    kernelFunc: (args) => {
      const windows = args.attrs as unknown as Windows;
      if (!isNamed(windows.pad)) return kernel.kernelFunc(args);
      const [y, places] = pool.run(args.inputs['x'] as Tensor, windows);
      places.dispose();
      return y;
    },
  });
  tf.registerGradient({
    ...gradient,
    gradFunc: (dy, saved, attributes) => {
      const windows = attributes as unknown as Windows;
      if (!isNamed(windows.pad)) return gradient.gradFunc(dy, saved, attributes);
      return { x: () => tf.tidy(() => pool.gradient(dy as Tensor, saved[0] as Tensor, windows)) };
    },
  });
}

/** What tfjs says of a pooling's windows. */
interface Windows {
  readonly filterSize: number | readonly number[];
  readonly strides: number | readonly number[];
  readonly pad: unknown;
}

class OneDnnPooling {
  constructor(private readonly backend: NativeBackend) {}

  /** The greatest of each window of x, and where it stood, in oneDNN's own form. */
  run(x: Tensor, windows: Windows): [Tensor, Tensor] {
    return this.backend.executeMultipleOutputs('_MklNativeMaxPool', this.attributes(windows), [x], 2) as [Tensor, Tensor];
  }

  /** Finds the places anew, since tfjs keeps only what has a name for it: still far less than a search without them. */
  gradient(dy: Tensor, x: Tensor, windows: Windows): Tensor {
    const [y, places] = this.run(x, windows);
    return this.backend.executeSingleOutput('_MklNativeMaxPoolGrad', this.attributes(windows), [x, y, dy, places]);
  }

  private attributes({ filterSize, strides, pad }: Windows): Attribute[] {
    const { TF_ATTR_TYPE, TF_ATTR_STRING, TF_ATTR_INT, TF_FLOAT } = this.backend.binding;
    const sides = (size: number | readonly number[]) => [1, ...(typeof size === 'number' ? [size, size] : size), 1];
    return [
      { name: 'T', type: TF_ATTR_TYPE, value: TF_FLOAT },
      { name: 'ksize', type: TF_ATTR_INT, value: sides(filterSize) },
      { name: 'strides', type: TF_ATTR_INT, value: sides(strides) },
      { name: 'padding', type: TF_ATTR_STRING, value: String(pad).toUpperCase() },
      { name: 'data_format', type: TF_ATTR_STRING, value: 'NHWC' },
      { name: '_kernel', type: TF_ATTR_STRING, value: 'MklNameChangeOp' },
    ];
  }
}

function isNamed(pad: unknown): boolean {
  return pad === 'valid' || pad === 'same';
}

/** Whether a window's gradient goes to its greatest number, and to the first of equal ones. */
function works(tf: TensorLibrary['core'], pool: OneDnnPooling): boolean {
  try {
    return tf.tidy(() => {
      const x = tf.tensor4d([1, 2, 7, 7, -3, 4, 7, 7], [1, 2, 4, 1]);
      const found = pool.gradient(tf.tensor4d([5, 6], [1, 1, 2, 1]), x, { filterSize: 2, strides: 2, pad: 'valid' });
      return found.dataSync().join() === '0,0,6,0,0,5,0,0';
    });
  } catch {
    return false;
  }
}
