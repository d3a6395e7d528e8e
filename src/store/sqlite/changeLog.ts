import type { SQLInputValue } from 'node:sqlite';
import type { Change } from '../change';

/** What a connection does for the numbering. */
interface Statements {
  get<T>(sql: string): T | undefined;
  run(sql: string, ...values: SQLInputValue[]): number;
}

/** Numbers what one transaction changes. The numbers grow over the whole life of a store. */
export class ChangeLog {
  private readonly start: number;
  private head: number;

  constructor(private readonly database: Statements) {
    this.start = this.head = readHead(database);
  }

  /** The next number, for rows that carry their own (metrics). */
  next(): number {
    return ++this.head;
  }

  experiment(experimentId: string): void {
    this.touch('experiment', experimentId, '');
  }

  run(runId: string, experimentId: string): void {
    this.touch('run', runId, experimentId);
  }

  loggedModel(modelId: string, runId: string | undefined): void {
    this.touch('loggedModel', modelId, runId ?? '');
  }

  registeredModel(name: string): void {
    this.touch('registeredModel', name, '');
  }

  save(): void {
    if (this.head !== this.start) this.database.run('UPDATE sequence SET value = ?', this.head);
  }

  private touch(kind: Change['kind'], subject: string, context: string): void {
    this.database.run(
      `INSERT INTO change (kind, subject, context, sequence) VALUES (?, ?, ?, ?)
       ON CONFLICT (kind, subject) DO UPDATE SET sequence = excluded.sequence, context = excluded.context`,
      kind,
      subject,
      context,
      this.next(),
    );
  }
}

export function readHead(database: Statements): number {
  return database.get<{ value: number }>('SELECT value FROM sequence')!.value;
}
