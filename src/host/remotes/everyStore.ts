import { EventEmitter, type Event } from 'vscode';
import type { Disposable } from '../../core/disposable';
import type { Engine } from '../../store/engine';
import { Disposables } from '../disposables';
import type { Store } from '../store';
import type { StoreChanges, Stores, StoreSource } from '../stores';
import type { Remotes } from './remotes';

/** The workspace's stores and the servers that have been looked at, whatever is shown: trainings go on behind what one sees. */
export class EveryStore implements StoreSource, Disposable {
  private readonly held = new Disposables();
  private readonly changed = this.held.add(new EventEmitter<void>());
  private readonly contentChanged = this.held.add(new EventEmitter<StoreChanges>());

  readonly onDidChangeStores: Event<void> = this.changed.event;
  readonly onDidChange: Event<StoreChanges> = this.contentChanged.event;

  constructor(
    private readonly workspace: Stores,
    private readonly remotes: Remotes,
  ) {
    for (const source of [workspace, remotes]) {
      this.held.add(source.onDidChangeStores(() => this.changed.fire()));
      this.held.add(source.onDidChange((event) => this.contentChanged.fire(event)));
    }
  }

  get all(): readonly Store[] {
    return [...this.workspace.all, ...this.remotes.opened];
  }

  async want(): Promise<void> {
    await this.workspace.want();
  }

  async reload(): Promise<void> {
    await Promise.all(this.all.map((store) => store.reload()));
  }

  at(location: string): Store | undefined {
    return this.workspace.at(location) ?? this.remotes.storeAt(location);
  }

  async engineAt(location: string): Promise<Engine | undefined> {
    const store = this.at(location);
    return store?.exists ? store.create() : undefined;
  }

  dispose(): void {
    this.held.dispose();
  }
}
