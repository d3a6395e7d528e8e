import { invalid } from '../core/errors';
import type { EnvelopeBucket, MetricAxis } from '../core/metric';
import type { EnvelopeQuery } from './engine';
import { compareValues } from './pointOrder';

/** Points as columns. */
export interface PointColumns {
  readonly length: number;
  readonly steps: ArrayLike<number>;
  readonly times: ArrayLike<number>;
  readonly values: ArrayLike<number>;
}

/** Refuses a question for an envelope that has no answer. */
export function checkEnvelopeQuery({ axis, buckets }: EnvelopeQuery): void {
  if (!Number.isInteger(buckets) || buckets < 1)
    throw invalid(`Invalid value ${buckets} for parameter 'buckets': it must be a positive integer.`);
  if (axis !== 'step' && axis !== 'time') throw invalid(`Invalid value ${String(axis)} for parameter 'axis': it is 'step' or 'time'.`);
}

/** Gathers points into equal spans of an axis, each end of the range included. */
export class EnvelopeBuilder {
  private readonly width: number;
  protected readonly counts: Float64Array;
  private readonly mins: Float64Array;
  private readonly maxs: Float64Array;
  /** (x, y, value) of the first and of the last point of each bucket; y, the other axis's number, settles ties. */
  private readonly firsts: Float64Array;
  private readonly lasts: Float64Array;

  constructor(
    protected readonly axis: MetricAxis,
    protected readonly from: number,
    protected readonly to: number,
    private readonly buckets: number,
  ) {
    this.width = (to - from) / buckets;
    this.counts = new Float64Array(buckets);
    this.mins = new Float64Array(buckets).fill(NaN);
    this.maxs = new Float64Array(buckets).fill(NaN);
    // Beyond every point, so that the first one to come takes the place.
    this.firsts = new Float64Array(buckets * 3).fill(Infinity);
    this.lasts = new Float64Array(buckets * 3).fill(-Infinity);
  }

  takePoints({ length, steps, times, values }: PointColumns): void {
    const [xs, ys] = this.axis === 'step' ? [steps, times] : [times, steps];
    for (let index = 0; index < length; index++) {
      const x = xs[index]!;
      if (x < this.from || x > this.to) continue;
      const value = values[index]!;
      const bucket = this.bucketOf(x);
      this.takeEnd(bucket, x, ys[index]!, value);
      this.takeExtremes(bucket, value, value);
      this.counts[bucket]!++;
    }
  }

  finish(): EnvelopeBucket[] {
    const found: EnvelopeBucket[] = [];
    for (let bucket = 0; bucket < this.buckets; bucket++) {
      if (this.counts[bucket] === 0) continue;
      found.push({
        firstX: this.firsts[bucket * 3]!,
        lastX: this.lasts[bucket * 3]!,
        min: this.mins[bucket]!,
        max: this.maxs[bucket]!,
        first: this.firsts[bucket * 3 + 2]!,
        last: this.lasts[bucket * 3 + 2]!,
        count: this.counts[bucket]!,
      });
    }
    return found;
  }

  protected bucketOf(x: number): number {
    return this.width > 0 ? Math.min(this.buckets - 1, Math.floor((x - this.from) / this.width)) : 0;
  }

  protected takeExtremes(bucket: number, min: number, max: number): void {
    if (Number.isNaN(min)) return;
    if (!(this.mins[bucket]! <= min)) this.mins[bucket] = min;
    if (!(this.maxs[bucket]! >= max)) this.maxs[bucket] = max;
  }

  protected takeEnd(bucket: number, x: number, y: number, value: number): void {
    const at = bucket * 3;
    const { firsts, lasts } = this;
    // Most points are beyond one end and within the other: one comparison each.
    if (x <= firsts[at]! && compareAt(firsts, at, x, y, value) > 0) setAt(firsts, at, x, y, value);
    if (x >= lasts[at]! && compareAt(lasts, at, x, y, value) < 0) setAt(lasts, at, x, y, value);
  }
}

/** How an end that is kept compares with a point. */
function compareAt(ends: Float64Array, at: number, x: number, y: number, value: number): number {
  return ends[at]! - x || ends[at + 1]! - y || compareValues(ends[at + 2]!, value);
}

function setAt(ends: Float64Array, at: number, x: number, y: number, value: number): void {
  ends[at] = x;
  ends[at + 1] = y;
  ends[at + 2] = value;
}
