import { isDict, isList, pythonText, type PythonValue } from './pythonValue';
import { TemplateError } from './templateExpression';

const DEFAULT_FILE = 'params.yaml';

/** A stage's `params` by file, with the names that count; none where the whole file does. Throws TemplateError. */
export function mergeParams(written: readonly PythonValue[]): Map<string, string[]> {
  const whole = new Set<string>();
  for (const item of written) {
    if (isDict(item)) for (const [file, names] of item) if (!isList(names) || names.length === 0) whole.add(pythonText(file));
  }
  const files = new Map<string, string[]>();
  const add = (file: string, names: readonly string[]): void => void files.set(file, [...(files.get(file) ?? []), ...names]);
  for (const item of written) {
    if (typeof item === 'string') {
      if (!whole.has(DEFAULT_FILE)) add(DEFAULT_FILE, [item]);
      continue;
    }
    if (!isDict(item)) throw new TemplateError(`an entry of “params” must be a name or a mapping, not ${pythonText(item)}`);
    for (const [file, names] of item) {
      const path = pythonText(file);
      if (!isList(names) && names !== null) throw new TemplateError(`“params” takes a list of names for “${path}”`);
      if (whole.has(path)) files.set(path, []);
      else add(path, isList(names) ? names.map(pythonText) : []);
    }
  }
  return files;
}
