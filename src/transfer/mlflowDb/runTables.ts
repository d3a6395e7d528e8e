import type { DatasetInput } from '../../core/dataset';
import type { MetricPoint } from '../../core/metric';
import type { SourceExperiment, SourceRun } from '../source';
import { runStatus, withOldFields } from '../mlflowTerms';
import type { Problems } from '../problems';
import { TagName } from '../../core/tagNames';
import { type ReadOnlyDatabase, type Row, textOf, wholeOf } from './readOnlyDatabase';

const PAGE = 5_000;
const RUN_COLUMNS = [
  'run_uuid',
  'name',
  'source_type',
  'source_name',
  'entry_point_name',
  'user_id',
  'status',
  'start_time',
  'end_time',
  'source_version',
  'lifecycle_stage',
  'artifact_uri',
  'experiment_id',
];

export function readExperiments(database: ReadOnlyDatabase): SourceExperiment[] {
  return database
    .rows('experiments', ['experiment_id', 'name', 'lifecycle_stage', 'creation_time'], 'ORDER BY experiment_id')
    .map((row) => ({
      experimentId: textOf(row['experiment_id']) ?? '',
      name: textOf(row['name']) ?? '',
      lifecycleStage: stageOf(row),
      creationTime: wholeOf(row['creation_time']),
      tags: texts(database.rows('experiment_tags', ['key', 'value'], 'WHERE experiment_id = ?', textOf(row['experiment_id']) ?? '')),
    }));
}

export function readRunIds(database: ReadOnlyDatabase, experimentId: string, deleted: boolean): string[] {
  const rows = database.rows(
    'runs',
    ['run_uuid', 'lifecycle_stage'],
    'WHERE experiment_id = ? ORDER BY start_time, run_uuid',
    experimentId,
  );
  return rows.filter((row) => deleted || stageOf(row) === 'active').map((row) => textOf(row['run_uuid']) ?? '');
}

export interface DatabaseRun {
  readonly run: SourceRun;
  readonly artifactUri: string | undefined;
}

export function readRun(database: ReadOnlyDatabase, runId: string, problems: Problems): DatabaseRun | undefined {
  const [row] = database.rows('runs', RUN_COLUMNS, 'WHERE run_uuid = ?', runId);
  if (!row) return undefined;
  const word = textOf(row['status']);
  const status = runStatus(word);
  if (status === undefined) problems.add(`the run ${runId}`, `Its status ${word} is none: the run is taken as FAILED.`);
  const tags = texts(database.rows('tags', ['key', 'value'], 'WHERE run_uuid = ?', runId));
  const user = textOf(row['user_id']) || (tags[TagName.user] ?? '');
  const endTime = wholeOf(row['end_time']);
  const run: SourceRun = {
    runId,
    runName: textOf(row['name']) || (tags[TagName.runName] ?? ''),
    experimentId: textOf(row['experiment_id']) ?? '',
    userId: user,
    status: status ?? 'FAILED',
    startTime: wholeOf(row['start_time']) ?? endTime ?? 0,
    endTime,
    lifecycleStage: stageOf(row),
    params: Object.entries(texts(database.rows('params', ['key', 'value'], 'WHERE run_uuid = ?', runId))).map(([key, value]) => ({
      key,
      value,
    })),
    tags: withOldFields(tags, {
      sourceName: textOf(row['source_name']),
      sourceType: textOf(row['source_type']),
      sourceVersion: textOf(row['source_version']),
      entryPoint: textOf(row['entry_point_name']),
      user,
    }),
    inputs: readInputs(database, runId),
    modelInputs: linked(database, 'RUN_INPUT', 'MODEL_INPUT', runId).map((link) => link.modelId),
    modelOutputs: linked(database, 'RUN_OUTPUT', 'MODEL_OUTPUT', runId),
    summaries: undefined,
  };
  return { run, artifactUri: textOf(row['artifact_uri']) || undefined };
}

/** All points of a run, by the rows' own order; each page is a question of its own, so that nobody waits for us. */
export function* readPoints(database: ReadOnlyDatabase, runId: string, problems: Problems): Iterable<readonly MetricPoint[]> {
  if (!database.has('metrics')) return;
  const columns = ['key', 'value', 'timestamp', 'step', 'is_nan'].map((name) =>
    database.hasColumn('metrics', name) ? name : `NULL AS ${name}`,
  );
  let after = -1;
  for (;;) {
    const rows = database.all(
      `SELECT rowid AS "row", ${columns.join(', ')} FROM metrics WHERE run_uuid = ? AND rowid > ? ORDER BY rowid LIMIT ${PAGE}`,
      runId,
      after,
    );
    const points: MetricPoint[] = [];
    for (const row of rows) {
      const point = pointOf(row);
      if (point) points.push(point);
      else
        problems.add(
          `the run ${runId}, the metric ${textOf(row['key']) ?? ''}`,
          'One of its points is no number at a whole time and step.',
        );
    }
    yield points;
    if (rows.length < PAGE) return;
    after = Number(rows.at(-1)!['row']);
  }
}

function pointOf(row: Row): MetricPoint | undefined {
  const key = textOf(row['key']);
  const timestamp = wholeOf(row['timestamp']);
  const step = wholeOf(row['step'] ?? 0);
  const value = measured(row['value'], row['is_nan']);
  if (key === undefined || timestamp === undefined || step === undefined || value === undefined) return undefined;
  return { key, value, timestamp, step };
}

/** NaN is kept as 0 with a mark; in the first versions as NULL. */
export function measured(value: Row[string] | undefined, isNan: Row[string] | undefined): number | undefined {
  if (value === null || (isNan !== null && isNan !== undefined && Number(isNan) !== 0)) return NaN;
  if (typeof value === 'number' || typeof value === 'bigint') return Number(value);
  return undefined;
}

function readInputs(database: ReadOnlyDatabase, runId: string): DatasetInput[] {
  if (!database.has('datasets')) return [];
  const links = database.rows(
    'inputs',
    ['input_uuid', 'source_id'],
    `WHERE source_type = 'DATASET' AND destination_type = 'RUN' AND destination_id = ? ORDER BY rowid`,
    runId,
  );
  const inputs: DatasetInput[] = [];
  for (const link of links) {
    const [row] = database.rows(
      'datasets',
      ['name', 'digest', 'dataset_source_type', 'dataset_source', 'dataset_schema', 'dataset_profile'],
      'WHERE dataset_uuid = ?',
      textOf(link['source_id']) ?? '',
    );
    if (!row) continue;
    inputs.push({
      dataset: {
        name: textOf(row['name']) ?? '',
        digest: textOf(row['digest']) ?? '',
        sourceType: textOf(row['dataset_source_type']) ?? '',
        source: textOf(row['dataset_source']) ?? '',
        schema: textOf(row['dataset_schema']),
        profile: textOf(row['dataset_profile']),
      },
      tags: texts(database.rows('input_tags', ['name', 'value'], 'WHERE input_uuid = ?', textOf(link['input_uuid']) ?? ''), 'name'),
    });
  }
  return inputs;
}

function linked(database: ReadOnlyDatabase, source: string, destination: string, runId: string): { modelId: string; step: number }[] {
  return database
    .rows(
      'inputs',
      ['destination_id', 'step'],
      `WHERE source_type = ? AND destination_type = ? AND source_id = ? ORDER BY rowid`,
      source,
      destination,
      runId,
    )
    .map((row) => ({ modelId: textOf(row['destination_id']) ?? '', step: wholeOf(row['step']) ?? 0 }));
}

export function texts(rows: readonly Row[], key = 'key'): Record<string, string> {
  return Object.fromEntries(rows.map((row) => [textOf(row[key]) ?? '', textOf(row['value']) ?? '']));
}

function stageOf(row: Row): 'active' | 'deleted' {
  return textOf(row['lifecycle_stage']) === 'deleted' ? 'deleted' : 'active';
}
