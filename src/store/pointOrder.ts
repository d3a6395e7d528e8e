import type { MetricPoint } from '../core/metric';

/** Numbers by size, with NaN below all of them. */
export function compareValues(a: number, b: number): number {
  if (a < b) return -1;
  if (a > b) return 1;
  return Number(!Number.isNaN(a)) - Number(!Number.isNaN(b));
}

/** The order of a history: by (step, timestamp, value). */
export function comparePoints(a: Omit<MetricPoint, 'key'>, b: Omit<MetricPoint, 'key'>): number {
  return a.step - b.step || a.timestamp - b.timestamp || compareValues(a.value, b.value);
}
