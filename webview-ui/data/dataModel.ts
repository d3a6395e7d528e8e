import type {
  ChangedFile,
  DataEvent,
  DataReport,
  DataRequest,
  DataState,
  DataSubject,
  FileCounts,
  Pair,
  WireImage,
} from '../../src/protocol/data';

export interface ShownProgress {
  readonly file: string;
  readonly bytes: number;
  readonly total: number;
}

export interface ShownImages {
  readonly before: readonly WireImage[];
  readonly after: readonly WireImage[];
}

export interface ShownChanges {
  readonly images: readonly Pair<WireImage>[];
  readonly changed: number;
  readonly added: number;
  readonly removed: number;
}

/** What the page shows, as the host tells it, and who has to draw anew. */
export class DataModel {
  phase: 'loading' | 'shown' | 'failed' | 'stopped' = 'loading';
  subject: DataSubject | undefined;
  inside: string | undefined;
  progress: ShownProgress | undefined;
  report: DataReport | undefined;
  counts: FileCounts | undefined;
  /** Grows while the host sends. */
  files: ChangedFile[] = [];
  samples: ShownImages | undefined;
  changes: ShownChanges | undefined;
  imagesFailure: string | undefined;
  failure: { readonly message: string; readonly fetch: boolean } | undefined;
  private readonly listeners = new Set<() => void>();

  constructor(
    readonly post: (request: DataRequest) => void,
    private readonly keep: (state: DataState) => void,
  ) {}

  get isComparison(): boolean {
    return this.subject?.sides.length === 2;
  }

  /** Whether pictures are still on their way. */
  get awaitsImages(): boolean {
    return this.report?.hasImages === true && !this.samples && this.imagesFailure === undefined && this.phase === 'shown';
  }

  subscribe(listener: () => void): () => void {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }

  apply(event: DataEvent): void {
    switch (event.type) {
      case 'subject':
        this.begin(event.subject, event.inside);
        break;
      case 'progress':
        this.progress = event;
        break;
      case 'report':
        this.report = event.report;
        this.phase = 'shown';
        break;
      case 'columns':
        if (this.report) this.report = { ...this.report, columns: [...this.report.columns, ...event.columns] };
        break;
      case 'files':
        if (event.counts) {
          this.counts = event.counts;
          this.files = [];
        }
        for (const file of event.files) this.files.push(file);
        break;
      case 'samples':
        this.samples = {
          before: [...(this.samples?.before ?? []), ...event.before],
          after: [...(this.samples?.after ?? []), ...event.after],
        };
        break;
      case 'changedImages':
        this.changes = event;
        break;
      case 'imagesFailed':
        this.imagesFailure = event.message;
        break;
      case 'stopped':
        if (this.phase === 'loading') this.phase = 'stopped';
        break;
      case 'failed':
        this.phase = 'failed';
        this.failure = event;
    }
    for (const listener of this.listeners) listener();
  }

  private begin(subject: DataSubject, inside: string | undefined): void {
    this.subject = subject;
    this.inside = inside;
    this.phase = 'loading';
    this.progress = this.report = this.counts = this.samples = this.changes = this.imagesFailure = this.failure = undefined;
    this.files = [];
    this.keep({ version: 1, subject, inside });
  }
}
