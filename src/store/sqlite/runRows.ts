import { invalid, missing } from '../../core/errors';
import type { LifecycleStage } from '../../core/experiment';
import type { MetricSummary } from '../../core/metric';
import type { Param, Run, RunInfo, RunStatus } from '../../core/run';
import type { Database } from './database';
import { inputsOf } from './inputs';
import { METRIC_COLUMNS, type MetricRow, toSummary } from './metricRow';
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
  const params = byRun(paramRows(database, ids), ({ key, value }): Param => ({ key, value }));
  const metrics = byRun(metricRows(database, ids), toSummary);
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

function paramRows(database: Database, ids: readonly number[]): (Param & { run: number })[] {
  return database.all(
    'SELECT run, key, value FROM param WHERE run IN (SELECT value FROM json_each(?)) ORDER BY run, key',
    JSON.stringify(ids),
  );
}

function metricRows(database: Database, ids: readonly number[]): (MetricRow & { run: number })[] {
  return database.all(
    `SELECT run, ${METRIC_COLUMNS} FROM metric WHERE run IN (SELECT value FROM json_each(?)) ORDER BY run, key`,
    JSON.stringify(ids),
  );
}

function byRun<R extends { run: number }, T>(rows: readonly R[], make: (row: R) => T): Map<number, T[]> {
  const groups = new Map<number, T[]>();
  for (const row of rows) {
    const group = groups.get(row.run);
    if (group) group.push(make(row));
    else groups.set(row.run, [make(row)]);
  }
  return groups;
}
