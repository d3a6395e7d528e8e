import type { ManifestEntry } from '../hashing/manifest';

export interface RenamedFile {
  readonly from: string;
  readonly to: string;
}

/** What became of a folder's files from one version to another; paths in order. */
export interface FileChanges {
  readonly added: readonly string[];
  readonly removed: readonly string[];
  readonly changed: readonly string[];
  /** The same content under another path. */
  readonly renamed: readonly RenamedFile[];
  readonly unchanged: number;
}

/** Compares two manifests. A removed file and an added one of the same content are one that was renamed, each paired once. */
export function compareFiles(before: readonly ManifestEntry[], after: readonly ManifestEntry[]): FileChanges {
  const old = new Map(before.map(({ path, digest }) => [path, digest]));
  const added: ManifestEntry[] = [];
  const changed: string[] = [];
  let unchanged = 0;
  for (const entry of [...after].sort(byPath)) {
    const was = old.get(entry.path);
    old.delete(entry.path);
    if (was === undefined) added.push(entry);
    else if (was === entry.digest) unchanged++;
    else changed.push(entry.path);
  }
  const gone = new Map<string, string[]>();
  for (const [path, digest] of [...old].sort(([a], [b]) => (a < b ? -1 : 1))) gone.set(digest, [...(gone.get(digest) ?? []), path]);
  const renamed: RenamedFile[] = [];
  const fresh: string[] = [];
  for (const { path, digest } of added) {
    const from = takeNearest(gone.get(digest), path);
    if (from === undefined) fresh.push(path);
    else renamed.push({ from, to: path });
  }
  return { added: fresh, removed: [...gone.values()].flat().sort(), changed, renamed, unchanged };
}

/** Among several of the same content the one that kept its name, else the first. */
function takeNearest(paths: string[] | undefined, to: string): string | undefined {
  if (!paths || paths.length === 0) return undefined;
  const name = to.slice(to.lastIndexOf('/') + 1);
  const same = paths.findIndex((path) => path.slice(path.lastIndexOf('/') + 1) === name);
  return paths.splice(Math.max(0, same), 1)[0];
}

function byPath(a: ManifestEntry, b: ManifestEntry): number {
  return a.path < b.path ? -1 : 1;
}
