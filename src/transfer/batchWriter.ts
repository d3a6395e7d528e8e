import { messageOf } from '../core/errors';
import type { MetricPoint } from '../core/metric';
import type { Batch } from '../store/engine';
import { Limit } from '../store/limits';
import { type CopyContext, isRefused } from './copyContext';

/** MLflow takes requests of up to a million bytes. */
const MOST_BYTES = 800_000;
/** The numbers of a point and the names of its fields. */
const BYTES_OF_POINT = 150;

type Entry =
  | { readonly kind: 'metric'; readonly point: MetricPoint }
  | { readonly kind: 'param' | 'tag'; readonly key: string; readonly value: string };

/** Collects what is to be logged of a run, and sends it in batches as large as the limits allow. */
export class BatchWriter {
  private metrics: MetricPoint[] = [];
  private params: Entry[] = [];
  private tags: Entry[] = [];
  private bytes = 0;
  /** Whether anything was there to write. */
  written = false;

  constructor(
    private readonly context: CopyContext,
    private readonly runId: string,
    private readonly item: string,
  ) {}

  async point(point: MetricPoint): Promise<void> {
    this.metrics.push(point);
    const { key, modelId, datasetName = '', datasetDigest = '' } = point;
    this.bytes += BYTES_OF_POINT + 2 * (key.length + datasetName.length + datasetDigest.length) + (modelId === undefined ? 0 : 150);
    if (this.isFull) await this.flush();
  }

  async param(key: string, value: string): Promise<void> {
    this.params.push({ kind: 'param', key, value });
    await this.added(key, value);
  }

  async tag(key: string, value: string): Promise<void> {
    this.tags.push({ kind: 'tag', key, value });
    await this.added(key, value);
  }

  async flush(): Promise<void> {
    const entries: Entry[] = [...this.params, ...this.tags, ...this.metrics.map((point) => ({ kind: 'metric', point }) as const)];
    if (entries.length === 0) return;
    [this.metrics, this.params, this.tags, this.bytes] = [[], [], [], 0];
    this.written = true;
    await this.send(entries);
  }

  get isFull(): boolean {
    const entries = this.metrics.length + this.params.length + this.tags.length;
    return (
      entries >= Limit.entitiesPerBatch ||
      this.params.length >= Limit.paramsPerBatch ||
      this.tags.length >= Limit.tagsPerBatch ||
      this.bytes >= MOST_BYTES
    );
  }

  private async added(key: string, value: string): Promise<void> {
    this.bytes += 2 * (key.length + value.length) + 40;
    if (this.isFull) await this.flush();
  }

  /** A refused batch is halved until what is refused stands alone: that is noted, and the rest is kept. */
  private async send(entries: readonly Entry[]): Promise<void> {
    this.context.signal?.throwIfAborted();
    try {
      await this.context.target.runs.logBatch(this.runId, batchOf(entries));
    } catch (error) {
      if (!isRefused(error)) throw error;
      if (entries.length === 1) {
        this.context.problems.add(`${this.item}, ${nameOf(entries[0]!)}`, messageOf(error));
        return;
      }
      const middle = entries.length >> 1;
      await this.send(entries.slice(0, middle));
      await this.send(entries.slice(middle));
    }
  }
}

function batchOf(entries: readonly Entry[]): Batch {
  const metrics: MetricPoint[] = [];
  const params: { key: string; value: string }[] = [];
  const tags: [string, string][] = [];
  for (const entry of entries)
    if (entry.kind === 'metric') metrics.push(entry.point);
    else if (entry.kind === 'param') params.push({ key: entry.key, value: entry.value });
    else tags.push([entry.key, entry.value]);
  return { metrics, params, tags: Object.fromEntries(tags) };
}

function nameOf(entry: Entry): string {
  return entry.kind === 'metric' ? `the metric ${entry.point.key}` : `the ${entry.kind} ${entry.key}`;
}
