import { posix } from 'node:path';
import type { DatasetInput } from '../core/dataset';
import { invalid } from '../core/errors';
import type { MetricPoint } from '../core/metric';
import type { Batch } from './engine';

/** MLflow's limits (version 3), in characters unless said otherwise. */
export const Limit = {
  metricsPerBatch: 1_000,
  paramsPerBatch: 100,
  tagsPerBatch: 100,
  entitiesPerBatch: 1_000,
  key: 250,
  paramValue: 6_000,
  tagValue: 8_000,
  experimentTagValue: 20_000,
  registryTagValue: 100_000,
  experimentName: 500,
  modelName: 256,
  alias: 255,
  description: 5_000,
  runLink: 500,
  datasetName: 500,
  datasetDigest: 36,
  datasetSource: 65_535,
  datasetSchema: 1_048_575,
  datasetsPerBatch: 1_000,
  datasetProfile: 16_777_215,
} as const;

const NAME = /^[/\p{L}\p{N}_.\- :]*$/u;
const NAME_RULE = 'Names may only contain alphanumerics, underscores (_), dashes (-), periods (.), spaces ( ), colon(:) and slashes (/).';

/** Refuses a key of a metric, param or tag that MLflow would refuse. `path` says where it stands in the request. */
export function checkKey(key: string, path: string): void {
  if (typeof key !== 'string' || key === '') throw invalid(`Missing value for required parameter '${path}'. Give it a name.`);
  if (key.length > Limit.key) throw invalid(`'${path}' exceeds the maximum length of ${Limit.key} characters: ${quote(key)}`);
  if (!NAME.test(key)) throw invalid(`Invalid value ${quote(key)} for parameter '${path}' supplied: ${NAME_RULE}`);
  if (!isNormalized(key))
    throw invalid(
      `Invalid value ${quote(key)} for parameter '${path}' supplied: Names may be treated as files in certain cases, and must not resolve to other names when treated as such.`,
    );
}

/** Refuses a text that is too long or no text. */
export function checkLength(value: string, limit: number, path: string): void {
  if (typeof value !== 'string') throw invalid(`Invalid value ${quote(value)} for parameter '${path}' supplied: it must be a string.`);
  if (value.length > limit) throw invalid(`'${path}' exceeds the maximum length of ${limit} characters: it has ${value.length}.`);
}

/** Refuses an experiment's name that is empty or too long. */
export function checkExperimentName(name: string): void {
  if (typeof name !== 'string' || name.trim() === '') throw invalid(`Invalid experiment name: ${quote(name)}. Give the experiment a name.`);
  checkLength(name, Limit.experimentName, 'name');
}

/** Refuses an empty or overlong name of a registered model, and the characters that its URI `models:/name/version` reserves. */
export function checkModelName(name: string): void {
  if (typeof name !== 'string' || name.trim() === '') throw invalid('Registered model name cannot be empty.');
  if (/[/:]/.test(name)) throw invalid(`Invalid name ${quote(name)} of a registered model: it must not contain '/' or ':'.`);
  checkLength(name, Limit.modelName, 'name');
  if (!isNormalized(name))
    throw invalid(
      `Invalid value ${quote(name)} for parameter 'name' supplied: Names may be treated as files in certain cases, and must not resolve to other names when treated as such.`,
    );
}

/** Refuses aliases that are too long, reserved (`latest`) or look like a version (`v1`). */
export function checkAlias(alias: string): void {
  if (typeof alias !== 'string' || alias === '') throw invalid('Registered model alias name cannot be empty.');
  checkLength(alias, Limit.alias, 'alias');
  if (!/^[\p{L}\p{N}_-]+$/u.test(alias))
    throw invalid(`Invalid alias name: ${quote(alias)}. Names may only contain alphanumerics, underscores (_) and dashes (-).`);
  if (alias.toLowerCase() === 'latest') throw invalid("'latest' alias name (case insensitive) is reserved.");
  if (/^v\d+$/i.test(alias)) throw invalid(`Version alias name ${quote(alias)} is reserved.`);
}

/** Refuses a batch that is too large or holds a key or value that no store takes. */
export function checkBatch(batch: Batch): void {
  const metrics = batch.metrics ?? [];
  const params = batch.params ?? [];
  const tags = Object.entries(batch.tags ?? {});
  checkCount(metrics.length, Limit.metricsPerBatch, 'metrics');
  checkCount(params.length, Limit.paramsPerBatch, 'params');
  checkCount(tags.length, Limit.tagsPerBatch, 'tags');
  checkCount(metrics.length + params.length + tags.length, Limit.entitiesPerBatch, 'metrics, params, and tags');
  checkPoints(metrics);
  const seen = new Set<string>();
  params.forEach(({ key, value }, index) => {
    checkKey(key, `params[${index}].key`);
    checkLength(value, Limit.paramValue, `params[${index}].value`);
    if (seen.has(key))
      throw invalid(
        `Duplicate parameter keys have been submitted: ${quote(key)}. Please ensure the request contains only one param value per param key.`,
      );
    seen.add(key);
  });
  for (const [key, value] of tags) checkTag(key, value, Limit.tagValue);
}

/** Refuses inputs without a name, a digest or a source, and overlong ones. */
export function checkInputs(inputs: readonly DatasetInput[]): void {
  inputs.forEach(({ dataset, tags }, index) => {
    const path = `datasets[${index}].dataset`;
    for (const part of ['name', 'digest', 'sourceType', 'source'] as const)
      if (typeof dataset[part] !== 'string' || dataset[part] === '')
        throw invalid(`Missing value for required parameter '${path}.${part}'.`);
    checkLength(dataset.name, Limit.datasetName, `${path}.name`);
    checkLength(dataset.digest, Limit.datasetDigest, `${path}.digest`);
    checkLength(dataset.source, Limit.datasetSource, `${path}.source`);
    if (dataset.schema !== undefined) checkLength(dataset.schema, Limit.datasetSchema, `${path}.schema`);
    if (dataset.profile !== undefined) checkLength(dataset.profile, Limit.datasetProfile, `${path}.profile`);
    for (const [key, value] of Object.entries(tags)) checkTag(key, value, Limit.tagValue);
  });
}

export function checkTag(key: string, value: string, limit: number): void {
  checkKey(key, 'key');
  checkLength(value, limit, `tag '${key}'`);
}

function checkPoints(points: readonly MetricPoint[]): void {
  let last = '';
  for (let index = 0; index < points.length; index++) {
    const point = points[index]!;
    if (point.key !== last) checkKey(point.key, `metrics[${index}].key`);
    last = point.key;
    if (typeof point.value !== 'number')
      throw invalid(`Invalid value ${quote(point.value)} for parameter 'metrics[${index}].value' supplied: it must be a number.`);
    if (!Number.isSafeInteger(point.timestamp))
      throw invalid(
        `Invalid value ${quote(point.timestamp)} for parameter 'metrics[${index}].timestamp' supplied: it must be an integer number of milliseconds.`,
      );
    if ((point.datasetName === undefined) !== (point.datasetDigest === undefined))
      throw invalid('Both dataset_name and dataset_digest must be provided if one is provided');
    if (!Number.isSafeInteger(point.step))
      throw invalid(`Invalid value ${quote(point.step)} for parameter 'metrics[${index}].step' supplied: it must be an integer.`);
  }
}

function checkCount(count: number, limit: number, what: string): void {
  if (count > limit)
    throw invalid(
      `A batch logging request can contain at most ${limit} ${what}. Got ${count} ${what}. Please split up ${what} across multiple requests and try again.`,
    );
}

function isNormalized(key: string): boolean {
  const normal = posix.normalize(key);
  return normal === key && normal !== '.' && !normal.startsWith('..') && !normal.startsWith('/');
}

/** A value as messages show it, shortened. */
export function quote(value: unknown): string {
  const text = typeof value === 'number' ? String(value) : (JSON.stringify(value) ?? String(value));
  return text.length > 120 ? `${text.slice(0, 117)}…"` : text;
}
