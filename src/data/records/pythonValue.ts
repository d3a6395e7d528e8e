import { OtherValue, type PlainValue } from './plainValue';

/** A Python float; a bare number or bigint is an int, and `1.0` in a template must stay `1.0`. */
export class PythonFloat {
  constructor(readonly value: number) {}
}

/** A value as Python has it after reading a file: dicts keep their order and the types of their keys. */
export type PythonValue = null | boolean | number | bigint | PythonFloat | string | OtherValue | readonly PythonValue[] | PythonDict;
export type PythonDict = ReadonlyMap<PythonValue, PythonValue>;

export function isDict(value: unknown): value is PythonDict {
  return value instanceof Map;
}

export function isList(value: unknown): value is readonly PythonValue[] {
  return Array.isArray(value);
}

/** What `type(value).__name__` says. */
export function typeName(value: PythonValue): string {
  if (value === null) return 'NoneType';
  if (typeof value === 'boolean') return 'bool';
  if (typeof value === 'number' || typeof value === 'bigint') return 'int';
  if (typeof value === 'string') return 'str';
  if (value instanceof PythonFloat) return 'float';
  if (value instanceof OtherValue) return value.kind;
  return isDict(value) ? 'dict' : 'list';
}

/** Whether Python takes a value for true. */
export function isTruthy(value: PythonValue | undefined): boolean {
  if (value === undefined || value === null || value === false || value === 0 || value === 0n || value === '') return false;
  if (value instanceof PythonFloat) return value.value !== 0;
  if (isDict(value)) return value.size > 0;
  return !isList(value) || value.length > 0;
}

/** The value without Python's types; keys become texts, ints beyond 2^53 stay exact. */
export function toPlain(value: PythonValue): PlainValue {
  if (value instanceof PythonFloat) return value.value;
  if (isDict(value)) return Object.fromEntries([...value].map(([key, item]) => [pythonText(key), toPlain(item)]));
  if (isList(value)) return value.map(toPlain);
  return value;
}

/** An int as a number where it fits. */
export function pythonInt(value: bigint): number | bigint {
  const short = Number(value);
  return Number.isSafeInteger(short) ? short : value;
}

/** What `str(value)` gives. */
export function pythonText(value: PythonValue): string {
  return typeof value === 'string' ? value : pythonRepr(value);
}

/** What `repr(value)` gives. */
export function pythonRepr(value: PythonValue): string {
  if (value === null) return 'None';
  if (value === true) return 'True';
  if (value === false) return 'False';
  if (typeof value === 'string') return quoted(value);
  if (typeof value === 'number' || typeof value === 'bigint') return String(value);
  if (value instanceof PythonFloat) return floatText(value.value);
  if (isDict(value)) return `{${[...value].map(([key, item]) => `${pythonRepr(key)}: ${pythonRepr(item)}`).join(', ')}}`;
  if (isList(value)) return `[${value.map(pythonRepr).join(', ')}]`;
  return value.text;
}

/** Shortest digits as in JavaScript, but exponents from 1e16 up and below 1e-4. */
export function floatText(value: number): string {
  if (Number.isNaN(value)) return 'nan';
  if (!Number.isFinite(value)) return value < 0 ? '-inf' : 'inf';
  if (Object.is(value, -0)) return '-0.0';
  const [, sign = '', first = '0', rest = '', power = '0'] = /^(-?)(\d)(?:\.(\d+))?e([+-]\d+)$/.exec(value.toExponential()) ?? [];
  const exponent = Number(power);
  if (value !== 0 && (exponent < -4 || exponent >= 16)) {
    const digits = rest === '' ? first : `${first}.${rest}`;
    return `${sign}${digits}e${exponent < 0 ? '-' : '+'}${String(Math.abs(exponent)).padStart(2, '0')}`;
  }
  if (exponent < 0) return `${sign}0.${'0'.repeat(-exponent - 1)}${first}${rest}`;
  const digits = `${first}${rest}`.padEnd(exponent + 1, '0');
  return `${sign}${digits.slice(0, exponent + 1)}.${digits.slice(exponent + 1) || '0'}`;
}

function quoted(text: string): string {
  const mark = text.includes("'") && !text.includes('"') ? '"' : "'";
  const names: Record<string, string> = { '\n': '\\n', '\r': '\\r', '\t': '\\t', '\\': '\\\\', [mark]: `\\${mark}` };
  // Python shows what can't be printed by its code point.
  const inside = Array.from(text, (char) => names[char] ?? (/[\p{C}\p{Zl}\p{Zp}]|(?! )\p{Zs}/u.test(char) ? escaped(char) : char)).join('');
  return `${mark}${inside}${mark}`;
}

function escaped(char: string): string {
  const code = char.codePointAt(0) ?? 0;
  const hex = code.toString(16);
  return code < 0x100 ? `\\x${hex.padStart(2, '0')}` : code < 0x10000 ? `\\u${hex.padStart(4, '0')}` : `\\U${hex.padStart(8, '0')}`;
}
