import { join } from 'node:path';
import { readBounded } from '../records/boundedFile';
import type { HashName } from '../records/hashName';
import { parseManifest, type ManifestEntry } from '../hashing/manifest';

/** A manifest of two million files, with room. */
const MOST_MANIFEST = 256 * 2 ** 20;
/** What a record or a manifest calls a digest may be a path out of the cache. */
const DIGEST = /^[0-9a-f]{32}(\.dir)?$/i;

/**
 * Where DVC keeps an object: DVC 3's layout for `md5`, DVC 2's for `md5-dos2unix`. What is no
 * digest leads to a place where nothing is kept.
 */
export function objectPath(cache: string, hashName: HashName, digest: string): string {
  const layout = hashName === 'md5' ? ['files', 'md5'] : [];
  return isDigest(digest) ? join(cache, ...layout, digest.slice(0, 2), digest.slice(2)) : join(cache, ...layout, 'no-digest');
}

export function isDigest(text: string): boolean {
  return DIGEST.test(text);
}

/** The members of a tracked folder; undefined where its manifest isn't in the cache or is damaged. */
export async function readManifest(cache: string, hashName: HashName, digest: string): Promise<ManifestEntry[] | undefined> {
  try {
    return parseManifest(await manifestText(cache, hashName, digest));
  } catch {
    return undefined;
  }
}

/** The text of a manifest in a cache. Rejects where it isn't there, or is no plain file of a manifest's size. */
export async function manifestText(cache: string, hashName: HashName, digest: string): Promise<string> {
  return (await readBounded(objectPath(cache, hashName, digest), MOST_MANIFEST)).toString('utf8');
}
