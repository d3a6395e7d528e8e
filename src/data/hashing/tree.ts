import type { Dirent } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { sep } from 'node:path';
import type { HashName } from '../records/dvcFile';
import type { FileHashes } from './fileHashes';
import { IgnoreRules } from '../records/ignore';
import type { ManifestEntry } from './manifest';
import { toPosix } from '../records/scan';

/** What differs between two states of a folder; paths relative to it, with `/`. */
export interface TreeChanges {
  readonly added: readonly string[];
  readonly modified: readonly string[];
  readonly deleted: readonly string[];
  /** Number of further paths, left out for being too many. */
  readonly omitted?: number;
}

/** DVC's own defaults, in every folder. */
const IGNORED = new Set(['.git', '.hg', '.dvc']);

/** Hashes the files in a folder. Links to files are followed, links to folders are not; what is neither is passed over. */
export async function hashTree(
  folder: string,
  name: HashName,
  hashes: FileHashes,
  ignore: IgnoreRules,
  signal?: AbortSignal,
): Promise<ManifestEntry[]> {
  const paths: string[] = [];
  const relatives: string[] = [];
  const visit = async (here: string, prefix: string): Promise<void> => {
    signal?.throwIfAborted();
    const found = await readdir(here, { withFileTypes: true });
    const kept = (entry: Dirent): boolean =>
      ignore === IgnoreRules.none || !ignore.ignores(toPosix(here + sep + entry.name), entry.isDirectory());
    for (const entry of found) {
      if (entry.isDirectory()) {
        if (!IGNORED.has(entry.name) && kept(entry)) await visit(here + sep + entry.name, `${prefix}${entry.name}/`);
      } else if (kept(entry)) {
        paths.push(here + sep + entry.name);
        relatives.push(prefix + entry.name);
      }
    }
  };
  await visit(folder, '');
  const digests = await hashes.digests(paths, name, signal);
  const entries: ManifestEntry[] = [];
  digests.forEach((digest, index) => {
    if (digest !== undefined) entries.push({ digest, path: relatives[index] as string });
  });
  return entries;
}

/** What was added, modified and deleted on the way from one manifest to another, each in order of path. */
export function compareTrees(before: readonly ManifestEntry[], after: readonly ManifestEntry[]): TreeChanges {
  const old = new Map(before.map(({ path, digest }) => [path, digest]));
  const added: string[] = [];
  const modified: string[] = [];
  for (const { path, digest } of after) {
    const was = old.get(path);
    if (was === undefined) added.push(path);
    else if (was !== digest) modified.push(path);
    old.delete(path);
  }
  return { added: added.sort(), modified: modified.sort(), deleted: [...old.keys()].sort() };
}
