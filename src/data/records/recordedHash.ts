import { createHash } from 'node:crypto';
import type { HashName } from './hashName';
import { isDict, isList, pythonText, type PythonDict, type PythonValue } from './pythonValue';
import { pythonJson } from './pythonJson';
import { RecordError } from './recordError';
import type { Recorded } from './stage';
import type { YamlFile } from './yamlFile';

/** The name under which a place outside the repository has its hash. */
const CHECKSUMS: Readonly<Record<string, HashName>> = {
  s3: 'etag',
  gs: 'etag',
  azure: 'etag',
  oss: 'etag',
  webdav: 'etag',
  webdavs: 'etag',
  http: 'checksum',
  https: 'checksum',
  hdfs: 'checksum',
  webhdfs: 'checksum',
  gdrive: 'checksum',
};

/** A dep's or an out's hash with what else was noted of it, as DVC makes it of an entry of a `.dvc` file or a `dvc.lock`. */
export interface EntryHash {
  /** The kind that the entry has, though there be no digest. */
  readonly hashName: HashName;
  readonly recorded: Recorded | undefined;
  readonly versioned: boolean;
}

/** Reads the hash of an entry. Throws RecordError where it isn't one. */
export function entryHash(yaml: YamlFile, entry: PythonDict, line: number, isInRepository: boolean, scheme: string | undefined): EntryHash {
  const named = entry.get('hash');
  const isLegacy = named === undefined || named === null;
  const hashName: HashName = isInRepository
    ? isLegacy
      ? 'md5-dos2unix'
      : 'md5'
    : scheme === undefined
      ? 'md5'
      : (CHECKSUMS[scheme] ?? 'md5');
  const cloud = cloudOf(entry);
  const key = hashName === 'etag' || hashName === 'checksum' ? hashName : isInRepository && !isLegacy ? pythonText(named) : 'md5';
  const given = textOf(yaml, entry, key) ?? (cloud && textOf(yaml, cloud, key));
  const files = entry.get('files');
  const versioned = textOf(yaml, entry, 'md5') === undefined && (isList(files) || entry.has('version_id') || cloud !== undefined);
  const base = {
    size: numberOf(entry.get('size')),
    files: numberOf(entry.get('nfiles')),
    executable: entry.get('isexec') === true,
  };
  if (isList(files) && files.length > 0) {
    const members = files.filter(isDict);
    const sizes = members.map((file) => numberOf(file.get('size')) ?? 0).reduce((sum, size) => sum + size, 0);
    const digest = filesDigest(members, key);
    return { hashName: 'md5', recorded: { hashName: 'md5', digest, ...base, size: sizes, files: members.length }, versioned };
  }
  if (given === undefined || given === '') return { hashName, recorded: undefined, versioned };
  if (key === 'md5' && !/^[0-9a-f]{32}(\.dir)?$/i.test(given)) throw new RecordError(`“${given}” is no MD5`, line);
  return { hashName, recorded: { hashName, digest: given, ...base }, versioned };
}

/** The hash of the folder that a list of versioned files makes. */
function filesDigest(files: readonly PythonDict[], key: string): string {
  const entries = files.map((file) => {
    const digest = file.get(key) ?? cloudOf(file)?.get(key);
    const path = pythonText(file.get('relpath') ?? '');
    return { path, entry: new Map<PythonValue, PythonValue>([...(digest ? ([[key, digest]] as const) : []), ['relpath', path]]) };
  });
  const sorted = entries.sort((a, b) => (a.path < b.path ? -1 : a.path > b.path ? 1 : 0)).map(({ entry }) => entry);
  return `${createHash('md5').update(pythonJson(sorted)).digest('hex')}.dir`;
}

/** What the first remote of `cloud:` knows of an entry. */
export function cloudOf(entry: PythonDict): PythonDict | undefined {
  const cloud = entry.get('cloud');
  const first = isDict(cloud) ? [...cloud.values()][0] : undefined;
  return isDict(first) ? first : undefined;
}

function textOf(yaml: YamlFile, entry: PythonDict, key: string): string | undefined {
  return yaml.source(entry, key);
}

function numberOf(value: PythonValue | undefined): number | undefined {
  return typeof value === 'number' ? value : undefined;
}
