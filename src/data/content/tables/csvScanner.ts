import { invalid } from '../../../core/errors';
import type { Dialect } from '../profile';
import { mixFirst, mixSecond } from '../stats/rowHashes';
import { readDecimal, type Decimal } from './decimal';
import { isDamaged, MARK, NOT_UTF8, windowsText, withoutMark } from './encoding';
import type { TableSink } from './tableSink';

/** No cell is longer: behind one that is stands a quote that is never closed, or no table at all. */
export const MOST_CELL = 2 ** 20;
/** Without a header the first row is read whole, to count its cells. */
const MOST_FIRST_ROW = 32 * 2 ** 20;
/** Names of columns that are kept of a header. */
const MOST_NAMES = 2_000_000;
const QUOTE = 34;
const LF = 10;
const CR = 13;
/** What a cell's bytes are followed by in a row's hash. */
const CELL = 0x5bd1e995;

/**
 * Reads a text table as bytes, in pieces of any size, into a sink. A row of digits makes no strings, which is why this isn't left to a
 * library: those found make one for each cell, join short rows with the next ones or hold all that follows an open quote.
 * Quoting is RFC 4180's; rows end with LF, CRLF or CR; empty lines count for nothing. A row's hash is of its text, in UTF-8, so that a table
 * which was only saved in another encoding has the same rows.
 */
export class CsvScanner {
  private kept = new Uint8Array(0);
  private line = 1;
  private rowLine = 1;
  private row = 0;
  private column = 0;
  private first = 0;
  private second = 0;
  private names: string[] | undefined;
  private readonly decimal: Decimal = { value: 0, whole: true };
  private begun = false;
  /** Whether it is known that no mark of UTF-8 is at hand. */
  private unmarked = false;
  private damaged = false;
  private readonly delimiter: number;
  private readonly encoding: Dialect['encoding'];

  /** @param name what the file is called in errors */
  constructor(
    dialect: Dialect,
    private readonly sink: TableSink,
    private readonly name: string,
  ) {
    this.delimiter = dialect.delimiter.charCodeAt(0);
    this.encoding = dialect.encoding;
    this.names = dialect.header ? [] : undefined;
  }

  /** @throws TrackingError for a cell that doesn't end */
  take(chunk: Uint8Array): void {
    let joined = this.kept.length === 0 ? chunk : Buffer.concat([this.kept, chunk]);
    if (!this.unmarked && joined.length < MARK) {
      this.kept = Buffer.from(joined);
      return;
    }
    if (!this.unmarked) joined = withoutMark(joined);
    this.unmarked = true;
    const rest = this.scan(joined, false);
    if (!this.begun && !this.names && joined.length <= MOST_FIRST_ROW) {
      this.kept = Buffer.from(joined);
      return;
    }
    if (joined.length - rest > MOST_CELL)
      throw invalid(
        `${this.name}: line ${this.line} has a cell of more than ${MOST_CELL} bytes; a quote may be open there, or this is no table.`,
      );
    // A copy: the piece's memory may be used for the next one.
    this.kept = Buffer.from(joined.subarray(rest));
  }

  /** After the last piece. */
  end(): void {
    this.scan(this.kept, true);
    if (this.column > 0) this.endRow();
    if (!this.begun) this.begin(this.names ?? []);
  }

  /** Scans whole cells; returns where the first one begins that isn't whole yet. */
  private scan(bytes: Uint8Array, last: boolean): number {
    const { delimiter } = this;
    const end = bytes.length;
    let at = 0;
    if (!this.begun && !this.names) {
      const cells = this.firstRow(bytes, last);
      if (cells === undefined) return 0;
      this.begin(Array.from({ length: cells }, (_, index) => `column ${index + 1}`));
    }
    while (at < end && !this.sink.isDone) {
      const start = at;
      let value = 0;
      let c = bytes[at]!;
      while (c >= 48 && c <= 57) {
        value = value * 10 + (c - 48);
        if (++at === end) break;
        c = bytes[at]!;
      }
      const length = at - start;
      const closed = at < end && (c === delimiter || c === LF || (c === CR && bytes[at + 1] === LF));
      if (closed && length > 0 && length < 8 && (length === 1 || bytes[start] !== 48) && !this.names) {
        const mixed = value | (length << 24);
        this.first = mixFirst(this.first, mixed);
        this.second = mixSecond(this.second, mixed);
        this.sink.digits(this.column++, value);
        at++;
        if (c === delimiter) continue;
        if (c === CR) at++;
        this.line++;
        this.endRow();
        continue;
      }
      const next = bytes[start] === QUOTE ? this.quoted(bytes, start, last) : this.bare(bytes, start, at, last);
      if (next < 0) return start;
      at = next;
    }
    return at;
  }

  /** How many cells the first row has; undefined while its end isn't there. */
  private firstRow(bytes: Uint8Array, last: boolean): number | undefined {
    let cells = 1;
    let quoted = false;
    let empty = true;
    for (const byte of bytes) {
      if (byte === QUOTE) quoted = !quoted;
      if (quoted) continue;
      if (byte === this.delimiter) cells++;
      if (byte !== LF && byte !== CR) empty = false;
      else if (!empty) return cells;
    }
    return last ? (empty ? 0 : cells) : undefined;
  }

  /** A cell without quotes around it; -1 while its end isn't there. */
  private bare(bytes: Uint8Array, start: number, from: number, last: boolean): number {
    const { delimiter } = this;
    let at = from;
    while (at < bytes.length && bytes[at] !== delimiter && bytes[at] !== LF && bytes[at] !== CR) at++;
    const after = this.ending(bytes, at, last);
    if (after < 0) return -1;
    if (at === start && this.column === 0 && bytes[at] !== delimiter) {
      // An empty line.
      this.rowLine = ++this.line;
      return after;
    }
    if (this.names || !this.number(bytes, start, at)) this.cell(bytes, start, at);
    return this.close(bytes, at, after);
  }

  /** A quoted cell; -1 while its end isn't there. */
  private quoted(bytes: Uint8Array, start: number, last: boolean): number {
    let at = start + 1;
    let lines = 0;
    let doubled = false;
    for (; ; at++) {
      if (at >= bytes.length) {
        if (!last) return -1;
        this.sink.problem('opens a quote that is never closed', this.row + 1, this.line);
        break;
      }
      if (bytes[at] === LF || (bytes[at] === CR && bytes[at + 1] !== LF)) lines++;
      if (bytes[at] !== QUOTE) continue;
      if (at + 1 >= bytes.length && !last) return -1;
      if (bytes[at + 1] !== QUOTE) break;
      doubled = true;
      at++;
    }
    let stop = Math.min(at + 1, bytes.length);
    while (stop < bytes.length && bytes[stop] !== this.delimiter && bytes[stop] !== LF && bytes[stop] !== CR) stop++;
    const after = this.ending(bytes, stop, last);
    if (after < 0) return -1;
    if (stop > at + 1) {
      this.sink.problem('has text behind a closing quote', this.row + 1, this.line);
      this.cell(bytes, start, stop);
    } else this.cell(bytes, start + 1, Math.min(at, bytes.length), doubled);
    this.line += lines;
    return this.close(bytes, stop, after);
  }

  /** Where the next cell begins after one that ends here; -1 while that isn't known. */
  private ending(bytes: Uint8Array, at: number, last: boolean): number {
    if (at >= bytes.length) return last ? at : -1;
    if (bytes[at] !== CR) return at + 1;
    if (at + 1 >= bytes.length && !last) return -1;
    return bytes[at + 1] === LF ? at + 2 : at + 1;
  }

  /** Takes a cell that is a number plainly written; false of any other. */
  private number(bytes: Uint8Array, from: number, to: number): boolean {
    const { decimal } = this;
    if (!readDecimal(bytes, from, to, decimal)) return false;
    this.mix(bytes, from, to);
    this.sink.number(this.column++, decimal.value, decimal.whole);
    return true;
  }

  private mix(bytes: Uint8Array, from: number, to: number): void {
    let { first, second } = this;
    for (let at = from; at < to; at++) {
      first = mixFirst(first, bytes[at]!);
      second = mixSecond(second, bytes[at]!);
    }
    this.first = mixFirst(first, CELL);
    this.second = mixSecond(second, CELL + to - from);
  }

  private cell(bytes: Uint8Array, from: number, to: number, doubled = false): void {
    const column = this.column++;
    if (from === to && !this.names) {
      this.mix(bytes, from, to);
      return this.sink.missing(column);
    }
    const text = this.text(Buffer.from(bytes.buffer, bytes.byteOffset + from, to - from));
    const plain = doubled ? text.replaceAll('""', '"') : text;
    if (!this.names) return this.sink.text(column, plain);
    if (column >= MOST_NAMES) throw invalid(`${this.name} has more than ${MOST_NAMES} columns; this is no table.`);
    this.names.push(plain);
  }

  /** Reads a cell, and counts it in. */
  private text(bytes: Buffer): string {
    const text = bytes.toString('utf8');
    const isRight = !isDamaged(text, bytes);
    const read = isRight ? text : windowsText(bytes);
    const utf8 = isRight ? bytes : Buffer.from(read);
    this.mix(utf8, 0, utf8.length);
    if (isRight || this.encoding !== undefined) return read;
    if (!this.damaged) this.sink.problem(NOT_UTF8, this.names ? undefined : this.row + 1, this.line);
    this.damaged = true;
    return read;
  }

  private close(bytes: Uint8Array, at: number, after: number): number {
    if (at < bytes.length && bytes[at] === this.delimiter) return after;
    if (at < bytes.length) this.line++;
    this.endRow();
    return after;
  }

  private endRow(): void {
    if (this.names) {
      this.begin(this.names);
      this.names = undefined;
    } else this.sink.endRow(++this.row, this.rowLine, this.column, this.first, this.second);
    this.rowLine = this.line;
    this.column = this.first = this.second = 0;
  }

  private begin(names: readonly string[]): void {
    this.begun = true;
    this.sink.begin(uniqueNames(names));
  }
}

/** Names of columns, told apart by a number where they aren't different, and numbered where they are empty. */
function uniqueNames(names: readonly string[]): string[] {
  const used = new Set<string>();
  return names.map((given, index) => {
    const name = given.trim() === '' ? `column ${index + 1}` : given.trim();
    let unique = name;
    for (let n = 2; used.has(unique); n++) unique = `${name} (${n})`;
    used.add(unique);
    return unique;
  });
}
