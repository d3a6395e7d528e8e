import { missing } from '../../core/errors';
import type { ModelStage, ModelVersion } from '../../core/model';
import type { Database } from './database';
import { MODEL_VERSION_TAGS, tagsOf } from './tags';

export interface VersionRow {
  id: number;
  model: number;
  version: number;
  description: string;
  user_id: string;
  stage: ModelStage;
  source: string;
  run_id: string | null;
  /** Absent in a store of version 1 or 2 that may only be read. */
  run_link?: string;
  status: ModelVersion['status'];
  creation_time: number;
  last_update_time: number;
}

export function findVersion(database: Database, name: string, version: number): VersionRow {
  const row = database.get<VersionRow>(
    'SELECT model_version.* FROM model_version JOIN registered_model ON registered_model.id = model_version.model WHERE registered_model.name = ? AND version = ?',
    name,
    version,
  );
  if (!row) throw missing(`Model Version (name=${name}, version=${version}) not found`);
  return row;
}

/** Versions of any models with their names, tags and aliases, with one query a table. */
export function describeVersions(database: Database, rows: readonly VersionRow[]): ModelVersion[] {
  const ids = JSON.stringify(rows.map((row) => row.id));
  const tags = tagsOf(
    database,
    MODEL_VERSION_TAGS,
    rows.map((row) => row.id),
  );
  const names = new Map(
    database
      .all<{ id: number; name: string }>(
        'SELECT id, name FROM registered_model WHERE id IN (SELECT value FROM json_each(?))',
        JSON.stringify([...new Set(rows.map((row) => row.model))]),
      )
      .map(({ id, name }) => [id, name]),
  );
  const aliases = database.all<{ version: number; alias: string }>(
    'SELECT version, alias FROM model_alias WHERE version IN (SELECT value FROM json_each(?)) ORDER BY alias',
    ids,
  );
  return rows.map((row) => ({
    name: names.get(row.model)!,
    version: row.version,
    creationTime: row.creation_time,
    lastUpdateTime: row.last_update_time,
    description: row.description,
    userId: row.user_id,
    currentStage: row.stage,
    source: row.source,
    runId: row.run_id ?? undefined,
    runLink: row.run_link ?? '',
    status: row.status,
    tags: tags.get(row.id)!,
    aliases: aliases.filter(({ version }) => version === row.id).map(({ alias }) => alias),
  }));
}

/** Versions that are copies of some that go away are henceforth copies of what those were made of. */
export function keepCopies(database: Database, name: string, rows: readonly VersionRow[]): void {
  for (const { version, source } of rows)
    database.run('UPDATE model_version SET source = ? WHERE source = ?', source, `models:/${name}/${version}`);
}

/** Versions that are copies of a renamed model's go on being that. */
export function renameCopies(database: Database, name: string, newName: string, rows: readonly VersionRow[]): void {
  for (const { version } of rows)
    database.run('UPDATE model_version SET source = ? WHERE source = ?', `models:/${newName}/${version}`, `models:/${name}/${version}`);
}

/** The versions of a model, newest first, so that a copy of a copy follows all the way. */
export function versionsOf(database: Database, model: number): VersionRow[] {
  return database.all<VersionRow>('SELECT * FROM model_version WHERE model = ? ORDER BY version DESC', model);
}
