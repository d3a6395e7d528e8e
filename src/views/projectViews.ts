import { window, workspace, type LogOutputChannel } from 'vscode';
import { CodeReader } from '../code/reader';
import type { Disposable } from '../core/disposable';
import { WorkerReader } from '../data/workerReader';
import { CommandId } from '../host/commandIds';
import type { Commands } from '../host/commands';
import type { Configuration } from '../host/configuration';
import type { ContextKeys } from '../host/contextKeys';
import { Disposables } from '../host/disposables';
import { CodeView } from './codeView';
import { DataView } from './dataView';

export interface ProjectSurroundings {
  readonly configuration: Configuration;
  readonly context: ContextKeys;
  /** The bundled worker that reads data's state, `dist/dataWorker.js`. */
  readonly dataWorker: string;
  readonly log: LogOutputChannel;
}

/** The views of what runs are made from: the code under git, the data under DVC. */
export class ProjectViews implements Disposable {
  private readonly held = new Disposables();
  private readonly code: CodeView;
  private readonly data: DataView;

  constructor({ configuration, context, dataWorker, log }: ProjectSurroundings) {
    const folders = (): NonNullable<typeof workspace.workspaceFolders> => workspace.workspaceFolders ?? [];
    const debug = (line: string): void => log.debug(line);
    this.code = this.held.add(
      new CodeView(
        this.held.add(new CodeReader(debug, configuration.gitPaths())),
        folders,
        () => workspace.isTrusted,
        (state) => context.set('mlTracking.code.state', state),
        log,
      ),
    );
    this.data = this.held.add(
      new DataView(
        this.held.add(new WorkerReader(dataWorker, debug)),
        folders,
        (state) => context.set('mlTracking.data.state', state),
        log,
      ),
    );
    this.held.add(window.createTreeView('mlTracking.code', { treeDataProvider: this.code, showCollapseAll: true }));
    this.held.add(window.createTreeView('mlTracking.data', { treeDataProvider: this.data, showCollapseAll: true }));
  }

  register(commands: Commands): void {
    commands.register(CommandId.refreshCode, () => this.code.refresh());
    commands.register(CommandId.refreshData, () => this.data.refresh());
  }

  dispose(): void {
    this.held.dispose();
  }
}
