import { EventEmitter, workspace, type Event } from 'vscode';
import type { Disposable } from '../../core/disposable';
import { messageOf } from '../../core/errors';
import type { Configuration } from '../configuration';
import type { ContextKeys } from '../contextKeys';
import { Disposables } from '../disposables';
import type { FolderStore } from '../folderStore';
import type { Stores } from '../stores';
import type { ServerLaunch } from './serverLaunch';
import type { ServerPorts } from './serverPorts';
import { combinedState } from './serverState';
import { TrackingServer, type ServerSurroundings } from './trackingServer';

/** The servers of the window's stores, one each. In a workspace that isn't trusted there is none. */
export class TrackingServers implements Disposable {
  private readonly held = new Disposables();
  private readonly changed = this.held.add(new EventEmitter<void>());
  private readonly begun = this.held.add(new EventEmitter<TrackingServer>());
  private readonly couldNot = this.held.add(new EventEmitter<{ readonly server: TrackingServer; readonly error: unknown }>());
  private readonly servers = new Map<FolderStore, TrackingServer>();

  /** Where a server stands, or which there are. */
  readonly onDidChange: Event<void> = this.changed.event;
  /** There is a server more to care for. */
  readonly onDidBegin: Event<TrackingServer> = this.begun.event;
  /** A server could not be started by itself. */
  readonly onDidFail: Event<{ readonly server: TrackingServer; readonly error: unknown }> = this.couldNot.event;

  constructor(
    private readonly stores: Stores,
    private readonly configuration: Configuration,
    private readonly ports: ServerPorts,
    private readonly context: ContextKeys,
    private readonly surroundings: ServerSurroundings,
  ) {
    this.held.add(stores.onDidChangeStores(() => this.follow()));
    this.held.add(workspace.onDidGrantWorkspaceTrust(() => this.follow()));
    this.held.add(configuration.onDidChange(() => this.startWanted()));
    this.held.add(
      this.onDidChange(() => this.context.set('mlTracking.server.state', combinedState(this.all.map(({ state }) => state.kind)))),
    );
  }

  /** In the order of the workspace's folders. */
  get all(): readonly TrackingServer[] {
    return this.stores.all.flatMap((store) => this.servers.get(store) ?? []);
  }

  /** The server of the store at a place. */
  at(location: string): TrackingServer | undefined {
    return this.all.find(({ store }) => store.location === location);
  }

  /** Finds the servers that there are, and starts those that the settings ask for. To be called once, when everybody listens. */
  begin(): void {
    this.follow();
  }

  /** Starts a server as the settings, and what was chosen before, say. Rejects with why it can't be. */
  async start(server: TrackingServer): Promise<void> {
    await server.start(await this.launch(server));
  }

  /** Starts it on a port that was chosen since the usual one was taken, now and from then on. */
  async startInstead(server: TrackingServer, port: number): Promise<void> {
    const { folder, location } = server.store;
    await this.ports.choose(location, this.configuration.server(folder).port, port);
    await this.start(server);
  }

  /** Starts it although another machine says that it serves the store. */
  async startAnyway(server: TrackingServer): Promise<void> {
    await server.startAnyway(await this.launch(server));
  }

  private async launch({ store: { folder, location } }: TrackingServer): Promise<ServerLaunch> {
    const { port, requireToken } = this.configuration.server(folder);
    const token = requireToken ? { token: await this.surroundings.tokens.of(location) } : {};
    return { port: this.ports.of(location, port), ...token };
  }

  private follow(): void {
    const wanted = new Set(workspace.isTrusted ? this.stores.all : []);
    const before = this.servers.size;
    let ended = false;
    for (const [store, server] of this.servers)
      if (!wanted.has(store)) {
        server.dispose();
        this.asked.delete(store.location);
        ended = this.servers.delete(store);
      }
    for (const store of wanted) if (!this.servers.has(store)) this.care(store);
    if (ended || this.servers.size !== before) this.changed.fire();
  }

  private care(store: FolderStore): void {
    const server = new TrackingServer(store, this.surroundings);
    this.servers.set(store, server);
    server.onDidChange(() => this.changed.fire());
    this.begun.fire(server);
    void server
      .attach()
      .catch((error: unknown) => this.surroundings.log.warn(`Server of ${store.location}: ${messageOf(error)}`))
      .then(() => this.startIfWanted(server));
  }

  private startWanted(): void {
    for (const server of this.all) void this.startIfWanted(server);
  }

  /** A server that was stopped stays so until somebody starts it, or the setting is turned on again. */
  private readonly asked = new Set<string>();

  private async startIfWanted(server: TrackingServer): Promise<void> {
    const { store } = server;
    const { autoStart, autoStartHere } = this.configuration.server(store.folder);
    if (!autoStart) this.asked.delete(store.location);
    if (!autoStart || this.asked.has(store.location) || !(store.exists || autoStartHere)) return;
    this.asked.add(store.location);
    if (server.state.kind === 'on') return;
    try {
      await this.start(server);
    } catch (error) {
      this.couldNot.fire({ server, error });
    }
  }

  dispose(): void {
    this.held.dispose();
    for (const server of this.servers.values()) server.dispose();
    this.servers.clear();
  }
}
