import type { HashName } from '../records/hashName';

export interface Hash {
  readonly name: HashName;
  /** Ends in `.dir` for a folder. */
  readonly digest: string;
}

/** What one state (a commit, the records, the files) knows of a path. */
export interface DataEntry {
  /** Relative to the repository's root, with `/`. */
  readonly path: string;
  readonly isFolder: boolean;
  /** Undefined while nothing was committed, for inner folders, and for links that lead nowhere. */
  readonly hash: Hash | undefined;
  /** A link that leads nowhere. */
  readonly isBroken: boolean;
}

/** What is in a tracked folder; paths relative to it, with `/`. */
export interface Members {
  /** Without a digest: links that lead nowhere. */
  readonly files: readonly { readonly path: string; readonly digest: string | undefined }[];
  /** Inner folders; undefined where only the files tell of them. */
  readonly folders: readonly string[] | undefined;
}

export interface IndexedOut extends DataEntry {
  /** Of a folder; undefined where its manifest can't be had, and where nobody asks for members. */
  readonly members: Members | undefined;
}

/** The tracked data of one state. */
export interface DataIndex {
  /** By path. */
  readonly outs: ReadonlyMap<string, IndexedOut>;
  /** The folders above them. */
  readonly parents: ReadonlySet<string>;
}

/** An index of outs; of the folders above them those that fulfil a condition. */
export function dataIndex(outs: readonly IndexedOut[], isThere: (folder: string) => boolean = () => true): DataIndex {
  const parents = new Set<string>();
  const absent = new Set<string>();
  for (const { path } of outs) {
    for (let slash = path.lastIndexOf('/'); slash > 0; slash = path.lastIndexOf('/', slash - 1)) {
      const folder = path.slice(0, slash);
      if (parents.has(folder) || absent.has(folder)) break;
      (isThere(folder) ? parents : absent).add(folder);
    }
  }
  return { outs: new Map(outs.map((out) => [out.path, out])), parents };
}

export function sameHash(a: Hash | undefined, b: Hash | undefined): boolean {
  return a === b || (a !== undefined && b !== undefined && a.digest === b.digest && a.name === b.name);
}

/** An out's files as entries of their own. */
export function* memberEntries(out: IndexedOut): Generator<DataEntry> {
  const name = out.hash?.name ?? 'md5';
  for (const { path, digest } of out.members?.files ?? []) {
    const hash = digest === undefined ? undefined : { name, digest };
    yield { path: `${out.path}/${path}`, isFolder: false, hash, isBroken: digest === undefined };
  }
}

/** An out's inner folders. */
export function folderEntries({ path, members }: IndexedOut): DataEntry[] {
  if (!members) return [];
  const folders = new Set(members.folders);
  if (!members.folders) {
    for (const file of members.files) {
      for (let slash = file.path.lastIndexOf('/'); slash > 0; slash = file.path.lastIndexOf('/', slash - 1)) {
        const folder = file.path.slice(0, slash);
        if (folders.has(folder)) break;
        folders.add(folder);
      }
    }
  }
  return [...folders].map((folder) => ({ path: `${path}/${folder}`, isFolder: true, hash: undefined, isBroken: false }));
}
