import { TrackingError, missing } from '../../core/errors';
import type { ModelVersion, RegisteredModel } from '../../core/model';
import type { Page, SearchQuery } from '../engine';
import { creationTimeOf } from '../givenIds';
import { Limit, checkAlias, checkKey, checkLength, checkModelName, checkTag } from '../limits';
import type { ChangeLog } from './changeLog';
import type { Database } from './database';
import { searchPage } from './searchPage';
import { REGISTERED_MODEL_SUBJECT } from './searchSubjects';
import { REGISTERED_MODEL_TAGS, deleteTag, setTag, tagsOf } from './tags';
import { type VersionRow, describeVersions, findVersion, keepCopies, renameCopies, versionsOf } from './versionRows';

export interface ModelRow {
  id: number;
  name: string;
  description: string;
  last_version: number;
  creation_time: number;
  last_update_time: number;
}

/** The registered models themselves: names, descriptions, tags, aliases. */
export class RegisteredModels {
  constructor(private readonly database: Database) {}

  create(
    name: string,
    options: { readonly description?: string; readonly tags?: Readonly<Record<string, string>>; readonly creationTime?: number },
  ): RegisteredModel {
    checkModelName(name);
    checkLength(options.description ?? '', Limit.description, 'description');
    for (const [key, value] of Object.entries(options.tags ?? {})) checkTag(key, value, Limit.registryTagValue);
    const now = creationTimeOf(options.creationTime);
    return this.database.write((changes) => {
      this.refuseTaken(name);
      const id = this.database.insert(
        'INSERT INTO registered_model (name, description, last_version, creation_time, last_update_time) VALUES (?, ?, 0, ?, ?)',
        name,
        options.description ?? '',
        now,
        now,
      );
      for (const [key, value] of Object.entries(options.tags ?? {})) setTag(this.database, REGISTERED_MODEL_TAGS, id, key, value);
      changes.registeredModel(name);
      return this.describe([findModel(this.database, name)])[0]!;
    });
  }

  get(name: string): RegisteredModel {
    return this.database.read(() => this.describe([findModel(this.database, name)])[0]!);
  }

  search(query: SearchQuery): Page<RegisteredModel> {
    return this.database.read(() => {
      const page = searchPage<ModelRow>(this.database, REGISTERED_MODEL_SUBJECT, query, { usual: 100, most: 1_000 });
      return { items: this.describe(page.items), nextPageToken: page.nextPageToken };
    });
  }

  update(name: string, change: { readonly description?: string; readonly newName?: string }): RegisteredModel {
    if (change.newName !== undefined) checkModelName(change.newName);
    if (change.description !== undefined) checkLength(change.description, Limit.description, 'description');
    return this.change(name, (row, changes) => {
      const newName = change.newName ?? name;
      if (newName !== name) {
        this.refuseTaken(newName);
        changes.registeredModel(newName);
        renameCopies(this.database, name, newName, versionsOf(this.database, row.id));
      }
      this.database.run(
        'UPDATE registered_model SET name = ?, description = ? WHERE id = ?',
        newName,
        change.description ?? row.description,
        row.id,
      );
    });
  }

  delete(name: string): void {
    this.database.write((changes) => {
      const { id } = findModel(this.database, name);
      for (const row of versionsOf(this.database, id)) keepCopies(this.database, name, [row]);
      this.database.run('DELETE FROM registered_model WHERE id = ?', id);
      changes.registeredModel(name);
    });
  }

  setTag(name: string, key: string, value: string): void {
    checkTag(key, value, Limit.registryTagValue);
    this.change(name, (row) => setTag(this.database, REGISTERED_MODEL_TAGS, row.id, key, value));
  }

  /** MLflow says nothing when there is no such tag. */
  deleteTag(name: string, key: string): void {
    checkKey(key, 'key');
    this.change(name, (row) => deleteTag(this.database, REGISTERED_MODEL_TAGS, row.id, key));
  }

  setAlias(name: string, alias: string, version: number): void {
    checkAlias(alias);
    this.change(name, (row) => {
      const target = findVersion(this.database, name, version);
      this.database.run(
        'INSERT INTO model_alias (model, alias, version) VALUES (?, ?, ?) ON CONFLICT (model, alias) DO UPDATE SET version = excluded.version',
        row.id,
        alias,
        target.id,
      );
    });
  }

  deleteAlias(name: string, alias: string): void {
    this.change(name, (row) => this.database.run('DELETE FROM model_alias WHERE model = ? AND alias = ?', row.id, alias));
  }

  private change(name: string, action: (row: ModelRow, changes: ChangeLog) => void): RegisteredModel {
    return this.database.write((changes) => {
      const row = findModel(this.database, name);
      action(row, changes);
      this.database.run('UPDATE registered_model SET last_update_time = ? WHERE id = ?', Date.now(), row.id);
      changes.registeredModel(name);
      return this.describe([this.database.get<ModelRow>('SELECT * FROM registered_model WHERE id = ?', row.id)!])[0]!;
    });
  }

  private refuseTaken(name: string): void {
    if (this.database.get('SELECT 1 FROM registered_model WHERE name = ?', name))
      throw new TrackingError('RESOURCE_ALREADY_EXISTS', `Registered Model (name=${name}) already exists.`);
  }

  private describe(rows: readonly ModelRow[]): RegisteredModel[] {
    const ids = rows.map((row) => row.id);
    const tags = tagsOf(this.database, REGISTERED_MODEL_TAGS, ids);
    const aliases = this.aliasesOf(ids);
    const latest = this.latestOf(ids);
    return rows.map((row) => ({
      name: row.name,
      description: row.description,
      creationTime: row.creation_time,
      lastUpdateTime: row.last_update_time,
      tags: tags.get(row.id)!,
      aliases: Object.fromEntries(aliases.filter(({ model }) => model === row.id).map(({ alias, version }) => [alias, version])),
      latestVersions: latest.filter(({ name }) => name === row.name),
    }));
  }

  private aliasesOf(models: readonly number[]): { model: number; alias: string; version: number }[] {
    return this.database.all(
      `SELECT model_alias.model, alias, model_version.version FROM model_alias JOIN model_version ON model_version.id = model_alias.version
       WHERE model_alias.model IN (SELECT value FROM json_each(?)) ORDER BY alias`,
      JSON.stringify(models),
    );
  }

  /** The newest version of each stage. */
  private latestOf(models: readonly number[]): ModelVersion[] {
    const rows = this.database.all<VersionRow>(
      `SELECT * FROM model_version AS v WHERE model IN (SELECT value FROM json_each(?))
         AND version = (SELECT max(version) FROM model_version WHERE model = v.model AND stage = v.stage) ORDER BY model, version`,
      JSON.stringify(models),
    );
    return describeVersions(this.database, rows);
  }
}

export function findModel(database: Database, name: string): ModelRow {
  const row = database.get<ModelRow>('SELECT * FROM registered_model WHERE name = ?', name);
  if (!row) throw missing(`Registered Model with name=${name} not found`);
  return row;
}
