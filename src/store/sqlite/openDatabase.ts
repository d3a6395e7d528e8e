import { existsSync } from 'node:fs';
import type { DatabaseSync } from 'node:sqlite';
import { TrackingError } from '../../core/errors';
import { Database } from './database';
import { explain, isBusy } from './failures';
import { type Journal, chooseJournal, fileSystemType } from './journal';
import { SCHEMA_VERSION, migrate, schemaVersion } from './migrations';
import { loadSqlite } from './sqliteModule';
import type { StoreFolder } from './storeFolder';

/** How long a write waits for another process, in milliseconds. */
const BUSY_TIMEOUT = 10_000;

export interface OpenedDatabase {
  readonly database: Database;
  readonly journal: Journal;
  readonly warnings: readonly string[];
}

export interface OpenDatabaseOptions {
  readonly create?: boolean;
  readonly readOnly?: boolean;
  readonly busyTimeout?: number;
}

/** Opens (or creates) a store's database, brings it to the present schema, and refuses, untouched, what it can't be sure of. */
export function openDatabase(folder: StoreFolder, options: OpenDatabaseOptions): OpenedDatabase {
  const file = folder.database;
  if (!existsSync(file)) {
    if (options.create === false || options.readOnly)
      throw new TrackingError(
        'RESOURCE_DOES_NOT_EXIST',
        `There is no tracking store in ${folder.path}. Train a model there first, or name another folder.`,
      );
    createFolder(folder);
  }
  const journal = chooseJournal(folder.path, process.platform, fileSystemType(folder.path));
  const warnings = journal.warning === undefined ? [] : [journal.warning];
  const timeout = options.busyTimeout ?? BUSY_TIMEOUT;
  if (options.readOnly)
    return { database: openReadOnly(file, timeout, `The store ${folder.path} was opened for reading only.`), journal, warnings };

  const handle = open(file, false, timeout);
  try {
    const version = schemaVersion(handle, file);
    if (version > SCHEMA_VERSION) {
      handle.close();
      const warning = `The store ${folder.path} was written by a newer ML Tracking (its version is ${version}, this one knows ${SCHEMA_VERSION}). It is opened for reading only: update ML Tracking to write to it.`;
      return { database: openReadOnly(file, timeout, warning), journal, warnings: [...warnings, warning] };
    }
    setJournal(handle, journal.mode, timeout);
    handle.exec('PRAGMA synchronous = FULL; PRAGMA foreign_keys = ON');
    const backup = migrate(handle, file);
    if (backup !== undefined)
      warnings.push(`The store was brought to version ${SCHEMA_VERSION}. A copy of how it was before is ${backup}.`);
    return { database: new Database(handle, file), journal, warnings };
  } catch (error) {
    if (handle.isOpen) handle.close();
    throw explain(error, file);
  }
}

function createFolder(folder: StoreFolder): void {
  try {
    folder.create();
  } catch (error) {
    throw new TrackingError(
      'PERMISSION_DENIED',
      `The folder ${folder.path} can't be made (${error instanceof Error ? error.message : String(error)}).`,
      { cause: error },
    );
  }
}

function openReadOnly(file: string, timeout: number, reason: string): Database {
  const handle = open(file, true, timeout);
  try {
    schemaVersion(handle, file);
    return new Database(handle, file, reason);
  } catch (error) {
    handle.close();
    throw explain(error, file);
  }
}

function open(file: string, readOnly: boolean, timeout: number): DatabaseSync {
  const { DatabaseSync } = loadSqlite();
  try {
    const handle = new DatabaseSync(file, { readOnly });
    // More pages between two checkpoints: the log is copied back less often; 64 MB of cache hold the hot part of a large store.
    handle.exec(
      `PRAGMA busy_timeout = ${timeout}; PRAGMA cache_size = -65536; PRAGMA wal_autocheckpoint = 4000; PRAGMA journal_size_limit = 67108864`,
    );
    return handle;
  } catch (error) {
    throw explain(error, file);
  }
}

/** SQLite doesn't wait when two processes change the mode of a new file at once, so we do. */
function setJournal(handle: DatabaseSync, mode: Journal['mode'], timeout: number): void {
  const give = Date.now() + timeout;
  for (;;) {
    try {
      const { journal_mode: now } = handle.prepare(`PRAGMA journal_mode = ${mode}`).get() as { journal_mode: string };
      if (now.toUpperCase() === mode) return;
      throw new TrackingError('INVALID_STATE', `The journal of the store can't be set to ${mode}; it stays ${now}.`);
    } catch (error) {
      if (!isBusy(error) || Date.now() > give) throw error;
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 20);
    }
  }
}
