import assert from 'node:assert/strict';
import { rawLine, undrawn } from '../../../webview-ui/charts/polyline';
import { smoothedLine } from '../../../webview-ui/charts/smoothing';
import { pointBucket, type Trace } from '../../../webview-ui/charts/trace';

const trace = (...values: number[]): Trace => values.map((value, x) => pointBucket(x, value));

describe('The raw line', () => {
  it('goes through every point, moved by the run’s start', () => {
    assert.deepEqual(rawLine(trace(3, 5), false, -10), [
      { x: -10, y: 3 },
      { x: -9, y: 5 },
    ]);
  });

  it('touches the first, least, greatest and last value of a bucket', () => {
    const line = rawLine([{ firstX: 0, lastX: 10, min: -2, max: 9, first: 8, last: -1, count: 11 }], false);
    assert.deepEqual(line, [
      { x: 0, y: 8 },
      { x: 5, y: 9 },
      { x: 5, y: -2 },
      { x: 10, y: -1 },
    ]);
  });

  it('breaks at NaN, at infinities, and on a log scale at what is not positive', () => {
    const values = rawLine(trace(1, NaN, Number.MAX_VALUE, -Number.MAX_VALUE, 0, -4), false).map(({ y }) => y);
    assert.deepEqual(values, [1, NaN, NaN, NaN, 0, -4]);
    assert.deepEqual(
      rawLine(trace(1, 0, -4), true).map(({ y }) => y),
      [1, NaN, NaN],
    );
  });

  it('has a mark wherever a value could not be drawn', () => {
    const kinds = undrawn(trace(1, NaN, Number.MAX_VALUE, -Number.MAX_VALUE, 0), true).map(({ x, kind }) => [x, kind]);
    assert.deepEqual(kinds, [
      [1, 'nan'],
      [2, 'high'],
      [3, 'low'],
      [4, 'low'],
    ]);
    assert.deepEqual(undrawn(trace(1, 0), false), []);
  });
});

describe('The moving average', () => {
  it('starts at the first value, without the pull of zero', () => {
    const line = smoothedLine(trace(10, 10, 10), 0.9, false);
    for (const { y } of line) assert.ok(Math.abs(y - 10) < 1e-9);
  });

  it('is what the formula gives', () => {
    const [, second, third] = smoothedLine(trace(1, 2, 4), 0.5, false);
    assert.ok(Math.abs(second!.y - (0.5 * 0.5 * 1 + 0.5 * 2) / (1 - 0.25)) < 1e-12);
    assert.ok(Math.abs(third!.y - (0.25 * 0.5 * 1 + 0.5 * 0.5 * 2 + 0.5 * 4) / (1 - 0.125)) < 1e-12);
  });

  it('passes over what cannot be drawn without counting it', () => {
    const line = smoothedLine(trace(1, NaN, Number.MAX_VALUE, 3), 0.5, false);
    assert.ok(Number.isNaN(line[1]!.y) && Number.isNaN(line[2]!.y));
    assert.ok(Math.abs(line[3]!.y - (0.5 * 0.5 * 1 + 0.5 * 3) / 0.75) < 1e-12);
  });

  it('is not pulled by a bucket’s outliers', () => {
    const bucket = { firstX: 0, lastX: 9, min: -100, max: 900, first: 1, last: 3, count: 10 };
    assert.equal(smoothedLine([bucket], 0.5, false)[0]!.y, 2);
  });
});
