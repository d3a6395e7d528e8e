/** Who takes what a table's reader finds, cell by cell in a row's order. Columns count from 0, rows from 1. */
export interface TableSink {
  /** Once, before the first row. */
  begin(names: readonly string[]): void;
  /** A whole number from 0 on, of at most 7 digits and written in no other way: nearly every cell of a table of pixels. */
  digits(column: number, value: number): void;
  /** Any other number of a text table that is written plainly; `whole` without a point. */
  number(column: number, value: number, whole: boolean): void;
  missing(column: number): void;
  /** Any other cell of a text table, not yet told apart. */
  text(column: number, text: string): void;
  /**
   * A cell of a table whose cells have types: a number, bigint, boolean, string, Date, or anything that JSON holds.
   * @param floating whether the column's type is one of floating point, of which a whole number is one more value
   */
  value(column: number, value: unknown, floating?: boolean): void;
  /** The end of a row with so many cells; `first` and `second` are lanes of its hash. */
  endRow(row: number, line: number | undefined, cells: number, first: number, second: number): void;
  /** Something wrong that reading went past. */
  problem(message: string, row: number | undefined, line: number | undefined): void;
  /** Whether the rest need not be read. */
  readonly isDone: boolean;
}
