import { EventEmitter, type Event } from 'vscode';
import type { CodeReader } from '../../code/reader';
import type { Refs } from '../../code/repository';
import type { Disposable } from '../../core/disposable';
import type { Run } from '../../core/run';
import type { Configuration } from '../../host/configuration';
import { Debounce } from '../../host/debounce';
import { Disposables } from '../../host/disposables';
import type { Failures } from '../../host/failures';
import type { StoreChanges, StoreSource } from '../../host/stores';
import type { Engine } from '../../store/engine';
import { everyExperimentId, everyItem } from '../../store/pages';
import { RunOrder, type KnownRuns, type RepositoryRuns } from './repositoryRuns';

/** A training writes several times a second; its commit's rows follow at this pace, in milliseconds. */
const PAUSE = 1_500;
/** When more runs than this have changed, all are read again. */
const SINGLE = 50;

/** The runs of one store, as far as they have been read. */
interface StoreRuns {
  runs: ReadonlyMap<string, Run>;
  /** What has changed since; undefined where all must be read. */
  stale: Set<string> | undefined;
  reading: boolean;
}

/** Which runs belong to which commits, for the stores that the views show. Nothing is read until somebody asks; nobody waits for a slow store. */
export class CodeRuns implements Disposable {
  private readonly held = new Disposables();
  private readonly changed = this.held.add(new EventEmitter<void>());
  private readonly telling: Debounce;
  private readonly byStore = new Map<string, StoreRuns>();
  private readonly order = new RunOrder();
  private version = 0;

  /** The runs are others than those that were given last. */
  readonly onDidChange: Event<void> = this.changed.event;

  constructor(
    private readonly stores: StoreSource,
    private readonly configuration: Configuration,
    private readonly failures: Failures,
  ) {
    const tell = (): Promise<void> => Promise.resolve(this.changed.fire());
    this.telling = this.held.add(new Debounce(PAUSE, tell, (error) => this.failures.note('Following runs', error)));
    this.held.add(stores.onDidChangeStores(() => this.forget()));
    this.held.add(stores.onDidChange((changes) => this.onChanges(changes)));
    this.held.add(configuration.onDidChange(() => this.changed.fire()));
  }

  /** The runs whose commits a repository has, as far as they are known by now; `onDidChange` tells of more. */
  of(reader: CodeReader, root: string, refs: Refs, head: string | undefined): Promise<RepositoryRuns> {
    const key = this.configuration.headlineMetric(this.stores.all.find(({ folder }) => folder?.uri.fsPath === root)?.folder);
    const runs = this.all();
    return this.order.of(reader, { root, refs, head }, { version: this.version, runs }, key);
  }

  /** All runs, as far as they are known by now; `onDidChange` tells of more. */
  get known(): KnownRuns {
    return { version: this.version, runs: this.all() };
  }

  private all(): (readonly [location: string, run: Run])[] {
    return this.stores.all.flatMap(({ location, engine }) => {
      if (!engine) return [];
      const known = this.byStore.get(location) ?? { runs: new Map(), stale: undefined, reading: false };
      this.byStore.set(location, known);
      if (known.stale?.size !== 0) void this.read(location, engine, known);
      return [...known.runs.values()].map((run) => [location, run] as const);
    });
  }

  private async read(location: string, engine: Engine, known: StoreRuns): Promise<void> {
    if (known.reading) return;
    known.reading = true;
    const stale = known.stale;
    known.stale = new Set();
    try {
      const runs = stale && stale.size <= SINGLE ? await freshened(known.runs, stale, engine) : await everyRun(engine);
      known.runs = runs;
      this.version++;
      this.changed.fire();
    } catch (error) {
      known.stale = undefined;
      // The Runs view says what is the matter with the store; the code can be seen without.
      this.failures.note(`Reading the runs of ${location}`, error);
    } finally {
      known.reading = false;
    }
    if (known.stale && known.stale.size > 0) this.telling.request();
  }

  private onChanges({ store, changes }: StoreChanges): void {
    const ids = changes.flatMap((change) => (change.kind === 'run' || change.kind === 'metric' ? [change.runId] : []));
    const known = this.byStore.get(store.location);
    if (ids.length === 0 || !known) return;
    for (const id of ids) known.stale?.add(id);
    this.telling.request();
  }

  private forget(): void {
    this.byStore.clear();
    this.version++;
    this.telling.request();
  }

  dispose(): void {
    this.held.dispose();
  }
}

async function everyRun(engine: Engine): Promise<ReadonlyMap<string, Run>> {
  const experimentIds = await everyExperimentId(engine, 'ACTIVE_ONLY');
  if (experimentIds.length === 0) return new Map();
  const found = await everyItem((pageToken) => engine.runs.search({ experimentIds, maxResults: 1_000, pageToken }));
  return new Map(found.map((run) => [run.runId, run]));
}

async function freshened(runs: ReadonlyMap<string, Run>, stale: ReadonlySet<string>, engine: Engine): Promise<ReadonlyMap<string, Run>> {
  const fresh = new Map(runs);
  for (const id of stale) {
    const run = await engine.runs.get(id).catch(() => undefined);
    if (run?.lifecycleStage === 'active') fresh.set(id, run);
    else fresh.delete(id);
  }
  return fresh;
}
