import { LineCounter, isMap, isScalar, isSeq, parseDocument, type YAMLMap } from 'yaml';

/** Why a file of DVC's can't be read; `line` counts from 1. */
export class DvcFormatError extends Error {
  override readonly name = 'DvcFormatError';

  constructor(
    message: string,
    readonly line: number,
  ) {
    super(message);
  }
}

/** `md5-dos2unix` is DVC 2's: text files were hashed with CRLF as LF. Others (`etag`, `checksum`) are a remote's. */
export type HashName = 'md5' | 'md5-dos2unix' | 'etag' | 'checksum';

/** An output as a `.dvc` file or a `dvc.lock` records it. */
export interface DvcOut {
  /** As written: relative to the stage's working folder, absolute, or a URL. */
  readonly path: string;
  readonly hashName: HashName;
  /** Ends in `.dir` for a folder; undefined while nothing was committed. */
  readonly digest: string | undefined;
  /** Bytes. */
  readonly size: number | undefined;
  /** Number of files of a folder. */
  readonly files: number | undefined;
  readonly executable: boolean;
  /** False for outs that git keeps. */
  readonly cached: boolean;
  /** Kept as versions in its remote only (`files:`), without a manifest. */
  readonly versioned: boolean;
  readonly description: string | undefined;
  /** Where the entry begins in its file, from 1. */
  readonly line: number;
}

export interface DvcDep {
  readonly path: string;
  readonly hashName: HashName;
  readonly digest: string | undefined;
  /** The repository that an import comes from. */
  readonly repository: string | undefined;
  readonly line: number;
}

/** One stage: a `.dvc` file, or an entry of a `dvc.lock`. */
export interface DvcStage {
  /** Undefined for a `.dvc` file. */
  readonly name: string | undefined;
  /** As written; relative to the file's folder. */
  readonly workingFolder: string;
  readonly frozen: boolean;
  readonly outs: readonly DvcOut[];
  readonly deps: readonly DvcDep[];
}

/** Reads a `.dvc` file; what it doesn't know it passes over. Throws DvcFormatError. */
export function parseDvcFile(text: string): DvcStage {
  const { root, lineOf } = open(text);
  const stage = stageOf(root, undefined, lineOf, legacy);
  return { ...stage, workingFolder: stringOf(root, 'wdir') ?? '.', frozen: root.get('frozen') === true || root.get('locked') === true };
}

/**
 * Reads a `dvc.lock` of either schema. The stages' working folders stand in the `dvc.yaml` beside it, by stage's name,
 * and are given as `workingFolders`. Throws DvcFormatError.
 */
export function parseDvcLock(text: string, workingFolders: ReadonlyMap<string, string> = new Map()): DvcStage[] {
  const { root, lineOf } = open(text);
  const stages = root.has('schema') ? root.get('stages') : root;
  if (!isMap(stages)) return [];
  return stages.items.flatMap((item) => {
    if (!isScalar(item.key) || !isMap(item.value)) return [];
    const name = String(item.key.value);
    const folder = workingFolders.get(name) ?? workingFolders.get(name.replace(/@.*$/s, '')) ?? '.';
    return [{ ...stageOf(item.value, name, lineOf, legacy), workingFolder: folder }];
  });
}

/** The `wdir` of each stage of a `dvc.yaml` that has a plain one. Throws DvcFormatError. */
export function parseWorkingFolders(text: string): Map<string, string> {
  const { root } = open(text);
  const folders = new Map<string, string>();
  const stages = root.get('stages');
  if (!isMap(stages)) return folders;
  for (const { key, value } of stages.items) {
    if (!isScalar(key) || !isMap(value)) continue;
    const body = value.get('do');
    const folder = stringOf(isMap(body) ? body : value, 'wdir');
    if (folder !== undefined && !folder.includes('${')) folders.set(String(key.value), folder);
  }
  return folders;
}

type LineOf = (offset: number | undefined) => number;

function open(text: string): { root: YAMLMap; lineOf: LineOf } {
  const lineCounter = new LineCounter();
  const document = parseDocument(text, { lineCounter, version: '1.2', merge: true, logLevel: 'silent' });
  const lineOf: LineOf = (offset) => Math.max(1, lineCounter.linePos(offset ?? 0).line);
  const [error] = document.errors;
  if (error) throw new DvcFormatError(error.message.split('\n')[0]?.replace(/ at line .*$/, '') ?? 'not YAML', lineOf(error.pos[0]));
  if (!isMap(document.contents)) throw new DvcFormatError('expected keys such as “outs:”', 1);
  return { root: document.contents, lineOf };
}

/** DVC 2 wrote no `hash:` key. */
function legacy(entry: YAMLMap): HashName {
  return entry.get('hash') === undefined ? 'md5-dos2unix' : 'md5';
}

function stageOf(map: YAMLMap, name: string | undefined, lineOf: LineOf, md5Name: (entry: YAMLMap) => HashName): DvcStage {
  const outs = entriesOf(map, 'outs', lineOf).map(({ entry, path, line }) => ({
    path,
    ...hashOf(entry, line, md5Name),
    size: numberOf(entry, 'size'),
    files: numberOf(entry, 'nfiles'),
    executable: entry.get('isexec') === true,
    cached: entry.get('cache') !== false,
    versioned: !entry.has('md5') && (entry.has('files') || entry.has('version_id') || entry.has('cloud')),
    description: stringOf(entry, 'desc'),
    line,
  }));
  const deps = entriesOf(map, 'deps', lineOf).map(({ entry, path, line }) => {
    const repository = entry.get('repo');
    return { path, ...hashOf(entry, line, md5Name), repository: isMap(repository) ? stringOf(repository, 'url') : undefined, line };
  });
  return { name, workingFolder: '.', frozen: false, outs, deps };
}

function entriesOf(map: YAMLMap, key: string, lineOf: LineOf): { entry: YAMLMap; path: string; line: number }[] {
  const list = map.get(key);
  if (list === undefined || list === null) return [];
  if (!isSeq(list)) throw new DvcFormatError(`“${key}” must be a list`, lineOf(map.range?.[0]));
  return list.items.map((item) => {
    if (!isMap(item)) throw new DvcFormatError(`an entry of “${key}” must have keys`, lineOf(list.range?.[0]));
    const line = lineOf(item.range?.[0]);
    const path = item.get('path');
    // An import from a database has no path.
    if (typeof path !== 'string' && key === 'outs') throw new DvcFormatError('an out has no “path”', line);
    return { entry: item, path: typeof path === 'string' ? path : '', line };
  });
}

function hashOf(entry: YAMLMap, line: number, md5Name: (entry: YAMLMap) => HashName): { hashName: HashName; digest: string | undefined } {
  for (const key of ['md5', 'etag', 'checksum'] as const) {
    const digest = stringOf(entry, key);
    if (digest === undefined || digest === '') continue;
    if (key === 'md5' && !/^[0-9a-f]{32}(\.dir)?$/.test(digest)) throw new DvcFormatError(`“${digest}” is no MD5`, line);
    return { hashName: key === 'md5' ? md5Name(entry) : key, digest };
  }
  return { hashName: md5Name(entry), digest: undefined };
}

/** A value as text: an MD5 of digits only is a number to YAML, so its source is taken. */
function stringOf(map: YAMLMap, key: string): string | undefined {
  const node = map.get(key, true);
  if (!isScalar(node) || node.value === null || node.value === undefined) return undefined;
  return typeof node.value === 'string' ? node.value : node.source;
}

function numberOf(map: YAMLMap, key: string): number | undefined {
  const value = map.get(key);
  return typeof value === 'number' ? value : undefined;
}
