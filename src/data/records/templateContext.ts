import { resolve } from 'node:path';
import type { ParamsFiles } from './paramsFiles';
import { OtherValue } from './plainValue';
import { isDict, isList, pythonText, typeName, type PythonDict, type PythonValue } from './pythonValue';
import { TemplateError } from './templateExpression';

/** A dict of the context; only this class writes to it. */
type Names = Map<PythonValue, PythonValue>;

/** The names that `${}` may use, merged of params.yaml, `vars`, and what foreach and matrix give. */
export class TemplateContext {
  private names: Names = new Map();
  /** Files that were taken whole (null) or in part. */
  private readonly imports = new Map<string, string[] | null>();
  private reserved: readonly string[] = [];

  /** One that can be added to without changing this. */
  clone(): TemplateContext {
    const copy = new TemplateContext();
    copy.names = cloneDict(this.names);
    for (const [path, keys] of this.imports) copy.imports.set(path, keys && [...keys]);
    copy.reserved = this.reserved;
    return copy;
  }

  /** This context with names that hide its own, and that `vars` must leave alone. */
  with(names: Readonly<Record<string, PythonValue>>): TemplateContext {
    const copy = new TemplateContext();
    // Only the top is written to here; a stage with vars of its own clones the rest.
    copy.names = new Map(this.names);
    for (const [path, keys] of this.imports) copy.imports.set(path, keys);
    for (const [name, value] of Object.entries(names)) copy.names.set(name, contextValue(value, name));
    copy.reserved = [...new Set([...this.reserved, ...Object.keys(names)])];
    return copy;
  }

  /** Adds the entries of a `vars` section: file names, `file:key,key`, or dicts. Throws TemplateError. */
  async load(vars: readonly PythonValue[], folder: string, files: ParamsFiles): Promise<void> {
    for (const item of vars) {
      if (typeof item === 'string') await this.loadFile(item, folder, files);
      else if (isDict(item)) this.merge(contextValue(item, 'vars') as PythonDict, 'vars');
      else throw new TemplateError(`an entry of “vars” must be a file's name or a mapping, not ${pythonText(item)}`);
    }
  }

  /** Adds a params file where it is there. */
  async loadDefault(name: string, folder: string, files: ParamsFiles): Promise<void> {
    if ((await files.load(resolve(folder, name))) !== undefined) await this.loadFile(name, folder, files);
  }

  /** The value of a dotted name such as `a.b[0]`. Throws TemplateError. */
  select(expression: string): PythonValue {
    const key = expression.replaceAll('[', '.').replaceAll(']', '');
    let here: PythonValue = this.names;
    for (const part of key.split('.')) {
      const name = part.trim();
      const next: PythonValue | undefined = isDict(here) ? here.get(name) : isList(here) ? here.at(indexOf(name)) : undefined;
      const isThere: boolean = isDict(here) ? here.has(name) : next !== undefined;
      if (!isThere) throw new TemplateError(`could not find “${expression}”`);
      here = next as PythonValue;
    }
    return here;
  }

  private async loadFile(item: string, folder: string, files: ParamsFiles): Promise<void> {
    const colon = item.indexOf(':');
    const name = colon < 0 ? item : item.slice(0, colon);
    const keys =
      colon < 0
        ? []
        : item
            .slice(colon + 1)
            .split(',')
            .filter((key) => key !== '');
    const path = resolve(folder, name);
    const before = this.imports.get(path);
    if (before !== undefined) {
      if (keys.length === 0 && before === null) return;
      if (keys.length === 0 || before === null || keys.some((key) => before.includes(key))) {
        throw new TemplateError(`cannot load “${item}”: ${before === null ? 'the whole file' : 'a part of the file'} is loaded already`);
      }
    }
    const content = await files.load(path);
    if (content === undefined) throw new TemplateError(`“${name}” does not exist`);
    if (!isDict(content)) throw new TemplateError(`“${name}” must have keys, but is a ${typeName(content)}`);
    const missing = keys.find((key) => !content.has(key));
    if (missing !== undefined) throw new TemplateError(`could not find “${missing}” in “${name}”`);
    const chosen = keys.length === 0 ? content : new Map(keys.map((key) => [key, content.get(key) ?? null]));
    this.merge(contextValue(chosen, name) as PythonDict, name);
    if (before === undefined) this.imports.set(path, keys.length === 0 ? null : keys);
    else before?.push(...keys);
  }

  private merge(added: PythonDict, source: string): void {
    const taken = this.reserved.find((name) => added.has(name));
    if (taken !== undefined) throw new TemplateError(`“${source}” may not change “${taken}” here`);
    mergeInto(this.names, added, source, []);
  }
}

function mergeInto(into: Names, added: PythonDict, source: string, path: readonly string[]): void {
  for (const [key, value] of added) {
    const here = into.get(key);
    if (isDict(here ?? null) && isDict(value)) mergeInto(here as Names, value, source, [...path, pythonText(key)]);
    else if (into.has(key)) throw new TemplateError(`“${source}” defines “${[...path, pythonText(key)].join('.')}” a second time`);
    else into.set(key, value);
  }
}

/** A value of its own, with the keys that are texts only. Throws TemplateError for what templating doesn't know. */
function contextValue(value: PythonValue, where: string): PythonValue {
  if (isList(value)) return value.map((item) => contextValue(item, where));
  if (value instanceof OtherValue && value.kind !== 'bytes') {
    throw new TemplateError(`“${where}” has a ${value.kind} (${value.text}), which templating doesn't take; put it in quotes`);
  }
  if (!isDict(value)) return value;
  const entries = [...value].filter(([key]) => typeof key === 'string');
  return new Map(entries.map(([key, item]) => [key, contextValue(item, where)]));
}

/** A dict and the dicts below it anew; lists can't be added to, and stay. */
function cloneDict(dict: PythonDict): Names {
  return new Map([...dict].map(([key, value]) => [key, isDict(value) ? cloneDict(value) : value]));
}

/** As Python's `int()`; NaN finds nothing. */
function indexOf(text: string): number {
  return /^[+-]?\d+(?:_\d+)*$/.test(text) ? Number(text.replaceAll('_', '')) : Infinity;
}
