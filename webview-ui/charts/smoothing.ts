import { middleOf, type Trace } from './trace';
import { drawable, type Vertex } from './polyline';

/**
 * An exponential moving average without the pull of its start: with m₀ = 0, mₙ = w·mₙ₋₁ + (1 − w)·vₙ, shown as mₙ / (1 − wⁿ)
 * (the bias correction of Kingma and Ba, 2015, section 3). Values that cannot be drawn leave a gap and do not count.
 */
export function smoothedLine(trace: Trace, weight: number, logScale: boolean, shift = 0): Vertex[] {
  let mean = 0;
  let correction = 1;
  return trace.map((bucket) => {
    const x = middleOf(bucket) + shift;
    const value = typical(bucket.count, bucket.first, bucket.last);
    if (!drawable(value, logScale)) return { x, y: NaN };
    mean = weight * mean + (1 - weight) * value;
    correction *= weight;
    return { x, y: mean / (1 - correction) };
  });
}

/** A bucket's part in the average: its ends are two fair samples, while its extremes would pull towards outliers. */
function typical(count: number, first: number, last: number): number {
  if (count === 1 || Number.isNaN(first)) return last;
  return Number.isNaN(last) ? first : (first + last) / 2;
}
