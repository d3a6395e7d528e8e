import type { EnvelopeBucket, MetricPoint } from '../../src/core/metric';
import type { EnvelopeQuery } from '../../src/store/engine';

type Point = Omit<MetricPoint, 'key'>;

function compareNumbers(a: number, b: number): number {
  if (Number.isNaN(a) || Number.isNaN(b)) return Number(Number.isNaN(b)) - Number(Number.isNaN(a));
  return a - b;
}

export function comparePoints(a: Point, b: Point): number {
  return a.step - b.step || a.timestamp - b.timestamp || compareNumbers(a.value, b.value);
}

/** What an envelope means, said as plainly as possible: filter, sort, cut into equal spans, look at each. */
export function bruteEnvelope(points: readonly Point[], { axis, buckets, from, to }: EnvelopeQuery): EnvelopeBucket[] {
  const x = (point: Point): number => (axis === 'step' ? point.step : point.timestamp);
  const all = points.map(x);
  const low = from ?? Math.min(...all);
  const high = to ?? Math.max(...all);
  const width = (high - low) / buckets;
  const spans = new Map<number, Point[]>();
  const byTime = (a: Point, b: Point): number => a.timestamp - b.timestamp || a.step - b.step || compareNumbers(a.value, b.value);
  for (const point of points.toSorted(axis === 'step' ? comparePoints : byTime)) {
    if (x(point) < low || x(point) > high) continue;
    const span = width > 0 ? Math.min(buckets - 1, Math.floor((x(point) - low) / width)) : 0;
    spans.set(span, [...(spans.get(span) ?? []), point]);
  }
  return [...spans]
    .sort(([a], [b]) => a - b)
    .map(([, span]) => {
      const values = span.map(({ value }) => value).filter((value) => !Number.isNaN(value));
      return {
        firstX: x(span[0]!),
        lastX: x(span.at(-1)!),
        min: values.length > 0 ? Math.min(...values) : NaN,
        max: values.length > 0 ? Math.max(...values) : NaN,
        first: span[0]!.value,
        last: span.at(-1)!.value,
        count: span.length,
      };
    });
}
