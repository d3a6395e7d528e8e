import { existsSync, statSync } from 'node:fs';
import { isAbsolute, join, relative } from 'node:path';
import { EventEmitter, RelativePattern, Uri, workspace, type Event, type LogOutputChannel, type WorkspaceFolder } from 'vscode';
import type { Disposable } from '../core/disposable';
import { messageOf } from '../core/errors';
import type { Change } from '../store/change';
import type { Engine } from '../store/engine';
import { Debounce } from './debounce';
import { Disposables } from './disposables';

/** Opens the engine of a store's folder, making the store where there is none. */
export type OpenEngine = (location: string) => Promise<Engine>;

export type StoreState =
  | { readonly kind: 'absent' }
  | { readonly kind: 'opening' }
  | { readonly kind: 'open'; readonly engine: Engine }
  | { readonly kind: 'failed'; readonly message: string };

const DATABASE = 'tracking.db';
const PAUSE = 250;

/** The store of one workspace folder: opened when it is there and asked for, closed when its database goes. */
export class Store implements Disposable {
  private readonly held = new Disposables();
  private readonly stateChanged = this.held.add(new EventEmitter<void>());
  private readonly contentChanged = this.held.add(new EventEmitter<readonly Change[]>());
  private readonly reading: Debounce;
  private current: StoreState = { kind: 'absent' };
  private opening: Promise<void> | undefined;
  private watch: Disposable | undefined;
  private head = 0;
  /** Which file is open: another may take its name. */
  private inode: bigint | undefined;
  private wanted = false;

  /** The store has come, gone, or can't be read. */
  readonly onDidChangeState: Event<void> = this.stateChanged.event;
  /** What anybody has written, a moment later, each subject once. */
  readonly onDidChange: Event<readonly Change[]> = this.contentChanged.event;

  constructor(
    readonly folder: WorkspaceFolder,
    readonly location: string,
    private readonly openEngine: OpenEngine,
    private readonly log: LogOutputChannel,
  ) {
    this.reading = this.held.add(
      new Debounce(
        PAUSE,
        () => this.readChanges(),
        (error) => log.warn(`Reading changes of ${location}: ${messageOf(error)}`),
      ),
    );
    this.watchDatabase();
  }

  get state(): StoreState {
    return this.current;
  }

  get engine(): Engine | undefined {
    return this.current.kind === 'open' ? this.current.engine : undefined;
  }

  get exists(): boolean {
    return existsSync(join(this.location, DATABASE));
  }

  /** Opens the store if it is there; from then on it is also opened when it comes. Never rejects: the state tells. */
  async want(): Promise<void> {
    this.wanted = true;
    if (this.exists) await this.open();
  }

  /** Opens the store, made if need be. */
  async create(): Promise<Engine> {
    this.wanted = true;
    await this.open();
    if (this.current.kind === 'open') return this.current.engine;
    throw new Error(this.current.kind === 'failed' ? this.current.message : `The store at ${this.location} is closed.`);
  }

  /** Reads again, also after a failure. */
  async reload(): Promise<void> {
    if (this.current.kind === 'open' && this.inodeNow !== this.inode) await this.close();
    if (this.current.kind === 'failed') this.become({ kind: 'absent' });
    await this.want();
  }

  private async open(): Promise<void> {
    if (this.current.kind === 'open' || this.current.kind === 'failed') return;
    this.opening ??= this.doOpen().finally(() => (this.opening = undefined));
    await this.opening;
  }

  private async doOpen(): Promise<void> {
    this.become({ kind: 'opening' });
    try {
      const began = performance.now();
      const engine = await this.openEngine(this.location);
      this.inode = this.inodeNow;
      this.head = await engine.feed.head();
      this.watch = engine.feed.watch(() => this.reading.request());
      for (const warning of engine.info.warnings) this.log.warn(`${this.location}: ${warning}`);
      this.log.info(`Opened ${this.location}${engine.info.readOnly ? ', read-only' : ''}, in ${Math.round(performance.now() - began)} ms.`);
      this.become({ kind: 'open', engine });
    } catch (error) {
      this.log.error(`Opening ${this.location}: ${messageOf(error)}`);
      this.become({ kind: 'failed', message: messageOf(error) });
    }
  }

  private async readChanges(): Promise<void> {
    const engine = this.engine;
    if (!engine) return;
    const { head, changes } = await engine.feed.since(this.head);
    this.head = head;
    if (changes.length > 0) this.contentChanged.fire(changes);
  }

  private get inodeNow(): bigint | undefined {
    return statSync(join(this.location, DATABASE), { bigint: true, throwIfNoEntry: false })?.ino;
  }

  private watchDatabase(): void {
    const way = relative(this.folder.uri.fsPath, this.location).replaceAll('\\', '/');
    // Only a pattern below the workspace's folder hears of a store whose own folder comes later.
    const inside = way !== '' && way !== '..' && !way.startsWith('../') && !isAbsolute(way);
    const pattern = inside
      ? new RelativePattern(this.folder, `${way}/${DATABASE}`)
      : new RelativePattern(Uri.file(this.location), DATABASE);
    const watcher = this.held.add(workspace.createFileSystemWatcher(pattern, false, true, false));
    watcher.onDidCreate(() => this.wanted && void this.reload());
    watcher.onDidDelete(() => !this.exists && void this.close());
  }

  private async close(): Promise<void> {
    await this.opening;
    const engine = this.engine;
    this.watch?.dispose();
    this.watch = undefined;
    this.become({ kind: 'absent' });
    try {
      await engine?.close();
    } catch (error) {
      this.log.warn(`Closing ${this.location}: ${messageOf(error)}`);
    }
  }

  private become(state: StoreState): void {
    this.current = state;
    this.stateChanged.fire();
  }

  dispose(): void {
    this.held.dispose();
    this.watch?.dispose();
    void this.engine?.close().catch((error: unknown) => this.log.warn(`Closing ${this.location}: ${messageOf(error)}`));
    this.current = { kind: 'absent' };
  }
}
