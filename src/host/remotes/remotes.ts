import { EventEmitter, type Event, type LogOutputChannel } from 'vscode';
import type { Disposable } from '../../core/disposable';
import { messageOf } from '../../core/errors';
import type { Configuration } from '../configuration';
import { Disposables } from '../disposables';
import type { StoreChanges } from '../stores';
import type { CredentialStore } from './credentialStore';
import { configuredRemotes, namesServer, originOf, type Credentials, type Remote } from './remote';
import { RemoteStore, type OpenRemote } from './remoteStore';

export interface RemotesSurroundings {
  readonly configuration: Configuration;
  readonly credentials: CredentialStore;
  readonly open: OpenRemote;
  /** `MLFLOW_TRACKING_URI`; undefined when it names a server of our own. */
  readonly environmentUri: () => Promise<string | undefined>;
  readonly log: LogOutputChannel;
}

/** The tracking servers that are configured, and the stores of those that somebody has looked at. */
export class Remotes implements Disposable {
  private readonly held = new Disposables();
  private readonly listChanged = this.held.add(new EventEmitter<void>());
  private readonly storesChanged = this.held.add(new EventEmitter<void>());
  private readonly contentChanged = this.held.add(new EventEmitter<StoreChanges>());
  private readonly stores = new Map<string, { readonly store: RemoteStore; readonly held: Disposables }>();
  private list: readonly Remote[];
  private environmentUri: string | undefined;

  /** Remotes have been added or taken away, or are reached otherwise. */
  readonly onDidChangeList: Event<void> = this.listChanged.event;
  readonly onDidChangeStores: Event<void> = this.storesChanged.event;
  readonly onDidChange: Event<StoreChanges> = this.contentChanged.event;

  constructor(private readonly surroundings: RemotesSurroundings) {
    this.list = this.read();
    this.held.add(surroundings.configuration.onDidChange(() => this.follow()));
    surroundings.environmentUri().then(
      (uri) => {
        this.environmentUri = uri;
        this.follow();
      },
      (error: unknown) => surroundings.log.warn(`Reading MLFLOW_TRACKING_URI: ${messageOf(error)}`),
    );
  }

  get all(): readonly Remote[] {
    return this.list;
  }

  get credentials(): CredentialStore {
    return this.surroundings.credentials;
  }

  /** Those that have been looked at. */
  get opened(): readonly RemoteStore[] {
    return [...this.stores.values()].map(({ store }) => store);
  }

  of(uri: string): Remote | undefined {
    return this.list.find((remote) => remote.uri === uri);
  }

  /** The store of a configured remote; undefined for any other address, which is never asked anything. */
  storeAt(uri: string): RemoteStore | undefined {
    const known = this.stores.get(uri);
    if (known) return known.store;
    const remote = this.of(uri);
    if (!remote) return undefined;
    const held = new Disposables();
    const store = held.add(new RemoteStore(remote, this.surroundings.open, this.surroundings.log));
    held.add(store.onDidChangeState(() => this.storesChanged.fire()));
    held.add(store.onDidChange((changes) => this.contentChanged.fire({ store, changes })));
    this.stores.set(uri, { store, held });
    return store;
  }

  /** Keeps a server in the person's own settings. */
  async add(remote: Remote): Promise<void> {
    const { name, uri, insecureTls, serverCertificate, clientCertificate } = remote;
    const { servers } = this.surroundings.configuration.remotes();
    const entry = {
      name,
      uri,
      ...(insecureTls && { insecureTls }),
      ...(serverCertificate && { serverCertificate }),
      ...(clientCertificate && { clientCertificate }),
    };
    await this.surroundings.configuration.setRemoteServers([...servers.filter((one) => !namesServer(one.uri, uri)), entry]);
    this.follow();
  }

  /** Takes a server out of the settings, with what it asked of us. What the environment names stays. */
  async remove({ uri }: Remote): Promise<void> {
    const { configuration, credentials } = this.surroundings;
    const { servers, uri: single } = configuration.remotes();
    const others = servers.filter((one) => !namesServer(one.uri, uri));
    if (others.length < servers.length) await configuration.setRemoteServers(others);
    if (namesServer(single, uri)) await configuration.clearRemoteUri();
    this.follow();
    if (!this.list.some((remote) => originOf(remote.uri) === originOf(uri))) await credentials.forget(uri);
  }

  async signIn(uri: string, credentials: Credentials): Promise<void> {
    await this.credentials.set(uri, credentials);
    await this.reopen(uri);
  }

  /** @returns whether there was anything to forget. */
  async forget(uri: string): Promise<boolean> {
    const known = await this.credentials.forget(uri);
    if (known) await this.reopen(uri);
    return known;
  }

  /** Reads the list anew. */
  follow(): void {
    const before = this.list;
    this.list = this.read();
    if (JSON.stringify(before) === JSON.stringify(this.list)) return;
    for (const [uri, { store, held }] of this.stores) {
      const now = this.of(uri);
      if (!now) {
        this.stores.delete(uri);
        held.dispose();
      } else if (JSON.stringify(now) !== JSON.stringify(before.find((remote) => remote.uri === uri))) void store.reopen(now);
    }
    this.listChanged.fire();
    this.storesChanged.fire();
  }

  private async reopen(uri: string): Promise<void> {
    await Promise.all(this.opened.filter(({ location }) => originOf(location) === originOf(uri)).map((store) => store.reopen()));
  }

  private read(): Remote[] {
    const { configuration, log } = this.surroundings;
    return configuredRemotes({ ...configuration.remotes(), environmentUri: this.environmentUri }, (line) => log.warn(line));
  }

  dispose(): void {
    for (const { held } of this.stores.values()) held.dispose();
    this.held.dispose();
  }
}
