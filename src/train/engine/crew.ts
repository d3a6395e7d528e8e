import { Worker } from 'node:worker_threads';
import type { Assignment, Command, Report } from './assignment';

export type EpochReport = Extract<Report, { type: 'epoch' }>;
export type BatchReport = Extract<Report, { type: 'batch' }>;
export type TestReport = Extract<Report, { type: 'test' }>;

/** The workers of one training. The thread that holds a crew is never blocked by it. */
export class Crew {
  private readonly workers: Worker[];
  private readonly failure: Promise<never>;
  private fail: (error: Error) => void = () => {};
  private listen: (report: Report, worker: number) => void = () => {};
  private ended = false;

  /** Starts the workers; `script` is the built worker. */
  constructor(script: URL, assignment: Omit<Assignment, 'worker'>) {
    this.failure = new Promise<never>((_, reject) => (this.fail = reject));
    // Whoever waits races with it; nobody waiting is no fault.
    this.failure.catch(() => {});
    this.workers = Array.from({ length: assignment.workers }, (_, worker) => this.hire(script, { ...assignment, worker }));
  }

  /** Resolves when every worker has loaded its backend and built its network. */
  async ready(): Promise<void> {
    const all = new Promise<void>((resolve) => {
      let left = this.workers.length;
      this.listen = (report) => {
        if (report.type === 'ready' && --left === 0) resolve();
      };
    });
    await this.orFailure(all);
  }

  /** Trains one epoch. `onBatch` is called for each batch, in order. */
  epoch(epoch: number, onBatch: (report: BatchReport) => void): Promise<EpochReport> {
    return this.order({ type: 'epoch', epoch }, 'epoch', (report) => {
      if (report.type === 'batch') onBatch(report);
    });
  }

  /** Evaluates the test images; the probabilities stand in the shared memory afterwards. */
  test(): Promise<TestReport> {
    return this.order({ type: 'test' }, 'test', () => {});
  }

  /** Ends all workers at once, within what they compute; what waits on the crew is rejected with `reason`. */
  async end(reason: Error): Promise<void> {
    this.ended = true;
    this.fail(reason);
    await Promise.all(this.workers.map((worker) => worker.terminate()));
  }

  private order<Type extends 'epoch' | 'test'>(
    command: Command,
    answer: Type,
    onOther: (report: Report) => void,
  ): Promise<Extract<Report, { type: Type }>> {
    const done = new Promise<Extract<Report, { type: Type }>>((resolve, reject) => {
      this.listen = (report) => {
        if (report.type === answer) return resolve(report as Extract<Report, { type: Type }>);
        try {
          onOther(report);
        } catch (error) {
          reject(error instanceof Error ? error : new Error(String(error)));
        }
      };
    });
    for (const worker of this.workers) worker.postMessage(command);
    return this.orFailure(done);
  }

  private orFailure<Value>(promise: Promise<Value>): Promise<Value> {
    return Promise.race([promise, this.failure]);
  }

  private hire(script: URL, assignment: Assignment): Worker {
    // The worker is a built file: what this process was started with to run sources is not for it.
    const worker = new Worker(script, { workerData: assignment, name: `training ${assignment.worker}`, execArgv: [] });
    worker.on('message', (report: Report) => this.listen(report, assignment.worker));
    worker.on('error', (error: Error) => this.fail(new Error(`A training worker failed: ${error.message}`, { cause: error })));
    worker.on('exit', (code) => {
      if (!this.ended) this.fail(new Error(`A training worker ended unasked with the code ${code}.`));
    });
    return worker;
  }
}
