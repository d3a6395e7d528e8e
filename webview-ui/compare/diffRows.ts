import { formatAge, formatDuration, formatNumber } from '../../src/core/format';
import { bestOf, lowerIsBetter } from '../../src/core/metric';
import type { PageRun } from './comparison';

export interface DiffCell {
  /** Empty where the run has nothing of that name. */
  readonly text: string;
  /** What stands beside it, less prominent. */
  readonly detail: string;
  /** Not what most of the runs have. */
  readonly differs: boolean;
  /** The best of the runs, by what the metric's name means. */
  readonly isBest: boolean;
}

export interface DiffRow {
  readonly section: DiffSection;
  readonly key: string;
  /** In the runs' order. */
  readonly cells: readonly DiffCell[];
  readonly differs: boolean;
}

export type DiffSection = 'Run' | 'Parameters' | 'Metrics';

/** Everything that is compared by table: a row for each fact, parameter and metric, a cell for each run. */
export function diffRows(runs: readonly PageRun[], now: number): DiffRow[] {
  return [...factRows(runs, now), ...paramRows(runs), ...metricRows(runs)];
}

function factRows(runs: readonly PageRun[], now: number): DiffRow[] {
  const facts: [string, (run: PageRun) => string | undefined][] = [
    ['Status', ({ info }) => info.status.charAt(0) + info.status.slice(1).toLowerCase()],
    ['Started', ({ info }) => startText(info.startTime, now)],
    ['Duration', ({ info }) => formatDuration((info.endTime ?? now) - info.startTime)],
    ['User', ({ info }) => info.user],
    ['Source', ({ info }) => info.source],
    ['Branch', ({ info }) => info.branch],
    ['Commit', ({ info }) => info.commit && info.commit.slice(0, 8) + (info.dirty ? ' + changes' : '')],
    ['Data sets', ({ info }) => info.datasets.join(', ')],
    ['Backend', ({ info }) => info.backend],
    ['Error', ({ info }) => info.error],
  ];
  return facts
    .map(([key, read]) =>
      plainRow(
        'Run',
        key,
        runs.map((run) => read(run) ?? ''),
      ),
    )
    .filter((row) => row.cells.some((cell) => cell.text !== ''));
}

function startText(start: number, now: number): string {
  const age = formatAge(start, now);
  return age === 'now' ? 'just now' : /\d{4}-/.test(age) ? age : `${age} ago`;
}

function paramRows(runs: readonly PageRun[]): DiffRow[] {
  const values = runs.map((run) => new Map(run.params.map(({ key, value }) => [key, value])));
  const keys = [...new Set(values.flatMap((params) => [...params.keys()]))].sort((a, b) => a.localeCompare(b));
  return keys.map((key) =>
    plainRow(
      'Parameters',
      key,
      values.map((params) => params.get(key) ?? ''),
    ),
  );
}

function plainRow(section: DiffSection, key: string, texts: readonly string[]): DiffRow {
  const usual = mostCommon(texts);
  const differs = new Set(texts).size > 1;
  return { section, key, differs, cells: texts.map((text) => ({ text, detail: '', differs: differs && text !== usual, isBest: false })) };
}

/** What more than half of the runs have; undefined when there is no such thing. */
function mostCommon(texts: readonly string[]): string | undefined {
  const counts = new Map<string, number>();
  for (const text of texts) counts.set(text, (counts.get(text) ?? 0) + 1);
  return [...counts].find(([, count]) => count > texts.length / 2)?.[0];
}

const NEUTRAL = /^system\/|(^|[/_])(lr|learning_rate|epoch|step|momentum)$/;

/** Whether more or less of a metric is better at all: not of a machine's load or a schedule. */
export function isContest(key: string): boolean {
  return !NEUTRAL.test(key);
}

function metricRows(runs: readonly PageRun[]): DiffRow[] {
  const keys = [...new Set(runs.flatMap((run) => [...run.metrics.keys()]))];
  const order = (key: string) => Number(key.startsWith('system/'));
  keys.sort((a, b) => order(a) - order(b) || a.localeCompare(b));
  return keys.map((key) => {
    const metrics = runs.map((run) => run.metrics.get(key));
    const bests = metrics.map((metric) => metric && bestOf(metric)?.value);
    const known = bests.filter((value) => value !== undefined);
    const best = lowerIsBetter(key) ? Math.min(...known) : Math.max(...known);
    const hasWinner = isContest(key) && known.length > 1 && new Set(known).size > 1;
    const cells = metrics.map((metric, index): DiffCell => {
      if (!metric) return { text: '', detail: '', differs: false, isBest: false };
      const top = bestOf(metric);
      const detail = top && top.value !== metric.last.value && isContest(key) ? `best ${formatNumber(top.value)} at ${top.step}` : '';
      return { text: formatNumber(metric.last.value), detail, differs: false, isBest: hasWinner && bests[index] === best };
    });
    return { section: 'Metrics', key, cells, differs: new Set(cells.map((cell) => cell.text + cell.detail)).size > 1 };
  });
}
