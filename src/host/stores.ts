import { EventEmitter, workspace, type Event, type LogOutputChannel, type WorkspaceFolder } from 'vscode';
import type { Disposable } from '../core/disposable';
import type { Change } from '../store/change';
import type { Engine } from '../store/engine';
import type { Configuration } from './configuration';
import { Disposables } from './disposables';
import { FolderStore, type OpenEngine } from './folderStore';
import type { Store } from './store';

export interface StoreChanges {
  readonly store: Store;
  readonly changes: readonly Change[];
}

/** A set of stores that may change: those of the workspace, those that are shown, or every one. */
export interface StoreSource {
  readonly all: readonly Store[];
  /** A store has come or gone, or has become readable or unreadable. */
  readonly onDidChangeStores: Event<void>;
  readonly onDidChange: Event<StoreChanges>;
  /** Opens what is there, and what comes later. */
  want(): Promise<void>;
  /** Reads everything again, as a person asks for it. */
  reload(): Promise<void>;
  at(location: string): Store | undefined;
  /** The engine of a store, opened if it is not yet; undefined where there is no store. */
  engineAt(location: string): Promise<Engine | undefined>;
}

/** The stores of the window: one for each workspace folder on this machine's disk. */
export class Stores implements StoreSource, Disposable {
  private readonly held = new Disposables();
  private readonly entries = new Map<string, { readonly store: FolderStore; readonly held: Disposables }>();
  private readonly stateChanged = this.held.add(new EventEmitter<void>());
  private readonly contentChanged = this.held.add(new EventEmitter<StoreChanges>());
  private wanted = false;

  readonly onDidChangeStores: Event<void> = this.stateChanged.event;
  readonly onDidChange: Event<StoreChanges> = this.contentChanged.event;

  constructor(
    private readonly configuration: Configuration,
    private readonly openEngine: OpenEngine,
    private readonly log: LogOutputChannel,
  ) {
    this.follow();
    this.held.add(workspace.onDidChangeWorkspaceFolders(() => this.follow()));
    this.held.add(configuration.onDidChange(() => this.follow()));
  }

  /** In the order of the workspace's folders. */
  get all(): readonly FolderStore[] {
    return [...this.entries.values()].map(({ store }) => store);
  }

  async want(): Promise<void> {
    this.wanted = true;
    await Promise.all(this.all.map((store) => store.want()));
  }

  async reload(): Promise<void> {
    this.wanted = true;
    await Promise.all(this.all.map((store) => store.reload()));
  }

  of(folder: WorkspaceFolder): FolderStore | undefined {
    return this.all.find((store) => store.folder.uri.toString() === folder.uri.toString());
  }

  at(location: string): FolderStore | undefined {
    return this.all.find((store) => store.location === location);
  }

  async engineAt(location: string): Promise<Engine | undefined> {
    const store = this.at(location);
    return store?.exists ? store.create() : undefined;
  }

  private follow(): void {
    const before = new Set(this.entries.keys());
    for (const folder of workspace.workspaceFolders ?? []) {
      if (folder.uri.scheme !== 'file') continue;
      const location = this.configuration.storeLocation(folder);
      const key = `${folder.uri.toString()} ${location}`;
      before.delete(key);
      if (!this.entries.has(key)) this.begin(key, folder, location);
    }
    const ended = [...before];
    for (const key of ended) {
      this.entries.get(key)?.held.dispose();
      this.entries.delete(key);
    }
    if (ended.length > 0) this.stateChanged.fire();
  }

  private begin(key: string, folder: WorkspaceFolder, location: string): void {
    const held = new Disposables();
    const store = held.add(new FolderStore(folder, location, this.openEngine, this.log));
    held.add(store.onDidChangeState(() => this.stateChanged.fire()));
    held.add(store.onDidChange((changes) => this.contentChanged.fire({ store, changes })));
    this.entries.set(key, { store, held });
    this.stateChanged.fire();
    if (this.wanted) void store.want();
  }

  dispose(): void {
    for (const { held } of this.entries.values()) held.dispose();
    this.held.dispose();
  }
}
