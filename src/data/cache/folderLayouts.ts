import { join, relative, sep } from 'node:path';
import type { FileHashes } from '../hashing/fileHashes';
import { formatManifest, manifestDigest, type FoundEntry } from '../hashing/manifest';
import { dvcIgnoreRules } from '../records/folderRules';
import type { HashName } from '../records/hashName';
import { isInside, nativePath } from './memberPaths';
import { objectPath } from './objects';
import { isAsked, type ChosenOuts, type SkippedOut, type TransferOut } from './transferOuts';
import { readTree } from './workspaceTree';

/** A tracked folder, or parts of one, whose files an action may lay otherwise. */
export interface LaidFolder {
  /** Absolute. */
  readonly target: string;
  readonly hashName: HashName;
  /** Relative to the folder, with `/`; everything where undefined. */
  readonly parts: readonly string[] | undefined;
}

/** How the files of a tracked folder lie, as the manifest that DVC would make of it. */
export interface FolderLayout extends Pick<TransferOut, 'hashName' | 'parts'> {
  /** The folder, relative to the root, with `/`. */
  readonly path: string;
  readonly manifest: string;
}

/** Where layouts are looked for, and by what. */
export interface LayoutSources {
  readonly root: string;
  readonly cache: string;
  readonly hashes: FileHashes;
  readonly signal?: AbortSignal | undefined;
}

/**
 * How folders lie that have no manifest in the cache: how files are named and sorted is data too, and would be gone if they were laid as
 * recorded, although the content of each is in the cache. A part of which nothing is there has no layout that somebody could miss.
 */
export async function findLayouts(folders: readonly LaidFolder[], sources: LayoutSources): Promise<FolderLayout[]> {
  const layouts: FolderLayout[] = [];
  for (const { target, hashName: name, parts } of folders) {
    const { root, cache, hashes, signal } = sources;
    const tree = await readTree(target, await dvcIgnoreRules(root, target), signal);
    if (tree.kind !== 'folder' || !tree.files.some((path) => isAsked({ parts }, path))) continue;
    const hashName = name === 'md5-dos2unix' ? name : 'md5';
    const digests = await hashes.digests(
      tree.files.map((path) => target + sep + nativePath(path)),
      hashName,
      signal,
    );
    const entries = tree.files.flatMap((path, index): FoundEntry[] =>
      digests[index] === undefined ? [] : [{ path, digest: digests[index] }],
    );
    if (await hashes.stats(objectPath(cache, hashName, manifestDigest(entries)))) continue;
    layouts.push({ path: relative(root, target).split(sep).join('/'), hashName, parts, manifest: formatManifest(entries) });
  }
  return layouts;
}

/** Folders as they lay once. `spared` are the files, relative to the root, that somebody else brings back and that are left alone. */
export function laidOuts(root: string, layouts: readonly FolderLayout[], spared: ReadonlySet<string>): ChosenOuts {
  const outs: TransferOut[] = [];
  const skipped: SkippedOut[] = [];
  for (const { path, hashName, parts, manifest } of layouts) {
    const target = join(root, ...path.split('/'));
    const inside = new Set([...spared].flatMap((each) => (each.startsWith(`${path}/`) ? [each.slice(path.length + 1)] : [])));
    const common = { path, target, hashName, parts, digest: '', isFolder: true, executable: false, remote: undefined };
    if (isInside(path, process.platform))
      outs.push({ ...common, pushed: true, importedFrom: undefined, layout: { manifest, spared: inside } });
    else skipped.push({ path, target, reason: 'It lies where nothing of DVC’s may be written.' });
  }
  return { outs, skipped, unknown: [] };
}
