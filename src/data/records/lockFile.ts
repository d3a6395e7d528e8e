import { isDict, isList, toPlain, type PythonDict } from './pythonValue';
import { RecordError } from './recordError';
import type { PlainValue } from './plainValue';
import { YamlFile } from './yamlFile';

const SCHEMA = '2.0';

/** A stage's entry in a `dvc.lock`. */
export interface LockEntry {
  readonly dict: PythonDict;
  readonly deps: ReadonlyMap<string, LockedPath>;
  readonly outs: ReadonlyMap<string, LockedPath>;
}

export interface LockedPath {
  readonly dict: PythonDict;
  readonly line: number;
}

/** A `dvc.lock` of either schema. Stages in it that the pipeline no longer has are normal. */
export class LockFile {
  static readonly none = new LockFile(undefined, new Map());

  private constructor(
    readonly yaml: YamlFile | undefined,
    private readonly stages: PythonDict,
    private readonly path: readonly string[] = [],
  ) {}

  /** Throws RecordError. */
  static parse(text: string): LockFile {
    const yaml = YamlFile.parse(text);
    if (yaml.value === null) return LockFile.none;
    if (!isDict(yaml.value)) throw new RecordError('expected “schema:” and “stages:”', 1);
    const hasSchema = yaml.value.has('schema');
    // Before 2.0 locks had none; of a later one it isn't known what it says.
    if (hasSchema && yaml.value.get('schema') !== SCHEMA)
      throw new RecordError(
        `its schema is not “${SCHEMA}”: a DVC that is newer than this extension may have written it`,
        yaml.line('schema'),
      );
    const stages = hasSchema ? yaml.value.get('stages') : yaml.value;
    if (stages === undefined || stages === null) return new LockFile(yaml, new Map());
    if (!isDict(stages)) throw new RecordError('“stages” must have names', yaml.line('stages'));
    return new LockFile(yaml, stages, hasSchema ? ['stages'] : []);
  }

  /** A stage's entry; undefined where there is none. Throws RecordError where it makes no sense. */
  entry(name: string): LockEntry | undefined {
    const dict = this.stages.get(name);
    if (dict === undefined || dict === null) return undefined;
    if (!isDict(dict)) throw new RecordError(`the lock's stage “${name}” must have keys`, this.line(name));
    return dict.size === 0 ? undefined : { dict, deps: this.paths(name, dict, 'deps'), outs: this.paths(name, dict, 'outs') };
  }

  /** The entries of `datasets:`, by name. */
  datasets(): ReadonlyMap<string, PlainValue> {
    const list = isDict(this.yaml?.value ?? null) ? (this.yaml?.value as PythonDict).get('datasets') : undefined;
    const found = new Map<string, PlainValue>();
    for (const entry of isList(list) ? list : []) {
      const name = isDict(entry) ? entry.get('name') : undefined;
      if (typeof name === 'string') found.set(name, toPlain(entry));
    }
    return found;
  }

  private paths(name: string, stage: PythonDict, key: 'deps' | 'outs'): ReadonlyMap<string, LockedPath> {
    const list = stage.get(key);
    if (list === undefined || list === null) return new Map();
    if (!isList(list)) throw new RecordError(`“${key}” must be a list`, this.line(name, key));
    return new Map(
      list.map((dict, i) => {
        const path = isDict(dict) ? this.yaml?.source(dict, 'path') : undefined;
        const line = this.line(name, key, i);
        if (!isDict(dict) || path === undefined) throw new RecordError(`an entry of “${key}” has no “path”`, line);
        return [path, { dict, line }];
      }),
    );
  }

  private line(...path: (string | number)[]): number {
    return this.yaml?.line(...this.path, ...path) ?? 1;
  }
}
