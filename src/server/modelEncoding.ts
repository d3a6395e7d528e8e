import type { LoggedModel, ModelMetric, ModelVersion, RegisteredModel } from '../core/model';
import { filled, writeFloat, writePairs } from './encoding';
import type { ArtifactUris } from './artifactUris';

export function writeModel(model: RegisteredModel): object {
  return {
    name: model.name,
    creation_timestamp: model.creationTime,
    last_updated_timestamp: model.lastUpdateTime,
    ...described(model.description),
    ...filled('latest_versions', model.latestVersions.map(writeListedVersion)),
    ...filled('tags', writePairs(model.tags)),
    ...filled(
      'aliases',
      Object.entries(model.aliases).map(([alias, version]) => ({ alias, version: String(version) })),
    ),
  };
}

export function writeVersion(version: ModelVersion): object {
  return {
    name: version.name,
    version: String(version.version),
    creation_timestamp: version.creationTime,
    last_updated_timestamp: version.lastUpdateTime,
    ...(version.userId === '' ? {} : { user_id: version.userId }),
    current_stage: version.currentStage,
    description: version.description,
    source: version.source,
    run_id: version.runId ?? '',
    status: version.status,
    run_link: version.runLink,
    ...filled('tags', writePairs(version.tags)),
    ...filled('aliases', version.aliases),
  };
}

/** MLflow's lists leave the aliases out. */
export function writeListedVersion(version: ModelVersion): object {
  return writeVersion({ ...version, aliases: [] });
}

/** The logged model that a version's source names. */
export function modelIdOf(source: string): string | undefined {
  return /^models:\/+(m-[0-9a-f]{32})$/.exec(source)?.[1];
}

const STATUS = {
  PENDING: 'LOGGED_MODEL_PENDING',
  READY: 'LOGGED_MODEL_READY',
  FAILED: 'LOGGED_MODEL_UPLOAD_FAILED',
} as const;

export function writeLoggedModel(model: LoggedModel, uris: ArtifactUris): object {
  return {
    info: {
      model_id: model.modelId,
      experiment_id: model.experimentId,
      name: model.name,
      creation_timestamp_ms: model.creationTime,
      last_updated_timestamp_ms: model.lastUpdateTime,
      artifact_uri: uris.toWire(model.artifactUri),
      status: STATUS[model.status],
      model_type: model.modelType,
      source_run_id: model.sourceRunId ?? '',
      ...filled('tags', writePairs(model.tags)),
    },
    data: {
      ...filled('params', writePairs(model.params)),
      ...filled(
        'metrics',
        model.metrics.map((metric) => writeModelMetric(metric, model.modelId)),
      ),
    },
  };
}

function writeModelMetric({ key, value, timestamp, step, runId, datasetName, datasetDigest }: ModelMetric, modelId: string): object {
  return {
    key,
    value: writeFloat(value),
    timestamp,
    step,
    ...(datasetName === undefined ? {} : { dataset_name: datasetName }),
    ...(datasetDigest === undefined ? {} : { dataset_digest: datasetDigest }),
    model_id: modelId,
    run_id: runId,
  };
}

function described(description: string): object {
  return description === '' ? {} : { description };
}
