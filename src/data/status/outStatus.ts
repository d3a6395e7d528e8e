import { isAbsolute, relative, sep } from 'node:path';
import { objectPath, readManifest } from '../cache/objects';
import type { FileHashes } from '../hashing/fileHashes';
import { isFolder, isRegular } from '../hashing/statTable';
import { manifestDigest, type ManifestEntry } from '../hashing/manifest';
import type { TrackedOut } from '../records/repository';
import { dvcIgnoreRules, toPosix } from '../records/scan';
import type { OutStatus, WorkspaceState } from './status';
import { compareTrees, hashTree, type TreeChanges } from '../hashing/tree';

/** DVC trusts an object of exactly this mode to be what its name says. */
const PROTECTED = 0o444n;

/** Finds how one out stands, by reading only. */
export class OutChecker {
  constructor(
    private readonly root: string,
    private readonly cache: string,
    private readonly hashes: FileHashes,
    private readonly signal?: AbortSignal,
  ) {}

  async check(out: TrackedOut): Promise<OutStatus> {
    const isTree = out.digest?.endsWith('.dir') ?? false;
    const manifest = isTree && out.digest !== undefined ? await readManifest(this.cache, out.hashName, out.digest) : undefined;
    const [inCache, { state: workspace, changes }] = await Promise.all([this.inCache(out, manifest), this.workspace(out, manifest)]);
    const { target, digest, hashName, size, files, description, recordedIn, line, stage } = out;
    return {
      target,
      path: toPosix(relative(this.root, target)),
      state: inCache === false ? 'not in cache' : workspace,
      workspace,
      inCache,
      isFolder: isTree,
      digest,
      hashName,
      size,
      files,
      description,
      changes,
      recordedIn,
      line,
      stage,
    };
  }

  private async workspace(
    out: TrackedOut,
    manifest: readonly ManifestEntry[] | undefined,
  ): Promise<{ state: WorkspaceState; changes: TreeChanges | undefined }> {
    // A record may name any path of this machine; what lies outside the repository is not ours to walk and hash unasked.
    if (!isWithin(this.root, out.target)) return { state: 'unknown', changes: undefined };
    const stats = await this.hashes.stats(out.target);
    if (!stats) return { state: 'deleted', changes: undefined };
    if (out.versioned || out.hashName === 'etag' || out.hashName === 'checksum') return { state: 'unknown', changes: undefined };
    // DVC calls it modified when something is there and nothing is recorded.
    if (out.digest === undefined || isFolder(stats) !== out.digest.endsWith('.dir')) return { state: 'modified', changes: undefined };
    if (!isFolder(stats)) {
      const digest = await this.hashes.digest(out.target, out.hashName, this.signal);
      return { state: digest === out.digest ? 'unchanged' : 'modified', changes: undefined };
    }
    const tree = await hashTree(out.target, out.hashName, this.hashes, await dvcIgnoreRules(this.root, out.target), this.signal);
    if (!manifest) return { state: manifestDigest(tree) === out.digest ? 'unchanged' : 'modified', changes: undefined };
    const changes = compareTrees(manifest, tree);
    const same = changes.added.length + changes.modified.length + changes.deleted.length === 0;
    return { state: same ? 'unchanged' : 'modified', changes };
  }

  /** A folder is in the cache with its manifest and every member. */
  private async inCache(out: TrackedOut, manifest: readonly ManifestEntry[] | undefined): Promise<boolean | undefined> {
    if (!out.cached || out.versioned || out.digest === undefined || out.hashName === 'etag' || out.hashName === 'checksum')
      return undefined;
    if (!(await this.holds(out, out.digest))) return false;
    if (!out.digest.endsWith('.dir')) return true;
    if (!manifest) return false;
    const digests = [...new Set(manifest.map((entry) => entry.digest))];
    for (let from = 0; from < digests.length; from += 256) {
      const held = await Promise.all(digests.slice(from, from + 256).map((digest) => this.holds(out, digest)));
      if (held.includes(false)) return false;
    }
    return true;
  }

  /** An object that isn't write-protected may have been changed, and is hashed; unlike DVC, we leave a damaged one where it is. */
  private async holds(out: TrackedOut, digest: string): Promise<boolean> {
    const path = objectPath(this.cache, out.hashName, digest);
    const stats = await this.hashes.stats(path);
    if (!isRegular(stats)) return false;
    if ((stats.mode & 0o7777n) === PROTECTED) return true;
    return (await this.hashes.digest(path, out.hashName, this.signal)) === digest.replace(/\.dir$/, '');
  }
}

function isWithin(root: string, path: string): boolean {
  const inner = relative(root, path);
  return inner !== '..' && !inner.startsWith(`..${sep}`) && !isAbsolute(inner);
}
