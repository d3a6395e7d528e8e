import { window, workspace, type LogOutputChannel } from 'vscode';
import { CodeReader } from '../../code/reader';
import { CodeRunner } from '../../code/runner';
import type { Disposable } from '../../core/disposable';
import type { Transfers } from '../../data/cache/transfers';
import { CommandId } from '../../host/commandIds';
import type { Commands } from '../../host/commands';
import type { Configuration } from '../../host/configuration';
import type { ContextKeys } from '../../host/contextKeys';
import { Disposables } from '../../host/disposables';
import type { Failures } from '../../host/failures';
import type { StoreSource } from '../../host/stores';
import { CodeComparer } from '../../lineage/codeChanges';
import { DataRestorer } from '../../lineage/restoredData';
import { RestoredLosses } from '../../lineage/restoredLosses';
import { RunRestorer } from '../../lineage/runRestorer';
import type { RunTargets } from '../runs/runTarget';
import { BranchCommands } from './branchCommands';
import { ChangeCommands } from './changeCommands';
import { CodeActor } from './codeActor';
import { CodeContent } from './codeContent';
import { isContinuable } from './codeNode';
import { CodeRuns } from './codeRuns';
import { CodeView } from './codeView';
import { CompareCommands } from './compareCommands';
import { DependencyCommands } from './dependencyCommands';
import { HistoryCommands } from './historyCommands';
import { KeptCommands } from './keptCommands';
import { MetricBlame } from './metricBlame';
import { OperationCommands } from './operationCommands';
import { RemoteCodeCommands } from './remoteCodeCommands';
import { RestoredTreeCommands } from './restoredTreeCommands';
import { RunCodeCommands } from './runCodeCommands';

export interface CodeSurroundings {
  readonly configuration: Configuration;
  readonly context: ContextKeys;
  readonly failures: Failures;
  readonly log: LogOutputChannel;
  /** The stores whose runs are shown beside their commits. */
  readonly shown: StoreSource;
  readonly targets: RunTargets;
  /** The bundled terminal program, `dist/ml-tracking.js`. */
  readonly program: string;
}

/** All that is about code in the editor: the Code view, its commands, and the code of runs. */
export class CodeParts implements Disposable {
  private readonly held = new Disposables();
  readonly view: CodeView;
  readonly reader: CodeReader;
  readonly runs: CodeRuns;
  private readonly commands: readonly { register(commands: Commands): void }[];

  constructor(
    { configuration, context, failures, log, shown, targets, program }: CodeSurroundings,
    transfers: Transfers,
    data: ConstructorParameters<typeof RestoredLosses>[0],
  ) {
    const debug = (line: string): void => log.debug(line);
    const trusted = (): boolean => workspace.isTrusted;
    const folders = (): NonNullable<typeof workspace.workspaceFolders> => workspace.workspaceFolders ?? [];
    const reader = (this.reader = this.held.add(new CodeReader(debug, configuration.gitPaths())));
    const runner = this.held.add(new CodeRunner(debug, configuration.gitPaths(), trusted));
    const runs = (this.runs = this.held.add(new CodeRuns(shown, configuration, failures)));
    const setState = (state: 'reading' | 'noGit' | 'noRepository' | 'filled'): void => context.set('mlTracking.code.state', state);
    this.view = this.held.add(new CodeView(reader, folders, trusted, setState, log, runs));
    const content = this.held.add(new CodeContent(reader, trusted));
    this.held.add(this.view.onDidRead(() => content.refresh()));
    const anyContinuable = (): boolean => this.view.repositories.some(({ status }) => isContinuable(status));
    this.held.add(this.view.onDidRead(() => context.set('mlTracking.code.continuable', anyContinuable())));
    this.held.add(new MetricBlame(reader, this.view, runs, configuration));
    const actor = new CodeActor(runner, this.view, failures, folders, (any) => context.set('mlTracking.code.undoable', any));
    const comparer = new CodeComparer(reader, runner);
    const restorer = new RunRestorer(reader, runner, new DataRestorer(reader, transfers));
    const tree = this.held.add(
      window.createTreeView('mlTracking.code', { treeDataProvider: this.view.rows, showCollapseAll: true, canSelectMany: true }),
    );
    this.held.add(tree.onDidCollapseElement(({ element }) => this.view.rows.fold(element, true)));
    this.held.add(tree.onDidExpandElement(({ element }) => this.view.rows.fold(element, false)));
    const kept = new KeptCommands(actor);
    this.commands = [
      new ChangeCommands(actor, kept),
      kept,
      new BranchCommands(actor, reader),
      new OperationCommands(actor),
      new RemoteCodeCommands(actor),
      new CompareCommands(actor, reader, comparer, targets),
      new RunCodeCommands({ actor, reader, comparer, restorer, runs: targets, program }),
      new RestoredTreeCommands(actor, reader, new RestoredLosses(data).find),
      new HistoryCommands(actor, this.view, tree, (any) => context.set('mlTracking.code.fileHistory', any)),
      new DependencyCommands({ actor, view: this.view, tree, reader, comparer, runs: targets }),
    ];
  }

  register(commands: Commands): void {
    commands.register(CommandId.refreshCode, () => this.view.readAnew());
    commands.register(CommandId.loadMoreCommits, (list) => (typeof list === 'string' ? this.view.loadMore(list) : undefined));
    for (const each of this.commands) each.register(commands);
  }

  dispose(): void {
    this.held.dispose();
  }
}
