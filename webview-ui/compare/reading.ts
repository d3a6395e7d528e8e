import { formatNumber } from '../../src/core/format';
import type { ChartLine } from '../charts/metricChart';
import { middleOf, nearestIndex } from '../charts/trace';
import type { RunStyle } from '../charts/palette';
import type { Comparison, PageRun } from './comparison';

/** What a run's line says at a place. */
export interface Reading {
  readonly run: PageRun;
  readonly style: RunStyle;
  /** Where the dot goes, in drawn coordinates; y is NaN where there is nothing to point at. */
  readonly x: number;
  readonly y: number;
  /** The value in words; a bucket of several points tells their range. */
  readonly text: string;
  /** The moving average in words. */
  readonly smoothed: string | undefined;
}

/** Each line's value at a drawn x; lines that have none there are left out. */
export function readingsAt(comparison: Comparison, key: string, lines: readonly ChartLine[], x: number, tolerance: number): Reading[] {
  const readings: Reading[] = [];
  for (const line of lines) {
    const run = comparison.runs.find((candidate) => candidate.runId === line.runId);
    const trace = run && comparison.series.trace(run.runId, key);
    if (!run || !trace) continue;
    const shift = comparison.shift(run);
    const index = nearestIndex(trace, x - shift, tolerance);
    const bucket = trace[index];
    if (!bucket) continue;
    const smooth = line.smooth?.[index]?.y;
    const isRange = bucket.count > 1 && bucket.min !== bucket.max && !Number.isNaN(bucket.min);
    readings.push({
      ...{ run, style: line.style, x: middleOf(bucket) + shift, y: smooth ?? bucket.last },
      text: isRange ? `${formatNumber(bucket.min)} … ${formatNumber(bucket.max)}` : formatNumber(bucket.last),
      smoothed: smooth === undefined || Number.isNaN(smooth) ? undefined : formatNumber(smooth),
    });
  }
  return readings;
}
