import type { Disposable } from '../core/disposable';
import type { ContextKeys } from './contextKeys';
import { Debounce } from './debounce';
import { Disposables } from './disposables';
import type { Failures } from './failures';
import { everyExperimentId } from '../store/pages';
import type { StoreSource } from './stores';

/** Tells menus, welcome views and the walkthrough what the stores hold. */
export class StoreFacts implements Disposable {
  private readonly held = new Disposables();

  constructor(
    private readonly stores: StoreSource,
    private readonly context: ContextKeys,
    failures: Failures,
  ) {
    const reading = this.held.add(
      new Debounce(
        100,
        () => this.read(),
        (error) => failures.note('Reading what the stores hold', error),
      ),
    );
    this.held.add(stores.onDidChangeStores(() => reading.request()));
    this.held.add(
      stores.onDidChange(
        ({ changes }) => changes.some(({ kind }) => kind === 'run' || kind === 'registeredModel') && this.undecided && reading.request(),
      ),
    );
    reading.request();
  }

  /** While everything is there already, a training's many changes need no question. Deleting all is rare, and asked for at the next change of a store. */
  private get undecided(): boolean {
    return !(['mlTracking.hasRuns', 'mlTracking.trained', 'mlTracking.hasModels'] as const).every((key) => this.context.get(key));
  }

  private async read(): Promise<void> {
    let [hasStore, hasRuns, trained, hasModels] = [false, false, false, false];
    for (const { engine } of this.stores.all) {
      if (!engine) continue;
      hasStore = true;
      const experimentIds = await everyExperimentId(engine);
      const any = async (filter?: string): Promise<boolean> =>
        experimentIds.length > 0 && (await engine.runs.search({ experimentIds, filter, maxResults: 1 })).items.length > 0;
      hasRuns ||= await any();
      trained ||= await any("attributes.status = 'FINISHED'");
      hasModels ||= (await engine.registry.searchModels({ maxResults: 1 })).items.length > 0;
    }
    this.context.set('mlTracking.hasStore', hasStore);
    this.context.set('mlTracking.hasRuns', hasRuns);
    this.context.set('mlTracking.trained', trained);
    this.context.set('mlTracking.hasModels', hasModels);
  }

  dispose(): void {
    this.held.dispose();
  }
}
