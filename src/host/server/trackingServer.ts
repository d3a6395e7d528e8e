import { join } from 'node:path';
import { EventEmitter, type Event, type LogOutputChannel } from 'vscode';
import type { Disposable } from '../../core/disposable';
import { messageOf, TrackingError } from '../../core/errors';
import { Disposables } from '../disposables';
import type { FolderStore } from '../folderStore';
import { FoundServer, ServedElsewhere } from './foundServer';
import { LogFile } from './logFile';
import { Restarts } from './restarts';
import { isOlder, type ServerLaunch } from './serverLaunch';
import { ServerLink, TokenRefused } from './serverLink';
import { PortTaken, type ServerStart } from './serverStart';
import type { ServerState } from './serverState';
import type { ServerTokens } from './serverTokens';
import { Turns } from './turns';

/** What the servers of all stores share. */
export interface ServerSurroundings {
  readonly start: ServerStart;
  readonly tokens: ServerTokens;
  /** The version of this extension; an older one's server is replaced. A newer one's stays: two windows would go on replacing each other's. */
  readonly version: string;
  readonly log: LogOutputChannel;
}

/** How often a server that doesn't answer is looked at, and how long, in milliseconds. */
const LOOK = 250;
const PATIENCE = 15_000;

/**
 * The server of one store, whichever window has started it: found, connected to, started again when it dies. Everything is done
 * in turn; to stop goes before what is waited for.
 */
export class TrackingServer implements Disposable {
  private readonly held = new Disposables();
  private readonly changed = this.held.add(new EventEmitter<void>());
  private readonly gaveUp = this.held.add(new EventEmitter<string>());
  private readonly restarts = new Restarts();
  private readonly turns = this.held.add(new Turns());
  private current: ServerState = { kind: 'off' };
  private link: ServerLink | undefined;

  readonly onDidChange: Event<void> = this.changed.event;
  /** It has died too often; tells why. */
  readonly onDidGiveUp: Event<string> = this.gaveUp.event;
  readonly logFile: LogFile;

  constructor(
    readonly store: FolderStore,
    private readonly surroundings: ServerSurroundings,
  ) {
    this.logFile = new LogFile(join(store.location, 'server.log'));
  }

  get state(): ServerState {
    return this.current;
  }

  /** Finds the server that serves the store already, such as that of before a reload of the window. */
  attach(): Promise<void> {
    return this.turns.take(async () => {
      const found = await FoundServer.of(this.store.location);
      if (found && this.current.kind !== 'on') await this.bringUp({ port: found.file.port, onlyWhatIsThere: true });
    });
  }

  /** Resolves when it listens. Rejects with PortTaken, or with why it can't be started. */
  start(launch: ServerLaunch): Promise<void> {
    this.restarts.forget();
    return this.turns.take(async () => {
      if (this.current.kind !== 'on') await this.bringUp(launch);
    });
  }

  /** As `start`, whatever another machine says: a person knows better. */
  async startAnyway(launch: ServerLaunch): Promise<void> {
    await this.turns.take(async () => (await FoundServer.of(this.store.location))?.forget());
    await this.start(launch);
  }

  /** Resolves when it has gone; what is under way is finished first. */
  stop(): Promise<void> {
    this.turns.hurry();
    return this.turns.take(async () => {
      this.unlink();
      const found = await FoundServer.of(this.store.location);
      if (found) {
        this.become({ kind: 'stopping' });
        try {
          await found.end();
        } catch (error) {
          this.become({ kind: 'failed', message: messageOf(error) });
          throw error;
        }
      }
      this.become({ kind: 'off' });
    });
  }

  private async bringUp(launch: ServerLaunch & { readonly onlyWhatIsThere?: boolean }): Promise<void> {
    const { signal } = this.turns;
    this.become({ kind: 'starting' });
    try {
      const outcome = await this.adopt();
      if (outcome === 'adopted') return;
      if (outcome === 'none' && launch.onlyWhatIsThere) return this.become({ kind: 'off' });
      const engine = await this.store.create();
      if (engine.info.readOnly) throw new TrackingError('INVALID_STATE', `The store at ${this.store.location} can't be written.`);
      const way = outcome === 'none' ? launch : { ...outcome, ...(launch.token === undefined ? {} : { token: launch.token }) };
      await this.surroundings.start.start(this.store.location, way, this.logFile, signal);
      if ((await this.adopt({ any: true })) !== 'adopted') throw new TrackingError('INVALID_STATE', 'It ended at once.');
    } catch (error) {
      if (this.turns.signal.aborted) return this.become({ kind: 'off' });
      if (error instanceof ServedElsewhere && launch.onlyWhatIsThere) return this.become({ kind: 'off' });
      // Another window may have been quicker, and its server may not have said so yet.
      if (error instanceof PortTaken && (await this.adoptSoon(1000))) return;
      this.become({ kind: 'failed', message: messageOf(error) });
      throw error;
    }
  }

  /** Connects to the server that is there. @returns how to start one in the place of an outdated one, which is ended. */
  private async adopt({ any = false } = {}): Promise<'adopted' | 'none' | ServerLaunch> {
    const found = await FoundServer.of(this.store.location);
    if (!found) return 'none';
    if (await found.isOutOfSight()) {
      await found.forget();
      return 'none';
    }
    const { url, pid, port, version, lease } = found.file;
    const connect = async (token: string | undefined): Promise<ServerLink> =>
      ServerLink.open(
        url,
        token,
        () => void this.broken(found, token).catch((error: unknown) => this.note(error)),
        () => void this.look(found).catch((error: unknown) => this.note(error)),
      );
    let token: string | undefined;
    try {
      this.unlink();
      // Without a token first, so that it is known whether one is needed.
      this.link = await connect(undefined).catch(async (error: unknown) => {
        if (!(error instanceof TokenRefused)) throw error;
        token = await this.surroundings.tokens.known(this.store.location);
        if (token === undefined) throw error;
        return connect(token);
      });
    } catch (error) {
      if (error instanceof TokenRefused)
        throw new TrackingError(
          'INVALID_STATE',
          `${url} (process ${pid}) serves this store with a token that this window does not know: end that server first.`,
        );
      if (!(await found.hasGone()))
        throw new TrackingError('TEMPORARILY_UNAVAILABLE', `The server at ${url} (process ${pid}) does not answer.`);
      return 'none';
    }
    if (this.turns.ended) {
      this.unlink();
      throw new TrackingError('INVALID_STATE', 'Nobody asks for it any more.');
    }
    if (!any && lease !== undefined && isOlder(version, this.surroundings.version)) {
      this.surroundings.log.info(`The server at ${url} is of the older version ${version}: replacing it.`);
      this.unlink();
      await found.end();
      return { port, ...(token === undefined ? {} : { token }) };
    }
    this.surroundings.log.info(`Connected to the server at ${url}, process ${pid}, for ${this.store.location}.`);
    this.restarts.started(Date.now());
    this.become({ kind: 'on', url, pid, ...(token === undefined ? {} : { token }) });
    return 'adopted';
  }

  /** Now and then, while all is well. */
  private async look(found: FoundServer): Promise<void> {
    if (await found.isAnnounced()) return this.logFile.bound();
    // A file that could not be read once is no reason to end what others log to.
    await new Promise((resolve) => setTimeout(resolve, LOOK));
    if (this.turns.ended || (await found.isAnnounced())) return;
    // Its store was deleted under it, or its file: nobody can find it any more.
    this.surroundings.log.warn(`The server at ${found.file.url} is no longer announced in ${this.store.location}: ending it.`);
    await found.end();
  }

  /** Whether a server could be connected to within a time in milliseconds. */
  private async adoptSoon(within: number): Promise<boolean> {
    for (let waited = 0; waited <= within && !this.turns.signal.aborted; waited += LOOK) {
      const outcome = await this.adopt().catch(() => 'none');
      if (outcome === 'adopted') return true;
      await this.turns.pause(LOOK);
    }
    return false;
  }

  /** The connection has broken: the server was ended, has died, or has another window's in its place. */
  private broken(found: FoundServer, token: string | undefined): Promise<void> {
    this.link = undefined;
    return this.turns.take(async () => {
      if (this.current.kind !== 'on' || this.current.pid !== found.file.pid) return;
      for (let waited = 0; !(await found.hasGone()); waited += LOOK) {
        if (this.turns.signal.aborted) return;
        if (!(await found.isAnnounced())) break;
        if (waited >= PATIENCE) {
          const message = `The server at ${found.file.url} (process ${found.file.pid}) does not answer.`;
          return this.become({ kind: 'failed', message });
        }
        await this.turns.pause(LOOK);
        if ((await this.adopt().catch(() => 'none')) === 'adopted') return;
      }
      const announced = await found.isAnnounced();
      if (!announced && !(await FoundServer.of(this.store.location))) {
        this.surroundings.log.info(`The server at ${found.file.url} was ended.`);
        return this.become({ kind: 'off' });
      }
      this.surroundings.log.warn(`The server at ${found.file.url}, process ${found.file.pid}, has died.`);
      // Somebody's own server, started in a terminal, is theirs to start again.
      if (announced && found.file.lease === undefined) return this.become({ kind: 'off' });
      await this.restart({ port: found.file.port, ...(token === undefined ? {} : { token }) });
    });
  }

  private async restart(launch: ServerLaunch): Promise<void> {
    for (;;) {
      const pause = this.restarts.next(Date.now());
      if (pause === undefined) {
        const reason = this.current.kind === 'failed' ? this.current.message : 'It ends again and again.';
        this.become({ kind: 'failed', message: reason });
        return this.gaveUp.fire(reason);
      }
      if (pause > 0) this.become({ kind: 'starting' });
      await this.turns.pause(pause);
      if (this.turns.signal.aborted) return;
      try {
        return await this.bringUp(launch);
      } catch (error) {
        this.note(error);
        if (error instanceof PortTaken) return this.gaveUp.fire(messageOf(error));
      }
    }
  }

  private unlink(): void {
    this.link?.dispose();
    this.link = undefined;
  }

  private become(state: ServerState): void {
    this.current = state;
    this.changed.fire();
  }

  private note(error: unknown): void {
    this.surroundings.log.warn(`Server of ${this.store.location}: ${messageOf(error)}`);
  }

  /** Lets go of the server, which goes on for other windows, or for this one after its reload. */
  dispose(): void {
    this.unlink();
    this.held.dispose();
  }
}
