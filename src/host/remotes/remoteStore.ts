import type { LogOutputChannel } from 'vscode';
import { messageOf, TrackingError } from '../../core/errors';
import type { Engine } from '../../store/engine';
import { Store, type StoreState } from '../store';
import type { Remote } from './remote';
import { watchedEngine } from './watchedEngine';

/** Opens the engine of a server. Rejects when it can't be reached or lets nobody in. */
export type OpenRemote = (remote: Remote) => Promise<Engine>;

export interface RemotePatience {
  /** How often a server that answers is asked whether it still does, in milliseconds. */
  readonly heartbeat: number;
  /** How soon one that doesn't is asked again: at first, and at the most; in milliseconds. */
  readonly firstRetry: number;
  readonly longestRetry: number;
}

const PATIENCE: RemotePatience = { heartbeat: 5_000, firstRetry: 1_000, longestRetry: 30_000 };

/**
 * A tracking server among the stores. One that can't be reached is asked again and again, and what was open goes on when it
 * answers; one that lets nobody in waits for a person.
 */
export class RemoteStore extends Store {
  readonly folder = undefined;
  /** What has been open, and is open again once the server answers. */
  private made: Engine | undefined;
  private looked = false;
  private timer: NodeJS.Timeout | undefined;
  private failures = 0;
  private asking: Promise<void> | undefined;
  private gone = false;

  constructor(
    private remote: Remote,
    private readonly makeEngine: OpenRemote,
    log: LogOutputChannel,
    private readonly patience: RemotePatience = PATIENCE,
  ) {
    super(remote.uri, log);
  }

  get name(): string {
    return this.remote.name;
  }

  get exists(): boolean {
    return true;
  }

  /** Nobody has let this one in, so far. */
  get refused(): boolean {
    return this.state.kind === 'failed' && this.state.code === 'PERMISSION_DENIED';
  }

  async want(): Promise<void> {
    await this.open();
    // Views want it again and again; what is due stays due.
    if (!this.timer) this.schedule();
  }

  override async create(): Promise<Engine> {
    if (this.state.kind === 'failed') await this.reload();
    return super.create();
  }

  async reload(): Promise<void> {
    await this.ask();
  }

  /** Opens it anew, by other credentials or another way. */
  async reopen(remote: Remote = this.remote): Promise<void> {
    this.remote = remote;
    this.failures = 0;
    await this.letGo();
    await this.want();
  }

  /** Whether somebody looks at it: then it is asked more often whether it is there. */
  lookAt(looked: boolean): void {
    this.looked = looked;
    if (looked && this.state.kind === 'failed') this.failures = 0;
    this.schedule();
  }

  protected async openEngine(): Promise<Engine> {
    return watchedEngine(await this.makeEngine(this.remote), (error) => this.lose(error));
  }

  protected override become(state: StoreState): void {
    if (state.kind === 'open') this.made = state.engine;
    super.become(state);
  }

  /** The server was there, and isn't now. What is open stays open, for when it is back. */
  private lose(error: TrackingError): void {
    if (this.state.kind !== 'open' || this.gone) return;
    this.log.warn(`${this.location}: ${error.message}`);
    this.fail(error);
    this.schedule();
  }

  /** Asks the server whether it is there, one question at a time; the state tells. */
  private ask(): Promise<void> {
    return (this.asking ??= this.doAsk().finally(() => {
      this.asking = undefined;
      this.schedule();
    }));
  }

  private async doAsk(): Promise<void> {
    const engine = this.made;
    if (!engine) {
      if (this.state.kind === 'failed') this.become({ kind: 'absent' });
      await this.open();
    } else {
      try {
        await engine.experiments.search({ maxResults: 1 });
        if (this.state.kind !== 'open') this.resume(engine);
      } catch (error) {
        if (this.gone || engine !== this.made) return;
        // What is neither the way there nor the permission is the engine's own end, and a new one may do.
        const lasting = !(error instanceof TrackingError) || !['TEMPORARILY_UNAVAILABLE', 'PERMISSION_DENIED'].includes(error.code);
        if (lasting) await this.letGo();
        this.fail(error);
      }
    }
    this.failures = this.state.kind === 'failed' ? this.failures + 1 : 0;
  }

  private resume(engine: Engine): void {
    this.log.info(`${this.location} answers again.`);
    this.become({ kind: 'open', engine });
    this.follow(engine);
    this.catchUp();
  }

  private schedule(): void {
    clearTimeout(this.timer);
    this.timer = undefined;
    if (this.gone || this.refused || this.state.kind === 'absent') return;
    const { heartbeat, firstRetry, longestRetry } = this.patience;
    const soon = this.state.kind === 'failed' ? Math.min(longestRetry, firstRetry * 2 ** this.failures) : heartbeat;
    const pause = this.looked ? soon : longestRetry;
    this.timer = setTimeout(() => {
      this.timer = undefined;
      this.ask().catch((error: unknown) => this.log.warn(`${this.location}: ${messageOf(error)}`));
    }, pause);
    this.timer.unref();
  }

  private async letGo(): Promise<void> {
    // What is being opened knows nothing of other credentials, and would be taken for what has come of them.
    await this.settled();
    const engine = this.made;
    this.made = undefined;
    if (this.engine) await this.close();
    else {
      this.unfollow();
      this.become({ kind: 'absent' });
      await this.shut(engine);
    }
  }

  override dispose(): void {
    this.gone = true;
    clearTimeout(this.timer);
    const open = this.engine;
    super.dispose();
    if (!open) void this.shut(this.made);
  }
}
