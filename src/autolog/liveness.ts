import { TrackingError, messageOf } from '../core/errors';
import type { Disposable } from '../core/disposable';
import { pidExists } from '../core/pidExists';
import { parseRunProcess, type RunProcess } from '../core/progress';
import type { Run } from '../core/run';
import { TagName } from '../core/tagNames';
import type { Engine } from '../store/engine';
import { everyExperimentId, everyItem } from '../store/pages';
import { livenessOf } from '../store/processIdentity';
import type { SessionLog } from './sessionLog';

/**
 * Finds the RUNNING runs of this machine whose process is gone and marks them FAILED, ended when they were last heard of.
 * Runs of other machines, and those that name no process, are left alone.
 * @returns the ids of the runs that were marked.
 */
export async function findDeadRuns(engine: Engine): Promise<string[]> {
  const dead: string[] = [];
  for (const run of await runningRuns(engine)) {
    const process = parseRunProcess(run.tags[TagName.process]);
    if (process && (await livenessOf(process)) === 'dead' && (await markDead(engine, run.runId, process))) dead.push(run.runId);
  }
  return dead;
}

/**
 * Watches a store's running runs for as long as there are any: the feed tells of new ones, and every few seconds one system call
 * for each tells whether its process still lives.
 */
export class LivenessWatcher implements Disposable {
  private readonly running = new Map<string, RunProcess>();
  private readonly intervalMs: number;
  private subscription: Disposable | undefined;
  private timer: NodeJS.Timeout | undefined;
  private head = 0;
  private work: Promise<void> = Promise.resolve();
  private queued = false;
  private disposed = false;

  constructor(
    private readonly engine: Engine,
    private readonly log: SessionLog,
    private readonly options: { readonly intervalMs?: number; readonly onDead?: (runId: string) => void } = {},
  ) {
    this.intervalMs = options.intervalMs ?? 3000;
  }

  /** Looks once at everything that runs, then follows. A store that can't be written is not watched. */
  async start(): Promise<void> {
    if (this.engine.info.readOnly || this.disposed) return;
    this.subscription = this.engine.feed.watch(() => this.enqueue());
    this.head = await this.engine.feed.head();
    for (const run of await runningRuns(this.engine)) this.consider(run);
    await this.sweep(true);
    this.schedule();
  }

  dispose(): void {
    this.disposed = true;
    this.subscription?.dispose();
    clearTimeout(this.timer);
    this.running.clear();
  }

  private enqueue(): void {
    if (this.queued || this.disposed) return;
    this.queued = true;
    this.work = this.work.then(async () => {
      this.queued = false;
      if (!this.disposed) await this.catchUp().catch((error: unknown) => this.complain(error));
    });
  }

  private async catchUp(): Promise<void> {
    const { head, changes } = await this.engine.feed.since(this.head);
    this.head = head;
    for (const change of changes) {
      if (change.kind !== 'run') continue;
      try {
        this.consider(await this.engine.runs.get(change.runId));
      } catch (error) {
        if (!(error instanceof TrackingError) || error.code !== 'RESOURCE_DOES_NOT_EXIST') throw error;
      }
    }
    this.schedule();
  }

  private consider(run: Run): void {
    const process = parseRunProcess(run.tags[TagName.process]);
    if (run.status === 'RUNNING' && run.lifecycleStage === 'active' && process) this.running.set(run.runId, process);
    else this.running.delete(run.runId);
  }

  private schedule(): void {
    if (this.timer !== undefined || this.disposed || this.running.size === 0) return;
    this.timer = setTimeout(() => {
      this.work = this.work
        .then(() => this.sweep(false))
        .catch((error: unknown) => this.complain(error))
        .then(() => {
          this.timer = undefined;
          this.schedule();
        });
    }, this.intervalMs);
    this.timer.unref();
  }

  private async sweep(thorough: boolean): Promise<void> {
    for (const [runId, identity] of this.running) {
      // Asking for the start of a process is a spawn on some systems: done once, then only when the number is gone.
      if (!thorough && process.platform !== 'linux' && pidExists(identity.pid)) continue;
      const state = await livenessOf(identity);
      if (this.disposed) return;
      if (state === 'alive') continue;
      this.running.delete(runId);
      if (state === 'dead' && (await markDead(this.engine, runId, identity))) {
        this.log.warn(`Run ${runId} is marked FAILED: its process ${identity.pid} ended without a word.`);
        this.options.onDead?.(runId);
      }
    }
  }

  private complain(error: unknown): void {
    this.log.warn(`Can't tell whether running runs are alive: ${messageOf(error)}`);
  }
}

async function runningRuns(engine: Engine): Promise<Run[]> {
  const experimentIds = await everyExperimentId(engine, 'ALL');
  if (experimentIds.length === 0) return [];
  return everyItem((pageToken) => engine.runs.search({ experimentIds, filter: "attributes.status = 'RUNNING'", pageToken }));
}

async function markDead(engine: Engine, runId: string, process: RunProcess): Promise<boolean> {
  // Read again now that the process is known to be gone: it may have finished properly a moment ago.
  const run = await engine.runs.get(runId);
  if (run.status !== 'RUNNING' || parseRunProcess(run.tags[TagName.process])?.pid !== process.pid) return false;
  const lastHeard = Math.max(run.startTime, ...run.metrics.map((metric) => metric.last.timestamp));
  await engine.runs.logBatch(runId, {
    tags: {
      [TagName.error]: `The process ended without a word (pid ${process.pid}): it was killed, ran out of memory, or the machine stopped.`,
    },
  });
  if (run.tags[TagName.progress] !== undefined) await engine.runs.deleteTag(runId, TagName.progress);
  await engine.runs.update(runId, { status: 'FAILED', endTime: Math.min(lastHeard, Date.now()) });
  return true;
}
