import {
  l10n,
  ProcessExecution,
  Task,
  TaskPanelKind,
  TaskRevealKind,
  TaskScope,
  tasks,
  workspace,
  type TaskExecution,
  type TaskProvider,
  type WorkspaceFolder,
} from 'vscode';
import type { Disposable } from '../../core/disposable';
import type { Configuration } from '../configuration';
import { Disposables } from '../disposables';
import type { RemoteDestination } from '../remotes/remote';
import type { ReloadGuard } from './reloadGuard';
import {
  effectiveOptions,
  isTrainingDefinition,
  trainingArguments,
  trainingTitle,
  type TrainingDefinition,
  type TrainingOptions,
} from './trainingOptions';

export const TASK_TYPE = 'mlTracking';

/** Trainings as VS Code tasks: processes of their own, with a terminal, which outlive a reload of the window. */
export class TrainingTasks implements TaskProvider, Disposable {
  private readonly held = new Disposables();

  constructor(
    /** The terminal program, `dist/ml-tracking.js`. */
    private readonly program: string,
    private readonly configuration: Configuration,
    /** Where a native backend lies when it is installed. */
    private readonly nativeFolder: string,
    private readonly guard: ReloadGuard,
    /** The server that runs are recorded on; undefined: the store of the folder. */
    private readonly destination: () => Promise<RemoteDestination | undefined>,
  ) {
    this.held.add(tasks.registerTaskProvider(TASK_TYPE, this));
    const keep = (kept: Thenable<void>): void => void kept.then(undefined, () => undefined);
    this.held.add(
      tasks.onDidStartTask(({ execution: { task } }) => isTrainingDefinition(task.definition) && keep(guard.started(task.definition))),
    );
    this.held.add(
      tasks.onDidEndTask(({ execution: { task } }) => isTrainingDefinition(task.definition) && keep(guard.ended(task.definition))),
    );
  }

  async provideTasks(): Promise<Task[]> {
    const destination = await this.destination();
    return (workspace.workspaceFolders ?? [])
      .filter(isLocal)
      .map((folder) => this.task({ type: TASK_TYPE, task: 'train' }, folder, destination));
  }

  async resolveTask(task: Task): Promise<Task | undefined> {
    const { definition, scope } = task;
    const folder = typeof scope === 'object' ? scope : workspace.workspaceFolders?.find(isLocal);
    if (!isTrainingDefinition(definition) || !folder || !isLocal(folder)) return undefined;
    const attached = this.guard.isReattachment(definition);
    const resolved = this.task(definition, folder, await this.destination(), task.name, scope);
    if (attached) resolved.execution = this.ended();
    return resolved;
  }

  /** Begins a training. The workspace must be trusted. */
  async start(folder: WorkspaceFolder, options: TrainingOptions): Promise<TaskExecution> {
    const taken = new Set(this.running.map(({ task }) => (task.definition as TrainingDefinition).instance ?? 1));
    let instance = 1;
    while (taken.has(instance)) instance++;
    const definition: TrainingDefinition = { type: TASK_TYPE, task: 'train', ...options, ...(instance > 1 ? { instance } : {}) };
    return tasks.executeTask(this.task(definition, folder, await this.destination()));
  }

  /** The trainings that were started as tasks and last. */
  get running(): readonly TaskExecution[] {
    return tasks.taskExecutions.filter(({ task }) => isTrainingDefinition(task.definition));
  }

  private task(
    definition: TrainingDefinition,
    folder: WorkspaceFolder,
    destination: RemoteDestination | undefined,
    name?: string,
    scope?: Task['scope'],
  ): Task {
    const options = effectiveOptions(definition, this.configuration.training(folder));
    const execution = new ProcessExecution(
      process.execPath,
      [
        '--disable-warning=ExperimentalWarning',
        this.program,
        ...trainingArguments(options, this.configuration.storeLocation(folder), destination?.uri),
      ],
      // On a desktop, VS Code's own program is Electron, which this makes a plain Node.
      { cwd: folder.uri.fsPath, env: { ELECTRON_RUN_AS_NODE: '1', ML_TRACKING_TFJS_NODE: this.nativeFolder, ...destination?.environment } },
    );
    const task = new Task(
      definition,
      scope === undefined || scope === TaskScope.Global ? folder : scope,
      name ?? trainingTitle(definition),
      'ML Tracking',
      execution,
      [],
    );
    // VS Code finds only background tasks again after a reload of its window.
    task.isBackground = true;
    task.presentationOptions = {
      reveal: TaskRevealKind.Always,
      panel: TaskPanelKind.Dedicated,
      clear: true,
      showReuseMessage: false,
      echo: false,
    };
    task.detail = 'Trains the digit model and records the run';
    return task;
  }

  /** Stands for a training of before the reload: it is run only when there is no terminal left to attach to. */
  private ended(): ProcessExecution {
    const text = l10n.t('The training ended while the window was reloaded.');
    return new ProcessExecution(process.execPath, ['-e', `console.log(${JSON.stringify(text)})`], { env: { ELECTRON_RUN_AS_NODE: '1' } });
  }

  dispose(): void {
    this.held.dispose();
  }
}

function isLocal(folder: WorkspaceFolder): boolean {
  return folder.uri.scheme === 'file';
}
