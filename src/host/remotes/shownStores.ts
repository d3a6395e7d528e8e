import { EventEmitter, type Event, type Memento } from 'vscode';
import type { Disposable } from '../../core/disposable';
import type { Engine } from '../../store/engine';
import type { ContextKeys } from '../contextKeys';
import { Disposables } from '../disposables';
import type { Store } from '../store';
import type { StoreChanges, Stores, StoreSource } from '../stores';
import type { EveryStore } from './everyStore';
import type { Remote } from './remote';
import type { Remotes } from './remotes';
import type { RemoteStore } from './remoteStore';

const KEY = 'remote.shown';

/** The stores that the views show: those of the workspace, or one server. The choice is the workspace's, and is kept. */
export class ShownStores implements StoreSource, Disposable {
  private readonly held = new Disposables();
  private readonly changed = this.held.add(new EventEmitter<void>());
  private readonly contentChanged = this.held.add(new EventEmitter<StoreChanges>());
  private shown: RemoteStore | undefined;

  readonly onDidChangeStores: Event<void> = this.changed.event;
  readonly onDidChange: Event<StoreChanges> = this.contentChanged.event;

  constructor(
    private readonly workspace: Stores,
    private readonly remotes: Remotes,
    private readonly every: EveryStore,
    private readonly memory: Memento,
    private readonly context: ContextKeys,
  ) {
    this.held.add(every.onDidChangeStores(() => this.changed.fire()));
    this.held.add(every.onDidChange((event) => this.all.includes(event.store) && this.contentChanged.fire(event)));
    this.held.add(remotes.onDidChangeList(() => this.follow()));
    this.follow();
  }

  /** The server that is shown; undefined while the workspace is. */
  get remote(): Remote | undefined {
    return this.shown && this.remotes.of(this.shown.location);
  }

  get all(): readonly Store[] {
    return this.shown ? [this.shown] : this.workspace.all;
  }

  /** Shows a server, or the workspace again. */
  async choose(uri: string | undefined): Promise<void> {
    await this.memory.update(KEY, uri);
    this.follow();
  }

  /** Makes sure that a store is among those that are shown. */
  async show(location: string): Promise<void> {
    if (this.all.some((store) => store.location === location)) return;
    if (this.workspace.at(location)) await this.choose(undefined);
    else if (this.remotes.of(location)) await this.choose(location);
  }

  async want(): Promise<void> {
    // The workspace's own are opened too: trainings of this machine are recorded there.
    await Promise.all([this.workspace.want(), this.shown?.want()]);
  }

  async reload(): Promise<void> {
    await Promise.all(this.all.map((store) => store.reload()));
  }

  at(location: string): Store | undefined {
    return this.every.at(location);
  }

  engineAt(location: string): Promise<Engine | undefined> {
    return this.every.engineAt(location);
  }

  private follow(): void {
    const uri = this.memory.get<string>(KEY);
    const store = uri === undefined ? undefined : this.remotes.storeAt(uri);
    this.context.set('mlTracking.remoteShown', store !== undefined);
    if (store === this.shown) return;
    this.shown?.lookAt(false);
    this.shown = store;
    store?.lookAt(true);
    if (store) void store.want();
    this.changed.fire();
  }

  dispose(): void {
    this.held.dispose();
  }
}
