import { setImmediate } from 'node:timers';
import { Worker } from 'node:worker_threads';
import type { CheckReport } from '../../checks/checks';
import type { Disposable } from '../../../core/disposable';
import { messageOf, TrackingError, type ErrorCode } from '../../../core/errors';
import { Slots } from '../../../core/slots';
import { ValueAssembly } from '../../thread/valuePieces';
import type { ContentComparison } from '../comparison';
import type { ImageChanges, SampleImage, SampleOptions } from '../images/sampleImages';
import type { ContentPlace } from '../place';
import type { ContentProgress, Profile, ProfileOptions } from '../profile';
import type { ContentAnswer, ContentQuestion, FromContentWorker, ToContentWorker } from './contentMessages';

/** Stops, and tells how far it has come. */
export interface ContentControl {
  readonly signal?: AbortSignal;
  readonly onProgress?: (progress: ContentProgress) => void;
}

/** So many questions are answered at once; the others wait. */
const AT_ONCE = 2;
/** Megabytes that a thread's objects may take; pieces of files lie outside of them. */
const MOST_HEAP = 1024;

/**
 * Reads what is in data, in a thread for each question, so that the one that asks is never held up. Every answer rejects with a
 * TrackingError where the data can't be read, and with the signal's reason where it was stopped.
 */
export class ContentReader implements Disposable {
  private readonly gone = new AbortController();
  private readonly slots = new Slots(AT_ONCE);

  /** @param workerFile the bundled `contentWorker.ts`, `dist/contentWorker.js` */
  constructor(
    private readonly workerFile: URL | string,
    private readonly log: (line: string) => void,
  ) {}

  profile(place: ContentPlace, options: ProfileOptions = {}, control: ContentControl = {}): Promise<Profile> {
    return this.ask({ kind: 'profile', place, options }, control);
  }

  compare(
    before: ContentPlace,
    after: ContentPlace,
    options: ProfileOptions = {},
    control: ContentControl = {},
  ): Promise<ContentComparison> {
    return this.ask({ kind: 'compare', before, after, options }, control);
  }

  /** The first images of each class. */
  samples(place: ContentPlace, options: SampleOptions = {}, control: ContentControl = {}): Promise<readonly SampleImage[]> {
    return this.ask({ kind: 'samples', place, options }, control);
  }

  /** The images that differ between two versions, each with both. */
  changedImages(
    before: ContentPlace,
    after: ContentPlace,
    options: SampleOptions = {},
    control: ContentControl = {},
  ): Promise<ImageChanges> {
    return this.ask({ kind: 'changedImages', before, after, options }, control);
  }

  /** @param file the checks file, absolute */
  check(file: string, control: ContentControl = {}): Promise<CheckReport> {
    return this.ask({ kind: 'check', file }, control);
  }

  /** The text of a starting checks file for data that is there. */
  suggest(place: ContentPlace, control: ContentControl = {}): Promise<string> {
    return this.ask({ kind: 'suggest', place }, control);
  }

  dispose(): void {
    this.gone.abort(new Error('Reading data was stopped.'));
  }

  private ask<Q extends ContentQuestion>(question: Q, { signal, onProgress }: ContentControl): Promise<ContentAnswer<Q['kind']>> {
    const stop = signal ? AbortSignal.any([signal, this.gone.signal]) : this.gone.signal;
    return this.slots.use(async () => {
      stop.throwIfAborted();
      const started = performance.now();
      const answer = await this.inThread(question, stop, onProgress);
      this.log(`data ${question.kind} ${Math.round(performance.now() - started)} ms`);
      return answer as ContentAnswer<Q['kind']>;
    });
  }

  private inThread(question: ContentQuestion, stop: AbortSignal, onProgress: ContentControl['onProgress']): Promise<ContentAnswer> {
    const worker = new Worker(this.workerFile, {
      // The thread needs none of this process's loaders.
      execArgv: [],
      name: 'ml-tracking content',
      workerData: question,
      resourceLimits: { maxOldGenerationSizeMb: MOST_HEAP },
    });
    const assembly = new ValueAssembly();
    return new Promise<ContentAnswer>((resolve, reject) => {
      const onStop = (): void => {
        void worker.terminate();
        reject(stop.reason as Error);
      };
      stop.addEventListener('abort', onStop, { once: true });
      worker.on('message', (message: FromContentWorker) => {
        if (message.kind === 'progress') onProgress?.(message.progress);
        else if (message.kind === 'piece') {
          assembly.add(message.piece);
          // Not at once: pieces that come quickly would all be taken in the same turn of the event loop.
          setImmediate(() => worker.postMessage({ kind: 'next' } satisfies ToContentWorker));
        } else if (message.kind === 'end') resolve(assembly.value as ContentAnswer);
        else
          reject(message.code === undefined ? new Error(message.message) : new TrackingError(message.code as ErrorCode, message.message));
      });
      worker.on('error', (error) => reject(new Error(`The data could not be read: ${messageOf(error)}`, { cause: error })));
      worker.on('exit', (code) => {
        stop.removeEventListener('abort', onStop);
        reject(new Error(`The thread that reads data has stopped (exit code ${code}).`));
      });
    });
  }
}
