import type { DatasetInput } from '../../core/dataset';
import type { Experiment, Tags } from '../../core/experiment';
import type { MetricPoint, MetricSummary } from '../../core/metric';
import type { Artifact, Run, RunInfo, RunStatus } from '../../core/run';
import { TagName } from '../../core/tagNames';
import type { WireDatasetInput, WireExperiment, WireFile, WireFloat, WireInt, WireMetric, WirePair, WireRun, WireRunInfo } from './wire';

const STATUSES: readonly RunStatus[] = ['RUNNING', 'SCHEDULED', 'FINISHED', 'FAILED', 'KILLED'];

export function readInt(value: WireInt | undefined, otherwise = 0): number {
  const number = Number(value ?? otherwise);
  return Number.isFinite(number) ? number : otherwise;
}

/** NaN and the infinities come as strings; an infinity is kept as the greatest number there is. */
export function readFloat(value: WireFloat | undefined): number {
  return Math.min(Math.max(Number(value ?? 0), -Number.MAX_VALUE), Number.MAX_VALUE);
}

export function readPairs(pairs: readonly WirePair[] | undefined): Tags {
  return Object.fromEntries((pairs ?? []).map(({ key, value }) => [key, value ?? '']));
}

export function readStage(stage: string | undefined): 'active' | 'deleted' {
  return stage?.toLowerCase() === 'deleted' ? 'deleted' : 'active';
}

export function readExperiment(wire: WireExperiment): Experiment {
  return {
    experimentId: wire.experiment_id,
    name: wire.name ?? '',
    lifecycleStage: readStage(wire.lifecycle_stage),
    artifactLocation: wire.artifact_location ?? '',
    creationTime: readInt(wire.creation_time),
    lastUpdateTime: readInt(wire.last_update_time),
    tags: readPairs(wire.tags),
  };
}

/** The name of a run of an old server is only in its tag. */
export function readRunInfo(wire: WireRunInfo = {}, tags: Tags = {}): RunInfo {
  const status = typeof wire.status === 'number' ? STATUSES[wire.status - 1] : STATUSES.find((name) => name === wire.status);
  const endTime = readInt(wire.end_time);
  return {
    runId: wire.run_id ?? wire.run_uuid ?? '',
    runName: wire.run_name || (tags[TagName.runName] ?? ''),
    experimentId: wire.experiment_id ?? '',
    userId: wire.user_id ?? '',
    status: status ?? 'RUNNING',
    startTime: readInt(wire.start_time),
    endTime: endTime === 0 ? undefined : endTime,
    lifecycleStage: readStage(wire.lifecycle_stage),
    artifactUri: wire.artifact_uri ?? '',
  };
}

/** What is known of a metric beside its last point, where its history has been read. */
export type KnownSummary = (runId: string, last: MetricPoint) => Pick<MetricSummary, 'min' | 'max' | 'count'> | undefined;

export function readRun(wire: WireRun, known: KnownSummary): Run {
  const tags = readPairs(wire.data?.tags);
  const info = readRunInfo(wire.info, tags);
  return {
    ...info,
    params: (wire.data?.params ?? []).map(({ key, value }) => ({ key, value: value ?? '' })),
    metrics: (wire.data?.metrics ?? []).map((metric) => {
      const last = readPoint(metric);
      const { key, value, step, timestamp } = last;
      const more = known(info.runId, last);
      return { key, last: { value, step, timestamp }, min: more?.min, max: more?.max, count: more?.count };
    }),
    tags,
    inputs: (wire.inputs?.dataset_inputs ?? []).map(readInput),
    modelInputs: (wire.inputs?.model_inputs ?? []).map((model) => model.model_id),
    modelOutputs: (wire.outputs?.model_outputs ?? []).map((model) => ({ modelId: model.model_id, step: readInt(model.step) })),
  };
}

function readInput({ tags, dataset = {} }: WireDatasetInput): DatasetInput {
  return {
    dataset: {
      name: dataset.name ?? '',
      digest: dataset.digest ?? '',
      sourceType: dataset.source_type ?? '',
      source: dataset.source ?? '',
      schema: dataset.schema,
      profile: dataset.profile,
    },
    tags: readPairs(tags),
  };
}

export function readPoint(wire: WireMetric): MetricPoint {
  return {
    key: wire.key,
    value: readFloat(wire.value),
    timestamp: readInt(wire.timestamp),
    step: readInt(wire.step),
    ...(wire.model_id ? { modelId: wire.model_id } : {}),
    ...(wire.dataset_name ? { datasetName: wire.dataset_name } : {}),
    ...(wire.dataset_digest ? { datasetDigest: wire.dataset_digest } : {}),
  };
}

/** A file or folder, its path under what was listed made whole. */
export function readFile(wire: WireFile, path: string): Artifact {
  const isDirectory = wire.is_dir ?? false;
  return { path, isDirectory, size: isDirectory ? undefined : readInt(wire.file_size) };
}
