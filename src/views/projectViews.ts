import { dirname, join } from 'node:path';
import { window, workspace } from 'vscode';
import type { Disposable } from '../core/disposable';
import { WorkerReader } from '../data/thread/workerReader';
import { CommandId } from '../host/commandIds';
import type { Commands } from '../host/commands';
import { Disposables } from '../host/disposables';
import { CodeParts, type CodeSurroundings } from './code/codeParts';
import { DataView } from './data/dataView';

export interface ProjectSurroundings extends CodeSurroundings {
  /** The bundled worker that reads data's state, `dist/dataWorker.js`. */
  readonly dataWorker: string;
}

/** The views of what runs are made from: the code under git, the data under DVC. */
export class ProjectViews implements Disposable {
  private readonly held = new Disposables();
  readonly code: CodeParts;
  private readonly data: DataView;

  constructor(surroundings: ProjectSurroundings) {
    const { configuration, context, dataWorker, log } = surroundings;
    const folders = (): NonNullable<typeof workspace.workspaceFolders> => workspace.workspaceFolders ?? [];
    const debug = (line: string): void => log.debug(line);
    this.code = this.held.add(new CodeParts(surroundings));
    this.data = this.held.add(
      new DataView(
        this.held.add(
          new WorkerReader(dataWorker, debug, {
            git: () => (workspace.isTrusted ? configuration.gitPaths() : undefined),
            hashWorker: join(dirname(dataWorker), 'hashWorker.js'),
          }),
        ),
        folders,
        (state) => context.set('mlTracking.data.state', state),
        log,
      ),
    );
    this.held.add(window.createTreeView('mlTracking.data', { treeDataProvider: this.data, showCollapseAll: true }));
  }

  register(commands: Commands): void {
    this.code.register(commands);
    commands.register(CommandId.refreshData, () => this.data.refresh());
  }

  dispose(): void {
    this.held.dispose();
  }
}
