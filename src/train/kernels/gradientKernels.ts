import type * as core from '@tensorflow/tfjs-core';
import type { Tensor, TensorInfo } from '@tensorflow/tfjs-core';
import type { TensorLibrary } from '../backend/library';
import type { ConvolutionShape, GradientModule, PoolShape } from './gradientModule';

type Core = TensorLibrary['core'];
type Padding = 'valid' | 'same' | number | core.backend_util.ExplicitPadding;

/** The part of tfjs's wasm backend that a kernel needs. */
export interface WasmBackend {
  readonly wasm: { readonly asm: { readonly memory: WebAssembly.Memory }; _malloc(bytes: number): number; _free(address: number): void };
  getMemoryOffset(dataId: object): number;
  makeOutput(shape: readonly number[], dtype: 'float32' | 'int32'): TensorInfo;
}

interface ConvolutionAttributes {
  readonly strides: [number, number] | number;
  readonly pad: Padding;
  readonly dataFormat?: 'NHWC' | 'NCHW';
  readonly dimRoundingMode?: 'floor' | 'round' | 'ceil';
  readonly dilations?: [number, number] | number;
}

/** Our kernels' names beside tfjs's own: ReLU's gradient from its output, and the sums over all axes but the last. */
export const RELU_GRADIENT = 'MlTrackingReluGradient';
export const COLUMN_SUMS = 'MlTrackingColumnSums';

/**
 * Teaches tfjs's wasm backend the gradients it lacks or has slow or wrong: Conv2DBackpropFilter, Conv2DBackpropInput,
 * MaxPoolGrad and ReLU's. To be called once for each copy of tfjs, before anything is trained on it.
 */
export function registerGradientKernels(tf: Core, module: GradientModule): void {
  const kernels: Record<string, core.KernelFunc> = {
    [tf.Conv2DBackpropFilter]: (call) => filterGradient(tf, module, call),
    [tf.Conv2DBackpropInput]: (call) => inputGradient(tf, module, call),
    [tf.MaxPoolGrad]: (call) => maxPoolGradient(tf, module, call),
    [RELU_GRADIENT]: (call) => reluGradient(module, call),
    [COLUMN_SUMS]: (call) => columnSums(module, call),
  };
  for (const [kernelName, kernelFunc] of Object.entries(kernels)) {
    if (tf.getKernel(kernelName, 'wasm')) tf.unregisterKernel(kernelName, 'wasm');
    tf.registerKernel({ kernelName, backendName: 'wasm', kernelFunc });
  }
  registerReluGradient(tf);
  registerColumnSums(tf, module);
}

/** tfjs composes ReLU's gradient from two passes; ours is one, from what ReLU gave. Other backends keep tfjs's way. */
function registerReluGradient(tf: Core): void {
  const original = tf.getGradient(tf.Relu);
  tf.registerGradient({
    kernelName: tf.Relu,
    inputsToSave: ['x'],
    outputsToSave: [true],
    gradFunc: (dy, saved, attributes) => {
      const [x, y] = saved;
      if (tf.getBackend() !== 'wasm' || !x || !y || Array.isArray(dy)) return original.gradFunc(dy, saved, attributes);
      return { x: () => tf.engine().runKernel<Tensor>(RELU_GRADIENT, { dy, y }) };
    },
  });
}

/** The gradient of a bias sums over all axes but the last, for which tfjs transposes the whole tensor first. */
function registerColumnSums(tf: Core, module: GradientModule): void {
  const original = tf.getKernel(tf.Sum, 'wasm');
  const kernelFunc: core.KernelFunc = (call) => {
    const x = call.inputs['x'];
    const { axis, keepDims } = call.attrs as unknown as { axis: number | number[] | null; keepDims: boolean };
    const rank = x?.shape.length ?? 0;
    const axes = new Set(tf.util.parseAxisParam(axis as number | number[], x?.shape ?? []));
    const leading = rank >= 2 && axes.size === rank - 1 && !axes.has(rank - 1);
    return leading && !keepDims && x?.dtype === 'float32' ? columnSums(module, call) : original.kernelFunc(call);
  };
  tf.unregisterKernel(tf.Sum, 'wasm');
  tf.registerKernel({ ...original, kernelFunc });
}

interface Call {
  readonly inputs: core.NamedTensorInfoMap;
  readonly backend: unknown;
  readonly attrs?: core.NamedAttrMap;
}

function filterGradient(tf: Core, module: GradientModule, call: Call): TensorInfo {
  const backend = call.backend as WasmBackend;
  const x = input(call, 'x');
  const dy = input(call, 'dy');
  const attributes = call.attrs as unknown as ConvolutionAttributes & { filterShape: [number, number, number, number] };
  const shape = convolutionShape(tf, x.shape as Shape, attributes.filterShape, attributes, tf.Conv2DBackpropFilter);
  expectOutput(dy, shape, tf.Conv2DBackpropFilter);
  const out = backend.makeOutput(attributes.filterShape, 'float32');
  withScratch(backend, tf.util.sizeFromShape(attributes.filterShape), (scratch) =>
    module.filterGradient(at(backend, x), at(backend, dy), at(backend, out), scratch, ...shape),
  );
  return out;
}

function inputGradient(tf: Core, module: GradientModule, call: Call): TensorInfo {
  const backend = call.backend as WasmBackend;
  const dy = input(call, 'dy');
  const filter = input(call, 'filter');
  const attributes = call.attrs as unknown as ConvolutionAttributes & { inputShape: Shape };
  const shape = convolutionShape(tf, attributes.inputShape, filter.shape as Shape, attributes, tf.Conv2DBackpropInput);
  expectOutput(dy, shape, tf.Conv2DBackpropInput);
  const out = backend.makeOutput(attributes.inputShape, 'float32');
  withScratch(backend, tf.util.sizeFromShape(filter.shape), (scratch) =>
    module.inputGradient(at(backend, dy), at(backend, filter), at(backend, out), scratch, ...shape),
  );
  return out;
}

function maxPoolGradient(tf: Core, module: GradientModule, call: Call): TensorInfo {
  const backend = call.backend as WasmBackend;
  const dy = input(call, 'dy');
  const x = input(call, 'input');
  const { filterSize, strides, pad, dimRoundingMode } = call.attrs as unknown as ConvolutionAttributes & {
    filterSize: [number, number] | number;
  };
  const info = tf.backend_util.computePool2DInfo(x.shape as Shape, filterSize, strides, 1, pad, dimRoundingMode);
  if (tf.util.sizeFromShape(dy.shape) !== tf.util.sizeFromShape(info.outShape))
    throw new Error(`${tf.MaxPoolGrad}: dy has the shape [${dy.shape.join()}], the pooling gives [${info.outShape.join()}].`);
  const shape: PoolShape = [
    info.batchSize, info.inHeight, info.inWidth, info.inChannels, info.outHeight, info.outWidth,
    info.filterHeight, info.filterWidth, info.strideHeight, info.strideWidth, info.padInfo.top, info.padInfo.left,
  ]; // prettier-ignore
  const out = backend.makeOutput(x.shape, 'float32');
  module.maxPoolGradient(at(backend, dy), at(backend, x), at(backend, out), ...shape);
  return out;
}

function reluGradient(module: GradientModule, call: Call): TensorInfo {
  const backend = call.backend as WasmBackend;
  const dy = input(call, 'dy');
  const y = input(call, 'y');
  const out = backend.makeOutput(y.shape, 'float32');
  module.reluGradient(at(backend, dy), at(backend, y), at(backend, out), size(y.shape));
  return out;
}

function columnSums(module: GradientModule, call: Call): TensorInfo {
  const backend = call.backend as WasmBackend;
  const x = input(call, 'x');
  const columns = x.shape.at(-1) ?? 1;
  const out = backend.makeOutput([columns], 'float32');
  module.columnSums(at(backend, x), at(backend, out), columns === 0 ? 0 : size(x.shape) / columns, columns);
  return out;
}

type Shape = [number, number, number, number];

function convolutionShape(tf: Core, x: Shape, filter: Shape, attributes: ConvolutionAttributes, kernel: string): ConvolutionShape {
  const { strides, pad, dimRoundingMode, dataFormat = 'NHWC', dilations = 1 } = attributes;
  if (dataFormat !== 'NHWC') throw new Error(`${kernel}: the wasm backend needs channels last (NHWC), not ${dataFormat}.`);
  if ([dilations].flat().some((dilation) => dilation !== 1))
    throw new Error(`${kernel}: dilations of ${[dilations].flat().join('×')} have no gradient on the wasm backend; train with dilation 1.`);
  const info = tf.backend_util.computeConv2DInfo(x, filter, strides, 1, pad, dimRoundingMode, false);
  return [
    info.batchSize, info.inHeight, info.inWidth, info.inChannels, info.outHeight, info.outWidth, info.outChannels,
    info.filterHeight, info.filterWidth, info.strideHeight, info.strideWidth, info.padInfo.top, info.padInfo.left,
  ]; // prettier-ignore
}

function expectOutput(dy: TensorInfo, shape: ConvolutionShape, kernel: string): void {
  const expected = [shape[0], shape[4], shape[5], shape[6]];
  if (dy.shape.join() !== expected.join())
    throw new Error(`${kernel}: dy has the shape [${dy.shape.join()}], the convolution gives [${expected.join()}].`);
}

function input(call: Call, name: string): TensorInfo {
  const tensor = call.inputs[name];
  if (!tensor) throw new Error(`The input ${name} is missing.`);
  if (tensor.dtype !== 'float32') throw new Error(`The input ${name} must be float32, not ${tensor.dtype}.`);
  return tensor;
}

function at(backend: WasmBackend, tensor: TensorInfo): number {
  return backend.getMemoryOffset(tensor.dataId) >>> 0;
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
