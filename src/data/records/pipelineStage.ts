import { dirname, join, resolve } from 'node:path';
import { commandOf, placeOf, plainOf } from './dvcFile';
import type { LockEntry, LockFile, LockedPath } from './lockFile';
import { isDict, isList, isTruthy, pythonText, toPlain, type PythonDict, type PythonValue } from './pythonValue';
import { errorIn } from './recordError';
import { entryHash, type EntryHash } from './recordedHash';
import { addressOf, schemeOf } from './recordPath';
import type { PlainValue } from './plainValue';
import type { Stage, StageDep, StageOut, StageParams } from './stage';
import { mergeParams } from './stageParams';
import { TemplateError } from './templateExpression';
import type { YamlFile } from './yamlFile';

/** Makes stages of resolved definitions and what the lock has of them. */
export class PipelineStageBuilder {
  constructor(
    private readonly root: string,
    private readonly file: string,
    private readonly yaml: YamlFile,
    private readonly lock: LockFile,
  ) {}

  /** `path` leads to the definition in the file. Throws TemplateError or RecordError. */
  build(name: string, path: readonly string[], body: PythonDict): Stage {
    const wdir = body.get('wdir');
    const workingFolder = resolve(dirname(this.file), isTruthy(wdir) ? pathOf(wdir ?? '', '“wdir”') : '.');
    const entry = this.inLock(() => this.lock.entry(name));
    const place = { workingFolder, path, entry };
    const command = commandOf(body.get('cmd'));
    return {
      address: addressOf(this.root, this.file, name),
      file: this.file,
      line: this.yaml.line(...path.slice(0, 2)),
      name,
      workingFolder,
      command,
      recordedCommand: entry && commandOf(entry.dict.get('cmd')),
      isLocked: entry !== undefined,
      frozen: isTruthy(body.get('frozen')),
      alwaysChanged: isTruthy(body.get('always_changed')),
      description: textOf(body.get('desc')),
      meta: plainOf(body.get('meta')),
      checksum: undefined,
      deps: listOf(body.get('deps')).map((dep, i) => this.dep(place, pathOf(dep, 'a dep'), i)),
      params: this.params(place, listOf(body.get('params'))),
      outs: (['outs', 'metrics', 'plots'] as const).flatMap((key) => this.outs(place, key, listOf(body.get(key)))),
    };
  }

  private dep({ workingFolder, path, entry }: StagePlace, written: string, i: number): StageDep {
    const { defined, target, isOwn } = placeOf(this.root, workingFolder, written);
    const hash = this.hashOf(entry?.deps.get(defined), isOwn, defined);
    const scheme = schemeOf(defined);
    const isUrl = scheme !== undefined && scheme !== 'ds';
    return {
      path: defined,
      target,
      recorded: hash?.recorded,
      source: isUrl ? { kind: 'url', url: defined, revision: undefined, locked: undefined } : undefined,
      line: this.yaml.line(...path, 'deps', i),
    };
  }

  private params({ workingFolder, entry }: StagePlace, written: readonly PythonValue[]): StageParams[] {
    const locked = entry?.dict.get('params');
    return [...mergeParams(written)].map(([file, keys]) => {
      const { defined, target } = placeOf(this.root, workingFolder, file === '' ? join(this.root, 'params.yaml') : file);
      const values = isDict(locked) ? locked.get(defined) : undefined;
      return { path: defined, target: target ?? defined, keys, recorded: isDict(values) ? recordedParams(values, keys) : undefined };
    });
  }

  private outs({ workingFolder, path, entry }: StagePlace, key: 'outs' | 'metrics' | 'plots', written: readonly PythonValue[]): StageOut[] {
    const kind = key === 'outs' ? 'out' : key === 'metrics' ? 'metric' : 'plot';
    return [...mergeFlags(written)].map(([out, { flags, index }]) => {
      const { defined, target, isOwn } = placeOf(this.root, workingFolder, out);
      const hash = this.hashOf(entry?.outs.get(defined), isOwn, defined);
      const labels = flags.get('labels');
      return {
        path: defined,
        target,
        kind,
        recorded: hash?.recorded,
        cached: flags.get('cache') !== false,
        persistent: flags.get('persist') === true,
        pushed: flags.get('push') !== false,
        versioned: hash?.versioned ?? false,
        remote: textOf(flags.get('remote')),
        description: textOf(flags.get('desc')),
        type: textOf(flags.get('type')),
        labels: isList(labels) ? labels.map(pythonText) : [],
        meta: isTruthy(flags.get('meta')) ? plainOf(flags.get('meta')) : undefined,
        line: this.yaml.line(...path, key, index),
      };
    });
  }

  private hashOf(locked: LockedPath | undefined, isOwn: boolean, path: string): EntryHash | undefined {
    const { yaml } = this.lock;
    if (locked === undefined || yaml === undefined) return undefined;
    return this.inLock(() => entryHash(yaml, locked.dict, locked.line, isOwn, schemeOf(path)));
  }

  /** What is wrong with the lock's entry is told of the lock, and of its line. */
  private inLock<T>(read: () => T): T {
    try {
      return read();
    } catch (error) {
      throw errorIn(join(dirname(this.file), 'dvc.lock'), error);
    }
  }
}

interface StagePlace {
  readonly workingFolder: string;
  readonly path: readonly string[];
  readonly entry: LockEntry | undefined;
}

/** What the lock has of the names that count now; all of the file where the whole of it counts. */
function recordedParams(values: PythonDict, keys: readonly string[]): ReadonlyMap<string, PlainValue> {
  const names = keys.length === 0 ? [...values.keys()] : keys.filter((key) => values.has(key));
  return new Map(names.map((name) => [pythonText(name), toPlain(values.get(name) ?? null)]));
}

/** Outs by their paths in the order of their first mention; what is said of one in several places is put together. */
function mergeFlags(written: readonly PythonValue[]): Map<string, { flags: PythonDict; index: number }> {
  const outs = new Map<string, { flags: PythonDict; index: number }>();
  const add = (path: string, flags: PythonDict, index: number): void => {
    const before = outs.get(path);
    outs.set(path, { flags: new Map([...(before?.flags ?? []), ...flags]), index: before?.index ?? index });
  };
  for (const [index, item] of written.entries()) {
    if (isDict(item)) {
      for (const [path, flags] of item) {
        if (!isDict(flags)) throw new TemplateError(`what is said of the out “${pythonText(path)}” must have keys`);
        add(pathOf(path, 'an out'), flags, index);
      }
    } else add(pathOf(item, 'an out'), new Map(), index);
  }
  return outs;
}

/** What stands as a number in a params file is none here either. */
function pathOf(value: PythonValue, what: string): string {
  if (typeof value !== 'string') throw new TemplateError(`${what} must be a text, but is ${pythonText(value)}`);
  return value;
}

function listOf(value: PythonValue | undefined): readonly PythonValue[] {
  return isList(value) ? value : [];
}

function textOf(value: PythonValue | undefined): string | undefined {
  return value === undefined || value === null ? undefined : pythonText(value);
}
