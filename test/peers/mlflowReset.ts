import { rm } from 'node:fs/promises';
import { DatabaseSync, type SQLInputValue } from 'node:sqlite';
import { join } from 'node:path';

/** Brings the database and the artifacts of a running MLflow server back to how they were when this was made: starting one takes seconds. */
export class MlflowReset {
  private readonly database: DatabaseSync;
  private readonly rows = new Map<string, readonly Record<string, SQLInputValue>[]>();

  constructor(private readonly folder: string) {
    this.database = new DatabaseSync(join(folder, 'mlflow.db'), { timeout: 10_000, enableForeignKeyConstraints: false });
    const tables = this.database.prepare(`SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%'`).all();
    for (const { name } of tables as { name: string }[]) this.rows.set(name, this.database.prepare(`SELECT * FROM "${name}"`).all());
  }

  async run(): Promise<void> {
    this.database.exec('BEGIN IMMEDIATE');
    for (const [table, rows] of this.rows) {
      this.database.exec(`DELETE FROM "${table}"`);
      for (const row of rows) {
        const columns = Object.keys(row);
        const names = columns.map((column) => `"${column}"`).join(', ');
        this.database.prepare(`INSERT INTO "${table}" (${names}) VALUES (${columns.map(() => '?').join(', ')})`).run(...Object.values(row));
      }
    }
    this.database.exec('COMMIT');
    await rm(join(this.folder, 'artifacts'), { recursive: true, force: true });
  }

  close(): void {
    this.database.close();
  }
}
