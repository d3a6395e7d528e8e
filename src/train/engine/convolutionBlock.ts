import type { Tensor, Tensor4D, TensorInfo } from '@tensorflow/tfjs-core';
import type { layers } from '@tensorflow/tfjs-layers';
import type { TensorLibrary } from '../backend/library';
import { COLUMN_SUMS, RELU_GRADIENT } from '../kernels/gradientKernels';

type Layer = ReturnType<typeof layers.dense>;
type Padding = 'valid' | 'same';

/** A convolution with bias and ReLU, then a max-pooling, as one operation of the wasm backend. */
export interface ConvolutionBlock {
  readonly kernel: Tensor4D;
  readonly bias: Tensor;
  readonly convolution: { readonly strides: [number, number]; readonly pad: Padding };
  readonly pooling: { readonly filterSize: [number, number]; readonly strides: [number, number]; readonly pad: Padding };
}

/** The block that two layers are, if they are one. */
export function convolutionBlock(first: Layer, second: Layer | undefined): ConvolutionBlock | undefined {
  if (first.getClassName() !== 'Conv2D' || second?.getClassName() !== 'MaxPooling2D') return undefined;
  const convolution = first.getConfig();
  const pooling = second.getConfig();
  const plain =
    convolution['activation'] === 'relu' &&
    convolution['useBias'] === true &&
    convolution['dataFormat'] === 'channelsLast' &&
    pooling['dataFormat'] === 'channelsLast' &&
    [convolution['dilationRate']].flat().every((rate) => rate === 1);
  const [kernel, bias] = first.getWeights();
  if (!plain || !kernel || !bias) return undefined;
  const [kernelVariable, biasVariable] = first.trainableWeights.map((weight) => weight.read());
  return {
    kernel: kernelVariable as Tensor4D,
    bias: biasVariable as Tensor,
    convolution: { strides: convolution['strides'] as [number, number], pad: convolution['padding'] as Padding },
    pooling: {
      filterSize: pooling['poolSize'] as [number, number],
      strides: pooling['strides'] as [number, number],
      pad: pooling['padding'] as Padding,
    },
  };
}

/**
 * What the block gives for x, with a gradient of its own: pooling hands on only the greatest of each window, so ReLU's
 * gradient and the bias's are taken from the pooled values, a quarter as many. `first`: x is data and needs no gradient.
 */
export function applyBlock(library: TensorLibrary, block: ConvolutionBlock, x: Tensor4D, first: boolean): Tensor4D {
  const { core } = library;
  const run = (name: string, inputs: Record<string, TensorInfo>, attributes: object): Tensor =>
    core.engine().runKernel(name, inputs as never, attributes as never) as Tensor;
  const forward = (input: Tensor, kernel: Tensor, bias: Tensor, save: (tensors: Tensor[]) => void) => {
    const convolved = run(
      core.FusedConv2D,
      { x: input, filter: kernel, bias },
      { ...block.convolution, dataFormat: 'NHWC', dilations: [1, 1], activation: 'relu' },
    );
    const pooled = run(core.MaxPool, { x: convolved }, block.pooling);
    save([input, kernel, convolved, pooled]);
    return pooled;
  };
  const backward = (dy: Tensor, saved: Tensor[]) => {
    const [input, kernel, convolved, pooled] = saved as [Tensor, Tensor, Tensor, Tensor];
    const dPooled = run(RELU_GRADIENT, { dy, y: pooled }, {});
    const dConvolved = run(core.MaxPoolGrad, { dy: dPooled, input: convolved, output: pooled }, block.pooling);
    return {
      input: () =>
        run(
          core.Conv2DBackpropInput,
          { dy: dConvolved, filter: kernel },
          { ...block.convolution, dataFormat: 'NHWC', inputShape: input.shape },
        ),
      kernel: run(
        core.Conv2DBackpropFilter,
        { x: input, dy: dConvolved },
        { ...block.convolution, dataFormat: 'NHWC', filterShape: kernel.shape },
      ),
      bias: run(COLUMN_SUMS, { x: dPooled }, {}),
    };
  };
  if (first) {
    const operation = core.customGrad((kernel, bias, save) => ({
      value: forward(x, kernel as Tensor, bias as Tensor, save as (tensors: Tensor[]) => void),
      gradFunc: (dy: Tensor, saved: Tensor[]) => {
        const gradients = backward(dy, saved);
        return [gradients.kernel, gradients.bias];
      },
    }));
    return operation(block.kernel, block.bias) as Tensor4D;
  }
  const operation = core.customGrad((input, kernel, bias, save) => ({
    value: forward(input as Tensor, kernel as Tensor, bias as Tensor, save as (tensors: Tensor[]) => void),
    gradFunc: (dy: Tensor, saved: Tensor[]) => {
      const gradients = backward(dy, saved);
      return [gradients.input(), gradients.kernel, gradients.bias];
    },
  }));
  return operation(x, block.kernel, block.bias) as Tensor4D;
}
