import { formatNumber } from '../../src/core/format';
import { countOf, middleOf, type Trace } from '../charts/trace';

export interface PointRow {
  readonly x: number;
  /** In the runs' order; empty where a run has no value at x. */
  readonly values: readonly string[];
}

/** The charts' data as rows, one for each x at which any run has a value. A bucket tells its range. */
export function pointRows(traces: readonly { readonly trace: Trace; readonly shift: number }[]): PointRow[] {
  const rows = new Map<number, string[]>();
  traces.forEach(({ trace, shift }, column) => {
    for (const bucket of trace) {
      const x = (bucket.count === 1 ? bucket.firstX : middleOf(bucket)) + shift;
      const row = rows.get(x) ?? traces.map(() => '');
      const isRange = bucket.count > 1 && bucket.min !== bucket.max;
      row[column] = isRange ? `${formatNumber(bucket.min)} … ${formatNumber(bucket.max)}` : formatNumber(bucket.last);
      rows.set(x, row);
    }
  });
  return [...rows].sort(([a], [b]) => a - b).map(([x, values]) => ({ x, values }));
}

/** Whether rows stand for several points each, so that a table has to say so. */
export function isCoarse(traces: readonly Trace[]): boolean {
  return traces.some((trace) => countOf(trace) > trace.length);
}
