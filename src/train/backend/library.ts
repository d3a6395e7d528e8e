import type * as core from '@tensorflow/tfjs-core';
import type * as layers from '@tensorflow/tfjs-layers';

/**
 * One copy of tfjs. tfjs-node brings a copy of its own, in which alone its backend is registered; tensors of two copies
 * don't mix, so all that computes is handed the copy to use.
 */
export interface TensorLibrary {
  readonly core: typeof core;
  readonly layers: typeof layers;
  /** The greatest of every 2×2 window side by side, with its gradient, where the backend has a faster way than `core.maxPool`. */
  readonly maxPool?: (x: core.Tensor4D) => core.Tensor4D;
}
