import type { EnvelopeBucket } from '../../src/core/metric';

/** A metric of one run along one axis: buckets that grow in x. A bucket of one point is that point. */
export type Trace = readonly EnvelopeBucket[];

export function pointBucket(x: number, value: number): EnvelopeBucket {
  return { firstX: x, lastX: x, min: value, max: value, first: value, last: value, count: 1 };
}

/** Two neighbours as one, with nothing of their extremes lost. */
export function mergeBuckets(a: EnvelopeBucket, b: EnvelopeBucket): EnvelopeBucket {
  return {
    firstX: a.firstX,
    lastX: b.lastX,
    min: least(a.min, b.min),
    max: greatest(a.max, b.max),
    first: a.first,
    last: b.last,
    count: a.count + b.count,
  };
}

function least(a: number, b: number): number {
  return Number.isNaN(a) || b < a ? b : a;
}

function greatest(a: number, b: number): number {
  return Number.isNaN(a) || b > a ? b : a;
}

/** The same trace in at most `limit` buckets of equal spans, extremes kept. */
export function coarsen(trace: Trace, limit: number): EnvelopeBucket[] {
  const first = trace[0];
  const last = trace[trace.length - 1];
  if (!first || !last || trace.length <= limit) return [...trace];
  const span = (last.lastX - first.firstX) / limit || 1;
  const merged: EnvelopeBucket[] = [];
  let slot = -1;
  for (const bucket of trace) {
    const place = Math.min(limit - 1, Math.floor((bucket.firstX - first.firstX) / span));
    if (place === slot) merged[merged.length - 1] = mergeBuckets(merged[merged.length - 1]!, bucket);
    else merged.push(bucket);
    slot = place;
  }
  return merged;
}

/**
 * The trace with points appended, coarsened when it has grown past twice `limit`.
 * Undefined when a point lies before the trace's end: then the series has to be asked for again.
 */
export function extend(trace: Trace, points: readonly { x: number; value: number }[], limit: number): EnvelopeBucket[] | undefined {
  const grown = [...trace];
  let end = trace[trace.length - 1]?.lastX ?? -Infinity;
  for (const { x, value } of points) {
    if (x < end) return undefined;
    grown.push(pointBucket(x, value));
    end = x;
  }
  return grown.length > 2 * limit ? coarsen(grown, limit) : grown;
}

/** The overview with a finer part put in for the range that the part covers. */
export function stitch(overview: Trace, part: Part): EnvelopeBucket[] {
  return [...overview.filter((bucket) => bucket.lastX < part.from), ...part.trace, ...overview.filter((bucket) => bucket.firstX > part.to)];
}

/**
 * What to ask for when a person looks at `from`…`to`: whole buckets of the overview, so that the finer part replaces them and no spike
 * falls between; with half a width on either side, so that a short pan needs nothing new; and as many buckets that the view itself has
 * about `columns`. Undefined when every point in view is drawn by itself already, or the part that is there is fine enough.
 */
export function finerRange(overview: Trace, part: Part | undefined, from: number, to: number, columns: number): PartQuery | undefined {
  const isDense = (bucket: EnvelopeBucket) => bucket.count > 1;
  const seen = overview.filter((bucket) => bucket.lastX >= from && bucket.firstX <= to && isDense(bucket));
  if (seen.length === 0) return undefined;
  if (part && part.from <= Math.max(from, seen[0]!.firstX) && part.to >= Math.min(to, seen[seen.length - 1]!.lastX)) {
    const inView = part.trace.filter((bucket) => bucket.lastX >= from && bucket.firstX <= to);
    if (inView.length >= columns / 2 || !inView.some(isDense)) return undefined;
  }
  const margin = (to - from) / 2;
  const near = overview.filter((bucket) => bucket.lastX >= from - margin && bucket.firstX <= to + margin && isDense(bucket));
  const range = { from: near[0]!.firstX, to: near[near.length - 1]!.lastX };
  return { ...range, buckets: Math.min(MOST_BUCKETS, Math.ceil((columns * (range.to - range.from)) / (to - from))) };
}

/** So many buckets are still drawn without a delay that is felt. */
const MOST_BUCKETS = 4000;

export interface PartQuery {
  readonly from: number;
  readonly to: number;
  readonly buckets: number;
}

/** A finer trace of a part of the axis. */
export interface Part {
  readonly from: number;
  readonly to: number;
  readonly trace: Trace;
}

/** The place of the bucket nearest to x; -1 beyond the trace's ends by more than `tolerance`. */
export function nearestIndex(trace: Trace, x: number, tolerance: number): number {
  let low = 0;
  let high = trace.length - 1;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (trace[middle]!.lastX < x) low = middle + 1;
    else high = middle;
  }
  const right = trace[low];
  const left = trace[low - 1];
  if (!right || x < trace[0]!.firstX - tolerance || x > trace[trace.length - 1]!.lastX + tolerance) return -1;
  return left && x - left.lastX < distance(right, x) ? low - 1 : low;
}

function distance(bucket: EnvelopeBucket, x: number): number {
  return x < bucket.firstX ? bucket.firstX - x : Math.max(0, x - bucket.lastX);
}

/** Where a bucket stands on the axis. */
export function middleOf(bucket: EnvelopeBucket): number {
  return (bucket.firstX + bucket.lastX) / 2;
}

export function countOf(trace: Trace): number {
  return trace.reduce((sum, bucket) => sum + bucket.count, 0);
}
