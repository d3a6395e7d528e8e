import { isDigest, objectPath, readManifest } from '../cache/objects';
import type { FileHashes } from '../hashing/fileHashes';
import type { ManifestEntry } from '../hashing/manifest';
import type { Hash } from './dataIndex';

/** DVC trusts an object of exactly this mode to be what its name says. */
const PROTECTED = 0o444n;

/** The objects in a cache, or in a remote that is a folder: asks only, and remembers for as long as one question takes. */
export class ObjectFolder {
  private readonly prepared = new Map<string, boolean>();
  private readonly manifests = new Map<string, Promise<readonly ManifestEntry[] | undefined>>();

  constructor(
    private readonly folder: string,
    private readonly hashes: FileHashes,
    private readonly signal?: AbortSignal,
  ) {}

  /** Whether each is there, whatever it holds. */
  async present(objects: readonly Hash[]): Promise<boolean[]> {
    const table = await this.hashes.table(objects.map(this.pathOf), this.signal);
    return objects.map((object, index) => isStored(object) && table.at(index) !== undefined);
  }

  /** Whether each is there and whole; one that isn't write-protected is hashed. Unlike DVC, we leave a damaged one where it is. */
  async intact(objects: readonly Hash[]): Promise<boolean[]> {
    const table = await this.hashes.table(objects.map(this.pathOf), this.signal);
    const results = objects.map((object, index) => isStored(object) && table.at(index) !== undefined);
    const doubtful = objects
      .map((object, index) => ({ object, index }))
      .filter(({ index }) => results[index] && ((table.at(index)?.mode ?? 0n) & 0o7777n) !== PROTECTED);
    for (const name of ['md5', 'md5-dos2unix'] as const) {
      const some = doubtful.filter(({ object }) => object.name === name);
      const paths = some.map(({ object }) => this.pathOf(object));
      const digests = await this.hashes.digests(paths, name, this.signal);
      some.forEach(({ object, index }, place) => (results[index] = digests[place] === object.digest.replace(/\.dir$/, '')));
    }
    return results;
  }

  /** As `intact`, for one; asked of many at once where `prepare` was told of it. */
  async isIntact(object: Hash): Promise<boolean> {
    return this.prepared.get(this.pathOf(object)) ?? (await this.intact([object]))[0] ?? false;
  }

  async prepare(objects: readonly Hash[]): Promise<void> {
    const intact = await this.intact(objects);
    objects.forEach((object, index) => this.prepared.set(this.pathOf(object), intact[index] ?? false));
  }

  /** The members of a tracked folder; undefined where its manifest isn't here or is damaged. */
  manifest(hash: Hash): Promise<readonly ManifestEntry[] | undefined> {
    const path = this.pathOf(hash);
    const known = this.manifests.get(path) ?? readManifest(this.folder, hash.name, hash.digest);
    this.manifests.set(path, known);
    return known;
  }

  private readonly pathOf = ({ name, digest }: Hash): string => objectPath(this.folder, name, digest);
}

/** What has another kind of hash is not in any cache. */
function isStored({ name, digest }: Hash): boolean {
  return (name === 'md5' || name === 'md5-dos2unix') && isDigest(digest);
}
