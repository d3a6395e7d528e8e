import type { DatasetInput } from '../core/dataset';
import { invalid } from '../core/errors';
import type { Experiment, Tags } from '../core/experiment';
import type { MetricPoint, MetricSummary } from '../core/metric';
import type { Artifact, Run, RunInfo } from '../core/run';
import type { ArtifactUris } from './artifactUris';

export interface Pair {
  readonly key: string;
  readonly value?: string;
}

/** A number of 64 bits, which JSON may carry as a string. */
export function readInt(value: number | string, name: string): number {
  const number = Number(value);
  if (!Number.isSafeInteger(number)) throw invalid(`Invalid value ${value} for parameter '${name}' supplied: it is too large.`);
  return number;
}

export function readOptionalInt(value: number | string | undefined, name: string): number | undefined {
  return value === undefined ? undefined : readInt(value, name);
}

/** A double; NaN and the infinities come as strings, and an infinity is kept as the greatest number there is. */
export function readFloat(value: number | string, name: string): number {
  if (value === 'NaN') return NaN;
  const number = Number(value);
  if (Number.isNaN(number) || (typeof value === 'string' && value.trim() === ''))
    throw invalid(`Invalid value ${JSON.stringify(value)} for parameter '${name}' supplied: it must be a number.`);
  return Math.min(Math.max(number, -Number.MAX_VALUE), Number.MAX_VALUE);
}

export function writeFloat(value: number): number | 'NaN' {
  return Number.isNaN(value) ? 'NaN' : value;
}

export function readFlag(value: boolean | string | undefined): boolean {
  return value === true || (typeof value === 'string' && value.toLowerCase() === 'true');
}

export function readTexts(value: string | readonly string[] | undefined): readonly string[] {
  return typeof value === 'string' ? [value] : (value ?? []);
}

/** Pairs as a record; the last of a key wins. */
export function readPairs(pairs: readonly Pair[] | undefined): Tags {
  return Object.fromEntries((pairs ?? []).map(({ key, value }) => [key, value ?? '']));
}

/** A text cut to what a store takes, as MLflow cuts long values of params and of runs' tags. */
export function cut(text: string, limit: number): string {
  return text.length > limit ? text.slice(0, limit) : text;
}

export function writePairs(record: Readonly<Record<string, string>>): { key: string; value: string }[] {
  return Object.entries(record).map(([key, value]) => ({ key, value }));
}

/** A list that a tag keeps as JSON; empty where it is none, since anybody may write the tag. */
export function readList(json: string | undefined): readonly unknown[] {
  try {
    const list: unknown = JSON.parse(json ?? '[]');
    return Array.isArray(list) ? list : [];
  } catch {
    return [];
  }
}

/** Leaves lists out that hold nothing, as MLflow does. */
export function filled<T>(name: string, items: readonly T[]): Record<string, readonly T[]> {
  return items.length > 0 ? { [name]: items } : {};
}

/** A page of a search under its name. */
export function writePage<T>(name: string, items: readonly T[], nextPageToken: string | undefined): object {
  return { ...filled(name, items), ...(nextPageToken === undefined ? {} : { next_page_token: nextPageToken }) };
}

export function writeExperiment(experiment: Experiment, uris: ArtifactUris): object {
  return {
    experiment_id: experiment.experimentId,
    name: experiment.name,
    artifact_location: uris.toWire(experiment.artifactLocation),
    lifecycle_stage: experiment.lifecycleStage,
    last_update_time: experiment.lastUpdateTime,
    creation_time: experiment.creationTime,
    ...filled('tags', writePairs(experiment.tags)),
  };
}

export function writeRunInfo(info: RunInfo, uris: ArtifactUris): object {
  return {
    run_uuid: info.runId,
    experiment_id: info.experimentId,
    run_name: info.runName,
    user_id: info.userId,
    status: info.status,
    start_time: info.startTime,
    ...(info.endTime === undefined ? {} : { end_time: info.endTime }),
    artifact_uri: uris.toWire(info.artifactUri),
    lifecycle_stage: info.lifecycleStage,
    run_id: info.runId,
  };
}

/** A run that is new has logged no models yet. */
export function writeNewRun(run: Run, uris: ArtifactUris): object {
  return {
    info: writeRunInfo(run, uris),
    data: {
      ...filled('metrics', run.metrics.map(writeLatest)),
      ...filled('params', run.params),
      ...filled('tags', writePairs(run.tags)),
    },
    inputs: {
      ...filled('dataset_inputs', run.inputs.map(writeInput)),
      ...filled(
        'model_inputs',
        run.modelInputs.map((modelId) => ({ model_id: modelId })),
      ),
    },
  };
}

export function writeRun(run: Run, uris: ArtifactUris): object {
  const outputs = run.modelOutputs.map(({ modelId, step }) => ({ model_id: modelId, step }));
  return { ...writeNewRun(run, uris), outputs: filled('model_outputs', outputs) };
}

function writeLatest({ key, last }: MetricSummary): object {
  return { key, value: writeFloat(last.value), timestamp: last.timestamp, step: last.step };
}

function writeInput({ dataset, tags }: DatasetInput): object {
  const { name, digest, sourceType, source, schema, profile } = dataset;
  return {
    ...filled('tags', writePairs(tags)),
    dataset: { name, digest, source_type: sourceType, source, schema, profile },
  };
}

export function writePoint({ key, value, timestamp, step }: MetricPoint): object {
  return { key, value: writeFloat(value), timestamp, step };
}

/** Like MLflow, which leaves the size of an empty file out. */
export function writeFile({ path, isDirectory, size }: Artifact): object {
  return { path, is_dir: isDirectory, ...(size ? { file_size: size } : {}) };
}
