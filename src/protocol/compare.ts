import type { EnvelopeBucket, MetricAxis, MetricPoint, MetricSummary } from '../core/metric';
import type { Param, RunStatus } from '../core/run';

/** What a run's row and legend entry show beside its params and metrics. Times are milliseconds since the epoch. */
export interface ComparedInfo {
  readonly runName: string;
  readonly status: RunStatus;
  readonly startTime: number;
  readonly endTime: number | undefined;
  readonly user: string;
  readonly source: string | undefined;
  readonly commit: string | undefined;
  readonly branch: string | undefined;
  readonly dirty: boolean | undefined;
  readonly backend: string | undefined;
  /** `name · digest`, one for each version of a data set that was used. */
  readonly datasets: readonly string[];
  /** Why the run failed, in one line. */
  readonly error: string | undefined;
}

/** A MetricSummary as it crosses the wire: NaN is null, for messages are JSON. */
export interface WireMetric {
  readonly key: string;
  readonly last: { readonly value: number | null; readonly step: number; readonly timestamp: number };
  readonly min: { readonly value: number; readonly step: number } | null;
  readonly max: { readonly value: number; readonly step: number } | null;
  /** Null where the store does not know. */
  readonly count: number | null;
}

export interface ComparedRun {
  readonly runId: string;
  readonly info: ComparedInfo;
  readonly params: readonly Param[];
  readonly metrics: readonly WireMetric[];
}

/** What became different of a run since it was last told; absent parts are as they were. */
export interface RunChange {
  readonly info?: ComparedInfo;
  /** New ones only: params never change. */
  readonly params?: readonly Param[];
  /** New and changed ones. */
  readonly metrics?: readonly WireMetric[];
}

/** Host → page. */
export type CompareEvent =
  | {
      readonly type: 'comparison';
      readonly location: string;
      readonly runs: readonly ComparedRun[];
      readonly missing: readonly MissingRun[];
    }
  | { readonly type: 'runAdded'; readonly run: ComparedRun }
  | { readonly type: 'runChanged'; readonly runId: string; readonly change: RunChange }
  | { readonly type: 'runMissing'; readonly run: MissingRun }
  | {
      readonly type: 'series';
      /** The number that the request carried; 0 when the host renews a whole series by itself. */
      readonly request: number;
      readonly runId: string;
      readonly key: string;
      readonly axis: MetricAxis;
      /** The part of the axis that was asked for; absent: all of it. */
      readonly from?: number;
      readonly to?: number;
      /** packBuckets' form. */
      readonly buckets: Float64Array;
    }
  | { readonly type: 'seriesFailed'; readonly request: number; readonly runId: string; readonly key: string; readonly message: string }
  /** Points that were logged after the series was sent, in packPoints' form. */
  | { readonly type: 'points'; readonly runId: string; readonly key: string; readonly points: Float64Array }
  /** Nothing can be shown: the store is gone, locked or damaged. */
  | { readonly type: 'failed'; readonly message: string };

export interface MissingRun {
  readonly runId: string;
  readonly message: string;
}

export interface SeriesWanted {
  readonly runId: string;
  readonly key: string;
  /** How many at the most. */
  readonly buckets: number;
  readonly from?: number;
  readonly to?: number;
}

/** Page → host. */
export type CompareRequest =
  /** The page has loaded, or loaded again, and knows nothing. */
  | { readonly type: 'ready' }
  | {
      readonly type: 'series';
      readonly request: number;
      readonly axis: MetricAxis;
      readonly wanted: readonly SeriesWanted[];
    }
  | { readonly type: 'removeRun'; readonly runId: string }
  | { readonly type: 'revealRun'; readonly runId: string }
  | { readonly type: 'savePng'; readonly key: string; readonly png: Uint8Array }
  | { readonly type: 'saveCsv'; readonly key: string; readonly runIds: readonly string[] }
  | { readonly type: 'showLog' };

export type XAxis = 'step' | 'time' | 'relative';

/** How a person has set the page up. */
export interface CompareView {
  readonly axis: XAxis;
  readonly logScale: boolean;
  /** Weight of the moving average, 0 (none) to 0.99. */
  readonly smoothing: number;
  readonly filter: string;
  readonly onlyDiffering: boolean;
  readonly hiddenRuns: readonly string[];
  /** Group → whether it is open, where that is not the group's default. */
  readonly openGroups: Readonly<Record<string, boolean>>;
  /** Run id → its place in the palette. */
  readonly slots: Readonly<Record<string, number>>;
}

/** What survives a reload of the window: the page keeps it, and the host gets it back to revive the panel. */
export interface CompareState {
  readonly version: 1;
  readonly location: string;
  readonly runIds: readonly string[];
  readonly view: CompareView;
}

export function toWire(metric: MetricSummary): WireMetric {
  const { value, step, timestamp } = metric.last;
  return {
    key: metric.key,
    last: { value: Number.isNaN(value) ? null : value, step, timestamp },
    min: metric.min ?? null,
    max: metric.max ?? null,
    count: metric.count ?? null,
  };
}

export function fromWire(metric: WireMetric): MetricSummary {
  return {
    key: metric.key,
    last: { ...metric.last, value: metric.last.value ?? NaN },
    min: metric.min ?? undefined,
    max: metric.max ?? undefined,
    count: metric.count ?? undefined,
  };
}

const BUCKET = 7;
const POINT = 3;

/** Seven numbers a bucket: firstX, lastX, min, max, first, last, count. Typed arrays cross uncopied and keep NaN. */
export function packBuckets(buckets: readonly EnvelopeBucket[]): Float64Array {
  const packed = new Float64Array(buckets.length * BUCKET);
  buckets.forEach((b, index) => packed.set([b.firstX, b.lastX, b.min, b.max, b.first, b.last, b.count], index * BUCKET));
  return packed;
}

export function unpackBuckets(packed: Float64Array): EnvelopeBucket[] {
  const buckets: EnvelopeBucket[] = [];
  for (let i = 0; i + BUCKET <= packed.length; i += BUCKET) {
    const [firstX, lastX, min, max, first, last, count] = packed.subarray(i, i + BUCKET) as unknown as [
      number,
      number,
      number,
      number,
      number,
      number,
      number,
    ];
    buckets.push({ firstX, lastX, min, max, first, last, count });
  }
  return buckets;
}

/** Three numbers a point: step, timestamp, value. */
export function packPoints(points: readonly MetricPoint[]): Float64Array {
  const packed = new Float64Array(points.length * POINT);
  points.forEach((point, index) => packed.set([point.step, point.timestamp, point.value], index * POINT));
  return packed;
}

export function unpackPoints(packed: Float64Array): { step: number; timestamp: number; value: number }[] {
  const points: { step: number; timestamp: number; value: number }[] = [];
  for (let i = 0; i + POINT <= packed.length; i += POINT)
    points.push({ step: packed[i]!, timestamp: packed[i + 1]!, value: packed[i + 2]! });
  return points;
}
