import type { CellKind } from '../content/profile';
import { kindOf, numberOf, timeOf } from '../content/tables/cell';
import type { TableSink } from '../content/tables/tableSink';
import type { CheckExample } from './checks';

/** A cell as a check looks at it; what is missing has no kind. */
export interface Cell {
  readonly kind: CellKind | undefined;
  readonly text: string;
  /** Of a number or, in milliseconds since 1970, of a date. */
  readonly number: number | undefined;
}

/** Cells that are looked for: those of columns, counted from 0, that a test says true of. */
export interface Search {
  readonly columns: ReadonlySet<number>;
  readonly test: (cell: Cell) => boolean;
  readonly found: CheckExample[];
}

const EXAMPLES = 5;

/** Looks through a table a second time, for examples of what failed. */
export class RowFinder implements TableSink {
  private readonly byColumn = new Map<number, Search[]>();
  private row: { readonly search: Search; readonly value: string }[] = [];

  /** @param byColumns whether cells come column by column, as from Parquet: then their row is counted */
  constructor(
    private readonly searches: readonly Search[],
    private readonly byColumns: boolean,
  ) {
    for (const search of searches)
      for (const column of search.columns) this.byColumn.set(column, [...(this.byColumn.get(column) ?? []), search]);
  }

  private readonly counted = new Map<number, number>();

  get isDone(): boolean {
    return this.searches.every(({ found }) => found.length >= EXAMPLES);
  }

  begin(): void {
    // Columns are known by their positions.
  }

  digits(column: number, value: number): void {
    if (this.byColumn.has(column)) this.look(column, { kind: 'integer', text: String(value), number: value });
  }

  number(column: number, value: number, whole: boolean): void {
    if (this.byColumn.has(column)) this.look(column, { kind: whole ? 'integer' : 'number', text: String(value), number: value });
  }

  missing(column: number): void {
    this.look(column, { kind: undefined, text: '', number: undefined });
  }

  text(column: number, text: string): void {
    if (!this.byColumn.has(column)) return;
    const kind = kindOf(text);
    const number = kind === 'integer' || kind === 'number' ? numberOf(text) : kind === 'date' ? timeOf(text) : undefined;
    this.look(column, { kind, text, number });
  }

  value(column: number, value: unknown, floating = false): void {
    this.look(column, typedCell(value, floating));
  }

  endRow(row: number, line: number | undefined): void {
    for (const { search, value } of this.row) if (search.found.length < EXAMPLES) search.found.push({ row, line, value });
    this.row = [];
  }

  problem(): void {
    // The profile tells of it.
  }

  private look(column: number, cell: Cell): void {
    const row = this.byColumns ? (this.counted.get(column) ?? 0) + 1 : 0;
    if (this.byColumns) this.counted.set(column, row);
    for (const search of this.byColumn.get(column) ?? []) {
      if (search.found.length >= EXAMPLES || !search.test(cell)) continue;
      const value = cell.kind === undefined ? 'missing' : cell.text;
      if (this.byColumns) search.found.push({ row, value });
      else this.row.push({ search, value });
    }
  }
}

function typedCell(value: unknown, floating: boolean): Cell {
  if (value === null || value === undefined || Number.isNaN(value)) return { kind: undefined, text: '', number: undefined };
  if (typeof value === 'number')
    return { kind: Number.isInteger(value) && !floating ? 'integer' : 'number', text: String(value), number: value };
  if (typeof value === 'bigint') return { kind: 'integer', text: String(value), number: Number(value) };
  if (value instanceof Date) return { kind: 'date', text: value.toISOString(), number: value.getTime() };
  if (typeof value === 'boolean') return { kind: 'boolean', text: String(value), number: undefined };
  return { kind: 'text', text: typeof value === 'string' ? value : 'an object', number: undefined };
}
