import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { readdir, stat } from 'node:fs/promises';
import { basename, join, resolve } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import type { DataMetadata } from '../core/dataMetadata';
import type { ReadDataSummary } from '../core/dataSummary';
import type { DataUse, DescribedDataset } from '../core/dataUse';
import type { DataVersion, ReadDataVersion } from '../core/dataVersion';
import { invalid } from '../core/errors';
import { dataUse, metadataProfile, placeIn } from './dataUses';

/** Files that together are a data set, and what is known of their content. */
export interface DataFiles {
  /** Absent: the first file's name. */
  readonly name?: string;
  /** Files, relative to the run's folder or absolute. */
  readonly paths: readonly string[];
  readonly rows?: number;
  /** JSON-able: columns, or the tensor's shape and type. */
  readonly schema?: unknown;
  /** What was done to the raw data, in order. */
  readonly preprocessing?: readonly string[];
}

/**
 * Describes files as a data set: DVC's digest where all are tracked, else the MD5 of what is in them; a single one also by what is in it.
 * The digest is of what is there, which may be something else than what DVC has recorded.
 */
export async function describeDataFiles(
  data: DataFiles,
  folder: string,
  readDataVersion: ReadDataVersion,
  readDataSummary?: ReadDataSummary,
): Promise<DescribedDataset> {
  const first = data.paths[0];
  if (first === undefined) throw invalid('A data set needs at least one path.');
  const paths = data.paths.map((path) => resolve(folder, path));
  const versions = await Promise.all(paths.map((path) => readDataVersion(path)));
  const files = await Promise.all(paths.map((path, index) => fileOf(path, folder, versions[index])));
  const summary = paths.length === 1 ? await readDataSummary?.(paths[0] as string) : undefined;
  // What the caller says of it goes before what is found in it.
  const rows = data.rows ?? summary?.rows;
  const schema = data.schema ?? summary?.schema;
  const uses = files.flatMap(({ use }) => (use ? [use] : []));
  const metadata = commonMetadata(versions);
  const digests = files.map(({ digest }) => digest);
  const uris = paths.map((path) => placeIn(folder, path));
  const preprocessing = [...new Set([...(metadata?.preprocessing ?? []), ...(data.preprocessing ?? [])])];
  return {
    name: data.name ?? basename(first),
    digest: digests.length === 1 ? (digests[0] as string) : createHash('md5').update(digests.join('\n')).digest('hex'),
    sourceType: uses.length === paths.length ? 'dvc' : 'local',
    source: JSON.stringify({
      uri: uris[0],
      ...(uris.length > 1 ? { uris } : {}),
      ...(uses.length > 0 ? { dvc: uses.map(({ recordedIn }) => recordedIn) } : {}),
    }),
    schema: schema === undefined ? undefined : JSON.stringify(schema),
    profile: JSON.stringify({
      ...(rows === undefined ? {} : { num_rows: rows }),
      size_bytes: files.reduce((sum, { size }) => sum + size, 0),
      ...summary?.profile,
      ...metadataProfile(metadata),
      ...(preprocessing.length > 0 ? { preprocessing } : {}),
      ...(digests.length > 1 ? { digests: Object.fromEntries(uris.map((uri, index) => [uri, digests[index]])) } : {}),
    }),
    uses,
    ...(metadata ? { metadata } : {}),
  };
}

interface FoundFile {
  readonly digest: string;
  readonly size: number;
  readonly use: DataUse | undefined;
}

async function fileOf(path: string, folder: string, version: DataVersion | undefined): Promise<FoundFile> {
  if (!version) return { digest: await md5Of(path), size: await sizeOf(path), use: undefined };
  const use = dataUse(path, version, folder);
  const isRecorded = use.recorded === undefined;
  return { digest: use.digest, size: isRecorded ? (version.size ?? (await sizeOf(path))) : await sizeOf(path), use };
}

/** What is said of all the files, where it is one thing that is said of them. */
function commonMetadata(versions: readonly (DataVersion | undefined)[]): DataMetadata | undefined {
  const [first, ...rest] = versions;
  return first?.metadata && rest.every((each) => each?.path === first.path || isDeepStrictEqual(each?.metadata, first.metadata))
    ? first.metadata
    : undefined;
}

async function md5Of(path: string): Promise<string> {
  const info = await stat(path).catch(() => undefined);
  if (!info?.isFile()) throw invalid(`There is no data file ${path}.`);
  const hash = createHash('md5');
  for await (const chunk of createReadStream(path)) hash.update(chunk as Buffer);
  return hash.digest('hex');
}

/** Of a folder, of all that is in it. */
async function sizeOf(path: string): Promise<number> {
  const info = await stat(path);
  if (!info.isDirectory()) return info.size;
  const entries = await readdir(path, { recursive: true, withFileTypes: true });
  const sizes = entries.filter((entry) => entry.isFile()).map(async (entry) => (await stat(join(entry.parentPath, entry.name))).size);
  return (await Promise.all(sizes)).reduce((sum, size) => sum + size, 0);
}
