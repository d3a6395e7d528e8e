import type { MetricPoint } from '../../core/metric';
import type { Api } from './api';
import type { KnownSummary } from './decoding';
import { History } from './history';
import { HistoryPages } from './historyPages';
import type { Journal } from './journal';

/** Points of all histories together; 40 bytes each. */
const MOST_POINTS = 1_500_000;
/** A history is not asked for again within this time, or within twice the time that asking took, unless it is known to be old. */
const FRESH = 250;
/** A shorter one is read anew as a whole. */
const SHORT = 500;

/**
 * The histories that have been read, the ones used last. A history is read as a whole once; then only what follows it, and as a
 * whole again wherever that could leave a point out.
 */
export class Histories {
  private readonly kept = new Map<string, History>();
  private readonly reading = new Map<string, { readonly history: History; readonly done: Promise<void> }>();
  private readonly pages: HistoryPages;

  constructor(
    private readonly api: Api,
    private readonly journal: Journal,
  ) {
    this.pages = new HistoryPages(api);
  }

  /** All points of a metric, as new as can be. */
  async read(runId: string, key: string): Promise<History> {
    const id = idOf(runId, key);
    for (;;) {
      const known = this.kept.get(id);
      if (known && performance.now() < known.freshUntil) return this.use(id, known);
      const running = this.reading.get(id);
      if (!running) break;
      await running.done;
    }
    const history = this.kept.get(id) ?? new History(key, this.journal.head);
    const done = this.refresh(runId, history, this.kept.has(id)).finally(() => this.reading.delete(id));
    this.reading.set(id, { history, done });
    await done;
    return this.use(id, history);
  }

  /** All points as they were when they were last read, if they were. */
  peek(runId: string, key: string): History | undefined {
    return this.kept.get(idOf(runId, key));
  }

  readonly known: KnownSummary = (runId, last) => this.kept.get(idOf(runId, last.key))?.summaryAt(last);

  /** That a metric has new points, which the feed has told of. */
  stale(runId: string, key: string): void {
    const id = idOf(runId, key);
    (this.reading.get(id)?.history ?? this.kept.get(id))?.makeOld();
  }

  private async refresh(runId: string, history: History, isKnown: boolean): Promise<void> {
    const began = performance.now();
    const { wasTold, age } = history.beginReading();
    const { key } = history;
    if (!isKnown) {
      await this.pages.all(runId, key, (points) => history.append(points, 0));
      // Servers answer for a run that isn't there as for a metric that isn't.
      if (history.points.length === 0) await this.requireRun(runId);
    } else {
      let sequence: number | undefined;
      // Whoever has been given the present number must find what is new now after it.
      const numberOfNew = (): number => {
        if (sequence === undefined && !wasTold) this.journal.note({ kind: 'metric', runId, key });
        return (sequence ??= this.journal.head);
      };
      if (!(await this.readOn(runId, history, numberOfNew))) await this.readAgain(runId, history, numberOfNew);
    }
    const now = performance.now();
    history.endReading(age, now + Math.max(FRESH, 2 * (now - began)));
  }

  private async requireRun(runId: string): Promise<void> {
    await this.api.get('runs/get', { run_id: runId });
  }

  /** Reads what follows the last point that is known; false where that might not be all that is new. */
  private async readOn(runId: string, history: History, numberOfNew: () => number): Promise<boolean> {
    const { points, key } = history;
    if (points.length < SHORT) return false;
    if (this.pages.kind === undefined) {
      const { next } = await this.pages.page(runId, key, undefined, 1);
      if (next === undefined) return false;
    }
    const { kind } = this.pages;
    const known = points.length;
    const found: MetricPoint[] = [];
    let token: string | undefined;
    let total: number | undefined;
    if (kind === 'offset') token = HistoryPages.tokenAt(known);
    else if (kind === 'position') token = HistoryPages.tokenAfter(points.at(points.order[known - 1]!));
    while (token !== undefined) {
      const page = await this.pages.page(runId, key, token);
      for (const point of page.points) found.push(point);
      ({ next: token, total } = page);
    }
    if (kind === 'offset') {
      const [first, ...rest] = found;
      if (!first || !points.isAt(known - 1, first)) return false;
      if (rest.length > 0) history.append(rest, numberOfNew());
      return true;
    }
    if (kind !== 'position' || total !== known + found.length) return false;
    if (found.length > 0) history.append(found, numberOfNew());
    return true;
  }

  private async readAgain(runId: string, history: History, numberOfNew: () => number): Promise<void> {
    const fresh = new History(history.key, 0);
    await this.pages.all(runId, history.key, (points) => fresh.append(points, 0));
    history.replace(fresh.points, numberOfNew);
  }

  /** Keeps a history as the one used last, and lets go of those not used for longest. */
  private use(id: string, history: History): History {
    this.kept.delete(id);
    this.kept.set(id, history);
    let points = 0;
    for (const each of this.kept.values()) points += each.points.length;
    for (const [oldest, each] of this.kept) {
      if (points <= MOST_POINTS || oldest === id) break;
      points -= each.points.length;
      this.kept.delete(oldest);
    }
    return history;
  }
}

function idOf(runId: string, key: string): string {
  return `${runId} ${key}`;
}
