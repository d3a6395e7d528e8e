import { createRequire } from 'node:module';
import { join } from 'node:path';
import util from 'node:util';
import type { Tensor } from '@tensorflow/tfjs-core';
import type { TensorLibrary } from './library';

interface NativeBackend {
  readonly binding: { readonly TF_ATTR_TYPE: number; readonly TF_FLOAT: number };
  executeSingleOutput(
    name: string,
    attributes: readonly { name: string; type: number; value: unknown }[],
    inputs: readonly Tensor[],
  ): Tensor;
}

/** Loads the tfjs-node package in a folder, with its own copy of tfjs, and makes it that copy's backend. */
export async function useTfjsNode(packageFolder: string): Promise<TensorLibrary> {
  restoreUtilities();
  // What TensorFlow says at its start is for its developers.
  process.env['TF_CPP_MIN_LOG_LEVEL'] ??= '2';
  const tf = createRequire(join(packageFolder, 'package.json'))(packageFolder) as TensorLibrary['core'] & TensorLibrary['layers'];
  if (!(await tf.setBackend('tensorflow'))) throw new Error('Its native library did not load.');
  useNativeReluGradient(tf);
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
