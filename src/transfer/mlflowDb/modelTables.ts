import type { ModelMetric } from '../../core/model';
import { isPrompt, modelStatus, versionStage } from '../mlflowTerms';
import type { Problems } from '../problems';
import { portableSource } from '../references';
import type { SourceModel, SourceRegisteredModel, SourceVersion } from '../source';
import { type ReadOnlyDatabase, textOf, wholeOf } from './readOnlyDatabase';
import { measured, texts } from './runTables';

const MODEL_COLUMNS = [
  'model_id',
  'name',
  'artifact_location',
  'creation_timestamp_ms',
  'status',
  'lifecycle_stage',
  'model_type',
  'source_run_id',
];

export interface DatabaseModel {
  readonly model: SourceModel;
  readonly artifactUri: string | undefined;
}

/** An experiment's logged models, as MLflow keeps them from 3.0 on. */
export function readModels(database: ReadOnlyDatabase, experimentId: string): DatabaseModel[] {
  const rows = database.rows(
    'logged_models',
    MODEL_COLUMNS,
    'WHERE experiment_id = ? ORDER BY creation_timestamp_ms, model_id',
    experimentId,
  );
  return rows
    .filter((row) => textOf(row['lifecycle_stage']) !== 'deleted')
    .map((row) => {
      const modelId = textOf(row['model_id']) ?? '';
      const named = (table: string, key: string, value: string): Record<string, string> =>
        Object.fromEntries(
          database
            .rows(table, [key, value], 'WHERE model_id = ?', modelId)
            .map((each) => [textOf(each[key]) ?? '', textOf(each[value]) ?? '']),
        );
      return {
        model: {
          modelId,
          experimentId,
          name: textOf(row['name']) ?? modelId,
          modelType: textOf(row['model_type']) ?? '',
          sourceRunId: textOf(row['source_run_id']),
          runPath: undefined,
          status: modelStatus(textOf(row['status'])),
          creationTime: wholeOf(row['creation_timestamp_ms']) ?? 0,
          params: named('logged_model_params', 'param_key', 'param_value'),
          tags: named('logged_model_tags', 'tag_key', 'tag_value'),
          measurements: readMeasurements(database, modelId),
        },
        artifactUri: textOf(row['artifact_location']),
      };
    });
}

function readMeasurements(database: ReadOnlyDatabase, modelId: string): ModelMetric[] {
  const columns = ['metric_name', 'metric_timestamp_ms', 'metric_step', 'metric_value', 'run_id', 'dataset_name', 'dataset_digest'];
  const found: ModelMetric[] = [];
  for (const row of database.rows(
    'logged_model_metrics',
    columns,
    'WHERE model_id = ? ORDER BY metric_step, metric_timestamp_ms',
    modelId,
  )) {
    const value = measured(row['metric_value'] ?? null, null);
    const timestamp = wholeOf(row['metric_timestamp_ms']);
    if (value === undefined || timestamp === undefined) continue;
    found.push({
      key: textOf(row['metric_name']) ?? '',
      value,
      timestamp,
      step: wholeOf(row['metric_step']) ?? 0,
      runId: textOf(row['run_id']) ?? '',
      datasetName: textOf(row['dataset_name']),
      datasetDigest: textOf(row['dataset_digest']),
    });
  }
  return found;
}

/** The registry, as MLflow keeps it from 1.4 on. */
export function readRegistry(database: ReadOnlyDatabase, problems: Problems): SourceRegisteredModel[] {
  const found: SourceRegisteredModel[] = [];
  // Servers with workspaces keep the same name once for each; the first one is taken, and the others are told.
  for (const row of database.rows('registered_models', ['name', 'description', 'creation_time', 'workspace'], 'ORDER BY name')) {
    const name = textOf(row['name']) ?? '';
    const tags = texts(database.rows('registered_model_tags', ['key', 'value'], 'WHERE name = ?', name));
    if (isPrompt(tags)) {
      problems.add(`the registered model ${name}`, 'It is a prompt, no model, and is left out.');
      continue;
    }
    if (found.some((model) => model.name === name)) {
      problems.add(
        `the registered model ${name} of the workspace ${textOf(row['workspace']) ?? ''}`,
        'Another workspace has one of this name.',
      );
      continue;
    }
    const aliases = database.rows('registered_model_aliases', ['alias', 'version'], 'WHERE name = ?', name);
    found.push({
      name,
      description: textOf(row['description']) ?? '',
      creationTime: wholeOf(row['creation_time']),
      tags,
      aliases: Object.fromEntries(aliases.map((alias) => [textOf(alias['alias']) ?? '', wholeOf(alias['version']) ?? 0])),
      versions: readVersions(database, name),
    });
  }
  return found;
}

function readVersions(database: ReadOnlyDatabase, name: string): SourceVersion[] {
  const columns = [
    'version',
    'creation_time',
    'description',
    'user_id',
    'current_stage',
    'source',
    'storage_location',
    'run_id',
    'run_link',
  ];
  const found: SourceVersion[] = [];
  for (const row of database.rows('model_versions', columns, 'WHERE name = ? ORDER BY version', name)) {
    const stage = versionStage(textOf(row['current_stage']));
    const version = wholeOf(row['version']);
    if (stage === undefined || version === undefined) continue;
    const runId = textOf(row['run_id']) || undefined;
    found.push({
      version,
      creationTime: wholeOf(row['creation_time']),
      description: textOf(row['description']) ?? '',
      userId: textOf(row['user_id']) ?? '',
      stage,
      source: portableSource(textOf(row['source']) ?? textOf(row['storage_location']) ?? '', runId),
      runId,
      runLink: textOf(row['run_link']) ?? '',
      tags: texts(database.rows('model_version_tags', ['key', 'value'], 'WHERE name = ? AND version = ?', name, version)),
    });
  }
  return found;
}
