import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { workspace, type Memento } from 'vscode';
import type { Disposable } from '../core/disposable';
import { WorkerTransfers } from '../data/cache/workerTransfers';
import { ContentReader } from '../data/content/thread/contentReader';
import type { DataSource } from '../data/source';
import { WorkerReader } from '../data/thread/workerReader';
import type { Commands } from '../host/commands';
import { Disposables } from '../host/disposables';
import { CodeParts, type CodeSurroundings } from './code/codeParts';
import { DataParts } from './data/dataParts';
import { ShownGraphs } from './data/shownGraphs';

export interface ProjectSurroundings extends CodeSurroundings {
  /** What is remembered of the workspace. */
  readonly memory: Memento;
  /** The bundled worker that reads data's state, `dist/dataWorker.js`. */
  readonly dataWorker: string;
}

/** The views of what runs are made from: the code under git, the data under DVC. */
export class ProjectViews implements Disposable {
  private readonly held = new Disposables();
  readonly code: CodeParts;
  readonly data: DataParts;
  /** Reads what is in data, in threads. */
  readonly content: ContentReader;
  /** Tells how data stands, in a thread. */
  readonly source: DataSource;
  readonly graphs: ShownGraphs;

  constructor(surroundings: ProjectSurroundings) {
    const { configuration, dataWorker, log } = surroundings;
    this.code = this.held.add(new CodeParts(surroundings));
    const debug = (line: string): void => log.debug(line);
    const beside = (name: string): string => join(dirname(dataWorker), name);
    const hashWorker = beside('hashWorker.js');
    const git = (): readonly string[] | undefined => (workspace.isTrusted ? configuration.gitPaths() : undefined);
    const source = (this.source = this.held.add(new WorkerReader(dataWorker, debug, { git, hashWorker })));
    const transfers = this.held.add(
      new WorkerTransfers({ transferWorker: beside('transferWorker.js'), hashWorker }, (line) => log.info(line)),
    );
    const content = (this.content = this.held.add(new ContentReader(beside('contentWorker.js'), debug)));
    this.data = this.held.add(new DataParts({ ...surroundings, source, transfers, content, neutralFolder: tmpdir() }));
    this.graphs = new ShownGraphs(this.data.view);
  }

  register(commands: Commands): void {
    this.code.register(commands);
    this.data.register(commands);
  }

  dispose(): void {
    this.held.dispose();
  }
}
