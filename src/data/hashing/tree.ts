import type { ManifestEntry } from './manifest';

/** What differs between two states of a folder; paths relative to it, with `/`. */
export interface TreeChanges {
  readonly added: readonly string[];
  readonly modified: readonly string[];
  readonly deleted: readonly string[];
  /** Number of further paths, left out for being too many. */
  readonly omitted?: number;
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
