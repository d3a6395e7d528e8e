import type { MetricPoint } from '../../core/metric';
import { compareValues } from '../pointOrder';

/** A row of the table `metric`; values are null where they are NaN. */
export interface MetricRow {
  id: number;
  key: string;
  count: number;
  chunks: number;
  last_value: number | null;
  last_step: number;
  last_time: number;
  newest_time: number;
  min_value: number | null;
  min_step: number | null;
  max_value: number | null;
  max_step: number | null;
}

export const METRIC_COLUMNS =
  'id, key, count, chunks, last_value, last_step, last_time, newest_time, min_value, min_step, max_value, max_step';

export function newMetricRow(id: number, key: string): MetricRow {
  return {
    id,
    key,
    count: 0,
    chunks: 0,
    last_value: null,
    last_step: -Infinity,
    last_time: -Infinity,
    newest_time: -Infinity,
    min_value: null,
    min_step: null,
    max_value: null,
    max_step: null,
  };
}

/** Takes one more point into a metric's last, least and greatest; among equal extremes the least step counts. */
export function include(row: MetricRow, point: MetricPoint): void {
  const { step, timestamp, value } = point;
  const order = step - row.last_step || timestamp - row.last_time || compareValues(value, row.last_value ?? NaN);
  if (row.count === 0 || order > 0) {
    row.last_step = step;
    row.last_time = timestamp;
    row.last_value = value;
  }
  if (timestamp > row.newest_time) row.newest_time = timestamp;
  row.count++;
  if (Number.isNaN(value)) return;
  if (row.min_value === null || value < row.min_value || (value === row.min_value && step < row.min_step!)) {
    row.min_value = value;
    row.min_step = step;
  }
  if (row.max_value === null || value > row.max_value || (value === row.max_value && step < row.max_step!)) {
    row.max_value = value;
    row.max_step = step;
  }
}
