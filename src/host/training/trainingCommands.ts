import { l10n, window, workspace, type Memento, type QuickPickItem, type WorkspaceFolder } from 'vscode';
import { CommandId } from '../commandIds';
import type { Commands } from '../commands';
import type { RemoteDestination } from '../remotes/remote';
import type { RunningRun, RunningRuns } from '../runningRuns';
import { processOf, progressOf } from '../runTags';
import type { Stores } from '../stores';
import { mayExecute } from '../trust';
import type { NativeTensorFlow } from './nativeTensorFlow';
import { progressText } from './progressText';
import type { TrainingEnd } from './trainingEnd';
import type { TrainingForm } from './trainingForm';
import type { TrainingOptions } from './trainingOptions';
import type { TrainingTasks } from './trainingTasks';

/** What the commands about trainings need of the rest of the extension. */
export interface TrainingParts {
  readonly stores: Stores;
  readonly tasks: TrainingTasks;
  readonly form: TrainingForm;
  readonly end: TrainingEnd;
  readonly running: RunningRuns;
  readonly native: NativeTensorFlow;
  readonly memory: Memento;
  /** The server that runs are recorded on; undefined: the store of the folder. */
  readonly destination: () => Promise<RemoteDestination | undefined>;
  /** Shows a run where runs are listed. */
  readonly reveal: (location: string, runId: string) => Promise<void>;
  /** Shows a run's curves as they grow. */
  readonly watch: (location: string, runId: string) => void;
}

const LAST_OPTIONS = 'training.lastOptions';

/** Train, train otherwise, look at, cancel, install. */
export class TrainingCommands {
  constructor(private readonly parts: TrainingParts) {}

  register(commands: Commands): void {
    commands.register(CommandId.trainDigitModel, () => this.train({}));
    commands.register(CommandId.trainWithOptions, () => this.trainWithOptions());
    commands.register(CommandId.showTraining, () => this.showTraining());
    commands.register(CommandId.cancelTraining, (target) => this.cancel(target));
    commands.register(CommandId.installNativeTensorFlow, () => this.install());
  }

  private async train(options: TrainingOptions): Promise<void> {
    if (!(await mayExecute(l10n.t('Training')))) return;
    const folder = await chooseFolder();
    if (folder) await this.start(folder, options);
  }

  private async trainWithOptions(): Promise<void> {
    if (!(await mayExecute(l10n.t('Training')))) return;
    const folder = await chooseFolder();
    if (!folder) return;
    const { memory, form } = this.parts;
    const options = await form.ask(folder, memory.get<TrainingOptions>(LAST_OPTIONS) ?? {});
    if (!options) return;
    await memory.update(LAST_OPTIONS, options);
    await this.start(folder, options);
  }

  private async start(folder: WorkspaceFolder, options: TrainingOptions): Promise<void> {
    // The store is there before the training, so that its first moment shows too. When it can't be read, training could not be recorded.
    if ((await this.parts.destination()) === undefined) await this.parts.stores.of(folder)?.create();
    await this.parts.tasks.start(folder, options);
  }

  private async cancel(target: unknown): Promise<void> {
    const running = await this.choose(target, l10n.t('Cancel which training?'));
    if (running) await this.parts.end.cancel(running);
    // A training that has no run yet, since it still looks for its data, has only its task.
    else if (target === undefined && this.parts.running.here.length === 0)
      for (const execution of this.parts.tasks.running) execution.terminate();
  }

  private async showTraining(): Promise<void> {
    const running = await this.choose(undefined, l10n.t('Which training?'));
    if (!running) return;
    const { run, store } = running;
    const terminal = await terminalOf(running);
    const progress = progressOf(run);
    const choices: (QuickPickItem & { readonly act: () => Promise<void> | void })[] = [
      { label: l10n.t('$(graph-line) Watch Live'), act: () => this.parts.watch(store.location, run.runId) },
      { label: l10n.t('$(target) Reveal Run'), act: () => this.parts.reveal(store.location, run.runId) },
      ...(terminal ? [{ label: l10n.t('$(terminal) Show Terminal'), act: () => terminal.show() }] : []),
      { label: l10n.t('$(debug-stop) Cancel Training'), act: () => this.parts.end.cancel(running) },
    ];
    const choice = await window.showQuickPick(choices, {
      title: l10n.t('Training {0}', run.runName),
      placeHolder: progress ? progressText(progress) : l10n.t('is starting'),
    });
    await choice?.act();
  }

  /** The training a tree row stands for, else the only one, else the one a person picks. */
  private async choose(target: unknown, title: string): Promise<RunningRun | undefined> {
    const { all, here } = this.parts.running;
    const runId = typeof target === 'object' && target !== null && 'runId' in target ? target.runId : undefined;
    if (runId !== undefined) return all.find(({ run }) => run.runId === runId);
    if (here.length < 2) return here[0];
    const choice = await window.showQuickPick(
      here.map((running) => ({ label: running.run.runName, description: running.store.name, running })),
      { title },
    );
    return choice?.running;
  }

  private async install(): Promise<void> {
    if (!(await mayExecute(l10n.t('Installing')))) return;
    const go = l10n.t('Install');
    const choice = await window.showInformationMessage(
      l10n.t('Install native TensorFlow for faster training?'),
      {
        modal: true,
        detail: l10n.t(
          'npm downloads @tensorflow/tfjs-node, several hundred MB, into the storage of this extension. Without it, trainings use WebAssembly.',
        ),
      },
      go,
    );
    if (choice === go) await this.parts.native.install();
  }
}

/** The only folder, or the one that a person picks. */
async function chooseFolder(): Promise<WorkspaceFolder | undefined> {
  const folders = (workspace.workspaceFolders ?? []).filter((folder) => folder.uri.scheme === 'file');
  if (folders.length === 0) throw new Error(l10n.t('Open a folder first: the run is kept in it.'));
  if (folders.length === 1) return folders[0];
  const choice = await window.showQuickPick(
    folders.map((folder) => ({ label: folder.name, description: folder.uri.fsPath, folder })),
    { title: l10n.t('Train in which folder?') },
  );
  return choice?.folder;
}

async function terminalOf({ run }: RunningRun): Promise<(typeof window.terminals)[number] | undefined> {
  const pid = processOf(run)?.pid;
  if (pid === undefined) return undefined;
  for (const terminal of window.terminals) if ((await terminal.processId) === pid) return terminal;
  return undefined;
}
