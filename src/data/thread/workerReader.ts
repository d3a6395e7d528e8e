import type { Endangered, Loss } from '../actions/losses';
import type { FolderLayout, LaidFolder } from '../cache/folderLayouts';
import type { ContentPlace } from '../content/place';
import type { CacheUsage, DataAnswer, DataQuestion, DataSource } from '../source';
import type { DataStatus } from '../status/status';
import type { RecordedContent, RecordedVersions, VersionsOptions } from '../versions';
import { WorkerLink } from './workerLink';
import type { ThreadAnswers, ThreadQuestion } from './workerMessages';

/** Milliseconds after which a thread that has nothing to do, and nothing to lose, is ended. */
const IDLE = 60_000;

export interface WorkerReaderOptions {
  /**
   * Where git may be, best first; undefined while nobody may run it, since the workspace isn't trusted. Asked before each question: when it
   * has become another, another thread is started.
   */
  readonly git?: () => readonly string[] | undefined;
  /** The bundled worker of a HashPool, `dist/hashWorker.js`. */
  readonly hashWorker?: string;
  /** Milliseconds without questions after which the thread may be ended. */
  readonly idle?: number;
}

/**
 * Reads data in a thread, so that the one that asks never waits for disk or processor. The thread starts with the first question.
 * When it dies, the questions that wait are rejected, and the next one starts another.
 */
export class WorkerReader implements DataSource {
  private readonly gone = new AbortController();
  private link: WorkerLink | undefined;
  /** What the thread that runs may do. */
  private manner = '';
  private idling: NodeJS.Timeout | undefined;

  /** @param workerFile the bundled `src/dataWorker.ts`, `dist/dataWorker.js` */
  constructor(
    private readonly workerFile: URL | string,
    private readonly log: (line: string) => void,
    private readonly options: WorkerReaderOptions = {},
  ) {}

  /** Whether there is a thread at the moment. */
  get isRunning(): boolean {
    return this.link !== undefined;
  }

  roots(folder: string): Promise<string[]> {
    return this.ask({ of: 'roots', folder });
  }

  status(root: string, signal?: AbortSignal): Promise<DataStatus> {
    return this.ask({ of: 'status', root }, signal);
  }

  async answer<K extends DataQuestion['kind']>(
    question: DataQuestion & { readonly kind: K },
    signal?: AbortSignal,
  ): Promise<DataAnswer<K>> {
    return (await this.ask({ of: 'answer', question }, signal)) as DataAnswer<K>;
  }

  losses(root: string, targets: readonly Endangered[], signal?: AbortSignal): Promise<readonly Loss[]> {
    return this.ask({ of: 'losses', root, targets }, signal);
  }

  layouts(root: string, folders: readonly LaidFolder[], signal?: AbortSignal): Promise<readonly FolderLayout[]> {
    return this.ask({ of: 'layouts', root, folders }, signal);
  }

  placeAt(path: string, revision: string, signal?: AbortSignal): Promise<ContentPlace> {
    return this.ask({ of: 'placeAt', path, revision }, signal);
  }

  placeIn(root: string, path: string, content: RecordedContent, signal?: AbortSignal): Promise<ContentPlace> {
    return this.ask({ of: 'placeIn', root, path, content }, signal);
  }

  recordedAt(path: string, revision: string, signal?: AbortSignal): Promise<RecordedContent | undefined> {
    return this.ask({ of: 'recordedAt', path, revision }, signal);
  }

  versions(root: string, target: string, options: VersionsOptions = {}, signal?: AbortSignal): Promise<RecordedVersions> {
    return this.ask({ of: 'versions', root, target, options }, signal);
  }

  cacheUsage(root: string, signal?: AbortSignal): Promise<CacheUsage> {
    return this.ask({ of: 'cacheUsage', root }, signal);
  }

  dispose(): void {
    this.gone.abort(new Error('Reading data was stopped.'));
    this.end();
  }

  private async ask<Q extends ThreadQuestion>(question: Q, signal: AbortSignal = this.gone.signal): Promise<ThreadAnswers[Q['of']]> {
    return this.running().ask(question, signal);
  }

  private running(): WorkerLink {
    this.gone.signal.throwIfAborted();
    clearTimeout(this.idling);
    const git = this.options.git?.();
    const manner = JSON.stringify(git ?? null);
    if (manner !== this.manner) this.end();
    this.manner = manner;
    this.link ??= this.start(git);
    return this.link;
  }

  private start(git: readonly string[] | undefined): WorkerLink {
    const data = { git, hashWorker: this.options.hashWorker };
    const link = new WorkerLink(this.workerFile, data, this.log, () => this.onSettled(link));
    void link.ended.then(() => {
      if (this.link === link) this.link = undefined;
    });
    return link;
  }

  private onSettled(link: WorkerLink): void {
    if (link !== this.link) return;
    clearTimeout(this.idling);
    if (link.isIdle) this.idling = setTimeout(() => this.end(), this.options.idle ?? IDLE).unref();
  }

  private end(): void {
    clearTimeout(this.idling);
    this.link?.close();
    this.link = undefined;
  }
}
