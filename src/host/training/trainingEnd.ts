import type { LogOutputChannel } from 'vscode';
import { messageOf } from '../../core/errors';
import type { RunProcess } from '../../core/progress';
import { isTerminal, type Run } from '../../core/run';
import { TagName } from '../../core/tagNames';
import { Disposables } from '../disposables';
import { processOf } from '../runTags';
import type { Store } from '../store';

/** Whether a process lives on this machine: `unknown` for one that can't be seen from here. */
export type Liveness = (process: RunProcess) => Promise<'alive' | 'dead' | 'unknown'>;

/** A run to be ended, and the store that it is in. */
export interface EndableRun {
  readonly run: Run;
  readonly store: Pick<Store, 'create' | 'onDidChange'>;
}

/** How long a training may take to close its run once it is asked to, and then to be gone, in milliseconds. */
const PATIENCE = 1200;
const FAREWELL = 600;
const LOOK = 50;

/** Ends trainings: politely, so that they close their run themselves, and by force when they don't in time. */
export class TrainingEnd {
  constructor(
    private readonly livenessOf: Liveness,
    private readonly log: Pick<LogOutputChannel, 'info' | 'warn'>,
  ) {}

  /** The run is KILLED when this resolves, within 2 s; what it logged is kept. */
  async cancel(running: EndableRun): Promise<void> {
    const { run, store } = running;
    const engine = await store.create();
    const process = processOf(run);
    const liveness = process ? await this.livenessOf(process) : 'unknown';
    if (process && liveness === 'unknown') throw new Error(`It runs on ${process.host}, out of reach from here. Cancel it there.`);
    if (process && liveness === 'alive' && (await this.ask(process, running))) return this.seeOff(process);
    const now = await engine.runs.get(run.runId);
    if (!isTerminal(now.status)) {
      await engine.runs.update(run.runId, { status: 'KILLED', endTime: Date.now() });
      if (now.tags[TagName.progress] !== undefined) await engine.runs.deleteTag(run.runId, TagName.progress);
    }
    if (process && (await this.livenessOf(process)) === 'alive') this.signal(process, 'SIGKILL');
  }

  /** Its run is closed: what still lives has nothing more to say. */
  private async seeOff(process: RunProcess): Promise<void> {
    for (let waited = 0; waited < FAREWELL; waited += LOOK) {
      if ((await this.livenessOf(process)) !== 'alive') return;
      await new Promise((resolve) => setTimeout(resolve, LOOK));
    }
    this.signal(process, 'SIGKILL');
  }

  /** @returns whether the run has ended by itself in time. */
  private async ask(process: RunProcess, { run, store }: EndableRun): Promise<boolean> {
    // Windows has no signal that a process could answer to.
    if (globalThis.process.platform === 'win32' || !this.signal(process, 'SIGTERM')) return false;
    const ended = async (): Promise<boolean> => isTerminal((await (await store.create()).runs.get(run.runId)).status);
    return new Promise((resolve) => {
      const waiting = new Disposables();
      const finish = (result: boolean): void => {
        waiting.dispose();
        resolve(result);
      };
      const timer = setTimeout(() => void ended().then(finish, () => finish(false)), PATIENCE);
      waiting.add({ dispose: () => clearTimeout(timer) });
      waiting.add(
        store.onDidChange((changes) => {
          if (changes.some((change) => change.kind === 'run' && change.runId === run.runId))
            void ended().then(
              (yes) => yes && finish(true),
              () => undefined,
            );
        }),
      );
    });
  }

  private signal({ pid }: RunProcess, name: 'SIGTERM' | 'SIGKILL'): boolean {
    this.log.info(`Sending ${name} to training process ${pid}.`);
    try {
      return globalThis.process.kill(pid, name);
    } catch (error) {
      this.log.warn(`${name} to ${pid}: ${messageOf(error)}`);
      return false;
    }
  }
}
