import type { Tensor, Tensor4D } from '@tensorflow/tfjs-core';
import type { layers } from '@tensorflow/tfjs-layers';
import type { TensorLibrary } from '../backend/library';
import { isFusable, runBlock, runBlockGradient } from '../kernels/blockKernels';

type Layer = ReturnType<typeof layers.dense>;

/** A convolution with bias and ReLU and the max-pooling after it, which the wasm backend computes as one. */
export interface ConvolutionBlock {
  readonly kernel: Tensor4D;
  readonly bias: Tensor;
}

/** The block that two layers are, if they are one: stride 1, no padding, 2×2 windows side by side. */
export function convolutionBlock(first: Layer, second: Layer | undefined): ConvolutionBlock | undefined {
  if (first.getClassName() !== 'Conv2D' || second?.getClassName() !== 'MaxPooling2D') return undefined;
  const convolution = first.getConfig();
  const pooling = second.getConfig();
  const all = (value: unknown, wanted: number) => [value].flat().every((part) => part === wanted);
  const [kernel, bias] = first.trainableWeights.map((weight) => weight.read());
  const plain =
    convolution['activation'] === 'relu' &&
    convolution['padding'] === 'valid' &&
    convolution['dataFormat'] === 'channelsLast' &&
    all(convolution['strides'], 1) &&
    all(convolution['dilationRate'], 1) &&
    pooling['padding'] === 'valid' &&
    pooling['dataFormat'] === 'channelsLast' &&
    all(pooling['poolSize'], 2) &&
    all(pooling['strides'], 2);
  return plain && kernel && bias && isFusable(kernel.shape) ? { kernel: kernel as Tensor4D, bias } : undefined;
}

/**
 * What the block gives for x, times `mask` if there is one, with a gradient of its own. `first`: x is data, which needs
 * no gradient.
 */
export function applyBlock(
  library: TensorLibrary,
  block: ConvolutionBlock,
  x: Tensor4D,
  mask: Tensor | undefined,
  first: boolean,
): Tensor4D {
  const { core } = library;
  const run = (input: Tensor, kernel: Tensor, bias: Tensor, save: unknown) => {
    const [pooled, winner] = runBlock(core, input as Tensor4D, kernel, bias, mask);
    (save as (tensors: Tensor[]) => void)([input, kernel, pooled, winner, ...(mask ? [mask] : [])]);
    return pooled;
  };
  const gradients = (dy: Tensor, saved: Tensor[]) => {
    const [input, kernel, pooled, winner, kept] = saved as [Tensor, Tensor, Tensor, Tensor, Tensor?];
    return runBlockGradient(core, { x: input, kernel, dy, pooled, winner, mask: kept }, !first);
  };
  if (first) {
    const operation = core.customGrad((kernel, bias, save) => ({
      value: run(x, kernel as Tensor, bias as Tensor, save),
      gradFunc: gradients,
    }));
    return operation(block.kernel, block.bias);
  }
  const operation = core.customGrad((input, kernel, bias, save) => ({
    value: run(input as Tensor, kernel as Tensor, bias as Tensor, save),
    gradFunc: (dy: Tensor, saved: Tensor[]) => {
      const [dKernel, dBias, dInput] = gradients(dy, saved) as [Tensor, Tensor, Tensor];
      return [dInput, dKernel, dBias];
    },
  }));
  return operation(x, block.kernel, block.bias);
}
