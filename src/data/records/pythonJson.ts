import { OtherValue } from './plainValue';
import { PythonFloat, floatText, isDict, isList, pythonText, type PythonValue } from './pythonValue';
import { compareCodePoints, jsonString } from './pythonString';

/** What Python's `json.dumps(value, sort_keys=True)` writes, byte for byte. Throws where it would. */
export function pythonJson(value: PythonValue): string {
  if (value === null) return 'null';
  if (typeof value === 'string') return jsonString(value);
  if (value instanceof PythonFloat)
    return { nan: 'NaN', inf: 'Infinity', '-inf': '-Infinity' }[floatText(value.value)] ?? floatText(value.value);
  if (value instanceof OtherValue) {
    if (value.kind === 'tuple') return `[${value.items.map((item) => pythonJson(item as PythonValue)).join(', ')}]`;
    throw new Error(`a ${value.kind} can’t be written as JSON`);
  }
  if (isList(value)) return `[${value.map(pythonJson).join(', ')}]`;
  if (!isDict(value)) return String(value);
  const entries = [...value].map(([key, item]) => [jsonKey(key), item] as const).sort(([a], [b]) => compareCodePoints(a, b));
  return `{${entries.map(([key, item]) => `${jsonString(key)}: ${pythonJson(item)}`).join(', ')}}`;
}

function jsonKey(key: PythonValue): string {
  return key === null ? 'null' : typeof key === 'boolean' ? String(key) : pythonText(key);
}
