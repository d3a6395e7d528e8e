import type * as core from '@tensorflow/tfjs-core';
import type { Tensor, Tensor4D, TensorInfo } from '@tensorflow/tfjs-core';
import type { TensorLibrary } from '../backend/library';
import type { WasmBackend } from './gradientKernels';
import type { BlockShape, GradientModule } from './gradientModule';

const FORWARD = 'MlTrackingConvolutionBlock';
const GRADIENT = 'MlTrackingConvolutionBlockGradient';

/** Teaches tfjs's wasm backend the fused block of block.ts. */
export function registerBlockKernels(tf: TensorLibrary['core'], module: GradientModule): void {
  tf.registerKernel({ kernelName: FORWARD, backendName: 'wasm', kernelFunc: (call) => forward(module, call) });
  tf.registerKernel({ kernelName: GRADIENT, backendName: 'wasm', kernelFunc: (call) => gradient(module, call) });
}

/** Whether the fused block can compute a convolution of this shape: [height, width, input, output channels]. */
export function isFusable(kernel: readonly number[]): boolean {
  const [, width = 0, inChannels = 0, outChannels = 0] = kernel;
  return width * inChannels >= 8 ? inChannels % 4 === 0 : outChannels % 4 === 0;
}

/** The block's pooled outputs, and the place of each window's winner. `mask` is shaped as they are. */
export function runBlock(
  tf: TensorLibrary['core'],
  x: Tensor4D,
  kernel: Tensor,
  bias: Tensor,
  mask: Tensor | undefined,
): [Tensor4D, Tensor] {
  const inputs = { x, kernel, bias, ...(mask ? { mask } : {}) };
  return tf.engine().runKernel(FORWARD, inputs, {}) as unknown as [Tensor4D, Tensor];
}

export interface BlockInputs {
  readonly x: Tensor;
  readonly kernel: Tensor;
  readonly dy: Tensor;
  readonly pooled: Tensor;
  readonly winner: Tensor;
  readonly mask: Tensor | undefined;
}

/** Gradients of the kernel, the bias and, where it is wanted, the input. */
export function runBlockGradient(tf: TensorLibrary['core'], { mask, ...inputs }: BlockInputs, ofInput: boolean): Tensor[] {
  return tf.engine().runKernel(GRADIENT, { ...inputs, ...(mask ? { mask } : {}) }, { ofInput }) as unknown as Tensor[];
}

interface Call {
  readonly inputs: core.NamedTensorInfoMap;
  readonly backend: unknown;
  readonly attrs?: core.NamedAttrMap;
}

function forward(module: GradientModule, call: Call): TensorInfo[] {
  const backend = call.backend as WasmBackend;
  const [x, kernel] = [input(call, 'x'), input(call, 'kernel')];
  const shape = blockShape(x, kernel);
  const [batch, height, width, , channels, kernelHeight, kernelWidth] = shape;
  const outShape = [batch, (height - kernelHeight + 1) >> 1, (width - kernelWidth + 1) >> 1, channels];
  const pooled = backend.makeOutput(outShape, 'float32');
  const winner = backend.makeOutput(outShape, 'int32');
  withScratch(
    backend,
    size(kernel.shape),
    (scratch) =>
    module.convolutionBlock(
      at(backend, x), at(backend, kernel), at(backend, input(call, 'bias')), at(backend, call.inputs['mask']),
      at(backend, pooled), at(backend, winner), scratch, ...shape,
    ), // prettier-ignore
  );
  return [pooled, winner];
}

function gradient(module: GradientModule, call: Call): TensorInfo[] {
  const backend = call.backend as WasmBackend;
  const [x, kernel] = [input(call, 'x'), input(call, 'kernel')];
  const shape = blockShape(x, kernel);
  const dKernel = backend.makeOutput(kernel.shape, 'float32');
  const dBias = backend.makeOutput([shape[4]], 'float32');
  const dx = call.attrs?.['ofInput'] === true ? backend.makeOutput(x.shape, 'float32') : undefined;
  withScratch(
    backend,
    2 * size(kernel.shape),
    (scratch) =>
    module.convolutionBlockGradient(
      at(backend, x), at(backend, kernel), at(backend, input(call, 'dy')), at(backend, call.inputs['mask']),
      at(backend, input(call, 'pooled')), at(backend, input(call, 'winner')),
      at(backend, dKernel), at(backend, dBias), at(backend, dx), scratch, ...shape,
    ), // prettier-ignore
  );
  return dx ? [dKernel, dBias, dx] : [dKernel, dBias];
}

function blockShape(x: TensorInfo, kernel: TensorInfo): BlockShape {
  const [batch, height, width, inChannels] = x.shape as [number, number, number, number];
  const [kernelHeight, kernelWidth, , outChannels] = kernel.shape as [number, number, number, number];
  return [batch, height, width, inChannels, outChannels, kernelHeight, kernelWidth];
}

function input(call: Call, name: string): TensorInfo {
  const tensor = call.inputs[name];
  if (!tensor) throw new Error(`The input ${name} is missing.`);
  return tensor;
}

/** The tensor's address; 0 for none. */
function at(backend: WasmBackend, tensor: TensorInfo | undefined): number {
  return tensor === undefined ? 0 : backend.getMemoryOffset(tensor.dataId) >>> 0;
}

function size(shape: readonly number[]): number {
  return shape.reduce((product, length) => product * length, 1);
}

function withScratch(backend: WasmBackend, floats: number, use: (address: number) => void): void {
  const address = backend.wasm._malloc(floats * 4) >>> 0;
  try {
    use(address);
  } finally {
    backend.wasm._free(address);
  }
}
