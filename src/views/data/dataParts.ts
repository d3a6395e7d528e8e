import { window, workspace, type LogOutputChannel, type Memento } from 'vscode';
import type { Disposable } from '../../core/disposable';
import { CacheCleaner } from '../../data/actions/cacheCleaner';
import { DataActions } from '../../data/actions/dataActions';
import { VersionCheckout, type FileAt } from '../../data/actions/versionCheckout';
import { VersionFetch } from '../../data/actions/versionFetch';
import { DvcError } from '../../data/actions/dvcError';
import { DvcProcesses } from '../../data/actions/dvcProcess';
import { DvcProgram } from '../../data/actions/dvcProgram';
import { DvcRunner } from '../../data/actions/dvcRunner';
import { KeptData } from '../../data/actions/keptData';
import type { Transfers } from '../../data/cache/transfers';
import type { ContentReader } from '../../data/content/thread/contentReader';
import type { DataSource } from '../../data/source';
import { CommandId } from '../../host/commandIds';
import type { Commands } from '../../host/commands';
import type { Configuration } from '../../host/configuration';
import type { ContextKeys } from '../../host/contextKeys';
import { Disposables } from '../../host/disposables';
import { dvcHints } from '../../host/dvc/dvcHints';
import type { Failures } from '../../host/failures';
import { CacheCommands } from './cacheCommands';
import { CheckParts } from './checkParts';
import { DataActor } from './dataActor';
import { memberPart } from './memberRows';
import { DataView, type DataViewState } from './dataView';
import { MetadataCommands } from './metadataCommands';
import { metadataPart } from './metadataRows';
import { SetUpCommands } from './setUpCommands';
import { StageCommands } from './stageCommands';
import { TrackCommands } from './trackCommands';
import { TransferDataCommands } from './transferCommands';
import { VersionCommands, type FetchableVersion } from './versionCommands';
import type { UsedByRuns } from './usedByRuns';
import { VersionRows } from './versionRows';

/** Milliseconds in which a program must tell its version; Python starts slowly from a cold disk. */
const TELLING = 60_000;

/** Whether data was ever shown in this workspace. */
const SEEN = 'mlTracking.dataSeen';

export interface DataSurroundings {
  readonly configuration: Configuration;
  readonly context: ContextKeys;
  readonly failures: Failures;
  readonly log: LogOutputChannel;
  /** What is remembered of the workspace. */
  readonly memory: Memento;
  readonly source: DataSource;
  readonly transfers: Transfers;
  /** Who knows which runs used which data. */
  readonly runs: UsedByRuns;
  readonly content: ContentReader;
  /** What git has of a file. */
  readonly fileAt: FileAt;
  /** A folder of this machine in which nothing of the workspace's lies. */
  readonly neutralFolder: string;
}

/** All that is about data in the editor: the Data view, the marks in the Explorer, and the actions. */
export class DataParts implements Disposable {
  private readonly held = new Disposables();
  readonly view: DataView;
  readonly actions: DataActions;
  private readonly setUp: SetUpCommands;
  private readonly checks = this.held.add(new CheckParts());
  private readonly content: ContentReader;
  private readonly versions: VersionCommands;
  private readonly commands: readonly { register(commands: Commands): void }[];

  constructor({
    configuration,
    context,
    failures,
    log,
    memory,
    source,
    transfers,
    runs,
    content,
    fileAt,
    neutralFolder,
  }: DataSurroundings) {
    this.content = content;
    const folders = (): NonNullable<typeof workspace.workspaceFolders> => workspace.workspaceFolders ?? [];
    const processes = new DvcProcesses((line) => log.info(line));
    const program = new DvcProgram(
      (root) => dvcHints(root, configuration, (line) => log.debug(line)),
      async (command, args, signal) => {
        // The program may be the workspace's own.
        if (!workspace.isTrusted) throw new DvcError('not trusted', 'Nothing is executed in Restricted Mode: trust the folder first.');
        const options = { timeout: TELLING, ...(signal && { signal }) };
        return (await processes.run(neutralFolder, command, args, [command, ...args], options)).out.join('\n');
      },
    );
    this.held.add(configuration.onDidChange(() => program.forget()));
    const runner = this.held.add(new DvcRunner(program, processes, () => workspace.isTrusted));
    const kept = new KeptData();
    this.actions = new DataActions(runner, source, kept, transfers);
    const missing = (isMissing: boolean): void => context.set('mlTracking.data.dvc', isMissing ? 'missing' : 'found');
    const setState = (state: DataViewState): void => {
      context.set('mlTracking.data.state', state);
      if (state !== 'reading') context.set('mlTracking.data.hasRepository', state !== 'noRepository');
      if (state === 'filled') void memory.update(SEEN, true);
      // Only where the view says what to do next, and may run something to know.
      if (state !== 'filled' && workspace.isTrusted)
        void this.setUp.look().catch((error: unknown) => failures.note('Looking for dvc', error));
    };
    const versions = new VersionRows(source, runs);
    this.view = this.held.add(
      new DataView(source, folders, setState, log, [memberPart, metadataPart, this.checks.rows, versions], (root) => kept.list(root)),
    );
    this.held.add(runs.onDidChange(() => (versions.isShown ? this.view.redraw() : undefined)));
    const root = async (): Promise<string> => (await this.view.want())[0]?.root ?? folders()[0]?.uri.fsPath ?? neutralFolder;
    this.setUp = new SetUpCommands(program, root, missing);
    const actor = new DataActor(this.actions, this.view, failures, log, missing);
    this.versions = new VersionCommands(
      actor,
      new VersionCheckout(this.actions, source, fileAt),
      new VersionFetch(runner, transfers),
      source,
    );
    this.commands = [
      new TrackCommands(actor, this.view),
      new TransferDataCommands(actor, this.versions),
      new StageCommands(actor),
      new MetadataCommands(actor, this.view),
      this.versions,
      new CacheCommands(actor, new CacheCleaner(runner, source), () => this.view.refreshNow()),
      this.setUp,
    ];
    void this.begin(source, folders, context, memory).catch((error: unknown) => failures.note('Reading data', error));
    this.held.add(workspace.onDidGrantWorkspaceTrust(() => this.view.refresh()));
    const tree = window.createTreeView('mlTracking.data', { treeDataProvider: this.view.rows, showCollapseAll: true, canSelectMany: true });
    this.held.add(tree);
    this.held.add(tree.onDidCollapseElement(({ element }) => this.view.rows.fold(element, true)));
    this.held.add(tree.onDidExpandElement(({ element }) => this.view.rows.fold(element, false)));
  }

  /**
   * Marks files in the Explorer also where nobody opens the view; not before somebody has, once: the first reading of much data takes all
   * processors for a while.
   */
  private async begin(
    source: DataSource,
    folders: () => readonly { readonly uri: { readonly scheme: string; readonly fsPath: string } }[],
    context: ContextKeys,
    memory: Memento,
  ): Promise<void> {
    if (memory.get(SEEN) === true) return void (await this.view.want());
    for (const { uri } of folders())
      if (uri.scheme === 'file' && (await source.roots(uri.fsPath)).length > 0) return context.set('mlTracking.data.hasRepository', true);
  }

  register(commands: Commands): void {
    commands.register(CommandId.refreshData, () => this.view.refresh());
    for (const each of this.commands) each.register(commands);
    this.checks.register(commands, this.content, this.view);
  }

  /** Brings what the cache lacks of versions; says itself what can't be brought. */
  async fetchVersions(root: string, versions: readonly FetchableVersion[]): Promise<void> {
    await this.versions.fetch(root, versions);
  }

  dispose(): void {
    this.held.dispose();
  }
}
