import { commands as vscodeCommands, window, type ExtensionContext, type LogOutputChannel } from 'vscode';
import { LivenessWatcher } from './autolog/liveness';
import { livenessOf } from './store/processIdentity';
import { CommandId } from './host/commandIds';
import { Commands, commandTitles } from './host/commands';
import { Configuration } from './host/configuration';
import { ContextKeys } from './host/contextKeys';
import { Disposables } from './host/disposables';
import { EngineCompanions } from './host/engineCompanions';
import { Failures } from './host/failures';
import { RemoteAccess } from './host/remotes/remoteAccess';
import { RunningRuns } from './host/runningRuns';
import { StoreFacts } from './host/storeFacts';
import { Serving } from './host/server/serving';
import type { TrackingServers } from './host/server/trackingServers';
import { StatusBar } from './host/statusBar';
import { Stores } from './host/stores';
import { Training } from './host/training/training';
import { ComparePanels } from './panels/comparePanels';
import { DataTabs } from './panels/dataTabs';
import type { Engine } from './store/engine';
import type { StorePlace } from './store/worker/workerMessages';
import { openInWorker } from './store/worker/workerEngine';
import type { CodeView } from './views/code/codeView';
import type { DataView } from './views/data/dataView';
import { PanelCommands } from './views/data/panelCommands';
import { ModelsCommands } from './views/models/modelsCommands';
import { ModelsView } from './views/models/modelsView';
import { ProjectViews } from './views/projectViews';
import { Comparison } from './views/runs/comparison';
import { ExperimentCommands } from './views/runs/experimentCommands';
import { RunsCommands } from './views/runs/runsCommands';
import { RunsView } from './views/runs/runsView';
import { RunTargets } from './views/runs/runTarget';
import type { ImportOffers } from './views/transfer/importOffers';
import { TransferCommands } from './views/transfer/transferCommands';

/** What other code, and a test, may ask of the running extension. */
export interface ExtensionApi {
  /** When the stores that are on the disk have been opened. */
  readonly ready: Promise<void>;
  /** How long activation took, in milliseconds. */
  readonly activationTime: number;
  readonly stores: Stores;
  readonly remote: RemoteAccess;
  /** What could be imported from the workspace. */
  readonly imports: ImportOffers;
  readonly running: RunningRuns;
  readonly servers: TrackingServers;
  readonly runsView: RunsView;
  readonly modelsView: ModelsView;
  readonly codeView: CodeView;
  readonly dataView: DataView;
  readonly comparePanels: ComparePanels;
  readonly dataTabs: DataTabs;
}

/** The extension: its fields are what it is made of, each let go of with it. */
class Extension {
  private readonly held = new Disposables();
  private readonly log: LogOutputChannel = this.held.add(window.createOutputChannel('ML Tracking', { log: true }));
  private readonly debug = (line: string): void => this.log.debug(line);
  private readonly failures = new Failures(this.log);
  private readonly context = new ContextKeys();
  private readonly configuration = this.held.add(new Configuration());
  private readonly commands = this.held.add(new Commands(this.failures, commandTitles(this.vscode.extension.packageJSON)));

  readonly stores = this.held.add(new Stores(this.configuration, (folder) => this.open({ folder }), this.log));
  /** What most parts need. */
  private readonly base = {
    program: this.vscode.asAbsolutePath('dist/ml-tracking.js'),
    stores: this.stores,
    configuration: this.configuration,
    context: this.context,
    memory: this.vscode.workspaceState,
    secrets: this.vscode.secrets,
    failures: this.failures,
    log: this.log,
  };
  readonly remote = this.held.add(
    new RemoteAccess({
      ...this.base,
      downloadFolder: `${this.vscode.globalStorageUri.fsPath}/artifacts`,
      open: (remote) => this.open({ remote }),
    }),
  );
  private readonly shown = this.remote.shown;
  readonly running = this.held.add(new RunningRuns(this.remote.every, this.failures));
  private readonly facts = this.held.add(new StoreFacts(this.shown, this.context, this.failures));
  private readonly liveness = this.held.add(new EngineCompanions(this.remote.every, (engine) => this.watchLiveness(engine)));

  readonly serving = this.held.add(
    new Serving({
      ...this.base,
      version: String((this.vscode.extension.packageJSON as { version: unknown }).version),
      terminals: this.vscode.environmentVariableCollection,
    }),
  );
  private readonly statusBar = this.held.add(new StatusBar(this.running, this.serving.servers));

  readonly transfers: TransferCommands = this.held.add(
    new TransferCommands({ ...this.base, access: this.remote, selection: () => this.runsView.selection }),
  );
  readonly runsView = this.held.add(
    new RunsView(this.shown, this.configuration, this.context, this.failures, {
      servers: this.serving.servers,
      offers: this.transfers.offers,
      subtitle: this.remote.shownName,
    }),
  );
  readonly modelsView = this.held.add(new ModelsView(this.shown, this.context, this.failures, this.remote.shownName));
  private readonly targets = new RunTargets(this.shown, () => this.runsView.selection);
  private readonly reveal = async (location: string, runId: string): Promise<void> => {
    await this.shown.show(location);
    await this.runsView.reveal(location, runId);
  };
  readonly comparePanels = this.held.add(
    new ComparePanels(
      this.vscode.extensionUri,
      this.remote.every,
      {
        revealRun: (location, runId) => void vscodeCommands.executeCommand(CommandId.openRun, { location, runId }),
        showLog: () => this.log.show(true),
      },
      this.log,
    ),
  );

  readonly projectViews = this.held.add(
    new ProjectViews({
      ...this.base,
      shown: this.shown,
      targets: this.targets,
      dataWorker: this.vscode.asAbsolutePath('dist/dataWorker.js'),
    }),
  );

  readonly dataTabs = this.held.add(
    new DataTabs(
      this.vscode.extensionUri,
      { content: this.projectViews.content, places: this.projectViews.source },
      this.projectViews.graphs,
      { fetch: ({ root, sides }) => this.projectViews.data.fetchVersions(root, sides), showLog: () => this.log.show() },
      this.log,
    ),
  );

  private readonly training = this.held.add(
    new Training({
      ...this.base,
      nativeFolder: `${this.vscode.globalStorageUri.fsPath}/tfjs-node`,
      running: this.running,
      livenessOf,
      destination: this.remote.destination,
      reveal: this.reveal,
      watch: (location, runId) => this.comparePanels.open(location, [runId]),
    }),
  );

  constructor(private readonly vscode: ExtensionContext) {
    this.held.add(window.registerWebviewPanelSerializer(ComparePanels.viewType, this.comparePanels));
    new RunsCommands(this.targets, this.runsView, this.shown, this.remote.downloads, this.reveal).register(this.commands);
    new ExperimentCommands(this.shown).register(this.commands);
    new ModelsCommands(this.shown, this.targets, this.modelsView, this.reveal).register(this.commands);
    new Comparison(this.targets, this.comparePanels, this.context).register(this.commands);
    this.remote.register(this.commands);
    this.transfers.register(this.commands);
    this.training.register(this.commands);
    this.serving.register(this.commands);
    this.projectViews.register(this.commands);
    new PanelCommands(this.projectViews.data.view, this.projectViews.source, this.dataTabs).register(this.commands);
    this.commands.register(CommandId.showLog, () => this.log.show());
    this.commands.register(CommandId.openWalkthrough, () =>
      vscodeCommands.executeCommand('workbench.action.openWalkthrough', `${this.vscode.extension.id}#start`, false),
    );
  }

  private open(place: StorePlace): Promise<Engine> {
    return openInWorker(this.vscode.asAbsolutePath('dist/storeWorker.js'), place, { log: this.debug });
  }

  private watchLiveness(engine: Engine): LivenessWatcher {
    const watcher = new LivenessWatcher(engine, this.log);
    watcher.start().catch((error: unknown) => this.failures.note('Looking for trainings that have died', error));
    return watcher;
  }

  dispose(): void {
    this.held.dispose();
  }
}

export function activate(context: ExtensionContext): ExtensionApi {
  const began = performance.now();
  const extension = new Extension(context);
  context.subscriptions.push(extension);
  const { stores, remote, transfers, running, serving, runsView, modelsView, projectViews, comparePanels, dataTabs } = extension;
  const activationTime = performance.now() - began;
  // Nothing waits for the stores: they open in their workers while the editor goes on.
  return {
    ready: stores.want(),
    activationTime,
    stores,
    remote,
    imports: transfers.offers,
    running,
    servers: serving.servers,
    runsView,
    modelsView,
    codeView: projectViews.code.view,
    dataView: projectViews.data.view,
    comparePanels,
    dataTabs,
  };
}
