import type { ModelStage, ModelVersion, RegisteredModel } from '../../core/model';
import type { NewModelVersion, Page, Registry, SearchQuery } from '../engine';
import { Limit, checkAlias, checkKey, checkLength, checkModelName, checkTag } from '../limits';
import { everyItem } from '../pages';
import { type Api, pageOf, searchFields } from './api';
import { writePairs } from './encoding';
import type { Journal } from './journal';
import { aliasesOf, readModel, readVersion } from './modelDecoding';
import type { WireModel, WireVersion } from './wire';

type ModelAnswer = { readonly registered_model: WireModel };
type VersionAnswer = { readonly model_version: WireVersion };

const NEWEST_FIRST = ['creation_timestamp DESC', 'name ASC', 'version_number DESC'];
/** For more models than this, all are asked for at once. */
const FEW = 8;

export class RestRegistry implements Registry {
  constructor(
    private readonly api: Api,
    private readonly journal: Journal,
  ) {}

  async createModel(
    name: string,
    { description, tags }: { readonly description?: string; readonly tags?: Readonly<Record<string, string>> } = {},
  ): Promise<RegisteredModel> {
    checkModelName(name);
    checkLength(description ?? '', Limit.description, 'description');
    for (const [key, value] of Object.entries(tags ?? {})) checkTag(key, value, Limit.registryTagValue);
    const json = { name, ...(description === undefined ? {} : { description }), tags: writePairs(tags) };
    const answer = await this.api.postOnce<ModelAnswer>('registered-models/create', json);
    this.changed(name);
    return readModel(answer.registered_model);
  }

  async getModel(name: string): Promise<RegisteredModel> {
    return readModel((await this.api.get<ModelAnswer>('registered-models/get', { name })).registered_model);
  }

  async searchModels(query: SearchQuery = {}): Promise<Page<RegisteredModel>> {
    const answer = await this.api.get<{ registered_models?: WireModel[]; next_page_token?: string }>(
      'registered-models/search',
      searchFields(query),
    );
    return pageOf(answer.registered_models, answer.next_page_token, readModel);
  }

  async updateModel(name: string, change: { readonly description?: string; readonly newName?: string }): Promise<RegisteredModel> {
    let known = name;
    let model: WireModel | undefined;
    if (change.newName !== undefined && change.newName !== name) {
      checkModelName(change.newName);
      const json = { name, new_name: change.newName };
      model = (await this.api.postOnce<ModelAnswer>('registered-models/rename', json)).registered_model;
      this.changed(name);
      known = change.newName;
      this.changed(known);
    }
    if (change.description !== undefined) {
      checkLength(change.description, Limit.description, 'description');
      const json = { name: known, description: change.description };
      model = (await this.api.patch<ModelAnswer>('registered-models/update', json)).registered_model;
      this.changed(known);
    }
    return model ? readModel(model) : this.getModel(known);
  }

  async deleteModel(name: string): Promise<void> {
    await this.api.delete('registered-models/delete', { name });
    this.changed(name);
  }

  async setModelTag(name: string, key: string, value: string): Promise<void> {
    checkTag(key, value, Limit.registryTagValue);
    await this.api.post('registered-models/set-tag', { name, key, value });
    this.changed(name);
  }

  async deleteModelTag(name: string, key: string): Promise<void> {
    checkKey(key, 'key');
    await this.api.delete('registered-models/delete-tag', { name, key });
    this.changed(name);
  }

  async createVersion(version: NewModelVersion): Promise<ModelVersion> {
    checkLength(version.description ?? '', Limit.description, 'description');
    for (const [key, value] of Object.entries(version.tags ?? {})) checkTag(key, value, Limit.registryTagValue);
    const modelId = /^models:\/+(m-[0-9a-f]{32})$/.exec(version.source)?.[1];
    const runId = version.runId ?? /^runs:\/+([^/]+)\//.exec(version.source)?.[1];
    const answer = await this.api.postOnce<VersionAnswer>('model-versions/create', {
      name: version.name,
      source: version.source,
      ...(runId === undefined ? {} : { run_id: runId }),
      ...(version.runLink === undefined ? {} : { run_link: version.runLink }),
      ...(version.description === undefined ? {} : { description: version.description }),
      ...(modelId === undefined ? {} : { model_id: modelId }),
      tags: writePairs(version.tags),
    });
    this.changed(version.name);
    return readVersion(answer.model_version);
  }

  async getVersion(name: string, version: number): Promise<ModelVersion> {
    const query = { name, version };
    return readVersion((await this.api.get<VersionAnswer>('model-versions/get', query)).model_version);
  }

  async getVersionByAlias(name: string, alias: string): Promise<ModelVersion> {
    return readVersion((await this.api.get<VersionAnswer>('registered-models/alias', { name, alias })).model_version);
  }

  async searchVersions({ name, ...query }: SearchQuery & { readonly name?: string } = {}): Promise<Page<ModelVersion>> {
    const own = name === undefined ? [] : [`name = ${name.includes("'") ? `"${name}"` : `'${name}'`}`];
    const filter = [...own, ...(query.filter ? [query.filter] : [])].join(' AND ');
    const orderBy = query.orderBy && query.orderBy.length > 0 ? query.orderBy : NEWEST_FIRST;
    const answer = await this.api.get<{ model_versions?: WireVersion[]; next_page_token?: string }>(
      'model-versions/search',
      searchFields({ ...query, filter, orderBy }),
    );
    const found = answer.model_versions ?? [];
    const aliases = await this.aliases([...new Set(found.map((version) => version.name))]);
    return pageOf(found, answer.next_page_token, (version) =>
      readVersion(version, aliasesOf(aliases.get(version.name) ?? {}, Number(version.version))),
    );
  }

  async updateVersion(
    name: string,
    version: number,
    change: { readonly description?: string; readonly stage?: ModelStage; readonly archiveExisting?: boolean },
  ): Promise<ModelVersion> {
    if (change.description !== undefined) checkLength(change.description, Limit.description, 'description');
    const named = { name, version: String(version) };
    let answer: VersionAnswer | undefined;
    if (change.stage !== undefined) {
      const json = { ...named, stage: change.stage, archive_existing_versions: change.archiveExisting ?? false };
      answer = await this.api.post<VersionAnswer>('model-versions/transition-stage', json);
    }
    if (change.description !== undefined)
      answer = await this.api.patch<VersionAnswer>('model-versions/update', { ...named, description: change.description });
    if (answer) this.changed(name);
    return answer ? readVersion(answer.model_version) : this.getVersion(name, version);
  }

  async deleteVersion(name: string, version: number): Promise<void> {
    await this.api.delete('model-versions/delete', { name, version: String(version) });
    this.changed(name);
  }

  async setVersionTag(name: string, version: number, key: string, value: string): Promise<void> {
    checkTag(key, value, Limit.registryTagValue);
    await this.api.post('model-versions/set-tag', { name, version: String(version), key, value });
    this.changed(name);
  }

  async deleteVersionTag(name: string, version: number, key: string): Promise<void> {
    checkKey(key, 'key');
    await this.api.delete('model-versions/delete-tag', { name, version: String(version), key });
    this.changed(name);
  }

  async setAlias(name: string, alias: string, version: number): Promise<void> {
    checkAlias(alias);
    await this.api.post('registered-models/alias', { name, alias, version: String(version) });
    this.changed(name);
  }

  async deleteAlias(name: string, alias: string): Promise<void> {
    await this.api.delete('registered-models/alias', { name, alias });
    this.changed(name);
  }

  /** Lists of versions leave the aliases out: the models tell them. */
  private async aliases(names: readonly string[]): Promise<ReadonlyMap<string, Readonly<Record<string, number>>>> {
    const models =
      names.length <= FEW
        ? await Promise.all(names.map((name) => this.getModel(name)))
        : await everyItem((pageToken) => this.searchModels({ maxResults: 1_000, pageToken }));
    return new Map(models.map((model) => [model.name, model.aliases]));
  }

  private changed(name: string): void {
    this.journal.note({ kind: 'registeredModel', name });
  }
}
