import { Worker } from 'node:worker_threads';
import type { Disposable } from '../../core/disposable';
import { TrackingError, messageOf } from '../../core/errors';
import type { ArtifactTree, Artifacts, Engine, Experiments, Feed, LoggedModels, Metrics, Registry, Runs, StoreInfo } from '../engine';
import { type FromWorker, type Part, type StorePlace, type ToWorker, streamsIn } from './workerMessages';

/**
 * Opens a store in a thread of its own. Rejects as `openStore` and `openRemote` do; when the thread dies, every call that waits
 * and every later one rejects with INTERNAL_ERROR.
 * @param workerFile the bundled `worker.ts`, `dist/storeWorker.js`
 */
export async function openInWorker(
  workerFile: URL | string,
  place: StorePlace,
  { log = () => undefined }: { readonly log?: (line: string) => void } = {},
): Promise<Engine> {
  // The thread needs none of this process's loaders.
  const worker = new Worker(workerFile, { workerData: place, execArgv: [], name: 'ml-tracking store' });
  const link = new WorkerLink(worker, log);
  return new WorkerEngine(link, await link.opened);
}

interface Waiting {
  readonly resolve: (value: unknown) => void;
  readonly reject: (error: TrackingError) => void;
}

/** The near end of the thread's port: numbers calls, and settles them. */
class WorkerLink {
  readonly opened: Promise<StoreInfo>;
  private readonly waiting = new Map<number, Waiting>();
  private readonly listeners = new Set<() => void>();
  private readonly exited: Promise<void>;
  private lastId = 0;
  /** Why no call can be answered any more. */
  private over: TrackingError | undefined;
  private cause: unknown;
  private closing: Promise<void> | undefined;

  constructor(
    private readonly worker: Worker,
    private readonly log: (line: string) => void,
  ) {
    this.opened = new Promise((resolve, reject) => {
      worker.on('message', (message: FromWorker) => {
        if (message.kind === 'opened') resolve(message.info);
        else if (message.kind === 'refused') reject(new TrackingError(message.error.code, message.error.message));
        else this.take(message);
      });
      worker.on('error', (error: unknown) => (this.cause = error));
      worker.on('messageerror', (error) => (this.cause = error));
      worker.on('exit', (code) => reject(this.end(code)));
    });
    this.exited = new Promise((resolve) => worker.once('exit', () => resolve()));
  }

  call(part: Part, method: string, args: readonly unknown[]): Promise<unknown> {
    return this.closing ? Promise.reject(closed()) : this.ask((id) => ({ kind: 'call', id, part, method, args }));
  }

  watch(listener: () => void): Disposable {
    const entry = (): void => listener();
    if (this.listeners.size === 0) this.send({ kind: 'watch' });
    this.listeners.add(entry);
    return {
      dispose: () => {
        if (this.listeners.delete(entry) && this.listeners.size === 0) this.send({ kind: 'unwatch' });
      },
    };
  }

  close(): Promise<void> {
    return (this.closing ??= this.shut());
  }

  private async shut(): Promise<void> {
    this.listeners.clear();
    if (!this.over) await this.ask((id) => ({ kind: 'close', id }));
    await this.exited;
  }

  private ask(message: (id: number) => ToWorker): Promise<unknown> {
    if (this.over) return Promise.reject(this.over);
    const id = ++this.lastId;
    return new Promise((resolve, reject) => {
      this.waiting.set(id, { resolve, reject });
      try {
        this.send(message(id));
      } catch (error) {
        // Something among the arguments that can't cross, e.g. a function.
        this.waiting.delete(id);
        reject(new TrackingError('INVALID_PARAMETER_VALUE', `The store can't take this: ${messageOf(error)}`, { cause: error }));
      }
    });
  }

  private send(message: ToWorker): void {
    if (!this.over) this.worker.postMessage(message, message.kind === 'call' ? streamsIn(message.args) : []);
  }

  private take(message: Exclude<FromWorker, { kind: 'opened' | 'refused' }>): void {
    switch (message.kind) {
      case 'log':
        return this.log(message.line);
      case 'changed':
        for (const listener of [...this.listeners]) listener();
        return;
      default: {
        const waiting = this.waiting.get(message.id);
        this.waiting.delete(message.id);
        if (message.kind === 'result') waiting?.resolve(message.value);
        else waiting?.reject(new TrackingError(message.error.code, message.error.message));
      }
    }
  }

  private end(code: number): TrackingError {
    const reason = this.cause === undefined ? `exit code ${code}` : messageOf(this.cause);
    this.over = this.closing
      ? closed()
      : new TrackingError('INTERNAL_ERROR', `The thread of the store has stopped (${reason}). Open the store again.`, {
          cause: this.cause,
        });
    for (const { reject } of this.waiting.values()) reject(this.over);
    this.waiting.clear();
    return this.over;
  }
}

class WorkerEngine implements Engine {
  readonly experiments: Experiments;
  readonly runs: Runs;
  readonly metrics: Metrics;
  readonly artifacts: Artifacts;
  readonly artifactTree: ArtifactTree;
  readonly loggedModels: LoggedModels;
  readonly registry: Registry;
  readonly feed: Feed;

  constructor(
    private readonly link: WorkerLink,
    readonly info: StoreInfo,
  ) {
    this.experiments = remotePart<Experiments>(link, 'experiments');
    this.runs = remotePart<Runs>(link, 'runs');
    this.metrics = remotePart<Metrics>(link, 'metrics');
    this.artifacts = remotePart<Artifacts>(link, 'artifacts');
    this.artifactTree = remotePart<ArtifactTree>(link, 'artifactTree');
    this.loggedModels = remotePart<LoggedModels>(link, 'loggedModels');
    this.registry = remotePart<Registry>(link, 'registry');
    this.feed = remotePart<Feed>(link, 'feed', { watch: (listener) => link.watch(listener) });
  }

  close(): Promise<void> {
    return this.link.close();
  }
}

/** A part whose methods are calls into the thread; `near` are those that are answered here. */
function remotePart<T extends object>(link: WorkerLink, part: Part, near: Partial<T> = {}): T {
  return new Proxy(near as T, {
    get(target, method): unknown {
      if (Object.hasOwn(target, method)) return Reflect.get(target, method);
      // A part is no promise, and symbols name no methods.
      if (typeof method !== 'string' || method === 'then') return undefined;
      return (...args: unknown[]) => link.call(part, method, args);
    },
  });
}

function closed(): TrackingError {
  return new TrackingError('INVALID_STATE', 'The store has been closed.');
}
