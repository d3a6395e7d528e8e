import { formatNumber } from '../core/format';
import { invalid } from '../core/errors';
import type { Run } from '../core/run';
import type { Engine } from '../store/engine';
import { jsonText, table, type Output } from './output';
import { findRun } from './runReference';

interface Difference {
  readonly kind: 'param' | 'metric';
  readonly key: string;
  /** A value for each run, in the order asked for; undefined where a run has none. */
  readonly values: readonly (string | number | undefined)[];
  readonly differs: boolean;
}

/** Parameters and last metric values of several runs side by side, a row for each name. */
export function comparison(runs: readonly Run[]): Difference[] {
  const rows: Difference[] = [];
  const collect = (kind: Difference['kind'], maps: readonly Map<string, string | number>[]): void => {
    const keys = [...new Set(maps.flatMap((map) => [...map.keys()]))].sort();
    for (const key of keys) {
      const values = maps.map((map) => map.get(key));
      rows.push({ kind, key, values, differs: values.some((value) => !Object.is(value, values[0])) });
    }
  };
  collect(
    'param',
    runs.map((run) => new Map(run.params.map((param) => [param.key, param.value]))),
  );
  collect(
    'metric',
    runs.map((run) => new Map(run.metrics.map((metric) => [metric.key, metric.last.value]))),
  );
  return rows;
}

/** Compares two or more runs in the terminal. */
export async function compareRuns(engine: Engine, references: readonly string[], all: boolean, output: Output): Promise<void> {
  if (references.length < 2) throw invalid('give two runs or more to compare');
  const runs = await Promise.all(references.map((reference) => findRun(engine, reference)));
  const rows = comparison(runs).filter((row) => all || row.differs);
  if (output.json) {
    output.out(
      jsonText({
        runs: runs.map((run) => ({ runId: run.runId, name: run.runName })),
        rows: rows.map((row) => ({ ...row, values: row.values.map((value) => value ?? null) })),
      }),
    );
    return;
  }
  const cell = (value: string | number | undefined): string =>
    value === undefined ? '–' : typeof value === 'number' ? formatNumber(value) : value;
  output.out(
    table(
      ['', 'NAME', ...runs.map((run) => run.runName)],
      rows.map((row) => [row.kind, row.key, ...row.values.map(cell)]),
    ),
  );
  if (!all) output.say('Only what differs is shown; --all shows everything.\n');
}
