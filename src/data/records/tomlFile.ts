import { TomlDate, TomlError, parse } from 'smol-toml';
import { OtherValue } from './plainValue';
import { PythonFloat, pythonInt, type PythonValue } from './pythonValue';
import { RecordError } from './recordError';
import { plainScalar } from './yamlScalar';

/** Reads TOML with Python's types. Throws RecordError. */
export function parseTomlFile(text: string): PythonValue {
  try {
    return pythonOf(parse(text, { integersAsBigInt: true }));
  } catch (error) {
    if (!(error instanceof TomlError)) throw error;
    throw new RecordError(`it is not TOML: ${error.message.split('\n')[0] ?? ''}`, error.line);
  }
}

function pythonOf(value: unknown): PythonValue {
  if (typeof value === 'bigint') return pythonInt(value);
  if (typeof value === 'number') return new PythonFloat(value);
  if (value instanceof TomlDate) return value.isTime() ? new OtherValue('time', value.toISOString()) : plainScalar(value.toISOString());
  if (Array.isArray(value)) return value.map(pythonOf);
  if (typeof value !== 'object' || value === null) return value as PythonValue;
  return new Map(Object.entries(value).map(([key, item]) => [key, pythonOf(item)]));
}
