import { createHash } from 'node:crypto';
import { dirname, relative } from 'node:path';
import { pythonJson } from './pythonJson';
import { isDict, isList, isTruthy, pythonText, type PythonDict, type PythonValue } from './pythonValue';
import { definedPath, isInRepository, targetOf, toPosix } from './recordPath';

/** What says nothing of where the data comes from, at any depth. */
const LEFT_OUT = new Set(['desc', 'type', 'labels', 'meta', 'locked', 'frozen', 'metric', 'persist', 'isexec', 'size', 'nfiles']);
const CLOUD_KEYS = ['etag', 'checksum', 'version_id'] as const;

/**
 * The `md5` that DVC gives a `.dvc` file of itself: only to imports, and to the stages with a command that DVC 0 and 1 had. It is the
 * MD5 of the stage as DVC would write it today, as JSON.
 */
export function stageChecksum(root: string, file: string, workingFolder: string, body: PythonDict): string | undefined {
  const deps = listOf(body.get('deps'));
  const outs = listOf(body.get('outs'));
  const command = body.get('cmd') ?? null;
  const isImport = !isTruthy(command) && deps.length === 1 && outs.length === 1;
  if (command === null && !isImport) return undefined;
  const place = { root, workingFolder };
  const wdir = toPosix(relative(dirname(file), workingFolder));
  const dump: [string, PythonValue][] = [
    ['cmd', command],
    ['wdir', wdir === '.' ? '' : wdir],
    ['deps', deps.map((entry) => dumpDep(place, entry, isImport))],
    ['outs', outs.map((entry) => dumpOut(place, entry))],
    ['always_changed', body.get('always_changed') ?? null],
  ];
  const written = new Map<PythonValue, PythonValue>(dump.filter(([, value]) => isTruthy(value)));
  return createHash('md5')
    .update(pythonJson(strip(written)))
    .digest('hex');
}

interface Place {
  readonly root: string;
  readonly workingFolder: string;
}

function dumpDep(place: Place, entry: PythonDict, isImport: boolean): PythonDict {
  const repository = entry.get('repo');
  if (isDict(repository)) {
    const keys = ['url', 'rev', 'rev_lock', 'config', 'remote'].filter((key) => key === 'url' || isTruthy(repository.get(key)));
    const repo: PythonDict = new Map(keys.map((key) => [key, repository.get(key) ?? null]));
    return new Map<PythonValue, PythonValue>([
      ['path', entry.get('path') ?? null],
      ['repo', repo],
    ]);
  }
  const database = entry.get('db');
  if (isDict(database)) {
    const db = new Map([...database].filter(([, value]) => isTruthy(value)));
    return db.size === 0 ? new Map() : new Map([['db', db]]);
  }
  return dumpEntry(place, entry, isImport && isList(entry.get('files')));
}

function dumpOut(place: Place, entry: PythonDict): PythonDict {
  const dump = new Map(dumpEntry(place, entry, isList(entry.get('files'))));
  if (entry.get('cache') === false) dump.set('cache', false);
  if (isTruthy(entry.get('plot'))) dump.set('plot', entry.get('plot') ?? null);
  if (isTruthy(entry.get('remote'))) dump.set('remote', entry.get('remote') ?? null);
  if (entry.get('push') === false) dump.set('push', false);
  return dump;
}

/** What deps and outs have in common. */
function dumpEntry({ root, workingFolder }: Place, entry: PythonDict, withFiles: boolean): PythonDict {
  const path = definedPath(pythonText(entry.get('path') ?? ''), root, workingFolder);
  const target = targetOf(path, workingFolder);
  const isOwn = isInRepository(path, target, root);
  const isLegacy = isOwn && (entry.get('hash') ?? null) === null;
  const dump = new Map<PythonValue, PythonValue>();
  const files = entry.get('files');
  if (withFiles && isList(files)) {
    const members = files.filter(isDict).map((file) => dumpFile(merged(file)));
    members.sort((a, b) => (pythonText(a.get('relpath') ?? '') < pythonText(b.get('relpath') ?? '') ? -1 : 1));
    dump.set('files', members);
  } else {
    const meta = merged(entry);
    if (isLegacy) dump.set('md5', meta.get('md5') ?? null);
    for (const key of ['md5', 'etag', 'checksum', 'version_id']) if (isTruthy(meta.get(key))) dump.set(key, meta.get(key) ?? null);
    splitCloud(dump, meta.get('remote'));
  }
  if (!isLegacy) dump.set('hash', 'md5');
  dump.set('path', isOwn && target !== undefined ? toPosix(relative(workingFolder, target) || '.') : path);
  if (isTruthy(entry.get('fs_config'))) dump.set('fs_config', entry.get('fs_config') ?? null);
  return dump;
}

/** A file of a versioned folder; what its hash and its meta have. */
function dumpFile(file: PythonDict): PythonDict {
  const dump = new Map<PythonValue, PythonValue>([['relpath', file.get('relpath') ?? null]]);
  for (const key of ['md5', 'etag', 'checksum', 'version_id']) if (isTruthy(file.get(key))) dump.set(key, file.get(key) ?? null);
  splitCloud(dump, file.get('remote'));
  return dump;
}

/** An entry with what the first remote of its `cloud:` knows. */
function merged(entry: PythonDict): PythonDict {
  const cloud = entry.get('cloud');
  const copy = new Map(entry);
  copy.delete('remote');
  if (!isDict(cloud)) return copy;
  const [first] = cloud;
  if (first === undefined) return copy;
  if (isDict(first[1])) for (const [key, value] of first[1]) copy.set(key, value);
  return copy.set('remote', first[0]);
}

function splitCloud(dump: Map<PythonValue, PythonValue>, remote: PythonValue | undefined): void {
  if (remote === undefined || !isTruthy(remote)) return;
  const cloud = new Map<PythonValue, PythonValue>();
  for (const key of CLOUD_KEYS) {
    const value = dump.get(key);
    if (value !== undefined) cloud.set(key, value);
    dump.delete(key);
  }
  if (cloud.size > 0) dump.set('cloud', new Map([[remote, cloud]]));
}

function strip(value: PythonValue): PythonValue {
  if (isList(value)) return value.map(strip);
  if (!isDict(value)) return value;
  return new Map([...value].filter(([key]) => typeof key !== 'string' || !LEFT_OUT.has(key)).map(([key, item]) => [key, strip(item)]));
}

function listOf(value: PythonValue | undefined): PythonDict[] {
  return isList(value) ? value.filter(isDict) : [];
}
