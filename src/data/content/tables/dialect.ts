import type { Dialect, ProfileOptions } from '../profile';
import { kindOf } from './cell';

const DELIMITERS = [',', '\t', ';', '|'];
const PROBED_ROWS = 50;

/** Tells from a table's beginning how it is written, where that isn't told. */
export function guessDialect(beginning: string, name: string, options: ProfileOptions): Dialect {
  const delimiter = options.delimiter ?? guessDelimiter(beginning, /\.tsv(\.gz)?$/i.test(name) ? ['\t', ',', ';', '|'] : DELIMITERS);
  return { delimiter, header: options.header ?? hasHeader(splitRows(beginning, delimiter)) };
}

/** The one that splits the first rows into the same number of cells, the most of them; the first one where all fail. */
function guessDelimiter(beginning: string, candidates: readonly string[]): string {
  let best = { delimiter: candidates[0]!, score: 0 };
  for (const delimiter of candidates) {
    const rows = splitRows(beginning, delimiter);
    const cells = rows[0]?.length ?? 1;
    const alike = rows.filter((row) => row.length === cells).length / Math.max(1, rows.length);
    const score = cells > 1 ? alike * alike * Math.log2(cells + 1) : 0;
    if (score > best.score) best = { delimiter, score };
  }
  return best.delimiter;
}

/** Whether the first row names columns: none of its cells is missing, a number, date or boolean, all differ, and none comes again below. */
function hasHeader(rows: readonly (readonly string[])[]): boolean {
  const [first, ...others] = rows;
  if (!first) return false;
  if (isCounting(first)) return others.length > 0 && !isCounting(others[0]!);
  if (!first.every((cell) => kindOf(cell.trim()) === 'text')) return isIndexed(first);
  if (new Set(first).size < first.length) return false;
  return !others.some((row) => row.some((cell, column) => cell === first[column]));
}

/** `0,1,2,…`: names that pandas gives where there are none. */
function isCounting(row: readonly string[]): boolean {
  return row.length > 2 && row.every((cell, column) => cell === String(column + Number(row[0])) && Number(cell) <= row.length);
}

/** pandas leaves the first name empty where it writes an index. */
function isIndexed(row: readonly string[]): boolean {
  const [first, ...others] = row;
  return (
    first === '' && others.length > 0 && others.every((cell) => kindOf(cell.trim()) === 'text') && new Set(others).size === others.length
  );
}

/** The whole rows of a table's beginning, quotes heeded. */
function splitRows(text: string, delimiter: string): string[][] {
  const rows: string[][] = [];
  let row: string[] = [];
  let cell = '';
  let quoted = false;
  for (let at = 0; at < text.length && rows.length < PROBED_ROWS; at++) {
    const c = text[at]!;
    if (quoted) {
      if (c !== '"') cell += c;
      else if (text[at + 1] === '"') cell += text[++at]!;
      else quoted = false;
    } else if (c === '"' && cell === '') quoted = true;
    else if (c === delimiter) {
      row.push(cell);
      cell = '';
    } else if (c === '\n' || c === '\r') {
      if (c === '\r' && text[at + 1] === '\n') at++;
      if (row.length > 0 || cell !== '') rows.push([...row, cell]);
      row = [];
      cell = '';
    } else cell += c;
  }
  // The last row may be cut off, unless it is all there is.
  if (rows.length === 0 && (row.length > 0 || cell !== '')) rows.push([...row, cell]);
  return rows;
}
