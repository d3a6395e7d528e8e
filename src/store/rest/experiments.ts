import { TrackingError, missing } from '../../core/errors';
import type { Experiment } from '../../core/experiment';
import type { Experiments, Page, SearchQuery, ViewType } from '../engine';
import { Limit, checkExperimentName, checkKey, checkTag } from '../limits';
import { type Api, pageOf, searchFields } from './api';
import { readExperiment } from './decoding';
import { writePairs } from './encoding';
import { RemoteError } from './failures';
import type { Journal } from './journal';
import type { WireExperiment } from './wire';

export class RestExperiments implements Experiments {
  constructor(
    private readonly api: Api,
    private readonly journal: Journal,
  ) {}

  async create(name: string, tags: Readonly<Record<string, string>> = {}): Promise<string> {
    checkExperimentName(name);
    for (const [key, value] of Object.entries(tags)) checkTag(key, value, Limit.experimentTagValue);
    const json = { name, tags: writePairs(tags) };
    const created = this.api.postOnce<{ experiment_id: string }>('experiments/create', json);
    const { experiment_id: experimentId } = await created.catch((error: unknown) => this.explain(error, name));
    return this.changed(experimentId);
  }

  async get(experimentId: string): Promise<Experiment> {
    if (experimentId === '') throw missing(`No Experiment with id=${experimentId} exists`);
    const answer = await this.api.get<{ experiment: WireExperiment }>('experiments/get', { experiment_id: experimentId });
    return readExperiment(answer.experiment);
  }

  async getByName(name: string): Promise<Experiment | undefined> {
    try {
      const answer = await this.api.get<{ experiment: WireExperiment }>('experiments/get-by-name', { experiment_name: name });
      return readExperiment(answer.experiment);
    } catch (error) {
      if (error instanceof RemoteError && error.code === 'RESOURCE_DOES_NOT_EXIST') return undefined;
      throw error;
    }
  }

  async search(query: SearchQuery & { readonly view?: ViewType } = {}): Promise<Page<Experiment>> {
    const answer = await this.api.post<{ experiments?: WireExperiment[]; next_page_token?: string }>('experiments/search', {
      max_results: 1_000,
      ...searchFields(query),
      view_type: query.view ?? 'ACTIVE_ONLY',
    });
    return pageOf(answer.experiments, answer.next_page_token, readExperiment);
  }

  async rename(experimentId: string, name: string): Promise<void> {
    checkExperimentName(name);
    const renamed = this.api.post('experiments/update', { experiment_id: experimentId, new_name: name });
    await renamed.catch((error: unknown) => this.explain(error, name));
    this.changed(experimentId);
  }

  async delete(experimentId: string): Promise<void> {
    await this.api.postOnce('experiments/delete', { experiment_id: experimentId });
    this.changed(experimentId);
  }

  async restore(experimentId: string): Promise<void> {
    await this.api.postOnce('experiments/restore', { experiment_id: experimentId });
    this.changed(experimentId);
  }

  async setTag(experimentId: string, key: string, value: string): Promise<void> {
    checkTag(key, value, Limit.experimentTagValue);
    await this.api.post('experiments/set-experiment-tag', { experiment_id: experimentId, key, value });
    this.changed(experimentId);
  }

  async deleteTag(experimentId: string, key: string): Promise<void> {
    checkKey(key, 'key');
    await this.api.postOnce('experiments/delete-experiment-tag', { experiment_id: experimentId, key });
    this.changed(experimentId);
  }

  /** A name may be taken by an experiment that is deleted, which is not to be seen; and some servers tell only what their database said. */
  private async explain(error: unknown, name: string): Promise<never> {
    const isTaken = error instanceof RemoteError && (error.code === 'RESOURCE_ALREADY_EXISTS' || /unique|duplicate/i.test(error.message));
    const taken = isTaken ? await this.getByName(name).catch(() => undefined) : undefined;
    if (!taken) throw error;
    const how = taken.lifecycleStage === 'deleted' ? ' It is deleted: restore it, or choose another name.' : '';
    throw new TrackingError('RESOURCE_ALREADY_EXISTS', `Experiment(name=${name}) already exists.${how}`, { cause: error });
  }

  private changed(experimentId: string): string {
    this.journal.note({ kind: 'experiment', experimentId });
    return experimentId;
  }
}
