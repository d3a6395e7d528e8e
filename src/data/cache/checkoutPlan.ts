import { lstat, stat } from 'node:fs/promises';
import { sep } from 'node:path';
import type { FileHashes } from '../hashing/fileHashes';
import { parseManifest, type ManifestEntry } from '../hashing/manifest';
import type { FileStats } from '../hashing/statTable';
import type { IgnoreRules } from '../records/ignore';
import type { ObjectFolder } from '../status/objectFolder';
import { membersOf, nativePath } from './memberPaths';
import { objectPath } from './objects';
import { isAsked, type TransferOut } from './transferOuts';
import { readTree, type WorkspaceTree } from './workspaceTree';

/** A file that is to be there. */
export interface Creation {
  /** Absolute. */
  readonly path: string;
  readonly object: string;
  readonly size: number;
  /** The file that stands there and may be replaced, as it was looked at; undefined where nothing may be. */
  readonly before: FileStats | undefined;
}

/** A file that is to go, as it was looked at. */
export interface Removal {
  readonly path: string;
  readonly before: FileStats;
}

/** What makes the workspace have an out as it is recorded. */
export interface CheckoutPlan {
  readonly out: TransferOut;
  readonly creations: readonly Creation[];
  readonly removals: readonly Removal[];
  /** Folders that are to be there; absolute. */
  readonly folders: readonly string[];
  /** Folders that are to go where nothing is left in them; absolute, inner ones first. */
  readonly obsolete: readonly string[];
  /** Whether only the right to be executed is missing. */
  readonly needsMode: boolean;
  /** What would be lost: in the way, and not in the cache; absolute. Where there is some, nothing may be done. */
  readonly losses: readonly string[];
  /**
   * Members whose objects are not in the cache, or damaged there; relative to the root. Where there are some, nothing can be done; but of a
   * folder that is laid as it was once, the rest can.
   */
  readonly missing: readonly string[];
}

export interface PlanSources {
  readonly cache: string;
  readonly objects: ObjectFolder;
  readonly hashes: FileHashes;
  readonly rules: (folder: string) => Promise<IgnoreRules>;
  readonly signal: AbortSignal | undefined;
}

/**
 * Looks what has to be done for an out; changes nothing. A file whose content is an object in the cache may be replaced or removed, any other
 * one would be a loss. Throws ManifestError, or the file system's error.
 */
export async function planCheckout(out: TransferOut, sources: PlanSources): Promise<CheckoutPlan> {
  const { hashes, objects, cache, signal } = sources;
  const nothing = { out, creations: [], removals: [], folders: [], obsolete: [], needsMode: false, losses: [], missing: [] };
  const wanted = await wantedFiles(out, objects);
  if (!wanted) return { ...nothing, missing: [out.path] };
  // What is ignored stays in a folder that stays; where the folder itself has to go, everything in it counts.
  const tree = await readTree(out.target, out.isFolder ? await sources.rules(out.target) : undefined, signal);
  const absolute = (path: string): string => (path === '' ? out.target : out.target + sep + nativePath(path));
  const asked = tree.files.filter((path) => path === '' || isAsked(out, path));
  const paths = asked.map(absolute);
  const stats = await hashes.table(paths, signal);
  const digests = await hashes.digests(paths, out.hashName, signal);
  const found = new Map(asked.map((path, index) => [path, { digest: digests[index], stats: stats.at(index) }]));

  const changed = [...wanted].filter(([path, digest]) => found.get(path)?.digest !== digest);
  const surplus = asked.filter((path) => !wanted.has(path));
  const replaced = changed.map(([path]) => path).filter((path) => found.get(path)?.stats !== undefined);
  const isSafe = await safeFiles(out, [...surplus, ...replaced], absolute, found, sources);
  const losses = [...surplus, ...replaced].filter((path) => !isSafe.has(path)).concat(await inTheWay(wanted, tree, absolute, out.isFolder));
  const intact = await objects.intact(changed.map(([, digest]) => ({ name: out.hashName, digest })));
  const missing = changed.filter((_, index) => !intact[index]).map(([path]) => (path === '' ? out.path : `${out.path}/${path}`));
  if (losses.length > 0 || (missing.length > 0 && !out.layout)) return { ...nothing, missing, losses: losses.map(absolute) };

  const possible = changed.filter((_, index) => intact[index]);
  const places = possible.map(([, digest]) => objectPath(cache, out.hashName, digest));
  const sizes = await hashes.table(places, signal);
  const creations = possible.map(([path], index): Creation => {
    return { path: absolute(path), object: places[index] ?? '', size: Number(sizes.at(index)?.size ?? 0n), before: found.get(path)?.stats };
  });
  const removals = surplus.flatMap((path): Removal[] => {
    const before = found.get(path)?.stats;
    return before ? [{ path: absolute(path), before }] : [];
  });
  const folders = foldersOf(out, wanted);
  const kept = new Set(folders);
  const obsolete = [...(tree.kind === 'folder' && !out.isFolder ? [''] : []), ...tree.folders].filter(
    (path) => !kept.has(path) && isAsked(out, path),
  );
  const needsMode = out.executable && !out.isFolder && changed.length === 0 && !(await isExecutable(out.target));
  return {
    ...nothing,
    missing,
    creations,
    removals,
    folders: folders.map(absolute),
    obsolete: obsolete.map(absolute).reverse(),
    needsMode,
  };
}

/** The digests of the files to be, by their paths in the out; undefined while the manifest isn't in the cache. */
async function wantedFiles(out: TransferOut, objects: ObjectFolder): Promise<Map<string, string> | undefined> {
  if (!out.isFolder) return new Map([['', out.digest]]);
  const manifest = out.layout ? parseManifest(out.layout.manifest) : await recordedManifest(out, objects);
  if (!manifest) return undefined;
  const members = membersOf(manifest);
  for (const path of members.keys()) if (!isAsked(out, path)) members.delete(path);
  return members;
}

async function recordedManifest(
  { hashName: name, digest }: TransferOut,
  objects: ObjectFolder,
): Promise<readonly ManifestEntry[] | undefined> {
  const [isIntact] = await objects.intact([{ name, digest }]);
  return isIntact ? objects.manifest({ name, digest }) : undefined;
}

/**
 * Those of some files whose very bytes are an object of the cache. The object is read, even where DVC would trust it, since it may be the only
 * copy afterwards; and by MD5 as it is, since DVC 2's hash is the same for text with CRLF and with LF.
 */
async function safeFiles(
  out: TransferOut,
  paths: readonly string[],
  absolute: (path: string) => string,
  found: ReadonlyMap<string, { readonly digest: string | undefined }>,
  { hashes, cache, signal }: PlanSources,
): Promise<Set<string>> {
  const known = paths.flatMap((path) => {
    const digest = found.get(path)?.digest;
    return digest === undefined ? [] : [{ path, object: objectPath(cache, out.hashName, digest) }];
  });
  const here = await hashes.digests(
    known.map(({ path }) => absolute(path)),
    'md5',
    signal,
  );
  const there = await hashes.digests(
    known.map(({ object }) => object),
    'md5',
    signal,
  );
  return new Set(known.filter((_, index) => here[index] !== undefined && here[index] === there[index]).map(({ path }) => path));
}

/** What is no file of the out, and stands where one of its files or folders has to be. */
async function inTheWay(
  wanted: ReadonlyMap<string, string>,
  tree: WorkspaceTree,
  absolute: (path: string) => string,
  isFolder: boolean,
): Promise<string[]> {
  if (tree.kind === 'other') return [''];
  if (tree.kind === 'folder' && !isFolder) return [...tree.others];
  const folders = new Set([...wanted.keys()].flatMap(foldersAbove));
  const found: string[] = [];
  for (const path of tree.others) {
    if (wanted.has(path) || foldersAbove(path).some((folder) => wanted.has(folder))) found.push(path);
    else if (!folders.has(path)) continue;
    else if (!(await lstat(absolute(path))).isDirectory()) found.push(path);
    else {
      // A folder that DVC ignores, and files have to be in: what is in it isn't known.
      for (const each of wanted.keys()) {
        if (each.startsWith(`${path}/`) && (await lstat(absolute(each)).catch(() => undefined))) found.push(each);
      }
    }
  }
  return found;
}

function foldersOf(out: TransferOut, wanted: ReadonlyMap<string, string>): string[] {
  if (!out.isFolder) return [];
  return [...new Set(['', ...[...wanted.keys()].flatMap(foldersAbove)])];
}

/** `a` and `a/b` of `a/b/c`. */
function foldersAbove(path: string): string[] {
  const folders: string[] = [];
  for (let at = path.indexOf('/'); at > 0; at = path.indexOf('/', at + 1)) folders.push(path.slice(0, at));
  return folders;
}

async function isExecutable(path: string): Promise<boolean> {
  const stats = await stat(path).catch(() => undefined);
  return process.platform === 'win32' || stats === undefined || (stats.mode & 0o100) !== 0;
}
