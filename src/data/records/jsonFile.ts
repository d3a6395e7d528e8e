import { PythonFloat, pythonInt, type PythonValue } from './pythonValue';
import { RecordError } from './recordError';

/** What `json.loads` takes besides JSON, as numbers that JSON has no other use for. */
const SPECIAL: Readonly<Record<string, string>> = { NaN: '1e99990', Infinity: '1e99991', '-Infinity': '-1e99991' };
const VALUES: Readonly<Record<string, number>> = { '1e99990': NaN, '1e99991': Infinity, '-1e99991': -Infinity };

/** Reads JSON with Python's types: `1.0` is a float, big ints stay exact. Throws RecordError. */
export function parseJson(text: string): PythonValue {
  const plain = text.replace(/"(?:\\.|[^"\\])*"|-?\b(?:NaN|Infinity)\b/g, (part) => SPECIAL[part] ?? part);
  try {
    return pythonOf(JSON.parse(plain, keepNumbers));
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    const position = Number(/position (\d+)/.exec(message)?.[1] ?? 0);
    throw new RecordError(`it is not JSON: ${message.split('\n')[0] ?? ''}`, plain.slice(0, position).split('\n').length);
  }
}

function keepNumbers(_: string, value: unknown, context?: { source?: string }): unknown {
  const source = context?.source;
  if (typeof value !== 'number' || source === undefined) return value;
  if (source in VALUES) return new PythonFloat(VALUES[source] ?? NaN);
  return /^-?\d+$/.test(source) ? pythonInt(BigInt(source)) : new PythonFloat(value);
}

function pythonOf(value: unknown): PythonValue {
  if (Array.isArray(value)) return value.map(pythonOf);
  if (value === null || typeof value !== 'object' || value instanceof PythonFloat) return value as PythonValue;
  return new Map(Object.entries(value).map(([key, item]) => [key, pythonOf(item)]));
}
