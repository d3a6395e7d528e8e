import { accessSync, constants, existsSync, statSync } from 'node:fs';
import type { DatabaseSync } from 'node:sqlite';
import { pathToFileURL } from 'node:url';
import { TrackingError, messageOf } from '../../core/errors';
import { Database } from './database';
import { cantOpen, explain, isBusy } from './failures';
import { type Journal, chooseJournal, fileSystemType } from './journal';
import { SCHEMA_VERSION, migrate, readAsPresent, schemaVersion } from './migrations';
import { loadSqlite } from '../sqliteModule';
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
  /** The file system's number, in place of what statfs says of the folder. */
  readonly fileSystem?: number;
}

/** Opens (or creates) a store's database, brings it to the present schema, and refuses, untouched, what it can't be sure of. */
export function openDatabase(folder: StoreFolder, options: OpenDatabaseOptions): OpenedDatabase {
  const file = folder.database;
  if (!existsSync(file)) createFolder(folder, options);
  const journal = chooseJournal(folder.path, process.platform, options.fileSystem ?? fileSystemType(folder.path));
  const warnings = journal.warning === undefined ? [] : [journal.warning];
  const timeout = options.busyTimeout ?? BUSY_TIMEOUT;
  const readOnly = (reason: string): Database => openReadOnly(file, timeout, reason);
  if (options.readOnly) return { database: readOnly(`The store ${folder.path} was opened for reading only.`), journal, warnings };
  if (!mayWrite(folder.path) || (existsSync(file) && !mayWrite(file))) {
    const warning = `The store ${folder.path} may not be written by you. It is opened for reading only.`;
    return { database: readOnly(warning), journal, warnings: [...warnings, warning] };
  }
  const database = openForWriting(file, journal.mode, timeout, warnings);
  if (database) return { database, journal, warnings };
  const warning = `The store ${folder.path} was written by a newer ML Tracking. It is opened for reading only: update ML Tracking to write to it.`;
  return { database: readOnly(warning), journal, warnings: [...warnings, warning] };
}

function createFolder(folder: StoreFolder, { create, readOnly }: OpenDatabaseOptions): void {
  if (create === false || readOnly)
    throw new TrackingError(
      'RESOURCE_DOES_NOT_EXIST',
      `There is no tracking store in ${folder.path}. Train a model there first, or name another folder.`,
    );
  try {
    folder.create();
  } catch (error) {
    throw new TrackingError('PERMISSION_DENIED', `The folder ${folder.path} can't be made (${messageOf(error)}).`, { cause: error });
  }
}

/** @returns undefined for a store that is newer than this program */
function openForWriting(file: string, journal: Journal['mode'], timeout: number, warnings: string[]): Database | undefined {
  return attempt(file, timeout, false, (handle) => {
    if (schemaVersion(handle, file) > SCHEMA_VERSION) {
      handle.close();
      return undefined;
    }
    setJournal(handle, journal, timeout);
    handle.exec('PRAGMA synchronous = FULL; PRAGMA foreign_keys = ON');
    const backup = migrate(handle, file);
    if (backup !== undefined)
      warnings.push(`The store was brought to version ${SCHEMA_VERSION}. A copy of how it was before is ${backup}.`);
    return new Database(handle, file);
  });
}

/** Where nothing can be put beside the file, e.g. on a read-only disk, it is read as one that nobody changes. */
function openReadOnly(file: string, timeout: number, reason: string): Database {
  const use = (handle: DatabaseSync): Database => {
    readAsPresent(handle, file);
    return new Database(handle, file, reason);
  };
  try {
    return attempt(file, timeout, true, use);
  } catch (error) {
    const cause = error instanceof Error ? error.cause : undefined;
    if (!cantOpen(cause) || holdsLog(file)) throw error;
    const url = pathToFileURL(file);
    url.searchParams.set('immutable', '1');
    return attempt(url, timeout, true, use);
  }
}

/** Opens a connection; it is closed again when its use fails, and the failure explained. */
function attempt<T>(file: string | URL, timeout: number, readOnly: boolean, use: (handle: DatabaseSync) => T): T {
  const { DatabaseSync } = loadSqlite();
  let handle: DatabaseSync | undefined;
  try {
    handle = new DatabaseSync(file, { readOnly });
    // More pages between two checkpoints: the log is copied back less often; 64 MB of cache hold the hot part of a large store.
    handle.exec(
      `PRAGMA busy_timeout = ${timeout}; PRAGMA cache_size = -65536; PRAGMA wal_autocheckpoint = 4000; PRAGMA journal_size_limit = 67108864`,
    );
    return use(handle);
  } catch (error) {
    handle?.close();
    throw explain(error, String(file));
  }
}

/** SQLite doesn't wait when two processes change the mode of a new file at once, so we do. */
function setJournal(handle: DatabaseSync, mode: Journal['mode'], timeout: number): void {
  const give = performance.now() + timeout;
  for (;;) {
    try {
      const { journal_mode: now } = handle.prepare(`PRAGMA journal_mode = ${mode}`).get() as { journal_mode: string };
      if (now.toUpperCase() === mode) return;
      throw new TrackingError('INVALID_STATE', `The journal of the store can't be set to ${mode}; it stays ${now}.`);
    } catch (error) {
      if (!isBusy(error) || performance.now() > give) throw error;
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 20);
    }
  }
}

function mayWrite(path: string): boolean {
  try {
    accessSync(path, constants.W_OK);
    return true;
  } catch {
    return false;
  }
}

/** Whether there are writes beside the file that it doesn't hold yet. */
function holdsLog(file: string): boolean {
  return (statSync(`${file}-wal`, { throwIfNoEntry: false })?.size ?? 0) > 0;
}
