import { formatTime } from '../core/format';
import type { MetricPoint } from '../core/metric';
import type { Metrics } from '../store/engine';

const PAGE = 10_000;
const HEADER = 'run_id,run_name,metric,step,timestamp_ms,time,seconds_since_start,value\n';

export interface CsvRun {
  readonly runId: string;
  readonly runName: string;
  /** Milliseconds since the epoch. */
  readonly startTime: number;
}

/** Every point of a metric of the runs as RFC 4180 rows, in pieces; the first is the header. */
export async function* metricCsv(metrics: Metrics, runs: readonly CsvRun[], key: string): AsyncGenerator<string> {
  yield HEADER;
  for (const run of runs) {
    let pageToken: string | undefined;
    do {
      const page = await metrics.history(run.runId, key, { maxResults: PAGE, pageToken });
      yield page.items.map((point) => csvRow(run, point)).join('');
      pageToken = page.nextPageToken;
    } while (pageToken !== undefined);
  }
}

export function csvRow(run: CsvRun, point: MetricPoint): string {
  const { step, timestamp } = point;
  const seconds = (timestamp - run.startTime) / 1000;
  const cells = [
    run.runId,
    harmless(run.runName),
    harmless(point.key),
    step,
    timestamp,
    formatTime(timestamp),
    seconds,
    valueText(point.value),
  ];
  return cells.map((cell) => quoted(String(cell))).join(',') + '\n';
}

/** The store keeps infinities as the greatest number; a spreadsheet should get what was logged. */
function valueText(value: number): string {
  if (Math.abs(value) < Number.MAX_VALUE || Number.isNaN(value)) return String(value);
  return value > 0 ? 'Infinity' : '-Infinity';
}

/**
 * Names come from anywhere, and a spreadsheet runs a cell that begins like a formula. The apostrophe makes it text there; other
 * readers see one character more in a name that hardly anybody gives, and the run's id beside it is untouched. Numbers stay numbers.
 */
function harmless(name: string): string {
  return /^[=+\-@\t\r]/.test(name) ? `'${name}` : name;
}

function quoted(cell: string): string {
  return /[",\r\n]/.test(cell) ? `"${cell.replaceAll('"', '""')}"` : cell;
}

/** A metric's name as a file's, on every platform. */
export function fileNameOf(key: string, extension: string): string {
  const safe = key.replace(/[^\p{L}\p{N}._ -]+/gu, '-').replace(/^[-. ]+|[-. ]+$/g, '');
  return `${safe.slice(0, 100) || 'metric'}.${extension}`;
}
