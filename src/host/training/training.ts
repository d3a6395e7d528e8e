import { tasks, type LogOutputChannel, type Memento } from 'vscode';
import type { Disposable } from '../../core/disposable';
import type { Commands } from '../commands';
import type { Configuration } from '../configuration';
import type { ContextKeys } from '../contextKeys';
import { Disposables } from '../disposables';
import type { RemoteDestination } from '../remotes/remote';
import type { RunningRuns } from '../runningRuns';
import type { Stores } from '../stores';
import { NativeTensorFlow } from './nativeTensorFlow';
import { ReloadGuard } from './reloadGuard';
import { TrainingCommands } from './trainingCommands';
import { TrainingEnd, type Liveness } from './trainingEnd';
import { TrainingForm } from './trainingForm';
import { TrainingTasks } from './trainingTasks';

/** What trainings need of the rest of the extension. */
export interface TrainingSurroundings {
  /** The terminal program, `dist/ml-tracking.js`. */
  readonly program: string;
  /** Where the native backend is installed when a person asks for it. */
  readonly nativeFolder: string;
  readonly configuration: Configuration;
  readonly stores: Stores;
  readonly running: RunningRuns;
  readonly context: ContextKeys;
  readonly memory: Memento;
  readonly log: LogOutputChannel;
  readonly livenessOf: Liveness;
  /** The server that runs are recorded on; undefined: the store of the folder. */
  readonly destination: () => Promise<RemoteDestination | undefined>;
  /** Shows a run where runs are listed. */
  readonly reveal: (location: string, runId: string) => Promise<void>;
  /** Shows a run's curves as they grow. */
  readonly watch: (location: string, runId: string) => void;
}

/** Everything about trainings: starting, following and ending them. */
export class Training implements Disposable {
  private readonly held = new Disposables();
  private readonly commands: TrainingCommands;

  constructor({ program, nativeFolder, configuration, context, livenessOf, log, ...rest }: TrainingSurroundings) {
    const trainings = this.held.add(
      new TrainingTasks(program, configuration, nativeFolder, new ReloadGuard(rest.memory), rest.destination),
    );
    // A training that still looks for its data has no run yet, and can be cancelled all the same.
    const tell = (): void => context.set('mlTracking.training', rest.running.here.length > 0 || trainings.running.length > 0);
    for (const event of [rest.running.onDidChange, tasks.onDidStartTask, tasks.onDidEndTask]) this.held.add(event(tell));
    this.commands = new TrainingCommands({
      ...rest,
      tasks: trainings,
      end: new TrainingEnd(livenessOf, log),
      native: new NativeTensorFlow(program, nativeFolder, log),
      form: new TrainingForm(),
    });
  }

  register(commands: Commands): void {
    this.commands.register(commands);
  }

  dispose(): void {
    this.held.dispose();
  }
}
