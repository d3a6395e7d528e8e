import { copyFile, mkdtemp, open, rm, stat } from 'node:fs/promises';
import type { DatabaseSync, SQLOutputValue, StatementSync } from 'node:sqlite';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { TrackingError, messageOf } from '../../core/errors';
import { loadSqlite } from '../../store/sqliteModule';

export type Row = Readonly<Record<string, SQLOutputValue>>;

/** How long a question waits for whoever writes, in milliseconds. */
const BUSY_TIMEOUT = 10_000;
/** Bytes of a row: a data set's profile may have 16 MB; what is larger is none of MLflow's, and would fill the memory. */
const MOST_IN_ROW = 64 * 1024 * 1024;

/**
 * Somebody else's SQLite file, only read: no question holds it longer than its own answer takes, so that a server goes on
 * writing. Nothing is put beside it either; where SQLite would have to, a copy is read in its place.
 */
export class ReadOnlyDatabase {
  private readonly statements = new Map<string, StatementSync>();
  private readonly columns = new Map<string, ReadonlySet<string>>();

  private constructor(
    private readonly handle: DatabaseSync,
    private readonly temporary: string | undefined,
  ) {}

  static async open(file: string): Promise<ReadOnlyDatabase> {
    const log = (await stat(`${file}-wal`).catch(() => undefined))?.size ?? 0;
    try {
      if (!(await hasLogMode(file))) return new ReadOnlyDatabase(connect(file), undefined);
      // Nobody writes to a file whose log is empty and that no process has open; then it is read as one that stays as it is.
      if (log === 0 && !(await stat(`${file}-shm`).catch(() => undefined)))
        return new ReadOnlyDatabase(connect(unchanging(file)), undefined);
      return await ReadOnlyDatabase.openWithLog(file);
    } catch (error) {
      if (error instanceof TrackingError) throw error;
      throw new TrackingError('INVALID_STATE', `The database ${file} can't be read: ${messageOf(error)}`, { cause: error });
    }
  }

  /** Writes that are still in the log count: a connection beside the writer's sees them, if it may share its index. */
  private static async openWithLog(file: string): Promise<ReadOnlyDatabase> {
    if (await stat(`${file}-shm`).catch(() => undefined))
      try {
        return new ReadOnlyDatabase(connect(file), undefined);
      } catch {
        // The folder may not be written, or the index is another system's.
      }
    const temporary = await mkdtemp(join(tmpdir(), 'ml-import-'));
    const copy = join(temporary, 'copy.db');
    try {
      await copyFile(file, copy);
      await copyFile(`${file}-wal`, `${copy}-wal`);
      return new ReadOnlyDatabase(connect(copy), temporary);
    } catch (error) {
      await rm(temporary, { recursive: true, force: true });
      throw error;
    }
  }

  /** Whether there is such a table: views, whose answers may be anything, are none. */
  has(table: string): boolean {
    return this.columnsOf(table).size > 0;
  }

  hasColumn(table: string, column: string): boolean {
    return this.columnsOf(table).has(column);
  }

  /** Rows of a table with the columns named; those that this version of the table lacks are null. `rest` follows the table's name. */
  rows(table: string, columns: readonly string[], rest = '', ...values: readonly (string | number)[]): Row[] {
    if (!this.has(table)) return [];
    const picked = columns.map((column) => (this.hasColumn(table, column) ? `"${column}"` : `NULL AS "${column}"`)).join(', ');
    return this.all(`SELECT ${picked} FROM "${table}" ${rest}`, ...values);
  }

  all(sql: string, ...values: readonly (string | number)[]): Row[] {
    let statement = this.statements.get(sql);
    if (!statement) {
      statement = this.handle.prepare(sql);
      statement.setReadBigInts(true);
      this.statements.set(sql, statement);
    }
    return statement.all(...values);
  }

  async close(): Promise<void> {
    this.handle.close();
    if (this.temporary !== undefined) await rm(this.temporary, { recursive: true, force: true, maxRetries: 5 });
  }

  private columnsOf(table: string): ReadonlySet<string> {
    let columns = this.columns.get(table);
    if (!columns) {
      const isTable = this.all(`SELECT 1 FROM sqlite_master WHERE type = 'table' AND name = ?`, table).length > 0;
      const found = isTable ? this.all(`SELECT name FROM pragma_table_info(?)`, table) : [];
      this.columns.set(table, (columns = new Set(found.map((row) => String(row['name'])))));
    }
    return columns;
  }
}

function connect(file: string | URL): DatabaseSync {
  const { DatabaseSync } = loadSqlite();
  const handle = new DatabaseSync(file, { readOnly: true, allowExtension: false, limits: { length: MOST_IN_ROW } });
  try {
    // What the file's own schema would run is not trusted.
    handle.exec(`PRAGMA busy_timeout = ${BUSY_TIMEOUT}; PRAGMA trusted_schema = OFF; PRAGMA query_only = ON`);
    handle.prepare('SELECT count(*) FROM sqlite_master').get();
    return handle;
  } catch (error) {
    handle.close();
    throw error;
  }
}

function unchanging(file: string): URL {
  const url = pathToFileURL(file);
  url.searchParams.set('immutable', '1');
  return url;
}

/** Whether the file keeps its newest writes in a log beside it: bytes 18 and 19 of its header are 2. */
async function hasLogMode(file: string): Promise<boolean> {
  const handle = await open(file, 'r');
  try {
    const { buffer } = await handle.read(Buffer.alloc(20), 0, 20, 0);
    return buffer[18] === 2;
  } finally {
    await handle.close();
  }
}

export function textOf(value: SQLOutputValue | undefined): string | undefined {
  if (value === null || value === undefined) return undefined;
  return value instanceof Uint8Array ? new TextDecoder().decode(value) : String(value);
}

/** A whole number that is exact; undefined for anything else. */
export function wholeOf(value: SQLOutputValue | undefined): number | undefined {
  if (typeof value !== 'bigint' && typeof value !== 'number' && typeof value !== 'string') return undefined;
  const number = Math.trunc(Number(value));
  return value !== '' && Number.isSafeInteger(number) ? number : undefined;
}
