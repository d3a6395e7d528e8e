import { messageOf } from '../../core/errors';
import { PythonFloat, pythonInt, type PythonValue } from './pythonValue';
import { RecordError } from './recordError';
import { YamlFile } from './yamlFile';

/** What `json.loads` takes besides JSON, as numbers that JSON has no other use for. */
const SPECIAL: Readonly<Record<string, string>> = { NaN: '1e99990', Infinity: '1e99991', '-Infinity': '-1e99991' };
const VALUES: Readonly<Record<string, number>> = { '1e99990': NaN, '1e99991': Infinity, '-1e99991': -Infinity };

/** Reads JSON with Python's types: `1.0` is a float, big ints stay exact. Throws RecordError. */
export function parseJson(text: string): PythonValue {
  // A string that doesn't end is taken whole, too: looking for its end again from each quote in it takes forever.
  const plain = text.replace(/"(?:\\[^]|[^"\\])*(?:"|\\?$)|-?\b(?:NaN|Infinity)\b/g, (part) => SPECIAL[part] ?? part);
  try {
    return pythonOf(JSON.parse(plain, keepNumbers));
  } catch (error) {
    const message = messageOf(error);
    const line = /line (\d+)/.exec(message)?.[1];
    throw new RecordError(
      `it is not JSON: ${/^[^,\n(]*/.exec(message)?.[0].trim() ?? ''}`,
      line === undefined ? lineOfError(text) : Number(line),
    );
  }
}

/** What breaks JSON breaks YAML at the same place for the most part, and its parser tells the line. */
function lineOfError(text: string): number {
  try {
    YamlFile.parse(text);
    return 1;
  } catch (error) {
    return error instanceof RecordError ? error.line : 1;
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
