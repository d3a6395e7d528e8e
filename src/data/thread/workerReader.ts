import type { DataSource } from '../source';
import type { DataStatus } from '../status/status';
import { WorkerLink } from './workerLink';

/** Milliseconds after which a thread that has nothing to do, and nothing to lose, is ended. */
const IDLE = 60_000;

/**
 * Reads data in a thread, so that the one that asks never waits for disk or processor. The thread starts with the first question.
 * When it dies, the questions that wait are rejected, and the next one starts another.
 */
export class WorkerReader implements DataSource {
  private readonly gone = new AbortController();
  private link: WorkerLink | undefined;
  private idling: NodeJS.Timeout | undefined;

  /** @param workerFile the bundled `worker.ts`, `dist/dataWorker.js` */
  constructor(
    private readonly workerFile: URL | string,
    private readonly log: (line: string) => void,
    private readonly idle = IDLE,
  ) {}

  /** Whether there is a thread at the moment. */
  get isRunning(): boolean {
    return this.link !== undefined;
  }

  async roots(folder: string): Promise<string[]> {
    return this.running().roots(folder);
  }

  async status(root: string, signal: AbortSignal = this.gone.signal): Promise<DataStatus> {
    return this.running().status(root, signal);
  }

  dispose(): void {
    this.gone.abort(new Error('Reading data was stopped.'));
    this.end();
  }

  private running(): WorkerLink {
    this.gone.signal.throwIfAborted();
    clearTimeout(this.idling);
    this.link ??= this.start();
    return this.link;
  }

  private start(): WorkerLink {
    const link = new WorkerLink(this.workerFile, this.log, () => this.onSettled(link));
    void link.ended.then(() => {
      if (this.link === link) this.link = undefined;
    });
    return link;
  }

  private onSettled(link: WorkerLink): void {
    if (link !== this.link) return;
    clearTimeout(this.idling);
    if (link.isIdle) this.idling = setTimeout(() => this.end(), this.idle).unref();
  }

  private end(): void {
    clearTimeout(this.idling);
    this.link?.close();
    this.link = undefined;
  }
}
