import assert from 'node:assert/strict';
import type { Tensor, Tensor4D } from '@tensorflow/tfjs-core';
import { useWasmBackend } from '../../../src/train/backend/wasmBackend';
import type { TensorLibrary } from '../../../src/train/backend/library';
import { applyBlock } from '../../../src/train/engine/convolutionBlock';
import { randomBits } from '../../../src/train/engine/random';
import { isFusable } from '../../../src/train/kernels/blockKernels';
import { builtTrainer } from './builtTrainer';
import { naiveFilterGradient, naiveInputGradient, naivePoolGradient, type Geometry } from './naiveGradients';

type Padding = 'valid' | 'same' | number;

describe('gradient kernels', function () {
  this.timeout(120_000);
  let tf: TensorLibrary['core'];
  const bits = randomBits(20_260_101);
  const pick = <Item>(items: readonly Item[]): Item => items[bits() % items.length]!;
  /** Values of both signs; `share` of them are 0. */
  const values = (count: number, share = 0) =>
    Float32Array.from({ length: count }, () => (bits() / 2 ** 32 < share ? 0 : bits() / 2 ** 31 - 1));

  before(async () => {
    tf = (await useWasmBackend((await builtTrainer()).wasmFolder)).core;
  });

  const run = (name: string, inputs: Record<string, Tensor>, attributes: object) => {
    const output = tf.engine().runKernel<Tensor>(name, inputs, attributes as never);
    const data = output.dataSync().slice() as Float32Array;
    output.dispose();
    Object.values(inputs).forEach((input) => input.dispose());
    return data;
  };

  function* convolutions(count: number) {
    for (let made = 0; made < count;) {
      const window: [number, number] = [1 + (bits() % 5), 1 + (bits() % 5)];
      const strides: [number, number] = [1 + (bits() % 3), 1 + (bits() % 3)];
      const pad: Padding = pick<Padding>(['valid', 'same', 1, 2]);
      const channels: [number, number] = [pick([1, 2, 3, 4, 5, 8, 17, 32]), pick([1, 2, 3, 4, 7, 8, 16, 33])];
      const shape: [number, number, number, number] = [1 + (bits() % 3), 3 + (bits() % 8), 3 + (bits() % 8), channels[0]];
      const filter: [number, number, number, number] = [...window, ...channels];
      const info = tf.backend_util.computeConv2DInfo(shape, filter, strides, 1, pad);
      if (info.outHeight < 1 || info.outWidth < 1) continue;
      made++;
      const geometry: Geometry = {
        ...info,
        batch: info.batchSize,
        windowHeight: window[0],
        windowWidth: window[1],
        strides,
        ...info.padInfo,
      };
      const label = `x ${shape.join('×')} window ${window.join('×')} → ${channels[1]} strides ${strides.join()} pad ${pad}`;
      yield { shape, filter, strides, pad, info, geometry, label };
    }
  }

  it("give the filter's gradient of any convolution", () => {
    for (const { shape, filter, strides, pad, info, geometry, label } of convolutions(300)) {
      const x = values(tf.util.sizeFromShape(shape), pick([0, 0.5]));
      const dy = values(tf.util.sizeFromShape(info.outShape), pick([0, 0.5, 0.9]));
      const inputs = { x: tf.tensor(x, shape), dy: tf.tensor(dy, info.outShape) };
      close(
        run('Conv2DBackpropFilter', inputs, { strides, pad, dataFormat: 'NHWC', filterShape: filter }),
        naiveFilterGradient(geometry, x, dy),
        label,
      );
    }
  });

  it("give the input's gradient of any convolution", () => {
    for (const { shape, filter, strides, pad, info, geometry, label } of convolutions(300)) {
      const w = values(tf.util.sizeFromShape(filter));
      const dy = values(tf.util.sizeFromShape(info.outShape), pick([0, 0.5, 0.9]));
      const inputs = { filter: tf.tensor(w, filter), dy: tf.tensor(dy, info.outShape) };
      close(
        run('Conv2DBackpropInput', inputs, { strides, pad, dataFormat: 'NHWC', inputShape: shape }),
        naiveInputGradient(geometry, w, dy),
        label,
      );
    }
  });

  it('give the gradient of any max-pooling, negative windows and ties too', () => {
    for (let made = 0; made < 300;) {
      const filterSize: [number, number] = [1 + (bits() % 4), 1 + (bits() % 4)];
      const strides: [number, number] = [1 + (bits() % 3), 1 + (bits() % 3)];
      const pad = pick<Padding>(['valid', 'same']);
      const shape: [number, number, number, number] = [1 + (bits() % 3), 3 + (bits() % 8), 3 + (bits() % 8), pick([1, 3, 4, 6, 32])];
      const info = tf.backend_util.computePool2DInfo(shape, filterSize, strides, 1, pad);
      if (info.outHeight < 1 || info.outWidth < 1) continue;
      made++;
      const offset = pick([0, -5]);
      // A few values only, so that windows have several that are greatest.
      const x = Float32Array.from({ length: tf.util.sizeFromShape(shape) }, () => (bits() % 5) + offset);
      const dy = values(tf.util.sizeFromShape(info.outShape), pick([0, 0.5]));
      const geometry: Geometry = {
        ...info, batch: info.batchSize, windowHeight: filterSize[0], windowWidth: filterSize[1], strides, ...info.padInfo,
      }; // prettier-ignore
      const output = tf.tensor(new Float32Array(dy.length), info.outShape);
      const inputs = { dy: tf.tensor(dy, info.outShape), input: tf.tensor(x, shape), output };
      const label = `x ${shape.join('×')} window ${filterSize.join('×')} strides ${strides.join()} pad ${pad} offset ${offset}`;
      close(run('MaxPoolGrad', inputs, { filterSize, strides, pad }), naivePoolGradient(geometry, x, dy), label);
    }
  });

  it("give ReLU's gradient, 0 at 0, through tf.grad", () => {
    for (const count of [1, 3, 4, 7, 64, 1001]) {
      const x = values(count, 0.3);
      const dy = values(count);
      const gradient = tf.tidy(() =>
        tf
          .grad((input) => tf.relu(input))(tf.tensor1d(x), tf.tensor1d(dy))
          .dataSync(),
      );
      assert.deepEqual(
        Array.from(gradient),
        Array.from(x, (value, index) => (value > 0 ? dy[index] : 0)),
      );
    }
  });

  it('sum over all axes but the last, and over others as before', () => {
    const x = values(5 * 6 * 7);
    const tensor = tf.tensor3d(x, [5, 6, 7]);
    const columns = new Float64Array(7);
    const rows = new Float64Array(5);
    x.forEach((value, index) => {
      columns[index % 7]! += value;
      rows[Math.floor(index / 42)]! += value;
    });
    close(tf.sum(tensor, [0, 1]).dataSync() as Float32Array, columns, 'columns');
    close(tf.sum(tensor, [1, 2]).dataSync() as Float32Array, rows, 'rows');
    assert.deepEqual(tf.sum(tensor, [0, 1], true).shape, [1, 1, 7]);
    assert.deepEqual(tf.sum(tf.tensor2d([1, 2, 3, 4], [2, 2], 'int32'), 0).arraySync(), [4, 6]);
    tensor.dispose();
  });

  it('multiply matrices of any size, transposed or not', () => {
    for (let made = 0; made < 80; made++) {
      const [rows, inner, columns] = [1 + (bits() % 20), 1 + (bits() % 20), 1 + (bits() % 20)];
      const [transposeA, transposeB] = [pick([true, false]), pick([true, false])];
      const a = values(rows * inner, 0.4);
      const b = values(inner * columns);
      const expected = new Float64Array(rows * columns);
      for (let row = 0; row < rows; row++)
        for (let column = 0; column < columns; column++)
          for (let k = 0; k < inner; k++)
            expected[row * columns + column]! +=
              a[transposeA ? k * rows + row : row * inner + k]! * b[transposeB ? column * inner + k : k * columns + column]!;
      const product = tf.tidy(() =>
        tf
          .matMul(
            tf.tensor2d(a, transposeA ? [inner, rows] : [rows, inner]),
            tf.tensor2d(b, transposeB ? [columns, inner] : [inner, columns]),
            transposeA,
            transposeB,
          )
          .dataSync(),
      );
      close(product as Float32Array, expected, `${rows}×${inner}×${columns} ${transposeA} ${transposeB}`);
    }
  });

  it('compute convolution, ReLU, pooling and dropout as one as tfjs does one by one, with their gradients', () => {
    for (let made = 0; made < 150; made++) {
      const kernel: [number, number, number, number] = [
        1 + (bits() % 5),
        1 + (bits() % 5),
        pick([1, 2, 3, 4, 8, 20]),
        pick([1, 4, 7, 8, 12]),
      ];
      if (!isFusable(kernel)) continue;
      const shape: [number, number, number, number] = [
        1 + (bits() % 3),
        kernel[0] + 1 + (bits() % 9),
        kernel[1] + 1 + (bits() % 9),
        kernel[2],
      ];
      const x = tf.tensor4d(values(tf.util.sizeFromShape(shape), pick([0, 0.9])), shape);
      const w = tf.tensor4d(values(tf.util.sizeFromShape(kernel)), kernel);
      const bias = tf.tensor1d(values(kernel[3]));
      const pooledShape: [number, number, number, number] = [
        shape[0],
        (shape[1] - kernel[0] + 1) >> 1,
        (shape[2] - kernel[1] + 1) >> 1,
        kernel[3],
      ];
      const count = tf.util.sizeFromShape(pooledShape);
      const mask = pick([true, false]) ? tf.tensor1d(Float32Array.from({ length: count }, () => (bits() % 2) * 2)) : undefined;
      const dy = tf.tensor4d(values(count, 0.2), pooledShape);
      const label = `x ${shape.join('×')} kernel ${kernel.join('×')} ${mask ? 'dropout' : ''}`;
      const separate = tf.valueAndGrads((input: Tensor, filter: Tensor, offset: Tensor): Tensor => {
        const convolved = tf.relu(tf.add(tf.conv2d(input as Tensor4D, filter as Tensor4D, 1, 'valid'), offset));
        const pooled = tf.maxPool(convolved as Tensor4D, 2, 2, 'valid');
        return mask ? tf.mul(pooled, tf.reshape(mask, pooledShape)) : pooled;
      });
      const tied = (input: Tensor4D, filter: Tensor4D, offset: Tensor, first: boolean) =>
        applyBlock({ core: tf } as TensorLibrary, { kernel: filter, bias: offset }, input, mask && tf.clone(mask), first);
      tf.tidy(() => {
        const { value, grads: expected } = separate([x, w, bias], dy);
        const whole = tf.valueAndGrads((input, filter, offset) => tied(input as Tensor4D, filter as Tensor4D, offset, false));
        const actual = whole([x, w, bias], dy);
        close(actual.value.dataSync() as Float32Array, Float64Array.from(value.dataSync()), label);
        actual.grads.forEach((gradient, index) => {
          assert.deepEqual(gradient.shape, expected[index]?.shape, label);
          close(gradient.dataSync() as Float32Array, Float64Array.from(expected[index]!.dataSync()), `${label}, gradient ${index}`);
        });
        const ofWeights = tf.grads((filter, offset) => tied(x, filter as Tensor4D, offset, true));
        ofWeights([w, bias], dy).forEach((gradient, index) =>
          close(
            gradient.dataSync() as Float32Array,
            Float64Array.from(expected[index + 1]!.dataSync()),
            `${label}, gradient ${index} of data`,
          ),
        );
      });
      tf.dispose([x, w, bias, dy, ...(mask ? [mask] : [])]);
    }
  });

  it('refuse what they cannot do in one clear line', () => {
    const x = tf.zeros([1, 5, 5, 1]);
    const dy = tf.zeros([1, 3, 3, 2]);
    const attributes = { strides: [1, 1], pad: 'valid', filterShape: [3, 3, 1, 2] };
    const kernel =
      (changed: object, inputs = { x, dy }) =>
      () =>
        tf.engine().runKernel('Conv2DBackpropFilter', inputs, { ...attributes, ...changed });
    assert.throws(kernel({ dilations: [2, 2] }), /dilations of 2×2 have no gradient/);
    assert.throws(kernel({ dataFormat: 'NCHW' }), /needs channels last/);
    assert.throws(kernel({}, { x, dy: tf.zeros([1, 2, 3, 2]) }), /dy has the shape \[1,2,3,2\], the convolution gives \[1,3,3,2\]/);
    assert.throws(kernel({}, { x: tf.zeros([1, 5, 5, 1], 'int32'), dy }), /must be float32, not int32/);
  });
});

/** Within what 32-bit sums of a few thousand products of numbers below 1 can differ. */
function close(actual: Float32Array, expected: Float64Array, label: string): void {
  assert.equal(actual.length, expected.length, label);
  expected.forEach((value, index) => {
    if (!(Math.abs(actual[index]! - value) <= 2e-5)) assert.fail(`${label}: at ${index} ${actual[index]} instead of ${value}`);
  });
}
