import { OtherValue } from './plainValue';
import { PythonFloat, pythonInt, type PythonValue } from './pythonValue';

const INT = /^[-+]?(?:0b[01_]+|0o?[0-7_]+|[0-9_]+|0x[0-9a-fA-F_]+)$/;
const FLOAT = /^(?:[-+]?[0-9][0-9_]*\.[0-9_]*(?:[eE][-+]?[0-9]+)?|[-+]?[0-9][0-9_]*[eE][-+]?[0-9]+|[-+]?\.[0-9_]+(?:[eE][-+][0-9]+)?)$/;
const INFINITE = /^([-+]?)\.(?:inf|Inf|INF)$/;
const DATE = /^\d{4}-\d\d-\d\d$/;
const TIME = /^(\d{4})-(\d\d?)-(\d\d?)(?:[Tt]|[ \t]+)(\d\d?):(\d\d):(\d\d)(?:\.(\d*))?(?:[ \t]*(Z|([-+])(\d\d?)(?::?(\d\d))?))?$/;

/** What a plain scalar of YAML 1.2 is to DVC's parser, which also knows dates, underscores in numbers and `0b`. */
export function plainScalar(text: string): PythonValue {
  const first = text[0];
  if (first === undefined || /^(?:~|null|Null|NULL)$/.test(text)) return null;
  if (/^(?:true|True|TRUE)$/.test(text)) return true;
  if (/^(?:false|False|FALSE)$/.test(text)) return false;
  if (!'-+.0123456789'.includes(first)) return text;
  return numberOf(text) ?? timeOf(text) ?? text;
}

/**
 * DVC's parser also takes NEL and Unicode's line and paragraph separators for line breaks, and folds them where they stand as they are:
 * blanks around them go, NEL becomes a blank. `raw` is how the text was written: an escape stays what it is.
 */
export function withFoldedBreaks(text: string, raw: string): string {
  if (!/[\x85\u2028\u2029]/.test(raw)) return text;
  return text.replace(/[ \t]*((?:[\x85\u2028\u2029][ \t]*)+)/g, (_, run: string) => {
    const [first = '', ...rest] = run.replace(/[ \t]/g, '').replaceAll('\x85', '\n');
    if (first !== '\n') return first + rest.join('');
    return rest.length === 0 ? ' ' : rest.join('');
  });
}

/** A float or an int, undefined for other text. */
export function numberOf(text: string): PythonValue | undefined {
  const bare = text.replaceAll('_', '');
  if (FLOAT.test(text)) return new PythonFloat(Number(bare));
  const infinite = INFINITE.exec(text);
  if (infinite) return new PythonFloat(infinite[1] === '-' ? -Infinity : Infinity);
  if (/^\.(?:nan|NaN|NAN)$/.test(text)) return new PythonFloat(NaN);
  return INT.test(text) && text[0] !== '_' ? intOf(bare) : undefined;
}

function intOf(bare: string): PythonValue | undefined {
  const [, sign = '', digits = ''] = /^([-+]?)(.*)$/.exec(bare) ?? [];
  try {
    // Without a letter it is decimal, whatever zeros come first.
    const value = BigInt(digits === '' ? 'x' : digits);
    return pythonInt(sign === '-' ? -value : value);
  } catch {
    return undefined;
  }
}

function timeOf(text: string): PythonValue | undefined {
  if (DATE.test(text)) return new OtherValue('date', text);
  const [, year, month, day, hour, minute, second, fraction = '', zone, sign, zoneHour, zoneMinute] = TIME.exec(text) ?? [];
  if (year === undefined) return undefined;
  const time = Date.UTC(Number(year), Number(month) - 1, Number(day), Number(hour), Number(minute), Number(second));
  const offset = (Number(zoneHour ?? 0) * 60 + Number(zoneMinute ?? 0)) * (sign === '-' ? -60_000 : 60_000);
  const instant = new Date(time - (zone === undefined ? 0 : offset)).toISOString().slice(0, 19);
  return new OtherValue('datetime', `${instant}.${fraction.slice(0, 6).padEnd(6, '0')}${zone === undefined ? '' : 'Z'}`);
}
