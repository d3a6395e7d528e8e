import { Worker } from 'node:worker_threads';
import { messageOf } from '../../core/errors';
import type { FromTransferThread, ToTransferThread, TransferThreadData } from './transferMessages';
import {
  RepositoryBusyError,
  type TransferKind,
  type TransferOptions,
  type TransferProgress,
  type TransferResult,
  type Transfers,
} from './transfers';

/** Milliseconds in which a thread that was told to stop may still do so by itself. */
const GRACE = 5_000;

export interface TransferBundles {
  /** The bundled `worker.ts`, `dist/transferWorker.js`. */
  readonly transferWorker: string;
  /** The bundled `hashing/worker.ts`, `dist/hashWorker.js`. */
  readonly hashWorker: string;
}

/** Moves data in a thread of its own for each transfer, so that the one that asks never waits for disk or processor. */
export class WorkerTransfers implements Transfers {
  private readonly gone = new AbortController();

  constructor(
    private readonly bundles: TransferBundles,
    private readonly log: (line: string) => void,
  ) {}

  async run(
    kind: TransferKind,
    root: string,
    options: TransferOptions = {},
    onProgress: (progress: TransferProgress) => void = () => undefined,
    signal?: AbortSignal,
  ): Promise<TransferResult> {
    const stop = signal ? AbortSignal.any([signal, this.gone.signal]) : this.gone.signal;
    stop.throwIfAborted();
    const data: TransferThreadData = { kind, root, options, hashWorker: this.bundles.hashWorker };
    // The thread needs none of this process's loaders.
    const worker = new Worker(this.bundles.transferWorker, { execArgv: [], name: 'ml-tracking transfer', workerData: data });
    let impatience: NodeJS.Timeout | undefined;
    const end = (): void => {
      worker.postMessage({ kind: 'stop' } satisfies ToTransferThread);
      impatience = setTimeout(() => void worker.terminate(), GRACE);
    };
    stop.addEventListener('abort', end, { once: true });
    try {
      return await new Promise<TransferResult>((resolve, reject) => {
        let answer: (() => void) | undefined;
        worker.on('message', (message: FromTransferThread) => {
          if (message.kind === 'log') this.log(message.line);
          else if (message.kind === 'progress') onProgress(message.progress);
          else if (message.kind === 'done') answer = () => resolve(message.result);
          else answer = () => reject(message.isBusy ? new RepositoryBusyError(message.message) : new Error(message.message));
        });
        worker.on(
          'error',
          (error: unknown) => (answer ??= () => reject(new Error(`The transfer broke off: ${messageOf(error)}`, { cause: error }))),
        );
        // Not before the thread has ended: until then it may hold the lock.
        worker.once('exit', (code) => {
          if (answer) answer();
          else reject(new Error(`The transfer broke off (exit code ${code}). Do it again; what was moved until then stays.`));
        });
      });
    } catch (error) {
      stop.throwIfAborted();
      throw error;
    } finally {
      clearTimeout(impatience);
      stop.removeEventListener('abort', end);
    }
  }

  dispose(): void {
    this.gone.abort(new Error('The transfer was stopped.'));
  }
}
