import { Worker } from 'node:worker_threads';
import { messageOf } from '../../core/errors';
import { STOP_PLACES, type FromHashThread, type HashThreadData, type ToHashThread } from './hashMessages';

/** A piece of work before it has a number. */
export type HashQuestion = ToHashThread extends infer Message ? (Message extends { id: number } ? Omit<Message, 'id'> : never) : never;

interface Waiting {
  readonly resolve: (answer: FromHashThread) => void;
  readonly reject: (error: Error) => void;
}

/** The near end of one hashing thread. */
export class HashThread {
  private readonly worker: Worker;
  private readonly stopped = new Int32Array(new SharedArrayBuffer(4 * STOP_PLACES));
  private readonly waiting = new Map<number, Waiting>();
  private lastId = 0;
  private isGone = false;

  /** @param onEnd called when the thread is no more */
  constructor(workerFile: URL | string, onEnd: () => void) {
    const data: HashThreadData = { stop: this.stopped.buffer };
    // The thread needs none of this process's loaders.
    this.worker = new Worker(workerFile, { execArgv: [], name: 'ml-tracking hashing', workerData: data });
    // Only who waits for an answer keeps the process alive.
    this.worker.unref();
    this.worker.on('message', (answer: FromHashThread) => this.take(answer));
    let cause: unknown;
    this.worker.on('error', (error: unknown) => (cause = error));
    this.worker.once('exit', (code) => {
      this.isGone = true;
      onEnd();
      const reason = cause === undefined ? `exit code ${code}` : messageOf(cause);
      for (const { reject } of this.waiting.values()) reject(new Error(`A thread that hashes files has stopped (${reason}).`, { cause }));
      this.waiting.clear();
    });
  }

  /** Pieces that wait for their answer. */
  get load(): number {
    return this.waiting.size;
  }

  /** Asks; once the signal says so, the thread gives the work up and its answer is empty. */
  async ask(question: HashQuestion, signal?: AbortSignal): Promise<FromHashThread> {
    if (this.isGone) throw new Error('A thread that hashes files has stopped.');
    const id = ++this.lastId;
    if (this.waiting.size === 0) this.worker.ref();
    const stop = (): void => void Atomics.store(this.stopped, id % STOP_PLACES, id);
    signal?.addEventListener('abort', stop, { once: true });
    try {
      return await new Promise((resolve, reject) => {
        this.waiting.set(id, { resolve, reject });
        this.worker.postMessage({ ...question, id });
      });
    } finally {
      signal?.removeEventListener('abort', stop);
    }
  }

  end(): void {
    void this.worker.terminate();
  }

  private take(answer: FromHashThread): void {
    this.waiting.get(answer.id)?.resolve(answer);
    this.waiting.delete(answer.id);
    if (this.waiting.size === 0) this.worker.unref();
  }
}
