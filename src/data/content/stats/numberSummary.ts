import type { Histogram, NumberSummary } from '../profile';
import { Moments } from './moments';
import type { QuantileSketch } from './quantileSketch';

const BINS = 20;
/** Whole numbers within such a range get a bin each. */
const SMALL_RANGE = 32;

/** Below, a whole number is shown in full anyway. */
const LONG = 1e15;
/** Whole numbers with more digits are no ids. */
const MOST_DIGITS = 40;

/** The summary of numbers that were all counted: value by value, with how often each came. */
export function summaryOfCounts(
  counts: Iterable<readonly [value: number | bigint, count: number]>,
  infinite = 0,
): NumberSummary | undefined {
  const sorted = [...counts].filter(([, count]) => count > 0).sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0));
  if (sorted.length === 0) return undefined;
  const moments = new Moments();
  for (const [value, count] of sorted) moments.add(value, count);
  const { count, mean, std } = moments;
  const ends = new Float64Array(sorted.length);
  sorted.reduce((before, [, times], index) => (ends[index] = before + times), 0);
  /** The number at a rank from 0. */
  const at = (rank: number): number => Number(sorted[firstAbove(ends, rank)]![0]);
  const quantile = (p: number): number => {
    const place = p * (count - 1);
    const low = at(Math.floor(place));
    return low + (at(Math.ceil(place)) - low) * (place - Math.floor(place));
  };
  const pairs = sorted.map(([value, times]) => [Number(value), times] as const);
  const whole = pairs.every(([value]) => Number.isSafeInteger(value));
  const bounds = boundsOf(moments);
  const histogram = histogramOf(pairs, bounds.min, bounds.max, whole);
  return { count, ...bounds, mean, std, quantiles: quantilesBy(quantile), histogram, exact: true, infinite };
}

/** The summary of numbers too many and too different to count each. */
export function summaryOfSketch(moments: Moments, sketch: QuantileSketch, infinite = 0): NumberSummary {
  const { count, mean, std } = moments;
  const bounds = boundsOf(moments);
  const { values, weights } = sketch.weighted();
  const ends = new Float64Array(values.length);
  const total = weights.reduce((before, weight, index) => (ends[index] = before + weight), 0);
  const quantile = (p: number): number => {
    if (p <= 0) return bounds.min;
    return values[Math.min(values.length - 1, firstAbove(ends, p * total))] ?? bounds.max;
  };
  const pairs = Array.from(values, (value, index) => [value, weights[index]!] as const);
  const estimated = histogramOf(pairs, bounds.min, bounds.max, false);
  const histogram = { edges: estimated.edges, counts: estimated.counts.map((each) => Math.round((each * count) / total)) };
  return { count, ...bounds, mean, std, quantiles: quantilesBy(quantile), histogram, exact: false, infinite };
}

/** The ends, with the digits of those that are whole and long. */
function boundsOf({ min, max }: Moments): Pick<NumberSummary, 'min' | 'max' | 'digits'> {
  const digits = { min: digitsOf(min), max: digitsOf(max) };
  return { min: Number(min), max: Number(max), ...((digits.min ?? digits.max) !== undefined && { digits }) };
}

function digitsOf(value: number | bigint): string | undefined {
  const isLong = typeof value === 'bigint' || (Number.isSafeInteger(value) && Math.abs(value) >= LONG);
  const text = String(value);
  return isLong && text.length <= MOST_DIGITS ? text : undefined;
}

function quantilesBy(quantile: (p: number) => number): NumberSummary['quantiles'] {
  return { p05: quantile(0.05), p25: quantile(0.25), p50: quantile(0.5), p75: quantile(0.75), p95: quantile(0.95) };
}

function histogramOf(pairs: readonly (readonly [number, number])[], min: number, max: number, whole: boolean): Histogram {
  if (min === max && !whole) return { edges: [min, max], counts: [pairs.reduce((sum, [, count]) => sum + count, 0)] };
  const single = whole && max - min < SMALL_RANGE;
  const bins = single ? max - min + 1 : BINS;
  // Halved first: the range of numbers near the largest ones has no number of its own.
  const width = single ? 1 : 2 * (max / 2 / bins - min / 2 / bins);
  const edges = Array.from({ length: bins + 1 }, (_, index) => (index === bins && !single ? max : min + index * width));
  const counts = new Array<number>(bins).fill(0);
  for (const [value, count] of pairs) {
    const place = width > 0 ? Math.floor(value / width - min / width) : 0;
    counts[Math.max(0, Math.min(bins - 1, place))]! += count;
  }
  return { edges, counts };
}

/** The first index whose value is above. */
function firstAbove(ends: Float64Array, value: number): number {
  let low = 0;
  let high = ends.length - 1;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (ends[middle]! > value) high = middle;
    else low = middle + 1;
  }
  return Math.max(0, low);
}
