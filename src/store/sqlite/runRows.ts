import { invalid, missing } from '../../core/errors';
import type { LifecycleStage } from '../../core/experiment';
import type { MetricSummary } from '../../core/metric';
import type { Param, Run, RunInfo, RunStatus } from '../../core/run';
import type { Database } from './database';
import { inputsOf } from './inputs';
import { modelLinksOf } from './runModels';
import type { StoreFolder } from './storeFolder';
import { RUN_TAGS, tagsOf } from './tags';

export interface RunRow {
  id: number;
  run_id: string;
  experiment: number;
  name: string;
  user_id: string;
  status: RunStatus;
  start_time: number;
  end_time: number | null;
  lifecycle_stage: LifecycleStage;
}

export function findRun(database: Database, runId: string): RunRow {
  const row = database.get<RunRow>('SELECT * FROM run WHERE run_id = ?', runId);
  if (!row) throw missing(`Run with id=${runId} not found`);
  return row;
}

/** For everything that writes into a run. */
export function activeRun(database: Database, runId: string): RunRow {
  const row = findRun(database, runId);
  if (row.lifecycle_stage !== 'active')
    throw invalid(`The run ${runId} must be in the 'active' state. Current state is ${row.lifecycle_stage}.`);
  return row;
}

export function toRunInfo(row: RunRow, folder: StoreFolder): RunInfo {
  const experimentId = String(row.experiment);
  return {
    runId: row.run_id,
    runName: row.name,
    experimentId,
    userId: row.user_id,
    status: row.status,
    startTime: row.start_time,
    endTime: row.end_time ?? undefined,
    lifecycleStage: row.lifecycle_stage,
    artifactUri: folder.uri(folder.runRoot(experimentId, row.run_id)),
  };
}

/** Everything of many runs with one query a table, whatever their number. */
export function describeRuns(database: Database, folder: StoreFolder, rows: readonly RunRow[]): Run[] {
  const ids = rows.map((row) => row.id);
  const params = byRun(paramRows(database, ids), (row): Param => ({ key: row[1], value: row[2] }));
  const metrics = byRun(metricRows(database, ids), summaryOf);
  const tags = tagsOf(database, RUN_TAGS, ids);
  const inputs = inputsOf(database, ids);
  const modelInputs = modelLinksOf(database, 'input', ids);
  const modelOutputs = modelLinksOf(database, 'output', ids);
  return rows.map((row) => ({
    ...toRunInfo(row, folder),
    params: params.get(row.id) ?? [],
    metrics: (metrics.get(row.id) ?? []) satisfies MetricSummary[],
    tags: tags.get(row.id)!,
    inputs: inputs.get(row.id) ?? [],
    modelInputs: (modelInputs.get(row.id) ?? []).map(({ modelId }) => modelId),
    modelOutputs: modelOutputs.get(row.id) ?? [],
  }));
}

type ParamRow = readonly [run: number, key: string, value: string];

function paramRows(database: Database, ids: readonly number[]): ParamRow[] {
  return database.lists(
    'SELECT run, key, value FROM param WHERE run IN (SELECT value FROM json_each(?)) ORDER BY run, key',
    JSON.stringify(ids),
  );
}

type LatestRow = readonly [
  run: number,
  key: string,
  count: number,
  value: number | null,
  step: number,
  time: number,
  least: number | null,
  leastStep: number | null,
  greatest: number | null,
  greatestStep: number | null,
];

function metricRows(database: Database, ids: readonly number[]): LatestRow[] {
  return database.lists(
    `SELECT run, key, count, last_value, last_step, last_time, min_value, min_step, max_value, max_step FROM metric
     WHERE run IN (SELECT value FROM json_each(?)) ORDER BY run, key`,
    JSON.stringify(ids),
  );
}

/** Values are null where they are NaN. */
function summaryOf([, key, count, value, step, time, least, leastStep, greatest, greatestStep]: LatestRow): MetricSummary {
  return {
    key,
    last: { value: value ?? NaN, step, timestamp: time },
    min: least === null ? undefined : { value: least, step: leastStep! },
    max: greatest === null ? undefined : { value: greatest, step: greatestStep! },
    count,
  };
}

function byRun<R extends readonly [run: number, ...unknown[]], T>(rows: readonly R[], make: (row: R) => T): Map<number, T[]> {
  const groups = new Map<number, T[]>();
  for (const row of rows) {
    const group = groups.get(row[0]);
    if (group) group.push(make(row));
    else groups.set(row[0], [make(row)]);
  }
  return groups;
}
