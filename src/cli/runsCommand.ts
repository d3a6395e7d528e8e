import { formatAge, formatDuration, formatNumber } from '../core/format';
import { headlineMetric } from '../core/metric';
import type { Run } from '../core/run';
import { missing } from '../core/errors';
import type { Engine } from '../store/engine';
import { jsonText, table, type Output } from './output';
import { everyExperiment } from '../store/pages';
import { searchRuns } from './runReference';

export interface RunsOptions {
  readonly experiment?: string;
  readonly filter?: string;
  readonly orderBy?: readonly string[];
  readonly limit: number;
  readonly deleted?: boolean;
}

/** What scripts get of a run: plain values by name, times in milliseconds since the epoch. */
export function runRecord(run: Run, experiment: string): Record<string, unknown> {
  return {
    runId: run.runId,
    name: run.runName,
    experiment,
    experimentId: run.experimentId,
    status: run.status,
    lifecycleStage: run.lifecycleStage,
    user: run.userId,
    startTime: run.startTime,
    endTime: run.endTime ?? null,
    artifactUri: run.artifactUri,
    params: Object.fromEntries(run.params.map((param) => [param.key, param.value])),
    metrics: Object.fromEntries(run.metrics.map((metric) => [metric.key, metric.last.value])),
    tags: run.tags,
  };
}

/** Lists runs, newest first. */
export async function listRuns(engine: Engine, options: RunsOptions, output: Output): Promise<void> {
  const experiments = await everyExperiment(engine, options.deleted ? 'ALL' : 'ACTIVE_ONLY');
  const chosen = options.experiment ? experiments.filter((experiment) => experiment.name === options.experiment) : experiments;
  if (options.experiment && chosen.length === 0) {
    throw missing(`no experiment '${options.experiment}': there are ${experiments.map((experiment) => experiment.name).join(', ')}`);
  }
  const names = new Map(chosen.map((experiment) => [experiment.experimentId, experiment.name]));
  const runs = await searchRuns(engine, {
    experimentIds: [...names.keys()],
    filter: options.filter,
    orderBy: options.orderBy,
    view: options.deleted ? 'DELETED_ONLY' : 'ACTIVE_ONLY',
    limit: options.limit,
  });
  if (output.json) {
    output.out(jsonText(runs.map((run) => runRecord(run, names.get(run.experimentId) ?? run.experimentId))));
    return;
  }
  if (runs.length === 0) {
    output.say(`No runs in ${engine.info.location}.\n`);
    return;
  }
  output.out(runsTable(runs, names, Date.now()));
}

/** The runs as a table for reading. */
export function runsTable(runs: readonly Run[], experiments: ReadonlyMap<string, string>, now: number): string {
  const rows = runs.map((run) => {
    const headline = headlineMetric(run.metrics);
    return [
      run.runId.slice(0, 8),
      run.runName,
      experiments.get(run.experimentId) ?? run.experimentId,
      run.status,
      headline ? formatNumber(headline.last.value) : '',
      headline?.key ?? '',
      formatDuration((run.endTime ?? now) - run.startTime),
      formatAge(run.startTime, now),
    ];
  });
  return table(['RUN', 'NAME', 'EXPERIMENT', 'STATUS', 'SCORE', 'METRIC', 'DURATION', 'AGE'], rows, [
    'left',
    'left',
    'left',
    'left',
    'right',
    'left',
    'right',
    'right',
  ]);
}
