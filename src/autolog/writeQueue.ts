import { TrackingError, messageOf } from '../core/errors';
import type { MetricPoint } from '../core/metric';
import type { Param } from '../core/run';
import type { Batch, Runs } from '../store/engine';
import type { SessionLog } from './sessionLog';

const MAX_ITEMS = 1000;
const MAX_PARAMS = 50;
const MAX_TAGS = 30;

export interface WriteQueueOptions {
  /** How long points gather before they are written. */
  readonly intervalMs?: number;
  /** The first wait after a failed write; it doubles up to 50 times as much. */
  readonly retryMs?: number;
  /** How often a batch is tried before its writer is told; it is kept all the same. */
  readonly attempts?: number;
}

/**
 * Gathers what is logged and writes it in batches, one at a time and in order. What can't be written now is kept and tried
 * again; what the store refuses for good is named in a warning.
 */
export class WriteQueue {
  private points: MetricPoint[] = [];
  private params = new Map<string, string>();
  private tags = new Map<string, string>();
  private timer: NodeJS.Timeout | undefined;
  private writing: Promise<void> | undefined;
  private closed = false;
  private readonly intervalMs: number;
  private readonly retryMs: number;
  private readonly attempts: number;

  constructor(
    private readonly runs: Pick<Runs, 'logBatch'>,
    private readonly runId: string,
    private readonly log: SessionLog,
    options: WriteQueueOptions = {},
  ) {
    this.intervalMs = options.intervalMs ?? 250;
    this.retryMs = options.retryMs ?? 100;
    this.attempts = options.attempts ?? 7;
  }

  addPoints(points: readonly MetricPoint[]): void {
    for (const point of points) this.points.push(point);
    this.schedule(this.intervalMs);
  }

  addParams(params: readonly Param[]): void {
    for (const { key, value } of params) this.params.set(key, value);
    this.schedule(this.intervalMs);
  }

  addTags(tags: Readonly<Record<string, string>>): void {
    for (const [key, value] of Object.entries(tags)) this.tags.set(key, value);
    this.schedule(this.intervalMs);
  }

  /** Takes a tag back that is not written yet. */
  dropTag(key: string): void {
    this.tags.delete(key);
  }

  /** Resolves when everything that was added before is durable; rejects, keeping it, when the store stays unwritable. */
  async flush(): Promise<void> {
    clearTimeout(this.timer);
    this.timer = undefined;
    while (this.writing) await this.writing;
    if (this.empty) return;
    await this.startWriting();
  }

  /** Writes what is left; nothing is written in the background afterwards. */
  async close(): Promise<void> {
    this.closed = true;
    await this.flush();
  }

  private get empty(): boolean {
    return this.points.length === 0 && this.params.size === 0 && this.tags.size === 0;
  }

  private schedule(delayMs: number): void {
    if (this.timer !== undefined || this.writing || this.closed) return;
    this.timer = setTimeout(() => {
      this.timer = undefined;
      this.startWriting().catch((error: unknown) => {
        this.log.warn(`Can't write to the store, trying again: ${messageOf(error)}`);
        this.schedule(this.retryMs * 50);
      });
    }, delayMs);
  }

  private startWriting(): Promise<void> {
    const writing = this.drain().finally(() => {
      this.writing = undefined;
    });
    this.writing = writing;
    return writing;
  }

  private async drain(): Promise<void> {
    while (!this.empty) {
      const batch = this.take();
      try {
        await this.write(batch);
      } catch (error) {
        this.putBack(batch);
        throw error;
      }
    }
  }

  private take(): Required<Batch> {
    const params = [...this.params].slice(0, MAX_PARAMS).map(([key, value]) => ({ key, value }));
    for (const { key } of params) this.params.delete(key);
    const tags = [...this.tags].slice(0, MAX_TAGS);
    for (const [key] of tags) this.tags.delete(key);
    const metrics = this.points.splice(0, MAX_ITEMS - params.length - tags.length);
    return { metrics, params, tags: Object.fromEntries(tags) };
  }

  private putBack(batch: Required<Batch>): void {
    this.points = [...batch.metrics, ...this.points];
    this.params = new Map([...batch.params.map(({ key, value }) => [key, value] as const), ...this.params]);
    // A tag that was set again meanwhile keeps its newer value.
    this.tags = new Map([...Object.entries(batch.tags), ...this.tags]);
  }

  private async write(batch: Batch): Promise<void> {
    try {
      await this.attempt(batch);
    } catch (error) {
      if (!isRefusal(error)) throw error;
      const parts = split(batch);
      if (parts.length > 1) for (const part of parts) await this.write(part);
      else this.log.warn(`${describe(batch)} is not logged: ${messageOf(error)}`);
    }
  }

  private async attempt(batch: Batch): Promise<void> {
    for (let attempt = 1; ; attempt++) {
      try {
        return await this.runs.logBatch(this.runId, batch);
      } catch (error) {
        if (isRefusal(error) || attempt >= this.attempts) throw error;
        const delayMs = this.retryMs * Math.min(50, 2 ** (attempt - 1));
        await new Promise((resolve) => setTimeout(resolve, delayMs));
      }
    }
  }
}

/** Whether the store will never take it, as opposed to not now. */
function isRefusal(error: unknown): boolean {
  return error instanceof TrackingError && error.code !== 'TEMPORARILY_UNAVAILABLE' && error.code !== 'INTERNAL_ERROR';
}

/** The smaller batches that tell which part of a refused one is to blame. */
function split(batch: Batch): Batch[] {
  const byKey = new Map<string, MetricPoint[]>();
  for (const point of batch.metrics ?? []) {
    const points = byKey.get(point.key);
    if (points) points.push(point);
    else byKey.set(point.key, [point]);
  }
  return [
    ...[...byKey.values()].map((metrics) => ({ metrics })),
    ...(batch.params ?? []).map((param) => ({ params: [param] })),
    ...Object.entries(batch.tags ?? {}).map(([key, value]) => ({ tags: { [key]: value } })),
  ];
}

function describe(batch: Batch): string {
  const point = batch.metrics?.[0];
  if (point) return `Metric ${point.key}`;
  const param = batch.params?.[0];
  return param ? `Parameter ${param.key}` : `Tag ${Object.keys(batch.tags ?? {})[0] ?? ''}`;
}
