import { tmpdir } from 'node:os';
import { dirname, join, relative, sep } from 'node:path';
import { workspace, type Memento } from 'vscode';
import { CodeReader } from '../code/reader';
import { revision } from '../code/side';
import type { Disposable } from '../core/disposable';
import type { FileAt } from '../data/actions/versionCheckout';
import { WorkerTransfers } from '../data/cache/workerTransfers';
import { ContentReader } from '../data/content/thread/contentReader';
import type { DataSource } from '../data/source';
import { WorkerReader } from '../data/thread/workerReader';
import type { Commands } from '../host/commands';
import { Disposables } from '../host/disposables';
import { LineageReader } from '../lineage/lineageReader';
import { CodeParts, type CodeSurroundings } from './code/codeParts';
import { DataParts } from './data/dataParts';
import { ShownGraphs } from './data/shownGraphs';
import { UsedByRuns } from './data/usedByRuns';

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
    const debug = (line: string): void => log.debug(line);
    const beside = (name: string): string => join(dirname(dataWorker), name);
    const hashWorker = beside('hashWorker.js');
    const transfers = this.held.add(
      new WorkerTransfers({ transferWorker: beside('transferWorker.js'), hashWorker }, (line) => log.info(line)),
    );
    const git = (): readonly string[] | undefined => (workspace.isTrusted ? configuration.gitPaths() : undefined);
    const source = (this.source = this.held.add(new WorkerReader(dataWorker, debug, { git, hashWorker })));
    this.code = this.held.add(new CodeParts(surroundings, transfers, source));
    const reader = this.held.add(new CodeReader(debug, configuration.gitPaths()));
    const fileAt: FileAt = async (path, commit, signal) => {
      // Git runs programs that a repository's configuration names.
      if (!workspace.isTrusted) throw new Error('Git is not run in Restricted Mode: trust the folder first.');
      const { root } = await reader.places(dirname(path));
      return reader.content(root, revision(commit), relative(root, path).split(sep).join('/'), { ...(signal && { signal }) });
    };
    const content = (this.content = this.held.add(new ContentReader(beside('contentWorker.js'), debug)));
    const runs = new UsedByRuns(this.code.runs, this.code.reader, configuration);
    this.data = this.held.add(new DataParts({ ...surroundings, source, transfers, runs, content, fileAt, neutralFolder: tmpdir() }));
    const lineage = new LineageReader(source, runs, (location) => surroundings.shown.at(location)?.engine);
    const headline = (): string | undefined => configuration.headlineMetric(workspace.workspaceFolders?.[0]);
    this.graphs = this.held.add(new ShownGraphs(this.data.view, lineage, runs, headline));
  }

  register(commands: Commands): void {
    this.code.register(commands);
    this.data.register(commands);
  }

  dispose(): void {
    this.held.dispose();
  }
}
