import type { Tags } from '../../core/experiment';
import type { Database } from './database';

/** A table of keys and values beside its owner's: which column names the owner. */
export interface TagTable {
  readonly table:
    'experiment_tag' | 'run_tag' | 'input_tag' | 'logged_model_tag' | 'logged_model_param' | 'registered_model_tag' | 'model_version_tag';
  readonly owner: 'experiment' | 'run' | 'input' | 'model' | 'version';
}

export const EXPERIMENT_TAGS: TagTable = { table: 'experiment_tag', owner: 'experiment' };
export const RUN_TAGS: TagTable = { table: 'run_tag', owner: 'run' };
export const INPUT_TAGS: TagTable = { table: 'input_tag', owner: 'input' };
export const LOGGED_MODEL_TAGS: TagTable = { table: 'logged_model_tag', owner: 'model' };
export const LOGGED_MODEL_PARAMS: TagTable = { table: 'logged_model_param', owner: 'model' };
export const REGISTERED_MODEL_TAGS: TagTable = { table: 'registered_model_tag', owner: 'model' };
export const MODEL_VERSION_TAGS: TagTable = { table: 'model_version_tag', owner: 'version' };

export function setTag(database: Database, { table, owner }: TagTable, id: number, key: string, value: string): void {
  database.run(
    `INSERT INTO ${table} (${owner}, key, value) VALUES (?, ?, ?) ON CONFLICT (${owner}, key) DO UPDATE SET value = excluded.value`,
    id,
    key,
    value,
  );
}

/** @returns whether there was such a tag */
export function deleteTag(database: Database, { table, owner }: TagTable, id: number, key: string): boolean {
  return database.run(`DELETE FROM ${table} WHERE ${owner} = ? AND key = ?`, id, key) > 0;
}

/** The tags of many owners with one query; an owner without tags has an empty record. */
export function tagsOf(database: Database, { table, owner }: TagTable, ids: readonly number[]): Map<number, Tags> {
  const rows = database.lists<[id: number, key: string, value: string]>(
    `SELECT ${owner}, key, value FROM ${table} WHERE ${owner} IN (SELECT value FROM json_each(?)) ORDER BY ${owner}, key`,
    JSON.stringify(ids),
  );
  const entries = new Map<number, [string, string][]>(ids.map((id) => [id, []]));
  for (const row of rows) entries.get(row[0])!.push([row[1], row[2]]);
  // fromEntries, unlike an assignment, takes `__proto__` as a key like any other.
  return new Map([...entries].map(([id, pairs]) => [id, Object.fromEntries(pairs)]));
}
