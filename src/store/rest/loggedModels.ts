import { invalid } from '../../core/errors';
import type { LoggedModel } from '../../core/model';
import { normalizeArtifactPath } from '../artifactPath';
import type { LoggedModelQuery, LoggedModels, MetricOrder, NewLoggedModel, Page } from '../engine';
import { Limit, checkKey, checkLength, checkTag } from '../limits';
import { type Api, pageOf } from './api';
import { writePairs } from './encoding';
import { RemoteError } from './failures';
import type { Journal } from './journal';
import { readLoggedModel } from './modelDecoding';
import type { WireLoggedModel } from './wire';

const PATH = 'logged-models';
const WIRE_STATUS = { READY: 'LOGGED_MODEL_READY', FAILED: 'LOGGED_MODEL_UPLOAD_FAILED' } as const;

/**
 * Logged models. Servers before MLflow 3 have none: a search finds nothing, a write is NOT_IMPLEMENTED. Where a model lies is the
 * server's to say: `runPath` is not heard.
 */
export class RestLoggedModels implements LoggedModels {
  constructor(
    private readonly api: Api,
    private readonly journal: Journal,
  ) {}

  async create(model: NewLoggedModel): Promise<LoggedModel> {
    if (!model.name) throw invalid("Missing value for required parameter 'name': give the logged model a name.");
    checkLength(model.name, Limit.key, 'name');
    if (model.runPath !== undefined) {
      normalizeArtifactPath(model.runPath);
      if (model.sourceRunId === undefined) throw invalid("'runPath' needs 'sourceRunId', the run under whose artifacts the model lies.");
    }
    checkParams(model.params ?? {});
    for (const [key, value] of Object.entries(model.tags ?? {})) checkTag(key, value, Limit.tagValue);
    const answer = await this.api.postOnce<{ model: WireLoggedModel }>(PATH, {
      experiment_id: model.experimentId,
      name: model.name,
      ...(model.modelType === undefined ? {} : { model_type: model.modelType }),
      ...(model.sourceRunId === undefined ? {} : { source_run_id: model.sourceRunId }),
      params: writePairs(model.params),
      tags: writePairs(model.tags),
    });
    return this.changed(readLoggedModel(answer.model));
  }

  async finalize(modelId: string, status: 'READY' | 'FAILED'): Promise<LoggedModel> {
    const wireStatus = (WIRE_STATUS as Readonly<Record<string, string>>)[status];
    if (wireStatus === undefined) throw invalid(`Invalid model status: ${String(status)}. Expected statuses: READY, FAILED.`);
    const answer = await this.api.patch<{ model: WireLoggedModel }>(pathOf(modelId), { model_id: modelId, status: wireStatus });
    return this.changed(readLoggedModel(answer.model));
  }

  async get(modelId: string, allowDeleted = false): Promise<LoggedModel> {
    const query = allowDeleted ? { allow_deleted: 'true' } : undefined;
    return readLoggedModel((await this.api.get<{ model: WireLoggedModel }>(pathOf(modelId), query)).model);
  }

  async search(query: LoggedModelQuery): Promise<Page<LoggedModel>> {
    const { experimentIds, sourceRunId, datasets, filter, orderBy, maxResults, pageToken } = query;
    if (experimentIds.length === 0) return { items: [], nextPageToken: undefined };
    const also = sourceRunId === undefined ? [] : [`source_run_id = '${sourceRunId}'`];
    const filters = [...(filter ? [filter] : []), ...also];
    try {
      const answer = await this.api.post<{ models?: WireLoggedModel[]; next_page_token?: string }>(`${PATH}/search`, {
        experiment_ids: experimentIds,
        ...(filters.length > 0 ? { filter: filters.join(' AND ') } : {}),
        ...(datasets && datasets.length > 0
          ? { datasets: datasets.map(({ name, digest }) => ({ dataset_name: name, dataset_digest: digest })) }
          : {}),
        ...(orderBy && orderBy.length > 0 ? { order_by: orderBy.map(writeOrder) } : {}),
        ...(maxResults === undefined ? {} : { max_results: maxResults }),
        ...(pageToken ? { page_token: pageToken } : {}),
      });
      return pageOf(answer.models, answer.next_page_token, readLoggedModel);
    } catch (error) {
      if (error instanceof RemoteError && error.isUnknownEndpoint) return { items: [], nextPageToken: undefined };
      throw error;
    }
  }

  async setTags(modelId: string, tags: Readonly<Record<string, string>>): Promise<void> {
    for (const [key, value] of Object.entries(tags)) checkTag(key, value, Limit.tagValue);
    await this.api.patch(`${pathOf(modelId)}/tags`, { model_id: modelId, tags: writePairs(tags) });
    await this.changedById(modelId);
  }

  async deleteTag(modelId: string, key: string): Promise<void> {
    checkKey(key, 'key');
    await this.api.delete(`${pathOf(modelId)}/tags/${encodeURIComponent(key)}`);
    await this.changedById(modelId);
  }

  async logParams(modelId: string, params: Readonly<Record<string, string>>): Promise<void> {
    checkParams(params);
    // MLflow's own server fails at one that is there already.
    const known = (await this.get(modelId)).params;
    for (const [key, value] of Object.entries(params))
      if (Object.hasOwn(known, key) && known[key] !== value)
        throw invalid(
          `Changing param values is not allowed. Param with key='${key}' was already logged with value='${known[key]}' for model ID='${modelId}'. Attempted logging new value '${value}'.`,
        );
    const fresh = Object.entries(params).filter(([key]) => !Object.hasOwn(known, key));
    if (fresh.length === 0) return;
    await this.api.postOnce(`${pathOf(modelId)}/params`, { model_id: modelId, params: writePairs(Object.fromEntries(fresh)) });
    await this.changedById(modelId);
  }

  async delete(modelId: string): Promise<void> {
    const known = await this.get(modelId, true).catch(() => undefined);
    await this.api.delete(pathOf(modelId));
    this.journal.note({ kind: 'loggedModel', modelId, runId: known?.sourceRunId });
  }

  private changed(model: LoggedModel): LoggedModel {
    this.journal.note({ kind: 'loggedModel', modelId: model.modelId, runId: model.sourceRunId });
    return model;
  }

  private async changedById(modelId: string): Promise<void> {
    const model = await this.get(modelId).catch(() => undefined);
    if (model) this.changed(model);
  }
}

function pathOf(modelId: string): string {
  return `${PATH}/${encodeURIComponent(modelId)}`;
}

/** `name DESC` as `{"field_name": "name", "ascending": false}`; a metric of one data set names that too. */
function writeOrder(order: string | MetricOrder): object {
  if (typeof order !== 'string') {
    const { metric, descending, dataset } = order;
    return {
      field_name: `metrics.${metric}`,
      ascending: !descending,
      dataset_name: dataset.name,
      ...(dataset.digest === undefined ? {} : { dataset_digest: dataset.digest }),
    };
  }
  const [, field = order, direction = 'ASC'] = /^(.*?)(?:\s+(ASC|DESC))?$/is.exec(order.trim()) ?? [];
  return { field_name: field, ascending: direction.toUpperCase() !== 'DESC' };
}

function checkParams(params: Readonly<Record<string, string>>): void {
  for (const [key, value] of Object.entries(params)) {
    checkKey(key, 'params.key');
    checkLength(value, Limit.paramValue, `params '${key}'`);
  }
}
