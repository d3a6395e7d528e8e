import { statSync } from 'node:fs';
import type { DatabaseSync, SQLInputValue, StatementSync } from 'node:sqlite';
import { TrackingError } from '../../core/errors';
import { ChangeLog } from './changeLog';
import { explain } from './failures';

export type Value = SQLInputValue;

/** Statements whose text varies (searches) push out the oldest beyond this many. */
const KEPT_STATEMENTS = 256;

/** One connection: kept statements, transactions, and the numbering of changes. */
export class Database {
  private readonly statements = new Map<string, StatementSync>();
  private readonly writeListeners = new Set<() => void>();
  private readonly identity: string | undefined;
  private depth = 0;
  private closed = false;

  constructor(
    private readonly handle: DatabaseSync,
    readonly file: string,
    /** Why nothing may be written; undefined for a store that can be. */
    readonly readOnlyReason?: string,
  ) {
    this.identity = identityOf(file);
  }

  all<T>(sql: string, ...values: Value[]): T[] {
    return this.attempt(() => this.statement(sql).all(...values) as T[]);
  }

  /**
   * Rows as lists of their columns' values, for results of thousands: objects without a prototype, as `all` makes them, cost twice
   * as much, and more to throw away. The columns' names must differ.
   */
  lists<T extends readonly unknown[]>(sql: string, ...values: Value[]): T[] {
    return this.attempt(() => {
      // A statement of its own: it can't make objects any more.
      const statement = this.statement(`${sql} -- lists`);
      if (!('setReturnArrays' in statement))
        return (statement as StatementSync).all(...values).map((row) => Object.values(row) as unknown as T);
      statement.setReturnArrays(true);
      return statement.all(...values) as unknown as T[];
    });
  }

  get<T>(sql: string, ...values: Value[]): T | undefined {
    return this.attempt(() => this.statement(sql).get(...values) as T | undefined);
  }

  /** @returns how many rows were changed. */
  run(sql: string, ...values: Value[]): number {
    return this.attempt(() => Number(this.statement(sql).run(...values).changes));
  }

  insert(sql: string, ...values: Value[]): number {
    return this.attempt(() => Number(this.statement(sql).run(...values).lastInsertRowid));
  }

  /** Several statements without values; not kept. */
  exec(sql: string): void {
    this.attempt(() => this.handle.exec(sql));
  }

  /** Everything read inside belongs to one moment. */
  read<T>(work: () => T): T {
    return this.depth > 0 ? work() : this.transaction('BEGIN', work);
  }

  /** All or nothing; the changes that are logged inside are numbered and told to the listeners after the commit. */
  write<T>(work: (changes: ChangeLog) => T): T {
    this.requireWritable();
    const result = this.transaction('BEGIN IMMEDIATE', () => {
      const changes = new ChangeLog(this);
      const value = work(changes);
      changes.save();
      return value;
    });
    for (const listener of this.writeListeners) listener();
    return result;
  }

  /** A write into a file that no name leads to any more would be answered for and lost; put back, it can be written again. */
  requireWritable(): void {
    if (this.readOnlyReason !== undefined) throw new TrackingError('PERMISSION_DENIED', this.readOnlyReason);
    if (this.closed || identityOf(this.file) === this.identity) return;
    throw new TrackingError(
      'TEMPORARILY_UNAVAILABLE',
      `${this.file} was moved, deleted or replaced while it was open. Nothing of this write was kept: put it back, or open the store again.`,
    );
  }

  onWrite(listener: () => void): () => void {
    this.writeListeners.add(listener);
    return () => this.writeListeners.delete(listener);
  }

  /** Differs from the last call's when another connection has written in between. */
  dataVersion(): number {
    return this.get<{ data_version: number }>('PRAGMA data_version')!.data_version;
  }

  close(): void {
    if (this.closed) return;
    this.closed = true;
    this.statements.clear();
    this.handle.close();
  }

  private transaction<T>(begin: string, work: () => T): T {
    this.exec(begin);
    this.depth++;
    try {
      const value = work();
      this.exec('COMMIT');
      return value;
    } catch (error) {
      this.rollBack();
      throw error;
    } finally {
      this.depth--;
    }
  }

  /** SQLite rolls some failures back by itself, and then refuses a second time. */
  private rollBack(): void {
    try {
      this.handle.exec('ROLLBACK');
    } catch {
      // Nothing left to take back.
    }
  }

  private statement(sql: string): StatementSync {
    const kept = this.statements.get(sql);
    if (kept) return kept;
    if (this.statements.size >= KEPT_STATEMENTS) for (const oldest of this.statements.keys()) if (this.statements.delete(oldest)) break;
    const made = this.handle.prepare(sql);
    this.statements.set(sql, made);
    return made;
  }

  private attempt<T>(action: () => T): T {
    if (this.closed) throw new TrackingError('INVALID_STATE', `The store ${this.file} has been closed.`);
    try {
      return action();
    } catch (error) {
      throw explain(error, this.file);
    }
  }
}

/** What tells a file from another one that takes its name; undefined where there is none. */
function identityOf(file: string): string | undefined {
  const found = statSync(file, { bigint: true, throwIfNoEntry: false });
  return found && `${found.dev}:${found.ino}`;
}
