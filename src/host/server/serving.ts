import type { GlobalEnvironmentVariableCollection, LogOutputChannel, Memento, SecretStorage } from 'vscode';
import type { Disposable } from '../../core/disposable';
import type { Commands } from '../commands';
import type { Configuration } from '../configuration';
import type { ContextKeys } from '../contextKeys';
import { Disposables } from '../disposables';
import type { Failures } from '../failures';
import type { Stores } from '../stores';
import { ServerCommands } from './serverCommands';
import { ServerNotices } from './serverNotices';
import { ServerPorts } from './serverPorts';
import { ServerStart } from './serverStart';
import { ServerTokens } from './serverTokens';
import { TerminalEnvironment } from './terminalEnvironment';
import { TrackingServers } from './trackingServers';

/** What the servers need of the rest of the extension. */
export interface ServingSurroundings {
  /** The terminal program, `dist/ml-tracking.js`. */
  readonly program: string;
  readonly version: string;
  readonly configuration: Configuration;
  readonly stores: Stores;
  readonly context: ContextKeys;
  readonly memory: Memento;
  readonly secrets: SecretStorage;
  readonly terminals: GlobalEnvironmentVariableCollection;
  readonly failures: Failures;
  readonly log: LogOutputChannel;
}

/** Everything about tracking servers: starting, finding, following and ending them, and telling terminals of them. */
export class Serving implements Disposable {
  private readonly held = new Disposables();
  readonly servers: TrackingServers;
  private readonly commands: ServerCommands;

  constructor({ program, version, configuration, stores, context, memory, secrets, terminals, failures, log }: ServingSurroundings) {
    this.servers = this.held.add(
      new TrackingServers(stores, configuration, new ServerPorts(memory), context, {
        start: new ServerStart(program, log),
        tokens: new ServerTokens(secrets),
        version,
        log,
      }),
    );
    this.held.add(new TerminalEnvironment(terminals, this.servers));
    this.commands = new ServerCommands(this.servers, this.held.add(new ServerNotices(this.servers, log)), failures);
    this.servers.begin();
  }

  register(commands: Commands): void {
    this.commands.register(commands);
  }

  dispose(): void {
    this.held.dispose();
  }
}
