import { randomBytes } from 'node:crypto';
import { existsSync, renameSync, rmSync } from 'node:fs';
import type { DatabaseSync } from 'node:sqlite';
import { TrackingError } from '../../core/errors';
import { APPLICATION_ID, SCHEMA_1, SCHEMA_2, SCHEMA_3, STAND_IN_3 } from './schema';
import { loadSqlite } from '../sqliteModule';

/** The step at index n leads from version n to n + 1; a new store goes through all of them. Steps are never changed, only added. */
const STEPS: readonly ((database: DatabaseSync, now: number) => void)[] = [
  (database, now) => {
    database.exec(SCHEMA_1);
    database.prepare(`INSERT INTO experiment VALUES (0, 'Default', 'active', ?, ?)`).run(now, now);
    database.exec(`UPDATE sequence SET value = 1; INSERT INTO change VALUES ('experiment', '0', '', 1)`);
  },
  (database, now) => {
    database.exec(SCHEMA_2);
    // The best that is known of runs that were deleted before.
    database.prepare(`UPDATE run SET deleted_time = ? WHERE lifecycle_stage = 'deleted'`).run(now);
  },
  (database) => database.exec(SCHEMA_3),
];

export const SCHEMA_VERSION = STEPS.length;

/** The schema's version; 0 for a new, empty file. A database of somebody else is refused. */
export function schemaVersion(database: DatabaseSync, file: string): number {
  const { user_version: version } = database.prepare('PRAGMA user_version').get() as { user_version: number };
  const { application_id: application } = database.prepare('PRAGMA application_id').get() as { application_id: number };
  const empty = database.prepare('SELECT 1 FROM sqlite_master LIMIT 1').get() === undefined;
  if (empty && application === 0) return 0;
  if (application !== APPLICATION_ID)
    throw new TrackingError(
      'INVALID_STATE',
      `${file} is a SQLite database of another program, not a tracking store. It was left as it is; use another folder.`,
    );
  return version;
}

/**
 * Brings a store to the present version: in one transaction, with a copy `tracking.db.v<old>.bak` made beforehand under the
 * same lock. Does nothing when another process has been faster.
 * @returns the copy's path where one was made
 */
export function migrate(database: DatabaseSync, file: string, now = Date.now()): string | undefined {
  if (schemaVersion(database, file) >= SCHEMA_VERSION) return undefined;
  database.exec('BEGIN IMMEDIATE');
  try {
    const from = schemaVersion(database, file);
    const backup = from > 0 && from < SCHEMA_VERSION ? backUp(file, from) : undefined;
    for (const step of STEPS.slice(from)) step(database, now);
    if (from < SCHEMA_VERSION) database.exec(`PRAGMA application_id = ${APPLICATION_ID}; PRAGMA user_version = ${SCHEMA_VERSION}`);
    database.exec('COMMIT');
    return backup;
  } catch (error) {
    try {
      database.exec('ROLLBACK');
    } catch {
      // SQLite has rolled back by itself.
    }
    throw error;
  }
}

/** Lets an older store be read as it is: what it lacks is empty, or told by what it has. */
export function readAsPresent(database: DatabaseSync, file: string): void {
  const version = schemaVersion(database, file);
  if (version > 0 && version < 3) database.exec(STAND_IN_3);
}

/** A second connection may read while the first holds the lock for writing; an earlier copy is kept. */
function backUp(file: string, version: number): string {
  const temporary = `${file}.${randomBytes(6).toString('hex')}.tmp`;
  const { DatabaseSync } = loadSqlite();
  const reader = new DatabaseSync(file, { readOnly: true });
  try {
    reader.prepare('VACUUM INTO ?').run(temporary);
  } finally {
    reader.close();
  }
  try {
    for (let number = 1; ; number++) {
      const backup = number === 1 ? `${file}.v${version}.bak` : `${file}.v${version}.${number}.bak`;
      if (existsSync(backup)) continue;
      renameSync(temporary, backup);
      return backup;
    }
  } finally {
    rmSync(temporary, { force: true });
  }
}
