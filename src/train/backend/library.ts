import type * as core from '@tensorflow/tfjs-core';
import type * as layers from '@tensorflow/tfjs-layers';

/**
 * One copy of tfjs. tfjs-node brings a copy of its own, in which alone its backend is registered; tensors of two copies
 * don't mix, so all that computes is handed the copy to use.
 */
export interface TensorLibrary {
  readonly core: typeof core;
  readonly layers: typeof layers;
}
