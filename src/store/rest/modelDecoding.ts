import type { LoggedModel, LoggedModelStatus, ModelMetric, ModelStage, ModelVersion, RegisteredModel } from '../../core/model';
import { readFloat, readInt, readPairs } from './decoding';
import type { WireLoggedModel, WireMetric, WireModel, WireVersion } from './wire';

const STAGES: readonly ModelStage[] = ['None', 'Staging', 'Production', 'Archived'];
const STATUSES: readonly ModelVersion['status'][] = ['PENDING_REGISTRATION', 'FAILED_REGISTRATION', 'READY'];

export function readVersion(wire: WireVersion, aliases: readonly string[] = wire.aliases ?? []): ModelVersion {
  const stage = wire.current_stage?.toLowerCase();
  return {
    name: wire.name,
    version: readInt(wire.version),
    creationTime: readInt(wire.creation_timestamp),
    lastUpdateTime: readInt(wire.last_updated_timestamp),
    description: wire.description ?? '',
    userId: wire.user_id ?? '',
    currentStage: STAGES.find((name) => name.toLowerCase() === stage) ?? 'None',
    source: wire.source ?? '',
    runId: wire.run_id ? wire.run_id : undefined,
    runLink: wire.run_link ?? '',
    status: STATUSES.find((name) => name === wire.status) ?? 'READY',
    tags: readPairs(wire.tags),
    aliases: [...aliases].sort(),
  };
}

/** A model; its lists of versions leave the aliases out, which the model itself tells. */
export function readModel(wire: WireModel): RegisteredModel {
  const aliases = Object.fromEntries(
    (wire.aliases ?? []).map(({ alias, version }) => [alias, readInt(version)] as const).sort(([a], [b]) => (a < b ? -1 : 1)),
  );
  return {
    name: wire.name,
    description: wire.description ?? '',
    creationTime: readInt(wire.creation_timestamp),
    lastUpdateTime: readInt(wire.last_updated_timestamp),
    tags: readPairs(wire.tags),
    aliases,
    latestVersions: (wire.latest_versions ?? []).map((version) => readVersion(version, aliasesOf(aliases, readInt(version.version)))),
  };
}

export function aliasesOf(aliases: Readonly<Record<string, number>>, version: number): string[] {
  return Object.keys(aliases).filter((alias) => aliases[alias] === version);
}

export function readLoggedModel({ info, data }: WireLoggedModel): LoggedModel {
  return {
    modelId: info?.model_id ?? '',
    experimentId: info?.experiment_id ?? '',
    name: info?.name ?? '',
    modelType: info?.model_type ?? '',
    sourceRunId: info?.source_run_id ? info.source_run_id : undefined,
    status: readStatus(info?.status),
    artifactUri: info?.artifact_uri ?? '',
    creationTime: readInt(info?.creation_timestamp_ms),
    lastUpdateTime: readInt(info?.last_updated_timestamp_ms),
    // Servers don't tell of deleted ones.
    lifecycleStage: 'active',
    params: readPairs(data?.params),
    metrics: (data?.metrics ?? []).map(readMetric),
    tags: readPairs(info?.tags),
  };
}

function readMetric(wire: WireMetric): ModelMetric {
  return {
    key: wire.key,
    value: readFloat(wire.value),
    timestamp: readInt(wire.timestamp),
    step: readInt(wire.step),
    runId: wire.run_id ?? '',
    datasetName: wire.dataset_name ? wire.dataset_name : undefined,
    datasetDigest: wire.dataset_digest ? wire.dataset_digest : undefined,
  };
}

function readStatus(status: string | number | undefined): LoggedModelStatus {
  const name = String(status);
  if (name === 'LOGGED_MODEL_READY' || name === '2') return 'READY';
  if (name === 'LOGGED_MODEL_UPLOAD_FAILED' || name === '3') return 'FAILED';
  return 'PENDING';
}
