import assert from 'node:assert/strict';
import type { EnvelopeBucket } from '../../../src/core/metric';
import { coarsen, countOf, extend, finerRange, mergeBuckets, nearestIndex, pointBucket, stitch } from '../../../webview-ui/charts/trace';

const points = (count: number, value: (x: number) => number = (x) => x) =>
  Array.from({ length: count }, (_, x) => pointBucket(x, value(x)));
const dense = (firstX: number, lastX: number, count: number): EnvelopeBucket => ({
  firstX,
  lastX,
  min: 0,
  max: 1,
  first: 0,
  last: 1,
  count,
});

describe('A trace', () => {
  it('keeps both extremes, the ends and the count when buckets are merged', () => {
    const a = { firstX: 0, lastX: 4, min: -3, max: 2, first: 1, last: 0, count: 5 };
    const b = { firstX: 5, lastX: 9, min: -1, max: 7, first: 2, last: 3, count: 5 };
    assert.deepEqual(mergeBuckets(a, b), { firstX: 0, lastX: 9, min: -3, max: 7, first: 1, last: 3, count: 10 });
  });

  it('takes the numbers where a neighbour is all NaN, and NaN where both are', () => {
    const merged = mergeBuckets(pointBucket(0, NaN), pointBucket(1, 4));
    assert.equal(merged.min, 4);
    assert.equal(merged.max, 4);
    assert.equal(mergeBuckets(pointBucket(1, 4), pointBucket(2, NaN)).max, 4);
    assert.ok(Number.isNaN(mergeBuckets(pointBucket(0, NaN), pointBucket(1, NaN)).min));
  });

  it('is coarsened to its limit without losing a spike or a point', () => {
    const trace = points(10_000, (x) => (x === 6321 ? 99 : x === 17 ? -99 : Math.sin(x)));
    const coarse = coarsen(trace, 100);
    assert.ok(coarse.length <= 100);
    assert.equal(Math.max(...coarse.map((bucket) => bucket.max)), 99);
    assert.equal(Math.min(...coarse.map((bucket) => bucket.min)), -99);
    assert.equal(countOf(coarse), 10_000);
    assert.equal(coarse[0]!.firstX, 0);
    assert.equal(coarse.at(-1)!.lastX, 9999);
  });

  it('is left alone within its limit, and survives one x for all points', () => {
    assert.deepEqual(coarsen(points(5), 5), points(5));
    assert.equal(
      countOf(
        coarsen(
          Array.from({ length: 9 }, () => pointBucket(3, 1)),
          2,
        ),
      ),
      9,
    );
  });

  it('is extended by live points and coarsened only past twice its limit', () => {
    const grown = extend(points(3), [{ x: 3, value: 8 }], 10);
    assert.deepEqual(grown?.at(-1), pointBucket(3, 8));
    let trace: EnvelopeBucket[] = [];
    for (let x = 0; x < 1000; x++) trace = extend(trace, [{ x, value: x === 500 ? 1e6 : 0 }], 50)!;
    assert.ok(trace.length <= 100);
    assert.equal(countOf(trace), 1000);
    assert.equal(Math.max(...trace.map((bucket) => bucket.max)), 1e6);
  });

  it('cannot be extended by a point before its end', () => {
    assert.equal(extend(points(3), [{ x: 1, value: 0 }], 10), undefined);
    assert.ok(extend(points(3), [{ x: 2, value: 0 }], 10), 'a second value at the same step has its place');
  });

  it('has a finer part put in where the part lies', () => {
    const overview = [dense(0, 9, 10), dense(10, 19, 10), dense(20, 29, 10)];
    const part = { from: 10, to: 19, trace: [dense(10, 14, 5), dense(15, 19, 5)] };
    assert.deepEqual(
      stitch(overview, part).map(({ firstX, lastX }) => [firstX, lastX]),
      [
        [0, 9],
        [10, 14],
        [15, 19],
        [20, 29],
      ],
    );
  });

  it('asks for more only where a bucket in view stands for several points', () => {
    assert.equal(finerRange(points(100), undefined, 10, 20, 1000), undefined);
    const overview = Array.from({ length: 10 }, (_, i) => dense(i * 10, i * 10 + 9, 10));
    assert.deepEqual(finerRange(overview, undefined, 42, 58, 100), { from: 30, to: 69, buckets: 244 });
    assert.equal(finerRange(overview, undefined, 200, 300, 100), undefined);
  });

  it('is content with a part that covers the view finely, and not when the view has gone further in', () => {
    const overview = Array.from({ length: 100 }, (_, i) => dense(i * 1000, i * 1000 + 999, 1000));
    const part = { from: 0, to: 49_999, trace: Array.from({ length: 1000 }, (_, i) => dense(i * 50, i * 50 + 49, 50)) };
    assert.equal(finerRange(overview, part, 10_000, 40_000, 1000), undefined);
    assert.deepEqual(finerRange(overview, part, 10_100, 10_300, 1000), { from: 10_000, to: 10_999, buckets: 4000 });
    assert.deepEqual(finerRange(overview, part, 40_000, 60_000, 1000), { from: 30_000, to: 70_999, buckets: 2050 });
  });

  it('loses no point when a part takes the place of buckets', () => {
    const all = points(10_000, (x) => (x % 997 === 0 ? 50 : 0));
    const overview = coarsen(all, 40);
    const query = finerRange(overview, undefined, 3333, 3777, 100)!;
    const trace = coarsen(
      all.filter(({ firstX }) => firstX >= query.from && firstX <= query.to),
      query.buckets,
    );
    assert.equal(countOf(stitch(overview, { ...query, trace })), 10_000);
  });

  it('finds the bucket nearest to a place, and none beyond its ends', () => {
    const trace = [pointBucket(0, 1), dense(10, 19, 10), pointBucket(40, 1)];
    assert.equal(nearestIndex(trace, 4, 0), 0);
    assert.equal(nearestIndex(trace, 6, 0), 1);
    assert.equal(nearestIndex(trace, 15, 0), 1);
    assert.equal(nearestIndex(trace, 31, 0), 2);
    assert.equal(nearestIndex(trace, 41, 0), -1);
    assert.equal(nearestIndex(trace, 41, 2), 2);
    assert.equal(nearestIndex([], 1, 5), -1);
  });
});
