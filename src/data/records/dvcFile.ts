import { dirname, resolve } from 'node:path';
import { isDict, isList, isTruthy, pythonText, toPlain, type PythonDict, type PythonValue } from './pythonValue';
import { RecordError } from './recordError';
import { entryHash } from './recordedHash';
import { addressOf, definedPath, isInRepository, schemeOf, targetOf } from './recordPath';
import type { ImportSource, Stage, StageDep, StageOut } from './stage';
import { stageChecksum } from './stageChecksum';
import { YamlFile } from './yamlFile';

/** Reads a `.dvc` file of any age; what it doesn't know it passes over. Throws RecordError. */
export function readDvcFile(root: string, file: string, text: string): Stage {
  const yaml = YamlFile.parse(text);
  const body = yaml.value;
  if (!isDict(body)) throw new RecordError('expected keys such as “outs:”', 1);
  const wdir = textOf(yaml, body, 'wdir');
  const workingFolder = resolve(dirname(file), wdir ?? '.');
  const place: Place = { root, workingFolder, yaml };
  const deps = entriesOf(place, body, 'deps').map((entry) => depOf(place, entry));
  const outs = entriesOf(place, body, 'outs').map((entry) => outOf(place, entry));
  const command = body.get('cmd');
  return {
    address: addressOf(root, file, undefined),
    file,
    line: 1,
    name: undefined,
    workingFolder,
    command: commandOf(command),
    recordedCommand: commandOf(command),
    isLocked: true,
    frozen: isTruthy(body.get('frozen')) || isTruthy(body.get('locked')),
    alwaysChanged: isTruthy(body.get('always_changed')),
    description: textOf(yaml, body, 'desc'),
    meta: plainOf(body.get('meta')),
    checksum: { recorded: textOf(yaml, body, 'md5') || undefined, actual: stageChecksum(root, file, workingFolder, body) },
    deps,
    params: [],
    outs,
  };
}

/** A command as Python's values have it; undefined for none. */
export function commandOf(value: PythonValue | undefined): string | readonly string[] | undefined {
  if (value === undefined || value === null) return undefined;
  return isList(value) ? value.map(pythonText) : pythonText(value);
}

interface Place {
  readonly root: string;
  readonly workingFolder: string;
  readonly yaml: YamlFile;
}

interface Entry {
  readonly dict: PythonDict;
  readonly path: string;
  readonly line: number;
}

function entriesOf({ yaml }: Place, body: PythonDict, key: 'deps' | 'outs'): Entry[] {
  const list = body.get(key);
  if (list === undefined || list === null) return [];
  if (!isList(list)) throw new RecordError(`“${key}” must be a list`, yaml.line(key));
  return list.map((dict, i) => {
    const line = yaml.line(key, i);
    if (!isDict(dict)) throw new RecordError(`an entry of “${key}” must have keys`, line);
    const path = textOf(yaml, dict, 'path');
    // An import from a database has no path.
    if (path === undefined && !(key === 'deps' && isDict(dict.get('db')))) {
      throw new RecordError(`${key === 'outs' ? 'an out' : 'a dep'} has no “path”`, line);
    }
    return { dict, path: path ?? '', line };
  });
}

function depOf({ root, workingFolder, yaml }: Place, { dict, path, line }: Entry): StageDep {
  const source = importOf(yaml, dict, path);
  if (source !== undefined && source.kind !== 'url') return { path, target: undefined, recorded: undefined, source, line };
  const { defined, target, isOwn } = placeOf(root, workingFolder, path);
  const { recorded } = entryHash(yaml, dict, line, isOwn, schemeOf(path));
  return { path: defined, target, recorded, source, line };
}

function importOf(yaml: YamlFile, dict: PythonDict, path: string): ImportSource | undefined {
  const repository = dict.get('repo');
  if (isDict(repository)) {
    const [url = '', revision, locked] = ['url', 'rev', 'rev_lock'].map((key) => textOf(yaml, repository, key));
    return { kind: 'repository', url, revision, locked };
  }
  const database = dict.get('db');
  if (isDict(database)) {
    const [query, table, connection = ''] = ['query', 'table', 'connection'].map((key) => textOf(yaml, database, key));
    return { kind: 'database', url: query ?? table ?? connection, revision: undefined, locked: undefined };
  }
  if (schemeOf(path) === undefined) return undefined;
  return { kind: 'url', url: path, revision: undefined, locked: textOf(yaml, dict, 'version_id') };
}

function outOf({ root, workingFolder, yaml }: Place, { dict, path, line }: Entry): StageOut {
  const { defined, target, isOwn } = placeOf(root, workingFolder, path);
  const { recorded, versioned } = entryHash(yaml, dict, line, isOwn, schemeOf(path));
  const labels = dict.get('labels');
  return {
    path: defined,
    target,
    kind: isTruthy(dict.get('metric')) ? 'metric' : isTruthy(dict.get('plot')) ? 'plot' : 'out',
    recorded,
    cached: dict.get('cache') !== false,
    persistent: dict.get('persist') === true,
    pushed: dict.get('push') !== false,
    versioned,
    remote: textOf(yaml, dict, 'remote'),
    description: textOf(yaml, dict, 'desc'),
    type: textOf(yaml, dict, 'type'),
    labels: isList(labels) ? labels.map(pythonText) : [],
    meta: isTruthy(dict.get('meta')) ? plainOf(dict.get('meta')) : undefined,
    line,
  };
}

/** Where an entry's path leads, and whether DVC counts it as the repository's own. */
export function placeOf(
  root: string,
  workingFolder: string,
  path: string,
): { defined: string; target: string | undefined; isOwn: boolean } {
  const defined = definedPath(path, root, workingFolder);
  const target = targetOf(defined, workingFolder);
  return { defined, target, isOwn: isInRepository(defined, target, root) };
}

export function plainOf(value: PythonValue | undefined): Stage['meta'] {
  return value === undefined || value === null ? undefined : toPlain(value);
}

function textOf(yaml: YamlFile, dict: PythonDict, key: string): string | undefined {
  return yaml.source(dict, key);
}
