import type { Disposable } from '../core/disposable';
import type { Engine } from '../store/engine';
import { Disposables } from './disposables';
import type { StoreSource } from './stores';

/** Keeps something beside each open engine, for as long as it is open. */
export class EngineCompanions implements Disposable {
  private readonly held = new Disposables();
  private readonly companions = new Map<Engine, Disposable>();

  constructor(
    private readonly stores: StoreSource,
    private readonly begin: (engine: Engine) => Disposable,
  ) {
    this.held.add(stores.onDidChangeStores(() => this.follow()));
    this.follow();
  }

  private follow(): void {
    const open = new Set(this.stores.all.flatMap(({ engine }) => (engine ? [engine] : [])));
    for (const [engine, companion] of this.companions) {
      if (open.has(engine)) continue;
      companion.dispose();
      this.companions.delete(engine);
    }
    for (const engine of open) if (!this.companions.has(engine)) this.companions.set(engine, this.begin(engine));
  }

  dispose(): void {
    this.held.dispose();
    for (const companion of this.companions.values()) companion.dispose();
    this.companions.clear();
  }
}
