import { EventEmitter, type Event } from 'vscode';
import type { Disposable } from '../core/disposable';
import type { Run } from '../core/run';
import { Debounce } from './debounce';
import { Disposables } from './disposables';
import type { Failures } from './failures';
import { everyExperimentId } from '../store/pages';
import { isTrainingHere } from './runTags';
import type { Store } from './store';
import type { StoreSource } from './stores';

export interface RunningRun {
  readonly store: Store;
  readonly run: Run;
}

/** The runs that last right now, in any store, whoever started them. */
export class RunningRuns implements Disposable {
  private readonly held = new Disposables();
  private readonly changed = this.held.add(new EventEmitter<void>());
  private readonly found = new Map<Store, Map<string, Run>>();
  private readonly reading: Debounce;

  readonly onDidChange: Event<void> = this.changed.event;

  constructor(
    private readonly stores: StoreSource,
    private readonly failures: Failures,
  ) {
    this.reading = this.held.add(
      new Debounce(
        0,
        () => this.readAll(),
        (error) => failures.note('Reading running runs', error),
      ),
    );
    this.held.add(stores.onDidChangeStores(() => this.reading.request()));
    this.held.add(
      stores.onDidChange(({ store, changes }) => {
        const known = this.found.get(store);
        const fresh = new Set(changes.filter((change) => change.kind === 'run').map((change) => change.runId));
        // A new point of a metric says nothing about the status; the progress tag comes as a change of the run.
        if (known && fresh.size > 0)
          void this.readSome(store, known, [...fresh]).catch((error: unknown) => failures.note('Reading running runs', error));
      }),
    );
    this.reading.request();
  }

  /** Newest first. */
  get all(): readonly RunningRun[] {
    return [...this.found]
      .flatMap(([store, runs]) => [...runs.values()].map((run) => ({ store, run })))
      .sort((a, b) => b.run.startTime - a.run.startTime);
  }

  /** Those whose process is on this machine: the others can't be known to live, nor be ended from here. */
  get here(): readonly RunningRun[] {
    return this.all.filter(({ run }) => isTrainingHere(run));
  }

  private async readAll(): Promise<void> {
    const found = await Promise.all(
      this.stores.all.map(async (store) => {
        // A server that has gone says nothing about the stores of this machine.
        const runs = await this.readStore(store).catch((error: unknown) => this.failures.note('Reading running runs', error));
        return runs && ([store, runs] as const);
      }),
    );
    this.found.clear();
    for (const entry of found) if (entry) this.found.set(...entry);
    this.changed.fire();
  }

  private async readStore({ engine }: Store): Promise<Map<string, Run> | undefined> {
    if (!engine) return undefined;
    const experimentIds = await everyExperimentId(engine);
    const { items } = experimentIds.length
      ? await engine.runs.search({ experimentIds, filter: "attributes.status = 'RUNNING'", maxResults: 50 })
      : { items: [] };
    return new Map(items.map((run) => [run.runId, run]));
  }

  private async readSome(store: Store, known: Map<string, Run>, runIds: readonly string[]): Promise<void> {
    const engine = store.engine;
    if (!engine) return;
    let differs = false;
    for (const runId of runIds) {
      const run = await engine.runs.get(runId);
      if (run.status === 'RUNNING' && run.lifecycleStage === 'active') known.set(runId, run);
      else if (!known.delete(runId)) continue;
      differs = true;
    }
    if (differs) this.changed.fire();
  }

  dispose(): void {
    this.held.dispose();
  }
}
