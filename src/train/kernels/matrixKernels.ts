import type * as core from '@tensorflow/tfjs-core';
import type { TensorInfo } from '@tensorflow/tfjs-core';
import type { TensorLibrary } from '../backend/library';
import type { WasmBackend } from './gradientKernels';
import type { GradientModule } from './gradientModule';

/** Gives tfjs's wasm backend a fast product of two matrices of which one is transposed; all else stays its own. */
export function registerMatrixKernels(tf: TensorLibrary['core'], module: GradientModule): void {
  const original = tf.getKernel(tf.BatchMatMul, 'wasm');
  const kernelFunc: core.KernelFunc = (call) => product(module, call) ?? original.kernelFunc(call);
  tf.unregisterKernel(tf.BatchMatMul, 'wasm');
  tf.registerKernel({ ...original, kernelFunc });
}

/** Undefined where it is not one of ours: batches, both or none transposed, shapes that don't fit (which tfjs refuses). */
function product(module: GradientModule, call: Parameters<core.KernelFunc>[0]): TensorInfo | undefined {
  const { a, b } = call.inputs;
  const { transposeA, transposeB } = call.attrs as { transposeA?: boolean; transposeB?: boolean };
  if (!a || !b || a.shape.length !== 2 || b.shape.length !== 2 || a.dtype !== 'float32' || b.dtype !== 'float32') return undefined;
  const backend = call.backend as unknown as WasmBackend;
  const [aRows, aColumns] = a.shape as [number, number];
  const [bRows, bColumns] = b.shape as [number, number];
  const at = (tensor: TensorInfo) => backend.getMemoryOffset(tensor.dataId) >>> 0;
  if (transposeA && !transposeB && aRows === bRows) {
    const out = backend.makeOutput([aColumns, bColumns], 'float32');
    module.productOfTransposed(at(a), at(b), at(out), aRows, aColumns, bColumns);
    return out;
  }
  if (transposeB && !transposeA && aColumns === bColumns) {
    const out = backend.makeOutput([aRows, bRows], 'float32');
    module.productWithTransposed(at(a), at(b), at(out), aRows, bRows, aColumns);
    return out;
  }
  return undefined;
}
