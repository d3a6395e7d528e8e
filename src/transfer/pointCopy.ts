import { messageOf } from '../core/errors';
import type { MetricPoint, MetricSummary } from '../core/metric';
import type { Run } from '../core/run';
import { checkKey } from '../store/limits';
import type { BatchWriter } from './batchWriter';
import type { CopyContext } from './copyContext';
import type { SourceRun } from './source';

/**
 * So many points of what is there are remembered; where there are more, a metric's points are all sent again, which a store
 * counts once: it takes longer, but no more memory.
 */
const MOST_KNOWN = 1_000_000;

/** Which points of a run are to be sent: all of a new run's, of one that is there those that it lacks. */
export class PointCopy {
  /** Metric → the points that are there; undefined for a metric that isn't. */
  private readonly known = new Map<string, Set<string> | undefined>();
  private readonly refused = new Set<string>();
  private remembered = 0;

  constructor(
    private readonly context: CopyContext,
    private readonly targetRunId: string,
    private readonly existing: Run | undefined,
    private readonly item: string,
    /** The models whose measurements are to be sent although the points are there. */
    private readonly staleModels: ReadonlySet<string>,
    private readonly mostKnown = MOST_KNOWN,
  ) {}

  async copy(run: SourceRun, writer: BatchWriter): Promise<void> {
    if (this.staleModels.size === 0 && this.hasAll(run.summaries)) return;
    for await (const page of this.context.source.points(run.runId)) {
      this.context.signal?.throwIfAborted();
      for (const point of page) {
        if (!this.known.has(point.key)) await this.meet(point.key);
        if (this.refused.has(point.key) || this.isKnown(point)) continue;
        await writer.point(this.translated(point));
      }
    }
  }

  /** Summaries that agree in everything mean points that agree, unless both have gone on by themselves. */
  private hasAll(summaries: readonly MetricSummary[] | undefined): boolean {
    if (!summaries || !this.existing) return false;
    const there = new Map(this.existing.metrics.map((metric) => [metric.key, metric]));
    return summaries.every((metric) => metric.count !== undefined && sameSummary(metric, there.get(metric.key)));
  }

  private isKnown(point: MetricPoint): boolean {
    if (point.modelId !== undefined && this.staleModels.has(point.modelId)) return false;
    return this.known.get(point.key)?.has(identityOf(point)) ?? false;
  }

  private translated(point: MetricPoint): MetricPoint {
    if (point.modelId === undefined) return point;
    const modelId = this.context.references.models.get(point.modelId);
    return { ...point, modelId };
  }

  /** Before the first point of a metric: may it be sent, and what is there? */
  private async meet(key: string): Promise<void> {
    this.known.set(key, undefined);
    try {
      checkKey(key, 'key');
    } catch (error) {
      this.refused.add(key);
      this.context.problems.add(`${this.item}, the metric ${key}`, messageOf(error));
      return;
    }
    if (!this.existing?.metrics.some((metric) => metric.key === key)) return;
    const there = new Set<string>();
    let pageToken: string | undefined;
    do {
      const page = await this.context.target.metrics.history(this.targetRunId, key, { pageToken });
      for (const point of page.items) there.add(identityOf(point));
      if (this.remembered + there.size > this.mostKnown) return;
      pageToken = page.nextPageToken;
    } while (pageToken !== undefined);
    this.remembered += there.size;
    this.known.set(key, there);
  }
}

function sameSummary(a: MetricSummary, b: MetricSummary | undefined): boolean {
  return b !== undefined && JSON.stringify(valuesOf(a)) === JSON.stringify(valuesOf(b));
}

function valuesOf({ count, last, min, max }: MetricSummary): string[] {
  return [count, last.step, last.timestamp, last.value, min?.step, min?.value, max?.step, max?.value].map(String);
}

/** ±Infinity is kept as the greatest finite number. */
function identityOf({ step, timestamp, value }: MetricPoint): string {
  const kept = value === Infinity ? Number.MAX_VALUE : value === -Infinity ? -Number.MAX_VALUE : value;
  return `${step} ${timestamp} ${kept}`;
}
