import { endOf, type ColumnProfile, type Profile } from '../content/profile';
import { timeOf } from '../content/tables/cell';
import type { ColumnChecks } from './checks';
import { columnName } from './checksFile';
import { finding, listText, without, type Finding } from './finding';
import type { Cell } from './rowFinder';

/** Holds an entry of `schema` against the columns it is about; one result for each of its demands. */
export function checkColumns(checks: ColumnChecks, { columns }: Profile): Finding[] {
  const name = columnName(checks.column);
  if (!columns) return [without(`column ${name}`, checks.line, 'a table', 'columns')];
  const wanted = matching(checks.column, columns);
  if (wanted === undefined) return [without(`column ${name}`, checks.line, 'to be there', `column ${name}`)];
  return [
    ...demand(checks.type, (value, line) => {
      const wrong = wanted.filter((column) => !isOfType(column, value));
      return result(
        name,
        'type',
        line,
        wanted,
        wrong,
        value,
        (column) => typeText(column),
        (cell) => !cellIsOfType(cell, value),
      );
    }),
    ...demand(checks.min, (value, line) => {
      const wrong = wanted.filter((column) => !(extreme(column, 'min', value) >= numberOf(value)));
      const test = (cell: Cell): boolean => cell.number !== undefined && cell.number < numberOf(value);
      return result(name, 'min', line, wanted, wrong, `at least ${value}`, (column) => extremeText(column, 'min'), test);
    }),
    ...demand(checks.max, (value, line) => {
      const wrong = wanted.filter((column) => !(extreme(column, 'max', value) <= numberOf(value)));
      const test = (cell: Cell): boolean => cell.number !== undefined && cell.number > numberOf(value);
      return result(name, 'max', line, wanted, wrong, `at most ${value}`, (column) => extremeText(column, 'max'), test);
    }),
    ...demand(checks.missing, (value, line) => {
      const wrong = wanted.filter(({ missing }) => missing > value);
      return result(
        name,
        'missing',
        line,
        wanted,
        wrong,
        `at most ${value}`,
        ({ missing }) => String(missing),
        ({ kind }) => kind === undefined,
      );
    }),
    ...demand(checks.values, (values, line) => {
      const allowed = new Set(values);
      const strangers = (column: ColumnProfile): string[] | undefined => column.values?.filter((value) => !allowed.has(value));
      const wrong = wanted.filter((column) => strangers(column)?.length !== 0);
      const found = (column: ColumnProfile): string => {
        const list = strangers(column);
        return list ? listText(list) || 'only these' : `${column.distinct.count} different values`;
      };
      const test = ({ kind, text }: Cell): boolean => kind !== undefined && !allowed.has(text);
      return result(name, 'values', line, wanted, wrong, listText(values), found, test);
    }),
    ...demand(checks.unique, (unique, line) => {
      const repeated = (column: ColumnProfile): number => cells(column) - column.distinct.count;
      const wrong = unique ? wanted.filter((column) => !column.distinct.exact || repeated(column) > 0) : [];
      const found = (column: ColumnProfile): string =>
        column.distinct.exact ? `${repeated(column)} repeated` : `about ${column.distinct.count} different values, too many to count each`;
      return finding(`column ${name}: unique`, line, wrong.length === 0, 'no value twice', wrong[0] ? found(wrong[0]) : 'no value twice');
    }),
  ];
}

function demand<T>(given: { readonly value: T; readonly line: number } | undefined, make: (value: T, line: number) => Finding): Finding[] {
  return given ? [make(given.value, given.line)] : [];
}

function result(
  name: string,
  what: string,
  line: number,
  wanted: readonly ColumnProfile[],
  wrong: readonly ColumnProfile[],
  expected: string,
  found: (column: ColumnProfile) => string,
  test: (cell: Cell) => boolean,
): Finding {
  const shown = wrong[0] ?? wanted[0]!;
  const where = wanted.length > 1 && wrong.length > 0 ? ` in ${shown.name}${wrong.length > 1 ? ` and ${wrong.length - 1} more` : ''}` : '';
  const text = wrong.length === 0 && wanted.length > 1 ? 'so in all' : found(shown);
  const columns = wrong.map(({ position }) => position - 1);
  return finding(`column ${name}: ${what}`, line, wrong.length === 0, expected, text + where, { cells: { columns, test } });
}

function matching(column: ColumnChecks['column'], columns: readonly ColumnProfile[]): ColumnProfile[] | undefined {
  if (typeof column === 'object') {
    const some = columns.slice(column.from - 1, column.to);
    return some.length === column.to - column.from + 1 ? some : undefined;
  }
  const one = columns.find(({ name, position }) => (typeof column === 'number' ? position === column : name === column));
  return one && [one];
}

function isOfType({ type }: ColumnProfile, wanted: string): boolean {
  return type === wanted || wanted === 'text' || (wanted === 'number' && type === 'integer');
}

function cellIsOfType({ kind }: Cell, wanted: string): boolean {
  return kind === undefined || kind === wanted || wanted === 'text' || (wanted === 'number' && kind === 'integer');
}

function cells({ kinds }: ColumnProfile): number {
  return Object.values(kinds).reduce((sum, count) => sum + count, 0);
}

function typeText({ type, kinds }: ColumnProfile): string {
  const mixed = Object.entries(kinds);
  return mixed.length > 1 ? `${type} (${mixed.map(([kind, count]) => `${count} ${kind}`).join(', ')})` : type;
}

function numberOf(value: number | string): number {
  if (typeof value === 'number') return value;
  const time = timeOf(value);
  return Number.isNaN(time) ? Date.parse(value) : time;
}

/** A column without such cells breaks no limit. */
function extreme(column: ColumnProfile, end: 'min' | 'max', limit: number | string): number {
  if (typeof limit === 'string') return column.dates ? Date.parse(column.dates[end]) : numberOf(limit);
  if (column.numbers && column.numbers.infinite > 0) return end === 'min' ? -Infinity : Infinity;
  return column.numbers?.[end] ?? limit;
}

function extremeText(column: ColumnProfile, end: 'min' | 'max'): string {
  if (column.numbers && column.numbers.infinite > 0) return `${column.numbers.infinite} infinite`;
  return String(endOf(column, end) ?? 'no numbers');
}
