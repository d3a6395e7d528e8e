import { commands as vscodeCommands, window, type ExtensionContext, type LogOutputChannel } from 'vscode';
import { LivenessWatcher } from './autolog/liveness';
import { livenessOf } from './autolog/processIdentity';
import { CommandId } from './host/commandIds';
import { Commands, commandTitles } from './host/commands';
import { Configuration } from './host/configuration';
import { ContextKeys } from './host/contextKeys';
import { Disposables } from './host/disposables';
import { EngineCompanions } from './host/engineCompanions';
import { Failures } from './host/failures';
import { RunningRuns } from './host/runningRuns';
import { StoreFacts } from './host/storeFacts';
import { Stores } from './host/stores';
import { NativeTensorFlow } from './host/training/nativeTensorFlow';
import { TrainingCommands } from './host/training/trainingCommands';
import { TrainingEnd } from './host/training/trainingEnd';
import { TrainingForm } from './host/training/trainingForm';
import { TrainingStatusBar } from './host/training/trainingStatusBar';
import { TrainingTasks } from './host/training/trainingTasks';
import { ComparePanels } from './panels/comparePanels';
import type { Engine } from './store/engine';
import { openStoreInWorker } from './store/sqlite/workerEngine';
import { ModelsCommands } from './views/models/modelsCommands';
import { ModelsView } from './views/models/modelsView';
import { Comparison } from './views/runs/comparison';
import { ExperimentCommands } from './views/runs/experimentCommands';
import { RunsCommands } from './views/runs/runsCommands';
import { RunsView } from './views/runs/runsView';
import { RunTargets } from './views/runs/runTarget';

/** What other code may ask of the running extension. */
export interface ExtensionApi {
  /** When what is on the disk has been read for the first time. */
  readonly ready: Promise<void>;
  /** How long activation took, in milliseconds. */
  readonly activationTime: number;
  readonly stores: Stores;
  readonly runsView: RunsView;
  readonly modelsView: ModelsView;
  readonly running: RunningRuns;
}

/** The extension: its fields are what it is made of, each let go of with it. */
class Extension {
  private readonly held = new Disposables();
  private readonly log: LogOutputChannel = this.held.add(window.createOutputChannel('ML Tracking', { log: true }));
  private readonly failures = new Failures(this.log);
  private readonly context = new ContextKeys();
  private readonly configuration = this.held.add(new Configuration());
  private readonly commands = this.held.add(new Commands(this.failures, commandTitles(this.vscode.extension.packageJSON)));
  readonly stores = this.held.add(
    new Stores(this.configuration, (location) => openStoreInWorker(this.path('dist/storeWorker.js'), location, {}), this.log),
  );
  readonly running = this.held.add(new RunningRuns(this.stores, this.failures));
  private readonly facts = this.held.add(new StoreFacts(this.stores, this.context, this.failures));
  private readonly liveness = this.held.add(new EngineCompanions(this.stores, (engine) => this.watchLiveness(engine)));

  readonly runsView = this.held.add(new RunsView(this.stores, this.configuration, this.context, this.failures));
  readonly modelsView = this.held.add(new ModelsView(this.stores, this.context, this.failures));
  private readonly targets = new RunTargets(this.stores, () => this.runsView.selection);
  private readonly reveal = (location: string, runId: string): Promise<void> => this.runsView.reveal(location, runId);
  private readonly comparePanels = this.held.add(
    new ComparePanels(this.vscode.extensionUri, this.stores, { revealRun: (location, runId) => this.reveal(location, runId) }, this.log),
  );

  private readonly statusBar = this.held.add(new TrainingStatusBar(this.running, this.context));
  private readonly tasks = this.held.add(new TrainingTasks(this.path('dist/ml-tracking.js'), this.configuration, this.nativeFolder));
  private readonly end = this.held.add(new TrainingEnd(livenessOf, this.log));

  constructor(private readonly vscode: ExtensionContext) {
    new RunsCommands(this.targets, this.runsView, this.stores).register(this.commands);
    new ExperimentCommands(this.stores).register(this.commands);
    new ModelsCommands(this.stores, this.targets, this.modelsView, this.reveal).register(this.commands);
    new Comparison(this.targets, this.comparePanels, this.context).register(this.commands);
    new TrainingCommands({
      stores: this.stores,
      tasks: this.tasks,
      form: new TrainingForm(),
      end: this.end,
      running: this.running,
      native: new NativeTensorFlow(this.path('dist/ml-tracking.js'), this.nativeFolder, this.log),
      memory: this.vscode.workspaceState,
      reveal: this.reveal,
      watch: async (location, runId) => void (await this.comparePanels.open(location, [runId])),
    }).register(this.commands);
    this.commands.register(CommandId.showLog, () => this.log.show());
    this.commands.register(CommandId.openWalkthrough, () =>
      vscodeCommands.executeCommand('workbench.action.openWalkthrough', `${this.vscode.extension.id}#start`, false),
    );
  }

  /** Where the native backend is installed when a person asks for it. */
  private get nativeFolder(): string {
    return `${this.vscode.globalStorageUri.fsPath}/tfjs-node`;
  }

  private path(relative: string): string {
    return this.vscode.asAbsolutePath(relative);
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
  const activationTime = performance.now() - began;
  return {
    // Nothing waits for this: stores open in their workers while the editor goes on.
    ready: extension.stores.want(),
    activationTime,
    stores: extension.stores,
    runsView: extension.runsView,
    modelsView: extension.modelsView,
    running: extension.running,
  };
}
