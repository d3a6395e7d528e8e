import type { MetricSummary } from '../../src/core/metric';
import { isTerminal, type Param } from '../../src/core/run';
import {
  fromWire,
  type CompareEvent,
  type ComparedInfo,
  type ComparedRun,
  type CompareRequest,
  type CompareState,
  type CompareView,
  type MissingRun,
} from '../../src/protocol/compare';
import { DEFAULT_VIEW } from '../../src/protocol/compareParser';
import { assignSlots } from '../charts/palette';
import { SeriesStore } from './seriesStore';

/** A run as the page knows it. */
export interface PageRun {
  readonly runId: string;
  readonly info: ComparedInfo;
  readonly params: readonly Param[];
  readonly metrics: ReadonlyMap<string, MetricSummary>;
}

export type ComparisonChange = { readonly kind: 'comparison' } | { readonly kind: 'series'; readonly key: string };

/** What the page shows: the runs, the traces, how the person has set it up. It applies the host's deltas and tells what changed. */
export class Comparison {
  runs: readonly PageRun[] = [];
  missing: readonly MissingRun[] = [];
  location: string;
  view: CompareView;
  phase: 'loading' | 'ready' | 'failed' = 'loading';
  failure = '';
  readonly series: SeriesStore;
  private readonly listeners = new Set<(change: ComparisonChange) => void>();

  constructor(
    readonly post: (request: CompareRequest) => void,
    private readonly keep: (state: CompareState) => void,
    kept: CompareState | undefined,
  ) {
    this.view = kept?.view ?? DEFAULT_VIEW;
    this.location = kept?.location ?? '';
    this.series = new SeriesStore(this.dataAxis, post, (key) => this.tell({ kind: 'series', key }));
  }

  /** @returns what ends the subscription. */
  subscribe(listener: (change: ComparisonChange) => void): () => void {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }

  apply(event: CompareEvent): void {
    switch (event.type) {
      case 'series':
      case 'seriesFailed':
      case 'points':
        return this.series.apply(event);
      case 'comparison':
        this.phase = 'ready';
        this.location = event.location;
        this.series.clear();
        this.missing = event.missing;
        this.setRuns(event.runs.map(pageRun));
        break;
      case 'runAdded':
        this.missing = this.missing.filter((run) => run.runId !== event.run.runId);
        this.setRuns([...this.runs.filter((run) => run.runId !== event.run.runId), pageRun(event.run)]);
        break;
      case 'runChanged':
        this.runs = this.runs.map((run) => (run.runId === event.runId ? changedRun(run, event.change) : run));
        break;
      case 'runMissing':
        this.missing = [...this.missing.filter((run) => run.runId !== event.run.runId), event.run];
        this.dropRun(event.run.runId);
        break;
      case 'failed':
        this.phase = 'failed';
        this.failure = event.message;
    }
    this.tell({ kind: 'comparison' });
  }

  setView(change: Partial<CompareView>): void {
    this.view = { ...this.view, ...change };
    this.series.setAxis(this.dataAxis);
    this.save();
    this.tell({ kind: 'comparison' });
  }

  remove(runId: string): void {
    this.missing = this.missing.filter((run) => run.runId !== runId);
    this.post({ type: 'removeRun', runId });
    this.dropRun(runId);
    this.tell({ kind: 'comparison' });
  }

  toggle(runId: string): void {
    const hidden = this.view.hiddenRuns;
    this.setView({ hiddenRuns: hidden.includes(runId) ? hidden.filter((id) => id !== runId) : [...hidden, runId] });
  }

  get shownRuns(): readonly PageRun[] {
    return this.runs.filter((run) => !this.view.hiddenRuns.includes(run.runId));
  }

  get metricKeys(): string[] {
    return [...new Set(this.runs.flatMap((run) => [...run.metrics.keys()]))];
  }

  /** Whether no run has more than one value of a metric, or can get one. */
  isSingle(key: string): boolean {
    return this.runs.every((run) => {
      const metric = run.metrics.get(key);
      return !metric || (metric.count === 1 && isTerminal(run.info.status));
    });
  }

  /** What is added to a run's x values before they are drawn: relative time starts with the run. */
  shift(run: PageRun): number {
    return this.view.axis === 'relative' ? -run.info.startTime : 0;
  }

  private get dataAxis(): 'step' | 'time' {
    return this.view.axis === 'step' ? 'step' : 'time';
  }

  private dropRun(runId: string): void {
    this.series.forgetRun(runId);
    this.setRuns(this.runs.filter((run) => run.runId !== runId));
  }

  private setRuns(runs: readonly PageRun[]): void {
    this.runs = runs;
    const ids = runs.map((run) => run.runId);
    this.view = {
      ...this.view,
      slots: assignSlots(ids, this.view.slots),
      hiddenRuns: this.view.hiddenRuns.filter((id) => ids.includes(id)),
    };
    this.save();
  }

  private save(): void {
    const runIds = [...this.runs, ...this.missing].map((run) => run.runId);
    this.keep({ version: 1, location: this.location, runIds, view: this.view });
  }

  private tell(change: ComparisonChange): void {
    for (const listener of this.listeners) listener(change);
  }
}

function pageRun(run: ComparedRun): PageRun {
  return { ...run, metrics: new Map(run.metrics.map((metric) => [metric.key, fromWire(metric)])) };
}

function changedRun(run: PageRun, change: Extract<CompareEvent, { type: 'runChanged' }>['change']): PageRun {
  const metrics = change.metrics
    ? new Map([...run.metrics, ...change.metrics.map((metric) => [metric.key, fromWire(metric)] as const)])
    : run.metrics;
  return { ...run, info: change.info ?? run.info, params: change.params ? [...run.params, ...change.params] : run.params, metrics };
}
