import type { CellKind } from '../profile';

/** What stands for a missing value: nothing, and the words that pandas takes for it. */
const MISSING = new Set(
  ' #N/A|#N/A N/A|#NA|-1.#IND|-1.#QNAN|-NaN|-nan|1.#IND|1.#QNAN|<NA>|N/A|NA|NULL|NaN|None|n/a|nan|null'.trim().split('|').concat(''),
);
const BOOLEANS = new Set(['true', 'false', 'True', 'False', 'TRUE', 'FALSE']);
const INTEGER = /^[+-]?\d+$/;
const NUMBER = /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i;
const INFINITE = /^[+-]?inf(inity)?$/i;
const DATE = /^\d{4}-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])([T ]([01]\d|2[0-3]):[0-5]\d(:[0-5]\d([.,]\d{1,9})?)?\s?(Z|[+-]\d\d:?\d\d)?)?$/;
/** A longer whole number is text: hardly any number is as large. */
const MOST_DIGITS = 300;

/** What a cell of a text table holds; undefined where it is missing. */
export function kindOf(text: string): CellKind | undefined {
  const c = text.charCodeAt(0);
  // Most cells: a digit or a minus sign first, and one of few regular shapes.
  if ((c >= 48 && c <= 57) || (c === 45 && text.length < 9 && isDigit(text.charCodeAt(1)))) {
    if (NUMBER.test(text)) return isWhole(text) ? wholeKind(text) : 'number';
  }
  if (text.length <= 9 && MISSING.has(text)) return undefined;
  if (BOOLEANS.has(text)) return 'boolean';
  if (INTEGER.test(text)) return wholeKind(text);
  if (NUMBER.test(text)) return 'number';
  if (DATE.test(text) && !Number.isNaN(timeOf(text))) return 'date';
  return INFINITE.test(text) ? 'number' : 'text';
}

function isDigit(c: number): boolean {
  return c >= 48 && c <= 57;
}

/** Of what is a number: whether it has neither point nor exponent. */
function isWhole(text: string): boolean {
  for (let at = 1; at < text.length; at++) if (!isDigit(text.charCodeAt(at))) return false;
  return true;
}

function wholeKind(text: string): CellKind {
  return text.length > MOST_DIGITS ? 'text' : 'integer';
}

/** The number nearest to what a cell of kind `integer` or `number` holds. */
export function numberOf(text: string): number {
  const value = Number(text);
  if (!Number.isNaN(value)) return value;
  return text.startsWith('-') ? -Infinity : Infinity;
}

/** Milliseconds since 1970 of a cell of kind `date`; without a zone in UTC. */
export function timeOf(text: string): number {
  const day = text.slice(0, 10);
  const clock = text.length > 10 ? text.slice(11) : undefined;
  const [year, month, date] = day.split('-').map(Number) as [number, number, number];
  // 30 February is no date, though Date takes it for the first of March.
  if (new Date(Date.UTC(year, month - 1, date)).getUTCDate() !== date) return NaN;
  if (clock === undefined) return Date.parse(day);
  const zone = /(Z|[+-]\d\d:?\d\d)$/.exec(clock)?.[0] ?? 'Z';
  const time = clock.replace(/\s?(Z|[+-]\d\d:?\d\d)$/, '').replace(',', '.');
  return Date.parse(`${day}T${time}${zone.length === 5 ? `${zone.slice(0, 3)}:${zone.slice(3)}` : zone}`);
}

/** The number that a cell of kind `integer` holds: a bigint where a number could not be told from its neighbours. */
export function wholeOf(text: string): number | bigint {
  const value = Number(text);
  return Number.isSafeInteger(value) ? value : BigInt(text);
}
