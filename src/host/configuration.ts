import { isAbsolute, join } from 'node:path';
import { ConfigurationTarget, workspace, type Event, type WorkspaceFolder, EventEmitter } from 'vscode';
import type { Disposable } from '../core/disposable';
import { Disposables } from './disposables';
import type { RemoteSettings, ServerEntry } from './remotes/remote';
import type { ServerSettings } from './server/serverSettings';
import type { TrainingOptions } from './training/trainingOptions';

/** The settings, typed. Nothing is kept: VS Code answers from memory, by scope. */
export class Configuration implements Disposable {
  private readonly held = new Disposables();
  private readonly changed = this.held.add(new EventEmitter<void>());
  readonly onDidChange: Event<void> = this.changed.event;

  constructor() {
    this.held.add(
      workspace.onDidChangeConfiguration((event) => {
        if (event.affectsConfiguration('mlTracking')) this.changed.fire();
      }),
    );
  }

  /** The absolute place of a folder's store. */
  storeLocation(folder: WorkspaceFolder): string {
    const location = this.of<string>('store.location', folder)?.trim() || '.tracking';
    return isAbsolute(location) ? location : join(folder.uri.fsPath, location);
  }

  /** What a folder's server is to be like. */
  server(folder: WorkspaceFolder): ServerSettings {
    const { workspaceValue, workspaceFolderValue } =
      workspace.getConfiguration('mlTracking', folder).inspect<boolean>('server.autoStart') ?? {};
    const autoStart = this.of<boolean>('server.autoStart', folder) === true;
    const port = this.of<number>('server.port', folder);
    return {
      autoStart,
      autoStartHere: autoStart && (workspaceFolderValue ?? workspaceValue) === true,
      port: Number.isInteger(port) && port !== undefined && port >= 0 && port <= 65_535 ? port : 8080,
      requireToken: this.of<boolean>('server.requireToken', folder) === true,
    };
  }

  /** Undefined: the run's own headline metric. */
  headlineMetric(folder: WorkspaceFolder | undefined): string | undefined {
    return this.of<string>('runs.headlineMetric', folder)?.trim() || undefined;
  }

  /** Whether scripts and files of parameters tell of their runs. */
  metricBlame(folder: WorkspaceFolder): boolean {
    return this.of<boolean>('code.metricBlame', folder) !== false;
  }

  /** The tracking servers that settings name, as they stand there. A workspace that isn't trusted names none. */
  remotes(): Omit<RemoteSettings, 'environmentUri'> {
    const settings = workspace.getConfiguration('mlTracking');
    const servers = settings.get<unknown>('remote.servers');
    const { globalValue } = settings.inspect<string>('remote.uri') ?? {};
    const uri = settings.get<unknown>('remote.uri');
    return {
      servers: Array.isArray(servers) ? servers.filter((one): one is ServerEntry => typeof one === 'object' && one !== null) : [],
      uri: typeof uri === 'string' ? uri : '',
      uriFromWorkspace: uri !== globalValue,
    };
  }

  async setRemoteServers(servers: readonly ServerEntry[]): Promise<void> {
    await workspace.getConfiguration('mlTracking').update('remote.servers', servers, ConfigurationTarget.Global);
  }

  /** Takes `remote.uri` away wherever it is set. */
  async clearRemoteUri(): Promise<void> {
    const settings = workspace.getConfiguration('mlTracking');
    const { globalValue, workspaceValue } = settings.inspect<string>('remote.uri') ?? {};
    if (globalValue !== undefined) await settings.update('remote.uri', undefined, ConfigurationTarget.Global);
    if (workspaceValue !== undefined) await settings.update('remote.uri', undefined, ConfigurationTarget.Workspace);
  }

  /** Where git may be, best first: VS Code's own setting names one place or several, and the PATH comes last. */
  gitPaths(): string[] {
    const value = workspace.getConfiguration('git').get<string | readonly string[] | null>('path');
    return [...[value ?? []].flat().filter((path) => path !== ''), 'git'];
  }

  /** The dvc that the person names; undefined: it is looked for. Only settings of this machine count. */
  dvcPath(): string | undefined {
    return this.of<string>('dvc.path', undefined)?.trim() || undefined;
  }

  /** What the settings say about a training; what they leave open is left to the training. */
  training(folder: WorkspaceFolder): TrainingOptions {
    const backend = this.of<string>('training.backend', folder);
    return {
      ...(backend && backend !== 'auto' ? { backend } : {}),
      ...this.number('threads', folder),
      ...this.number('epochs', folder),
      ...this.number('batchSize', folder),
      ...this.number('learningRate', folder),
    };
  }

  private number<K extends 'threads' | 'epochs' | 'batchSize' | 'learningRate'>(key: K, folder: WorkspaceFolder): { [P in K]?: number } {
    const value = this.of<number | null>(`training.${key}`, folder);
    return (typeof value === 'number' ? { [key]: value } : {}) as { [P in K]?: number };
  }

  private of<T>(key: string, folder: WorkspaceFolder | undefined): T | undefined {
    return workspace.getConfiguration('mlTracking', folder).get<T>(key);
  }

  dispose(): void {
    this.held.dispose();
  }
}
