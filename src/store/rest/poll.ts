import { TrackingError, messageOf } from '../../core/errors';
import type { Run } from '../../core/run';
import type { Change } from '../change';
import type { Experiments, Registry, Runs } from '../engine';
import { everyItem } from '../pages';
import type { Histories } from './histories';
import type { Journal } from './journal';
import { Snapshot } from './snapshot';

/** While nothing runs, and the first wait after a failure; it doubles up to the longest. */
const IDLE = 5_000;
const LONGEST = 60_000;
/** Experiments, registered models and finished runs are looked at so seldom. */
const WIDE = 15_000;
/** A server that takes long to answer is asked the less: no more than a sixth of the time. */
const REST = 5;
const NEWEST = 10;
const MANY_NEWEST = 200;
const MOST_RUNNING = 100;
/** Runs that ended since the last time, asked for one by one. */
const MOST_ENDED = 20;

export interface Polled {
  readonly experiments: Pick<Experiments, 'search'>;
  readonly runs: Pick<Runs, 'search' | 'get'>;
  readonly registry: Pick<Registry, 'searchModels'>;
}

/** Asks a server for what is new: cheaply and often for what runs, seldom for the rest; rarer while it can't be reached. */
export class Poll {
  private readonly snapshot = new Snapshot();
  private timer: NodeJS.Timeout | undefined;
  private asking: Promise<void> | undefined;
  private active = false;
  private begun = false;
  private disposed = false;
  private failures = 0;
  private due = -Infinity;
  private wideDue = -Infinity;

  constructor(
    private readonly engine: Polled,
    private readonly journal: Journal,
    private readonly histories: Pick<Histories, 'stale'>,
    /** Milliseconds between two questions while something runs. */
    private readonly interval: number,
    private readonly log: (line: string) => void,
  ) {}

  /** Looks at everything for the first time, so that what changes from now on is told. */
  async begin(): Promise<void> {
    while (!this.begun) await this.ask();
  }

  /** Asks unless it was done lately. */
  async whenDue(): Promise<void> {
    if (!this.begun) return this.begin();
    if (!this.active && performance.now() >= this.due) await this.ask().catch((error: unknown) => this.complain(error));
    else await this.asking?.catch(() => undefined);
  }

  start(): void {
    if (this.active || this.disposed) return;
    this.active = true;
    this.schedule();
  }

  pause(): void {
    this.active = false;
    clearTimeout(this.timer);
    this.timer = undefined;
  }

  dispose(): void {
    this.disposed = true;
    this.pause();
  }

  private schedule(): void {
    if (!this.active || this.timer !== undefined) return;
    this.timer = setTimeout(
      () => {
        void this.ask()
          .catch((error: unknown) => this.complain(error))
          .finally(() => {
            this.timer = undefined;
            this.schedule();
          });
      },
      Math.max(0, this.due - performance.now()),
    );
    this.timer.unref();
  }

  private ask(): Promise<void> {
    this.asking ??= this.look().finally(() => (this.asking = undefined));
    return this.asking;
  }

  private async look(): Promise<void> {
    const began = performance.now();
    try {
      const wide = began >= this.wideDue;
      const changes = wide ? await this.everything() : await this.whatRuns();
      // The first look is what later ones are compared with.
      if (this.begun) for (const change of changes) this.tell(change);
      this.begun = true;
      if (this.failures > 0) this.log('The server answers again.');
      this.failures = 0;
      const now = performance.now();
      const rest = REST * (now - began);
      if (wide) this.wideDue = now + Math.max(WIDE, rest);
      this.due = now + Math.max(this.snapshot.running.length > 0 ? this.interval : Math.max(IDLE, this.interval), rest);
    } catch (error) {
      this.failures++;
      this.due = performance.now() + Math.min(LONGEST, IDLE * 2 ** (this.failures - 1));
      throw error;
    }
  }

  private async everything(): Promise<Change[]> {
    const { experiments, registry } = this.engine;
    const found = await everyItem((pageToken) => experiments.search({ view: 'ALL', pageToken }));
    const changes = this.snapshot.seeExperiments(found);
    changes.push(...this.snapshot.seeModels(await everyItem((pageToken) => registry.searchModels({ pageToken }))));
    const runs = await this.newest(MANY_NEWEST);
    for (const run of runs) changes.push(...this.snapshot.seeRun(run));
    changes.push(...(await this.whatRuns()));
    this.snapshot.keepRuns(new Set(runs.map(({ runId }) => runId)));
    return changes;
  }

  /** The running runs, the newest ones, and those that have just ended. */
  private async whatRuns(): Promise<Change[]> {
    const { experimentIds } = this.snapshot;
    if (experimentIds.length === 0) return [];
    const changes: Change[] = [];
    const wereRunning = new Set(this.snapshot.running);
    const see = (run: Run): void => {
      wereRunning.delete(run.runId);
      changes.push(...this.snapshot.seeRun(run));
    };
    const { items } = await this.engine.runs.search({
      experimentIds,
      filter: "attributes.status = 'RUNNING'",
      maxResults: MOST_RUNNING,
    });
    items.forEach(see);
    (await this.newest(NEWEST)).forEach(see);
    for (const runId of [...wereRunning].slice(0, MOST_ENDED)) {
      const run = await this.engine.runs.get(runId).catch(whenMissing);
      if (run) see(run);
      else this.snapshot.forgetRun(runId);
    }
    return changes;
  }

  private async newest(count: number): Promise<readonly Run[]> {
    const { experimentIds } = this.snapshot;
    if (experimentIds.length === 0) return [];
    return (await this.engine.runs.search({ experimentIds, view: 'ALL', maxResults: count })).items;
  }

  private tell(change: Change): void {
    this.journal.note(change);
    if (change.kind === 'metric') this.histories.stale(change.runId, change.key);
  }

  private complain(error: unknown): void {
    if (this.failures === 1 && !this.disposed) this.log(`What is new can't be asked for: ${messageOf(error)}`);
  }
}

function whenMissing(error: unknown): undefined {
  if (error instanceof TrackingError && error.code === 'RESOURCE_DOES_NOT_EXIST') return undefined;
  throw error;
}
