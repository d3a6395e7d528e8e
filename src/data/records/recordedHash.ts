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
  const named = entry.get('hash') ?? null;
  const ownName: HashName = named === null ? 'md5-dos2unix' : 'md5';
  const hashName: HashName = isInRepository ? ownName : scheme === undefined ? 'md5' : (CHECKSUMS[scheme] ?? 'md5');
  const key = hashName === 'etag' || hashName === 'checksum' ? hashName : isInRepository && named !== null ? pythonText(named) : 'md5';
  const cloud = cloudOf(entry);
  const textOf = (name: string): string | undefined => (cloud && yaml.source(cloud, name)) ?? yaml.source(entry, name);
  const files = entry.get('files');
  const versioned = textOf('md5') === undefined && (isList(files) || entry.has('version_id') || cloud !== undefined);
  const base = {
    size: numberOf(entry.get('size')),
    files: numberOf(entry.get('nfiles')),
    executable: entry.get('isexec') === true,
  };
  if (isList(files) && files.length > 0) {
    const members = files.filter(isDict);
    const size = members.map((file) => numberOf(file.get('size')) ?? 0).reduce((sum, each) => sum + each, 0);
    return {
      hashName: 'md5',
      recorded: { hashName: 'md5', digest: filesDigest(members, key), ...base, size, files: members.length },
      versioned,
    };
  }
  const found: [HashName, string][] = [[hashName, key]];
  // A folder elsewhere has an MD5 where its kind of place has no hash for folders.
  if (base.files !== undefined && base.files > 0 && !hashName.startsWith('md5')) found.push(['md5', 'md5']);
  for (const [name, source] of found) {
    const digest = textOf(source);
    const value = entry.get(source) ?? null;
    if (isDict(value) || isList(value)) throw new RecordError(`“${source}” must be a hash`, line);
    if (digest === undefined || digest === '') continue;
    if (source === 'md5' && !/^[0-9a-f]{32}(\.dir)?$/i.test(digest)) throw new RecordError(`“${digest}” is no MD5`, line);
    return { hashName: name, recorded: { hashName: name, digest, ...base }, versioned };
  }
  return { hashName, recorded: undefined, versioned };
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
function cloudOf(entry: PythonDict): PythonDict | undefined {
  const cloud = entry.get('cloud');
  const first = isDict(cloud) ? [...cloud.values()][0] : undefined;
  return isDict(first) ? first : undefined;
}

function numberOf(value: PythonValue | undefined): number | undefined {
  return typeof value === 'number' ? value : undefined;
}
