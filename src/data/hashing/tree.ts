import type { Dirent } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { HashName } from '../records/dvcFile';
import type { FileHashes } from './fileHashes';
import type { IgnoreRules } from '../records/ignore';
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
  const entries: ManifestEntry[] = [];
  const add = async (path: string, relative: string): Promise<void> => {
    const digest = await hashes.digest(path, name, signal);
    if (digest !== undefined) entries.push({ digest, path: relative });
  };
  const visit = async (here: string, prefix: string): Promise<void> => {
    signal?.throwIfAborted();
    const found = await readdir(here, { withFileTypes: true });
    const kept = (entry: Dirent): boolean => !ignore.ignores(toPosix(join(here, entry.name)), entry.isDirectory());
    for (const entry of found.filter((each) => each.isDirectory() && !IGNORED.has(each.name) && kept(each))) {
      await visit(join(here, entry.name), `${prefix}${entry.name}/`);
    }
    const files = found.filter((entry) => !entry.isDirectory() && kept(entry));
    for (let from = 0; from < files.length; from += 256) {
      await Promise.all(files.slice(from, from + 256).map((entry) => add(join(here, entry.name), prefix + entry.name)));
    }
  };
  await visit(folder, '');
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
