/**
 * One point of a metric. `value` may be NaN; ±Infinity is kept as ±Number.MAX_VALUE, as MLflow does.
 * `timestamp` is in milliseconds since the epoch, `step` an integer (negative allowed).
 */
export interface MetricPoint {
  readonly key: string;
  readonly value: number;
  readonly timestamp: number;
  readonly step: number;
  /** The logged model that was measured, and on which data set; the point is then also the model's. */
  readonly modelId?: string;
  readonly datasetName?: string;
  readonly datasetDigest?: string;
}

/** What the store keeps of a metric beside its points. */
export interface MetricSummary {
  readonly key: string;
  /** The point that is the greatest by (step, timestamp, value). */
  readonly last: { readonly value: number; readonly step: number; readonly timestamp: number };
  /**
   * The least and the greatest value that is a number; undefined while all points are NaN, and where a store does not know:
   * a remote server tells only the last point, until a metric's history has been read.
   */
  readonly min: { readonly value: number; readonly step: number } | undefined;
  readonly max: { readonly value: number; readonly step: number } | undefined;
  /** Undefined where a store does not know. */
  readonly count: number | undefined;
}

/** The axes along which points are ordered and bucketed. */
export type MetricAxis = 'step' | 'time';

/**
 * One bucket of an envelope: everything a chart needs to draw `count` points as one column without hiding a spike.
 * `x` values are steps or milliseconds, by the axis asked for; `min` and `max` are NaN when every point in it is NaN.
 */
export interface EnvelopeBucket {
  readonly firstX: number;
  readonly lastX: number;
  readonly min: number;
  readonly max: number;
  readonly first: number;
  readonly last: number;
  readonly count: number;
}

const LOWER_IS_BETTER =
  /(^|[/_.\- ])(loss|error|err|mse|mae|rmse|mape|logloss|perplexity|cross_?entropy|nll|wer|cer|fid|drift|psi)($|[/_.\- ])/i;

/** Whether the smaller value of a metric is the better one, judged by its name, as its users read it. */
export function lowerIsBetter(key: string): boolean {
  return LOWER_IS_BETTER.test(key);
}

/** The best value that a metric reached: its least or its greatest, by what the name means. */
export function bestOf(metric: MetricSummary): { value: number; step: number } | undefined {
  return lowerIsBetter(metric.key) ? metric.min : metric.max;
}

const HEADLINES = ['test_accuracy', 'val_accuracy', 'accuracy', 'test_f1', 'f1', 'val_loss', 'test_loss', 'loss'];

/** The one metric that stands for a run in a list; undefined for a run without model metrics. */
export function headlineMetric(metrics: readonly MetricSummary[]): MetricSummary | undefined {
  for (const key of HEADLINES) {
    const found = metrics.find((metric) => metric.key === key);
    if (found) return found;
  }
  const own = metrics.filter((metric) => !/^(system\/|batch_)/.test(metric.key));
  // How long a search's trials took, how they spread and rank says less than how well they did.
  return own.find((metric) => !/^(std|rank)_|(^|_)time$/.test(metric.key)) ?? own[0];
}
