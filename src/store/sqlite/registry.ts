import type { ModelStage, ModelVersion, RegisteredModel } from '../../core/model';
import type { NewModelVersion, Page, Registry, SearchQuery } from '../engine';
import type { Database } from './database';
import { ModelVersions } from './modelVersions';
import { RegisteredModels } from './registeredModels';
import type { StoreFolder } from './storeFolder';

export class SqliteRegistry implements Registry {
  private readonly models: RegisteredModels;
  private readonly versions: ModelVersions;

  constructor(database: Database, folder: StoreFolder) {
    this.models = new RegisteredModels(database);
    this.versions = new ModelVersions(database, folder);
  }

  async createModel(
    name: string,
    options: { readonly description?: string; readonly tags?: Readonly<Record<string, string>>; readonly creationTime?: number } = {},
  ): Promise<RegisteredModel> {
    return this.models.create(name, options);
  }

  async getModel(name: string): Promise<RegisteredModel> {
    return this.models.get(name);
  }

  async searchModels(query: SearchQuery = {}): Promise<Page<RegisteredModel>> {
    return this.models.search(query);
  }

  async updateModel(name: string, change: { readonly description?: string; readonly newName?: string }): Promise<RegisteredModel> {
    return this.models.update(name, change);
  }

  async deleteModel(name: string): Promise<void> {
    this.models.delete(name);
  }

  async setModelTag(name: string, key: string, value: string): Promise<void> {
    this.models.setTag(name, key, value);
  }

  async deleteModelTag(name: string, key: string): Promise<void> {
    this.models.deleteTag(name, key);
  }

  async createVersion(version: NewModelVersion): Promise<ModelVersion> {
    return this.versions.create(version);
  }

  async getVersion(name: string, version: number): Promise<ModelVersion> {
    return this.versions.get(name, version);
  }

  async getVersionByAlias(name: string, alias: string): Promise<ModelVersion> {
    return this.versions.getByAlias(name, alias);
  }

  async searchVersions(query: SearchQuery & { readonly name?: string } = {}): Promise<Page<ModelVersion>> {
    return this.versions.search(query);
  }

  async updateVersion(
    name: string,
    version: number,
    change: { readonly description?: string; readonly stage?: ModelStage; readonly archiveExisting?: boolean },
  ): Promise<ModelVersion> {
    return this.versions.update(name, version, change);
  }

  async deleteVersion(name: string, version: number): Promise<void> {
    this.versions.delete(name, version);
  }

  async setVersionTag(name: string, version: number, key: string, value: string): Promise<void> {
    this.versions.setTag(name, version, key, value);
  }

  async deleteVersionTag(name: string, version: number, key: string): Promise<void> {
    this.versions.deleteTag(name, version, key);
  }

  async setAlias(name: string, alias: string, version: number): Promise<void> {
    this.models.setAlias(name, alias, version);
  }

  async deleteAlias(name: string, alias: string): Promise<void> {
    this.models.deleteAlias(name, alias);
  }
}
