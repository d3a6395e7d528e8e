import { EventEmitter, type Event, type LogOutputChannel, type WorkspaceFolder } from 'vscode';
import type { Disposable } from '../core/disposable';
import { messageOf, TrackingError, type ErrorCode } from '../core/errors';
import type { Change } from '../store/change';
import type { Engine } from '../store/engine';
import { Debounce } from './debounce';
import { Disposables } from './disposables';

export type StoreState =
  | { readonly kind: 'absent' }
  | { readonly kind: 'opening' }
  | { readonly kind: 'open'; readonly engine: Engine }
  | { readonly kind: 'failed'; readonly message: string; readonly code?: ErrorCode };

const PAUSE = 250;

/** A place where runs are kept, a folder's store or a server: opened when it is asked for, and followed while it is open. */
export abstract class Store implements Disposable {
  protected readonly held = new Disposables();
  private readonly stateChanged = this.held.add(new EventEmitter<void>());
  private readonly contentChanged = this.held.add(new EventEmitter<readonly Change[]>());
  private readonly reading: Debounce;
  private current: StoreState = { kind: 'absent' };
  private opening: Promise<void> | undefined;
  private ended = false;
  private watch: Disposable | undefined;
  private head = 0;

  /** What people call it. */
  abstract readonly name: string;
  /** The workspace folder that it belongs to; undefined for a server. */
  abstract readonly folder: WorkspaceFolder | undefined;

  /** The store has come, gone, or can't be read. */
  readonly onDidChangeState: Event<void> = this.stateChanged.event;
  /** What anybody has written, a moment later, each subject once. */
  readonly onDidChange: Event<readonly Change[]> = this.contentChanged.event;

  constructor(
    /** A folder's path or a server's URL; it names the store everywhere. */
    readonly location: string,
    protected readonly log: LogOutputChannel,
  ) {
    this.reading = this.held.add(
      new Debounce(
        PAUSE,
        () => this.readChanges(),
        (error) => log.warn(`Reading changes of ${location}: ${messageOf(error)}`),
      ),
    );
  }

  get state(): StoreState {
    return this.current;
  }

  get engine(): Engine | undefined {
    return this.current.kind === 'open' ? this.current.engine : undefined;
  }

  /** Whether there is something to open. */
  abstract get exists(): boolean;

  /** Opens the store if it is there; from then on it is also opened when it comes. Never rejects: the state tells. */
  abstract want(): Promise<void>;

  /** Reads again, also after a failure. */
  abstract reload(): Promise<void>;

  protected abstract openEngine(): Promise<Engine>;

  /** Opens the store, made if need be. */
  async create(): Promise<Engine> {
    await this.open();
    if (this.current.kind === 'open') return this.current.engine;
    if (this.current.kind === 'failed') throw new TrackingError(this.current.code ?? 'INVALID_STATE', this.current.message);
    throw new Error(`The store at ${this.location} is closed.`);
  }

  protected async open(): Promise<void> {
    if (this.ended || this.current.kind === 'open' || this.current.kind === 'failed') return;
    this.opening ??= this.doOpen().finally(() => (this.opening = undefined));
    await this.opening;
  }

  private async doOpen(): Promise<void> {
    this.become({ kind: 'opening' });
    let engine: Engine | undefined;
    try {
      const began = performance.now();
      engine = await this.openEngine();
      this.head = await engine.feed.head();
      // The folder, or the server's entry, has gone from the window meanwhile.
      if (this.ended) return await this.shut(engine);
      this.follow(engine);
      for (const warning of engine.info.warnings) this.log.warn(`${this.location}: ${warning}`);
      this.log.info(`Opened ${this.location}${engine.info.readOnly ? ', read-only' : ''}, in ${Math.round(performance.now() - began)} ms.`);
      this.become({ kind: 'open', engine });
    } catch (error) {
      if (!this.ended) this.log.error(`Opening ${this.location}: ${messageOf(error)}`);
      if (!this.ended) this.fail(error);
      await this.shut(engine);
    }
  }

  protected fail(error: unknown): void {
    this.become({ kind: 'failed', message: messageOf(error), ...(error instanceof TrackingError && { code: error.code }) });
  }

  protected follow(engine: Engine): void {
    this.watch ??= engine.feed.watch(() => this.reading.request());
  }

  protected unfollow(): void {
    this.watch?.dispose();
    this.watch = undefined;
  }

  /** Reads what is new, a moment later. */
  protected catchUp(): void {
    this.reading.request();
  }

  private async readChanges(): Promise<void> {
    const engine = this.engine;
    if (!engine) return;
    const { head, changes } = await engine.feed.since(this.head);
    this.head = head;
    if (changes.length > 0) this.contentChanged.fire(changes);
  }

  /** Resolves when nothing is being opened. */
  protected async settled(): Promise<void> {
    while (this.opening) await this.opening;
  }

  protected async close(): Promise<void> {
    await this.settled();
    const { engine } = this;
    this.unfollow();
    this.become({ kind: 'absent' });
    await this.shut(engine);
  }

  protected async shut(engine: Engine | undefined): Promise<void> {
    try {
      await engine?.close();
    } catch (error) {
      this.log.warn(`Closing ${this.location}: ${messageOf(error)}`);
    }
  }

  protected become(state: StoreState): void {
    this.current = state;
    this.stateChanged.fire();
  }

  dispose(): void {
    this.ended = true;
    this.held.dispose();
    this.unfollow();
    void this.shut(this.engine);
    this.current = { kind: 'absent' };
  }
}
