import type { Bounds, CheckResult } from './checks';
import type { Cell } from './rowFinder';

/** A result, with how to find examples of what fails. */
export interface Finding extends CheckResult {
  /** Cells of a table: columns from 0. */
  readonly cells?: { readonly columns: readonly number[]; readonly test: (cell: Cell) => boolean };
  /** Numbers of an array; examples are its items. */
  readonly numbers?: (value: number) => boolean;
  /** Images that are not of this size. */
  readonly size?: { readonly width?: number; readonly height?: number; readonly channels?: number };
}

export function finding(
  check: string,
  line: number,
  passed: boolean,
  expected: string,
  found: string,
  more: Partial<Finding> = {},
): Finding {
  return { check, line, passed, expected, found, examples: [], ...(passed ? {} : more) };
}

/** A check that asks for something the data doesn't have. */
export function without(check: string, line: number, expected: string, what: string): Finding {
  return finding(check, line, false, expected, `the data has no ${what}`);
}

export function isWithin(value: number, { min = -Infinity, max = Infinity }: Bounds): boolean {
  return value >= min && value <= max;
}

export function boundsText({ min, max }: Bounds): string {
  if (min === undefined) return max === undefined ? 'anything' : `at most ${max}`;
  if (max === undefined) return `at least ${min}`;
  return min === max ? String(min) : `${min} to ${max}`;
}

/** A list cut to what a line has room for. */
export function listText(values: readonly string[], most = 12): string {
  return values.length > most ? `${values.slice(0, most).join(', ')}, … (${values.length})` : values.join(', ');
}
