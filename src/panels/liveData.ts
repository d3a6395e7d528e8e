import { setImmediate as nextTurn } from 'node:timers/promises';
import type { Disposable } from '../core/disposable';
import { messageOf } from '../core/errors';
import type { FileChanges } from '../data/content/fileChanges';
import type { ImageChanges, SampleImage } from '../data/content/images/sampleImages';
import type { ContentPlace } from '../data/content/place';
import type { Profile } from '../data/content/profile';
import type { ContentReader } from '../data/content/thread/contentReader';
import type { DataSource } from '../data/source';
import type { ChangedFile, DataEvent, DataReport, DataSide, DataSubject, WireImage } from '../protocol/data';
import { comparisonReport, furtherColumns, profileReport } from './dataReport';

/** Files of one message: about a millisecond's work to send. */
const PIECE = 2_000;
/** So many files that differ are named; all are counted. */
const MOST_FILES = 100_000;
/** Pictures of one message. */
const IMAGES = 100;
const SIDE = 64;
const PER_CLASS = 10;
/** What isn't here is told apart, with a way to have it. */
const OPTIONS = { withoutLacking: true } as const;

/** What reads versions and tells where they lie. */
export interface DataReaders {
  readonly content: Pick<ContentReader, 'profile' | 'compare' | 'samples' | 'changedImages'>;
  readonly places: Pick<DataSource, 'placeAt' | 'placeIn'>;
}

/** Reads one or two versions of data for a page, tells it what is found, and stops when it is told to. */
export class LiveData implements Disposable {
  private reading = new AbortController();
  private current: DataSubject;
  private isGone = false;

  constructor(
    subject: DataSubject,
    private within: string | undefined,
    private readonly readers: DataReaders,
    private readonly post: (event: DataEvent) => void,
    private readonly note: (line: string) => void,
  ) {
    this.current = subject;
  }

  get subject(): DataSubject {
    return this.current;
  }

  get inside(): string | undefined {
    return this.within;
  }

  /** Reads everything from the start; settles when all is told, never rejects. */
  async start(): Promise<void> {
    if (this.isGone) return;
    this.reading.abort(new Error('Another look was taken.'));
    const reading = (this.reading = new AbortController());
    const { signal } = reading;
    const tell = (event: DataEvent): void => {
      if (!signal.aborted && !this.isGone) this.post(event);
    };
    tell({ type: 'subject', subject: this.current, inside: this.within });
    try {
      await this.read(signal, tell);
    } catch (error) {
      if (signal.aborted) return;
      this.note(`Data: ${messageOf(error)}`);
      tell({ type: 'failed', message: messageOf(error), fetch: isLacking(error) });
    }
  }

  /** Looks into one file of the folder, or at all of it again. */
  narrow(inside: string | undefined): Promise<void> {
    this.within = inside;
    return this.start();
  }

  swap(): Promise<void> {
    const [first, second] = this.current.sides;
    if (second) this.current = { ...this.current, sides: [second, first] };
    return this.start();
  }

  cancel(): void {
    this.reading.abort(new Error('Reading was cancelled.'));
    if (!this.isGone) this.post({ type: 'stopped' });
  }

  dispose(): void {
    this.isGone = true;
    this.reading.abort(new Error('The tab was closed.'));
  }

  private async read(signal: AbortSignal, tell: (event: DataEvent) => void): Promise<void> {
    const { content } = this.readers;
    const control = {
      signal,
      onProgress: (progress: { file: string; bytes: number; total: number }) => tell({ type: 'progress', ...progress }),
    };
    const [first, second] = this.current.sides;
    const before = await this.placeOf(first, signal);
    if (!second) {
      const profile = await content.profile(before, OPTIONS, control);
      const report = profileReport(profile);
      tell({ type: 'report', report });
      await sendColumns(undefined, profile, signal, tell);
      return this.images(report, () => this.samples(undefined, before, signal, tell), tell);
    }
    const after = await this.placeOf(second, signal);
    const comparison = await content.compare(before, after, OPTIONS, control);
    const report = comparisonReport(comparison);
    tell({ type: 'report', report });
    await sendColumns(comparison.before, comparison.after, signal, tell);
    if (comparison.files) await sendFiles(comparison.files, signal, tell);
    await this.images(
      report,
      async () => {
        // A picture that the cache lacks would look like one that is new, or gone.
        if (!report.isSame && !report.lacking) tell(changedEvent(await content.changedImages(before, after, { side: SIDE }, { signal })));
        await this.samples(before, after, signal, tell);
      },
      tell,
    );
  }

  /** What can't be shown as pictures is still told in numbers. */
  private async images({ hasImages }: DataReport, show: () => Promise<void>, tell: (event: DataEvent) => void): Promise<void> {
    if (!hasImages) return;
    try {
      await show();
    } catch (error) {
      tell({ type: 'imagesFailed', message: messageOf(error) });
    }
  }

  private async samples(
    before: ContentPlace | undefined,
    after: ContentPlace,
    signal: AbortSignal,
    tell: (event: DataEvent) => void,
  ): Promise<void> {
    const options = { side: SIDE, perClass: PER_CLASS };
    const [old, young] = await Promise.all([
      before ? this.readers.content.samples(before, options, { signal }) : [],
      this.readers.content.samples(after, options, { signal }),
    ]);
    for (let from = 0; from === 0 || from < Math.max(old.length, young.length); from += IMAGES) {
      signal.throwIfAborted();
      tell({
        type: 'samples',
        before: old.slice(from, from + IMAGES).map(wireImage),
        after: young.slice(from, from + IMAGES).map(wireImage),
      });
      await nextTurn();
    }
  }

  private async placeOf({ path, revision, content, name }: DataSide, signal: AbortSignal): Promise<ContentPlace> {
    const { places } = this.readers;
    const target = this.within === undefined ? path : `${path}/${this.within}`;
    if (revision === undefined && !content) return { kind: 'path', path: target };
    const place = content
      ? await places.placeIn(this.current.root, target, content, signal)
      : await places.placeAt(target, revision ?? 'HEAD', signal);
    const label = this.within ?? this.current.label;
    return place.kind === 'path' ? place : { ...place, name: `${label} (${name})` };
  }
}

async function sendColumns(
  before: Profile | undefined,
  after: Profile,
  signal: AbortSignal,
  tell: (event: DataEvent) => void,
): Promise<void> {
  for (const columns of furtherColumns(before, after)) {
    await nextTurn();
    signal.throwIfAborted();
    tell({ type: 'columns', columns });
  }
}

/** Sends a long list in pieces, between which the host does other work. */
async function sendFiles(changes: FileChanges, signal: AbortSignal, tell: (event: DataEvent) => void): Promise<void> {
  const { added, removed, changed, renamed, unchanged } = changes;
  const counts = { changed: changed.length, added: added.length, removed: removed.length, renamed: renamed.length, unchanged };
  tell({ type: 'files', counts, files: [] });
  let piece: ChangedFile[] = [];
  let sent = 0;
  for (const file of changedFiles(changes)) {
    piece.push(file);
    if (++sent === MOST_FILES) break;
    if (piece.length < PIECE) continue;
    tell({ type: 'files', counts: undefined, files: piece });
    piece = [];
    await nextTurn();
    signal.throwIfAborted();
  }
  if (piece.length > 0) tell({ type: 'files', counts: undefined, files: piece });
}

function* changedFiles({ added, removed, changed, renamed }: FileChanges): Generator<ChangedFile> {
  for (const path of changed) yield { kind: 'changed', path };
  for (const path of added) yield { kind: 'added', path };
  for (const path of removed) yield { kind: 'removed', path };
  for (const { from, to } of renamed) yield { kind: 'renamed', path: to, from };
}

function changedEvent({ images, changed, added, removed }: ImageChanges): DataEvent {
  const pairs = images.map(({ before, after }) => ({ before: before && wireImage(before), after: after && wireImage(after) }));
  return { type: 'changedImages', images: pairs.filter((pair) => pair.before ?? pair.after), changed, added, removed };
}

function wireImage({ key, label, png }: SampleImage): WireImage {
  return { key, label, source: `data:image/png;base64,${Buffer.from(png).toString('base64')}` };
}

/** Whether fetching may help: the cache lacks what the records name. */
function isLacking(error: unknown): boolean {
  return /is not in the cache/.test(messageOf(error));
}
