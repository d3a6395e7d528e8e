import type { CellKind, ColumnProfile, Duplicates, LabelCounts, Problem, ProfileOptions } from '../profile';
import { columnLimits, ColumnStats } from '../stats/columnStats';
import { RowHashes } from '../stats/rowHashes';
import { kindOf, numberOf, timeOf, wholeOf } from './cell';
import { labelColumn } from './labelColumn';
import type { TableSink } from './tableSink';

/** Columns that are profiled; the others are counted. */
export const MOST_COLUMNS = 10_000;
const MOST_PROBLEMS = 20;
/** Whole numbers below this are counted in one array of all columns: pixels, labels, ages. */
const SMALL = 256;

const MOST_KNOWN = 20_000;

interface TextKind {
  readonly kind: CellKind | undefined;
  readonly time: number;
}

export interface TableResult {
  readonly rows: number;
  readonly columnCount: number;
  readonly columns: readonly ColumnProfile[];
  readonly labels: LabelCounts | undefined;
  readonly duplicates: Duplicates;
  readonly problems: readonly Problem[];
  readonly problemCount: number;
}

/** Gathers the profile of a table in one pass. */
export class TableStats implements TableSink {
  readonly isDone = false;
  private rows = 0;
  private columnCount = 0;
  private columns: readonly ColumnStats[] = [];
  private small = new Float64Array(0);
  readonly hashes = new RowHashes();
  private readonly problems: Problem[] = [];
  private problemCount = 0;
  private readonly known = new Map<string, TextKind>();

  /** @param path what problems are told of */
  constructor(
    private readonly path: string,
    private readonly options: Pick<ProfileOptions, 'label' | 'valuesOf'>,
  ) {}

  begin(names: readonly string[]): void {
    const kept = names.slice(0, MOST_COLUMNS);
    const limits = columnLimits(Math.max(1, kept.length));
    this.columnCount = names.length;
    this.columns = kept.map((name, index) => new ColumnStats(name, index + 1, limits));
    this.small = new Float64Array(kept.length * SMALL);
  }

  digits(column: number, value: number): void {
    if (column >= this.columns.length) return;
    if (value < SMALL) this.small[column * SMALL + value]!++;
    else this.columns[column]!.number(value, 'integer');
  }

  number(column: number, value: number, whole: boolean): void {
    if (column < this.columns.length) this.columns[column]!.number(value, whole ? 'integer' : 'number');
  }

  missing(column: number): void {
    if (column < this.columns.length) this.columns[column]!.missing++;
  }

  text(column: number, text: string): void {
    const stats = this.columns[column];
    if (!stats) return;
    const { kind, time } = this.kindOf(text);
    switch (kind) {
      case undefined:
        stats.missing++;
        return;
      case 'integer':
        return stats.number(wholeOf(text), kind);
      case 'number':
        return stats.number(numberOf(text), kind);
      case 'boolean':
        return stats.boolean(text);
      case 'date':
        return stats.date(text, time);
      case 'text':
        return stats.text(text);
    }
  }

  value(column: number, value: unknown, floating = false): void {
    const stats = this.columns[column];
    if (!stats) return;
    if (value === null || value === undefined || (typeof value === 'number' && Number.isNaN(value))) stats.missing++;
    else if (typeof value === 'number') stats.number(value, Number.isInteger(value) && !floating ? 'integer' : 'number');
    else if (typeof value === 'bigint') {
      const near = Number(value);
      stats.number(Number.isSafeInteger(near) ? near : value, 'integer');
    } else if (typeof value === 'boolean') stats.boolean(String(value));
    else if (value instanceof Date && !Number.isNaN(value.getTime())) stats.date(value.toISOString(), value.getTime());
    else stats.text(typeof value === 'string' ? value : plainText(value));
  }

  endRow(row: number, line: number | undefined, cells: number, first: number, second: number): void {
    this.rows = row;
    this.hashes.add(first, second, row);
    if (cells === this.columnCount) return;
    for (let column = cells; column < this.columns.length; column++) this.columns[column]!.missing++;
    this.problem(`has ${cells} ${cells === 1 ? 'cell' : 'cells'}, not ${this.columnCount}`, row, line);
  }

  problem(message: string, row: number | undefined, line: number | undefined): void {
    this.problemCount++;
    if (this.problems.length < MOST_PROBLEMS) this.problems.push({ path: this.path, row, line, message });
  }

  /** What a text is; texts come again and again, and telling them apart takes longer than remembering them. */
  private kindOf(text: string): TextKind {
    const known = this.known.get(text);
    if (known) return known;
    const kind = kindOf(text);
    const found = { kind, time: kind === 'date' ? timeOf(text) : 0 };
    if (this.known.size < MOST_KNOWN && text.length < 100) this.known.set(text, found);
    return found;
  }

  finish(): TableResult {
    const { small } = this;
    const wanted = new Set(this.options.valuesOf);
    const columns = this.columns.map((stats, index) => {
      stats.widen(SMALL);
      for (let value = 0; value < SMALL; value++) {
        const times = small[index * SMALL + value]!;
        if (times > 0) stats.number(value, 'integer', times);
      }
      return stats.profile(wanted.has(stats.name) || wanted.has(stats.position));
    });
    const found = labelColumn(columns, this.columnCount, this.options.label);
    const counts = found && this.columns[found.position - 1]?.valueCounts();
    const { count, examples, exact, compared } = this.hashes;
    return {
      ...{ rows: this.rows, columnCount: this.columnCount, columns },
      labels: found && counts && { from: found.name, counts },
      duplicates: { count, examples, exact, compared },
      ...{ problems: this.problems, problemCount: this.problemCount },
    };
  }
}

function plainText(value: unknown): string {
  return JSON.stringify(value, (_key, inner: unknown) => (typeof inner === 'bigint' ? String(inner) : inner)) ?? '';
}
