import { rawLine, undrawn } from '../charts/polyline';
import { runStyle } from '../charts/palette';
import { smoothedLine } from '../charts/smoothing';
import { middleOf, type Trace } from '../charts/trace';
import type { Range } from '../charts/axis';
import type { ChartLine } from '../charts/metricChart';
import type { Theme } from '../theme';
import type { Comparison, PageRun } from './comparison';

interface Kept {
  readonly stamp: string;
  readonly line: ChartLine;
}

/** Makes one metric's lines out of the comparison, and keeps what has not changed: a live run redraws only itself. */
export class SceneMaker {
  private readonly kept = new Map<string, Kept>();

  constructor(
    private readonly comparison: Comparison,
    private readonly key: string,
  ) {}

  lines(theme: Theme, pointedAt: string | undefined): ChartLine[] {
    const { view, series } = this.comparison;
    const lines: ChartLine[] = [];
    for (const run of this.runs) {
      const trace = series.trace(run.runId, this.key);
      if (!trace) continue;
      const isFaded = pointedAt !== undefined && pointedAt !== run.runId;
      const slot = view.slots[run.runId] ?? 0;
      const shift = this.comparison.shift(run);
      const stamp = [series.version(run.runId, this.key), view.logScale, view.smoothing, shift, slot, theme.kind, isFaded].join();
      const known = this.kept.get(run.runId);
      const line = known?.stamp === stamp ? known.line : this.line(run, trace, shift, theme, slot, isFaded);
      this.kept.set(run.runId, { stamp, line });
      lines.push(line);
    }
    return lines;
  }

  /** The runs that are shown and have logged the metric. */
  get runs(): PageRun[] {
    return this.comparison.shownRuns.filter((run) => run.metrics.has(this.key));
  }

  /** Everything there is to see, in drawn x; a single place gets some room around it. */
  get whole(): Range | undefined {
    let from = Infinity;
    let to = -Infinity;
    for (const run of this.runs) {
      const trace = this.comparison.series.trace(run.runId, this.key);
      const first = trace?.[0];
      const last = trace?.[trace.length - 1];
      if (!first || !last) continue;
      const shift = this.comparison.shift(run);
      from = Math.min(from, first.firstX + shift);
      to = Math.max(to, last.lastX + shift);
    }
    if (from > to) return undefined;
    const room = this.comparison.view.axis === 'step' ? 1 : 1000;
    return from === to ? { from: from - room, to: to + room } : { from, to };
  }

  /** Asks for the traces that are not there. */
  want(): void {
    for (const run of this.runs) this.comparison.series.want(run.runId, this.key);
  }

  /** Asks for what a view in drawn x needs to be as fine as it can be; undefined is the view of everything. */
  look(view: Range | undefined): void {
    const { series } = this.comparison;
    for (const run of this.runs) {
      const shift = this.comparison.shift(run);
      if (view) series.look(run.runId, this.key, view.from - shift, view.to - shift);
      else series.lookAway(run.runId, this.key);
    }
  }

  private line(run: PageRun, trace: Trace, shift: number, theme: Theme, slot: number, isFaded: boolean): ChartLine {
    const { logScale, smoothing } = this.comparison.view;
    return {
      runId: run.runId,
      style: runStyle(slot, theme.kind),
      raw: rawLine(trace, logScale, shift),
      smooth: smoothing > 0 && trace.length > 1 ? smoothedLine(trace, smoothing, logScale, shift) : undefined,
      marks: undrawn(trace, logScale, shift),
      isFaded,
    };
  }
}

/** The drawn x of the run's bucket nearest to a place, for a crosshair that snaps. */
export function snap(scene: SceneMaker, comparison: Comparison, key: string, x: number): number | undefined {
  let best: number | undefined;
  for (const run of scene.runs) {
    const trace = comparison.series.trace(run.runId, key);
    const shift = comparison.shift(run);
    for (const candidate of neighbours(trace ?? [], x - shift)) {
      const place = candidate + shift;
      if (best === undefined || Math.abs(place - x) < Math.abs(best - x)) best = place;
    }
  }
  return best;
}

function neighbours(trace: Trace, x: number): number[] {
  let low = 0;
  let high = trace.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (middleOf(trace[middle]!) < x) low = middle + 1;
    else high = middle;
  }
  return [trace[low - 1], trace[low]].filter((bucket) => bucket !== undefined).map(middleOf);
}
