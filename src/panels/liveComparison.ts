import type { Disposable } from '../core/disposable';
import { messageOf, TrackingError } from '../core/errors';
import type { MetricAxis } from '../core/metric';
import { packBuckets, packPoints, type CompareEvent, type ComparedRun, type CompareRequest, type SeriesWanted } from '../protocol/compare';
import type { Engine } from '../store/engine';
import { changeOf, comparedRun } from './comparedRun';
import { TrailingCall } from './trailingCall';

/** Writes are told to the page at most so often. Milliseconds. */
const WAIT = 200;
/** More points than this at once (after a long sleep) are sent as a new envelope. */
const MOST_POINTS = 5000;
/** How often a series is read again when points arrive between its reading and the feed's. */
const ATTEMPTS = 3;

type SeriesRequest = Extract<CompareRequest, { type: 'series' }>;

interface Subscription {
  readonly runId: string;
  readonly key: string;
  readonly axis: MetricAxis;
  readonly buckets: number;
  /** The feed's number up to which the page has the points. */
  head: number;
}

/**
 * What one page is told of its runs: first everything, then only what is new. All reading goes through one queue, so that a
 * series always comes before the points that follow it. Asleep it reads nothing, and catches up when it wakes.
 */
export class LiveComparison implements Disposable {
  private readonly known = new Map<string, ComparedRun>();
  private readonly subscriptions = new Map<string, Subscription>();
  private watch: Disposable | undefined;
  private readonly pending = new TrailingCall(() => void this.enqueue(() => this.pump()), WAIT);
  private queue: Promise<void> = Promise.resolve();
  private head = 0;
  private isAsleep = false;
  private isDisposed = false;

  constructor(
    private readonly engine: Engine,
    /** As the page keeps it for a reload of the window. */
    private readonly location: string,
    private readonly runIds: Set<string>,
    private readonly post: (event: CompareEvent) => void,
    private readonly log: { warn(message: string): void },
  ) {}

  /** Tells everything, to a page that knows nothing. Rejects when the store cannot be read. */
  start(): Promise<void> {
    return this.enqueue(async () => {
      this.watch ??= this.engine.feed.watch(() => this.isAsleep || this.pending.request());
      this.subscriptions.clear();
      this.head = await this.engine.feed.head();
      const read = await Promise.all([...this.runIds].map((runId) => this.read(runId)));
      const runs = read.filter((run): run is ComparedRun => 'info' in run);
      const missing = read.filter((run): run is { runId: string; message: string } => 'message' in run);
      this.known.clear();
      for (const run of runs) this.known.set(run.runId, run);
      this.tell({ type: 'comparison', location: this.location, runs, missing });
    });
  }

  /** Answers with a `series` or a `seriesFailed` for each that is wanted. */
  async series({ request, axis, wanted }: SeriesRequest): Promise<void> {
    await Promise.all(wanted.map((item) => this.enqueue(() => this.sendSeries(request, axis, item))));
  }

  add(runId: string): Promise<void> {
    this.runIds.add(runId);
    return this.enqueue(async () => {
      const run = await this.read(runId);
      if (!('info' in run)) return this.tell({ type: 'runMissing', run });
      this.known.set(runId, run);
      this.tell({ type: 'runAdded', run });
    });
  }

  /** The page has let go of a run already. */
  remove(runId: string): void {
    this.runIds.delete(runId);
    this.known.delete(runId);
    for (const [id, subscription] of this.subscriptions) if (subscription.runId === runId) this.subscriptions.delete(id);
  }

  /** A page that nobody sees needs no news. */
  sleep(): void {
    this.isAsleep = true;
    this.pending.dispose();
  }

  wake(): void {
    if (!this.isAsleep) return;
    this.isAsleep = false;
    this.pending.request();
  }

  dispose(): void {
    this.isDisposed = true;
    this.watch?.dispose();
    this.pending.dispose();
  }

  private enqueue(task: () => Promise<void>): Promise<void> {
    const done = this.queue.then(() => (this.isDisposed ? undefined : task()));
    this.queue = done.catch((error: unknown) => this.log.warn(`Compare: ${messageOf(error)}`));
    return done;
  }

  private tell(event: CompareEvent): void {
    if (!this.isDisposed) this.post(event);
  }

  private async read(runId: string): Promise<ComparedRun | { runId: string; message: string }> {
    try {
      const run = await this.engine.runs.get(runId);
      if (run.lifecycleStage === 'active') return comparedRun(run);
      return { runId, message: `Run ${run.runName} has been deleted. Restore it in the Runs view to see it here again.` };
    } catch (error) {
      if (!(error instanceof TrackingError) || error.code !== 'RESOURCE_DOES_NOT_EXIST') throw error;
      return { runId, message: `Run ${runId.slice(0, 8)} is not in this store any more.` };
    }
  }

  private async sendSeries(request: number, axis: MetricAxis, { runId, key, buckets, from, to }: SeriesWanted): Promise<void> {
    if (!this.runIds.has(runId)) return;
    try {
      if (from !== undefined || to !== undefined) {
        const part = await this.engine.metrics.envelope(runId, key, { axis, buckets, from, to });
        return this.tell({ type: 'series', request, runId, key, axis, from, to, buckets: packBuckets(part) });
      }
      await this.sendWhole(request, { runId, key, axis, buckets, head: 0 });
    } catch (error) {
      this.log.warn(`Compare: ${key} of run ${runId}: ${messageOf(error)}`);
      this.tell({ type: 'seriesFailed', request, runId, key, message: messageOf(error) });
    }
  }

  /** Sends a series and subscribes to what follows it: a point in neither or in both would make the chart lie. */
  private async sendWhole(request: number, subscription: Subscription): Promise<void> {
    const { runId, key, axis, buckets } = subscription;
    for (let attempt = 1; ; attempt++) {
      subscription.head = await this.engine.feed.head();
      const packed = packBuckets(await this.engine.metrics.envelope(runId, key, { axis, buckets }));
      const meanwhile = await this.engine.feed.points(runId, key, subscription.head);
      if (meanwhile.points.length > 0 && attempt < ATTEMPTS) continue;
      // The envelope may lack some of what came meanwhile: sent twice they draw the same line, left out they would be lost.
      this.tell({ type: 'series', request, runId, key, axis, buckets: packed });
      this.subscriptions.set(`${runId}\n${key}`, subscription);
      return;
    }
  }

  private async pump(): Promise<void> {
    if (this.isAsleep) return;
    const { head, changes } = await this.engine.feed.since(this.head);
    const runs = new Set<string>();
    const series = new Set<string>();
    for (const change of changes) {
      if ((change.kind !== 'run' && change.kind !== 'metric') || !this.runIds.has(change.runId)) continue;
      runs.add(change.runId);
      if (change.kind === 'metric') series.add(`${change.runId}\n${change.key}`);
    }
    for (const runId of runs) await this.renew(runId);
    for (const id of series) {
      const subscription = this.subscriptions.get(id);
      if (subscription) await this.append(subscription);
    }
    this.head = head;
  }

  private async renew(runId: string): Promise<void> {
    const before = this.known.get(runId);
    const after = await this.read(runId);
    if (!this.runIds.has(runId)) return;
    if (!('info' in after)) {
      this.known.delete(runId);
      return this.tell({ type: 'runMissing', run: after });
    }
    this.known.set(runId, after);
    if (!before) return this.tell({ type: 'runAdded', run: after });
    const change = changeOf(before, after);
    if (change) this.tell({ type: 'runChanged', runId, change });
  }

  private async append(subscription: Subscription): Promise<void> {
    const { runId, key } = subscription;
    const { head, points } = await this.engine.feed.points(runId, key, subscription.head);
    if (points.length > MOST_POINTS) return this.sendWhole(0, subscription);
    subscription.head = head;
    if (points.length > 0) this.tell({ type: 'points', runId, key, points: packPoints(points) });
  }
}
