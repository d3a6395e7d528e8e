import type { DatasetInput } from '../../core/dataset';
import type { MetricPoint } from '../../core/metric';
import type { WirePair } from './wire';

export function writePairs(record: Readonly<Record<string, string>> | undefined): WirePair[] {
  return Object.entries(record ?? {}).map(([key, value]) => ({ key, value }));
}

/** JSON has no NaN and no infinity; the latter is what every store keeps of it. */
export function writeFloat(value: number): number | 'NaN' {
  return Number.isNaN(value) ? 'NaN' : Math.min(Math.max(value, -Number.MAX_VALUE), Number.MAX_VALUE);
}

export function writePoint(point: MetricPoint, runId: string): object {
  const { key, value, timestamp, step, modelId, datasetName, datasetDigest } = point;
  return {
    key,
    value: writeFloat(value),
    timestamp,
    step,
    ...(modelId === undefined ? {} : { model_id: modelId, run_id: runId }),
    ...(datasetName === undefined ? {} : { dataset_name: datasetName }),
    ...(datasetDigest === undefined ? {} : { dataset_digest: datasetDigest }),
  };
}

export function writeInput({ dataset, tags }: DatasetInput): object {
  const { name, digest, sourceType, source, schema, profile } = dataset;
  return { tags: writePairs(tags), dataset: { name, digest, source_type: sourceType, source, schema, profile } };
}
