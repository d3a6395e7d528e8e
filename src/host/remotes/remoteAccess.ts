import type { LogOutputChannel, Memento, SecretStorage } from 'vscode';
import type { Disposable } from '../../core/disposable';
import type { Engine } from '../../store/engine';
import type { Commands } from '../commands';
import type { Configuration } from '../configuration';
import type { ContextKeys } from '../contextKeys';
import { Disposables } from '../disposables';
import type { Failures } from '../failures';
import type { Stores } from '../stores';
import { ArtifactDownloads } from './artifactDownloads';
import { CredentialStore } from './credentialStore';
import { environmentUri } from './environmentUri';
import { EveryStore } from './everyStore';
import type { Credentials, Remote } from './remote';
import { RemoteCommands } from './remoteCommands';
import { Remotes } from './remotes';
import { ShownStores } from './shownStores';

/** How a server is reached, as whoever opens its engine needs it. */
export type RemotePlace = Pick<Remote, 'uri' | 'insecureTls' | 'serverCertificate' | 'clientCertificate'> & {
  readonly token?: string;
  readonly username?: string;
  readonly password?: string;
  /** Milliseconds, and how often: a person waits, and the editor asks again by itself. */
  readonly timeout: number;
  readonly retries: number;
};

export interface RemoteSurroundings {
  readonly stores: Stores;
  readonly configuration: Configuration;
  readonly context: ContextKeys;
  readonly secrets: SecretStorage;
  readonly memory: Memento;
  /** Where files of servers are brought to. */
  readonly downloadFolder: string;
  readonly open: (place: RemotePlace) => Promise<Engine>;
  readonly failures: Failures;
  readonly log: LogOutputChannel;
}

/** Everything about tracking servers elsewhere: which there are, how they are entered, and which stores are shown. */
export class RemoteAccess implements Disposable {
  private readonly held = new Disposables();
  readonly credentials: CredentialStore;
  readonly remotes: Remotes;
  readonly every: EveryStore;
  readonly shown: ShownStores;
  readonly downloads: ArtifactDownloads;
  private readonly commands: RemoteCommands;

  constructor(private readonly surroundings: RemoteSurroundings) {
    const { stores, configuration, context, secrets, memory, failures, log } = surroundings;
    this.credentials = new CredentialStore(secrets);
    const open = (remote: Remote, credentials?: Credentials): Promise<Engine> => this.open(remote, credentials);
    this.remotes = this.held.add(
      new Remotes({ configuration, credentials: this.credentials, open, environmentUri: () => environmentUri(stores), log }),
    );
    this.every = this.held.add(new EveryStore(stores, this.remotes));
    this.shown = this.held.add(new ShownStores(stores, this.remotes, this.every, memory, context));
    this.commands = new RemoteCommands(this.remotes, this.shown, stores, open);
    this.downloads = new ArtifactDownloads(surroundings.downloadFolder);
    this.downloads.tidy().catch((error: unknown) => failures.note('Removing old downloads', error));
    const tell = (): void => context.set('mlTracking.hasRemotes', this.remotes.all.length > 0);
    this.held.add(this.remotes.onDidChangeList(tell));
    tell();
  }

  /** The name of the server that is shown; undefined while the workspace is. */
  readonly shownName = (): string | undefined => this.shown.remote?.name;

  register(commands: Commands): void {
    this.commands.register(commands);
  }

  private async open(remote: Remote, given: Credentials | undefined): Promise<Engine> {
    const { uri, insecureTls, serverCertificate, clientCertificate } = remote;
    const credentials = given ?? (await this.credentials.of(remote));
    return this.surroundings.open({
      uri,
      ...(insecureTls && { insecureTls }),
      ...(serverCertificate !== undefined && { serverCertificate }),
      ...(clientCertificate !== undefined && { clientCertificate }),
      ...credentials,
      timeout: 15_000,
      retries: 1,
    });
  }

  dispose(): void {
    this.held.dispose();
  }
}
