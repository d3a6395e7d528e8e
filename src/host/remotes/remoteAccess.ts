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
import { placeOf, remoteEnvironment, type Credentials, type Remote, type RemoteDestination, type RemotePlace } from './remote';
import { RemoteCommands } from './remoteCommands';
import { Remotes } from './remotes';
import { ShownStores } from './shownStores';

/** How long a server may be silent, in milliseconds, and how often it is asked again: a person waits, and the editor asks again by itself. */
const PATIENCE = { timeout: 15_000, retries: 1 };

export interface RemoteSurroundings {
  readonly stores: Stores;
  readonly configuration: Configuration;
  readonly context: ContextKeys;
  readonly secrets: SecretStorage;
  readonly memory: Memento;
  /** Where files of servers are brought to. */
  readonly downloadFolder: string;
  readonly open: (place: RemotePlace & { readonly timeout: number; readonly retries: number }) => Promise<Engine>;
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

  /** How a process is to reach the server that is shown; undefined while the workspace is. */
  readonly destination = async (): Promise<RemoteDestination | undefined> => {
    const { remote } = this.shown;
    return remote && { uri: remote.uri, environment: await this.environmentOf(remote) };
  };

  /** What a child process is given to enter a server. */
  async environmentOf(remote: Remote): Promise<Record<string, string>> {
    return remoteEnvironment(placeOf(remote, await this.credentials.of(remote)));
  }

  register(commands: Commands): void {
    this.commands.register(commands);
  }

  private async open(remote: Remote, given: Credentials | undefined): Promise<Engine> {
    return this.surroundings.open({ ...placeOf(remote, given ?? (await this.credentials.of(remote))), ...PATIENCE });
  }

  dispose(): void {
    this.held.dispose();
  }
}
