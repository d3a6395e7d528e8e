import assert from 'node:assert/strict';
import { Worker } from 'node:worker_threads';
import { Pace } from '../../../src/train/engine/pace';
import type { BarrierRounds } from './barrierRounds';
import { fillDropoutMask, permutation, randomBits } from '../../../src/train/engine/random';

describe('training randomness', () => {
  it('gives the same stream for the same key, and others for others', () => {
    const first = (...key: number[]) => Array.from({ length: 4 }, randomBits(...key));
    assert.deepEqual(first(7, 1, 2), first(7, 1, 2));
    const streams = [first(7, 1, 2), first(7, 2, 1), first(8, 1, 2), first(7, 1), first(-7, 1, 2)].map((stream) => stream.join());
    assert.equal(new Set(streams).size, streams.length);
  });

  it('draws bits that are evenly spread', () => {
    const bits = randomBits(1);
    const counts = new Array<number>(16).fill(0);
    for (let drawn = 0; drawn < 160_000; drawn++) counts[bits() >>> 28]!++;
    // χ² with 15 degrees of freedom: above 37.7 in one of a thousand generators.
    const chiSquare = counts.reduce((sum, count) => sum + (count - 10_000) ** 2 / 10_000, 0);
    assert.ok(chiSquare < 37.7, `χ² = ${chiSquare}`);
  });

  it('orders every image once, each time anew', () => {
    const order = permutation(1000, randomBits(3, 0));
    assert.deepEqual(
      [...order].sort((a, b) => a - b),
      Array.from({ length: 1000 }, (_, index) => index),
    );
    assert.notDeepEqual([...order], [...permutation(1000, randomBits(3, 1))]);
    assert.deepEqual([...permutation(0, randomBits(3))], []);
  });

  it('drops out as many as asked for and scales the rest', () => {
    const mask = new Float32Array(20_000);
    fillDropoutMask(mask, 0.25, 5);
    const dropped = mask.filter((factor) => factor === 0).length;
    // Five standard deviations about 5,000.
    assert.ok(Math.abs(dropped - 5000) < 5 * Math.sqrt(20_000 * 0.25 * 0.75), `${dropped} dropped`);
    assert.ok(mask.every((factor) => factor === 0 || factor === Math.fround(1 / 0.75)));
  });
});

describe('training pace', () => {
  it('counts what is left of training and validation', () => {
    const pace = new Pace(2, 1000, 300);
    pace.epochBegin();
    pace.batchEnd(100, 100);
    assert.equal(pace.imagesPerSecond, 1000);
    // 1,900 images at 1,000 a second, and two validations of 300 at three times that.
    assert.ok(Math.abs(pace.secondsLeft(0, 100) - 2.1) < 1e-9);
    pace.epochEnd(500);
    assert.ok(Math.abs(pace.secondsLeft(1, 600) - 0.9) < 1e-9);
  });
});

describe('the barrier', () => {
  it('lets nobody pass before all are there, again and again', async () => {
    const data: BarrierRounds = { barrier: new SharedArrayBuffer(8), arrivals: new SharedArrayBuffer(4), workers: 3, rounds: 300 };
    const script = new URL('./barrierRounds.ts', import.meta.url);
    const ended = () =>
      new Promise<void>((resolve, reject) => {
        const worker = new Worker(script, { workerData: data, execArgv: ['--import', 'tsx'] });
        worker.on('error', reject);
        worker.on('exit', () => resolve());
      });
    await Promise.all([ended(), ended(), ended()]);
    assert.equal(new Int32Array(data.arrivals)[0], data.workers * data.rounds);
  });
});
