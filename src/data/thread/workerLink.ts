import { setImmediate } from 'node:timers';
import { Worker } from 'node:worker_threads';
import { messageOf } from '../../core/errors';
import { ValueAssembly } from './valuePieces';
import type { DataWorkerData, FromDataWorker, ThreadAnswers, ThreadQuestion, ToDataWorker } from './workerMessages';

/** Milliseconds in which a thread that was told to end may still do so by itself. */
const GRACE = 2_000;

interface Call {
  readonly assembly: ValueAssembly;
  readonly resolve: (answer: unknown) => void;
  readonly reject: (error: unknown) => void;
}

/** The near end of one thread, from its start to its end: numbers calls, and settles them. */
export class WorkerLink {
  /** Settles when the thread is no more. */
  readonly ended: Promise<void>;
  private readonly worker: Worker;
  private readonly calls = new Map<number, Call>();
  private lastId = 0;
  private cause: unknown;
  private closing = false;
  private mayEnd = true;

  /** @param settled called after each answer */
  constructor(
    workerFile: URL | string,
    workerData: DataWorkerData,
    private readonly log: (line: string) => void,
    private readonly settled: () => void,
  ) {
    // The thread needs none of this process's loaders.
    this.worker = new Worker(workerFile, { execArgv: [], name: 'ml-tracking data', workerData });
    this.worker.on('message', (message: FromDataWorker) => this.take(message));
    this.worker.on('error', (error: unknown) => (this.cause = error));
    this.worker.on('messageerror', (error) => (this.cause = error));
    this.ended = new Promise((resolve) =>
      this.worker.once('exit', (code) => {
        this.end(code);
        resolve();
      }),
    );
  }

  /** Whether nobody waits, and an end would lose nothing. */
  get isIdle(): boolean {
    return this.calls.size === 0 && this.mayEnd;
  }

  async ask<Q extends ThreadQuestion>(question: Q, signal: AbortSignal): Promise<ThreadAnswers[Q['of']]> {
    signal.throwIfAborted();
    const id = ++this.lastId;
    const answer = new Promise<unknown>((resolve, reject) => this.calls.set(id, { assembly: new ValueAssembly(), resolve, reject }));
    this.send({ kind: 'ask', id, question });
    const stop = (): void => {
      const call = this.calls.get(id);
      if (!call) return;
      this.calls.delete(id);
      this.send({ kind: 'stop', id });
      call.reject(signal.reason);
    };
    signal.addEventListener('abort', stop, { once: true });
    try {
      return (await answer) as ThreadAnswers[Q['of']];
    } finally {
      signal.removeEventListener('abort', stop);
    }
  }

  /** Ends the thread; whoever waits is told that reading was stopped. */
  close(): void {
    if (this.closing) return;
    this.closing = true;
    this.send({ kind: 'close' });
    const impatience = setTimeout(() => void this.worker.terminate(), GRACE);
    impatience.unref();
    this.worker.once('exit', () => clearTimeout(impatience));
    this.rejectAll(new Error('Reading data was stopped.'));
  }

  private send(message: ToDataWorker): void {
    this.worker.postMessage(message);
  }

  private take(message: FromDataWorker): void {
    if (message.kind === 'log') return this.log(message.line);
    const call = this.calls.get(message.id);
    if (message.kind === 'piece') {
      if (!call) return;
      call.assembly.add(message.piece);
      // Not at once: pieces that come quickly would all be taken in the same turn of the event loop.
      setImmediate(() => this.send({ kind: 'next', id: message.id }));
      return;
    }
    this.calls.delete(message.id);
    this.mayEnd = message.mayEnd;
    if (message.kind === 'error') call?.reject(new Error(message.message));
    else call?.resolve(call.assembly.value);
    this.settled();
  }

  private end(code: number): void {
    const reason = this.cause === undefined ? `exit code ${code}` : messageOf(this.cause);
    this.rejectAll(new Error(`The thread that reads data has stopped (${reason}). Refresh the Data view.`, { cause: this.cause }));
  }

  private rejectAll(error: Error): void {
    for (const { reject } of this.calls.values()) reject(error);
    this.calls.clear();
  }
}
