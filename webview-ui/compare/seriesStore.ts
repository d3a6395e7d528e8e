import type { MetricAxis } from '../../src/core/metric';
import { unpackBuckets, unpackPoints, type CompareEvent, type CompareRequest, type SeriesWanted } from '../../src/protocol/compare';
import { extend, finerRange, stitch, type Part, type PartQuery, type Trace } from '../charts/trace';

/** How many columns a chart's line has at most: about one for each pixel of a wide chart. */
const BUCKETS = 1000;

interface Series {
  overview: Trace | undefined;
  part: Part | undefined;
  /** The overview with the part put in. */
  shown: Trace;
  overviewRequest: number;
  isPending: boolean;
  partRequest: { readonly request: number; readonly from: number; readonly to: number } | undefined;
  error: string | undefined;
  /** Grows with every change, so that what is made of a series can be kept until then. */
  version: number;
}

type SeriesEvent = Extract<CompareEvent, { type: 'series' | 'seriesFailed' | 'points' }>;

/** The traces that the page has, and the only one who asks for more. Charts say what they show; what comes is told by key. */
export class SeriesStore {
  private readonly series = new Map<string, Series>();
  private queue: (SeriesWanted & { request: number })[] = [];
  private requests = 0;
  private versions = 0;

  constructor(
    private axis: MetricAxis,
    private readonly post: (request: CompareRequest) => void,
    private readonly changed: (key: string) => void,
  ) {}

  /** Everything has to be asked for again on another axis. */
  setAxis(axis: MetricAxis): void {
    if (axis === this.axis) return;
    this.axis = axis;
    this.clear();
  }

  clear(): void {
    this.series.clear();
    this.queue = [];
  }

  forgetRun(runId: string): void {
    for (const id of [...this.series.keys()]) if (id.startsWith(`${runId}\n`)) this.series.delete(id);
  }

  /** Makes sure that a series is there or on its way. */
  want(runId: string, key: string): void {
    if (!this.series.has(idOf(runId, key))) this.ask(runId, key, undefined);
  }

  /** Makes sure that what is in view is drawn as finely as it can be. */
  look(runId: string, key: string, from: number, to: number): void {
    const series = this.series.get(idOf(runId, key));
    if (!series?.overview) return;
    const range = finerRange(series.overview, series.part, from, to, BUCKETS);
    const asked = series.partRequest;
    if (range && !(asked && asked.from === range.from && asked.to === range.to)) this.ask(runId, key, range);
  }

  /** Nothing is zoomed any more: a coarse trace and a fine part would be smoothed differently. */
  lookAway(runId: string, key: string): void {
    const series = this.series.get(idOf(runId, key));
    if (!series?.part && !series?.partRequest) return;
    series.part = undefined;
    series.partRequest = undefined;
    reshow(series);
    series.version = ++this.versions;
  }

  /** Undefined until it has come. */
  trace(runId: string, key: string): Trace | undefined {
    const series = this.series.get(idOf(runId, key));
    return series?.overview && series.shown;
  }

  version(runId: string, key: string): number {
    return this.series.get(idOf(runId, key))?.version ?? 0;
  }

  error(runId: string, key: string): string | undefined {
    return this.series.get(idOf(runId, key))?.error;
  }

  apply(event: SeriesEvent): void {
    const series = this.series.get(idOf(event.runId, event.key));
    if (!series) return;
    if (event.type === 'points') this.append(series, event);
    else if (event.type === 'series') this.receive(series, event);
    else if (event.request === series.overviewRequest) Object.assign(series, { error: event.message, isPending: false });
    else return;
    series.version = ++this.versions;
    this.changed(event.key);
  }

  private receive(series: Series, event: Extract<SeriesEvent, { type: 'series' }>): void {
    if (event.axis !== this.axis) return;
    const trace = unpackBuckets(event.buckets);
    if (event.from !== undefined && event.to !== undefined) {
      if (event.request !== series.partRequest?.request) return;
      series.part = { from: event.from, to: event.to, trace };
      series.partRequest = undefined;
    } else if (event.request === 0 || event.request === series.overviewRequest) {
      series.overview = trace;
      series.isPending = false;
      series.part = undefined;
      series.partRequest = undefined;
      series.error = undefined;
    }
    reshow(series);
  }

  private append(series: Series, { runId, key, points }: Extract<SeriesEvent, { type: 'points' }>): void {
    // What comes before an answer is in the answer.
    if (!series.overview || series.isPending) return;
    const placed = unpackPoints(points).map((point) => ({ x: this.axis === 'step' ? point.step : point.timestamp, value: point.value }));
    placed.sort((a, b) => a.x - b.x);
    const grown = extend(series.overview, placed, BUCKETS);
    if (!grown) return this.ask(runId, key, undefined);
    // A coarsened overview has other buckets, on which the part does not lie.
    if (grown.length < series.overview.length) series.part = series.partRequest = undefined;
    series.overview = grown;
    reshow(series);
  }

  private ask(runId: string, key: string, part: PartQuery | undefined): void {
    if (this.queue.length === 0) {
      this.requests += 1;
      queueMicrotask(() => this.flush());
    }
    const request = this.requests;
    const id = idOf(runId, key);
    const series: Series = this.series.get(id) ?? {
      ...{
        overview: undefined,
        part: undefined,
        shown: [],
        overviewRequest: 0,
        isPending: false,
        partRequest: undefined,
        error: undefined,
        version: 0,
      },
    };
    this.series.set(id, series);
    if (part) series.partRequest = { request, from: part.from, to: part.to };
    else Object.assign(series, { overviewRequest: request, isPending: true });
    this.queue.push({ runId, key, buckets: BUCKETS, ...part, request });
  }

  private flush(): void {
    const [first] = this.queue;
    if (!first) return;
    const wanted = this.queue.map(({ request: _, ...item }) => item);
    this.queue = [];
    this.post({ type: 'series', request: first.request, axis: this.axis, wanted });
  }
}

function reshow(series: Series): void {
  series.shown = series.part && series.overview ? stitch(series.overview, series.part) : (series.overview ?? []);
}

function idOf(runId: string, key: string): string {
  return `${runId}\n${key}`;
}
