import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { basename, isAbsolute, relative, resolve } from 'node:path';
import type { Dataset } from '../core/dataset';
import type { ReadDataSummary } from '../core/dataSummary';
import type { ReadDataVersion } from '../core/dataVersion';
import { invalid } from '../core/errors';

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

/** Describes files as a data set: DVC's digest where all are tracked, else the MD5 of what is in them; a single one also by what is in it. */
export async function describeDataFiles(
  data: DataFiles,
  folder: string,
  readDataVersion: ReadDataVersion,
  readDataSummary?: ReadDataSummary,
): Promise<Dataset> {
  const first = data.paths[0];
  if (first === undefined) throw invalid('A data set needs at least one path.');
  const versions = await Promise.all(data.paths.map((path) => readDataVersion(resolve(folder, path))));
  const digests: string[] = [];
  let size = 0;
  for (const [index, path] of data.paths.entries()) {
    const version = versions[index];
    digests.push(version?.digest ?? (await md5Of(resolve(folder, path))));
    size += version?.size ?? (await sizeOf(resolve(folder, path)));
  }
  const summary = data.paths.length === 1 ? await readDataSummary?.(resolve(folder, first)) : undefined;
  // What the caller says of it goes before what is found in it.
  const rows = data.rows ?? summary?.rows;
  const schema = data.schema ?? summary?.schema;
  const recorded = versions.flatMap((version) => (version ? [place(version.recordedIn, folder)] : []));
  const tracked = recorded.length === data.paths.length;
  const uris = data.paths.map((path) => place(resolve(folder, path), folder));
  return {
    name: data.name ?? basename(first),
    digest: digests.length === 1 ? (digests[0] as string) : createHash('md5').update(digests.join('\n')).digest('hex'),
    sourceType: tracked ? 'dvc' : 'local',
    source: JSON.stringify({ uri: uris[0], ...(uris.length > 1 ? { uris } : {}), ...(recorded.length > 0 ? { dvc: recorded } : {}) }),
    schema: schema === undefined ? undefined : JSON.stringify(schema),
    profile: JSON.stringify({
      ...(rows === undefined ? {} : { num_rows: rows }),
      size_bytes: size,
      ...summary?.profile,
      ...(data.preprocessing ? { preprocessing: data.preprocessing } : {}),
      ...(digests.length > 1 ? { digests: Object.fromEntries(uris.map((uri, index) => [uri, digests[index]])) } : {}),
    }),
  };
}

function place(path: string, folder: string): string {
  const name = relative(folder, path);
  return name.startsWith('..') || isAbsolute(name) ? path : name.replaceAll('\\', '/');
}

async function md5Of(path: string): Promise<string> {
  const info = await stat(path).catch(() => undefined);
  if (!info?.isFile()) throw invalid(`There is no data file ${path}.`);
  const hash = createHash('md5');
  for await (const chunk of createReadStream(path)) hash.update(chunk as Buffer);
  return hash.digest('hex');
}

async function sizeOf(path: string): Promise<number> {
  return (await stat(path)).size;
}
