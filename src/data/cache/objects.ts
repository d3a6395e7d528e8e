import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { HashName } from '../records/hashName';
import { parseManifest, type ManifestEntry } from '../hashing/manifest';

/** Where DVC keeps an object: DVC 3's layout for `md5`, DVC 2's for `md5-dos2unix`. */
export function objectPath(cache: string, hashName: HashName, digest: string): string {
  const layout = hashName === 'md5' ? ['files', 'md5'] : [];
  return join(cache, ...layout, digest.slice(0, 2), digest.slice(2));
}

/** The members of a tracked folder; undefined where its manifest isn't in the cache or is damaged. */
export async function readManifest(cache: string, hashName: HashName, digest: string): Promise<ManifestEntry[] | undefined> {
  try {
    return parseManifest(await readFile(objectPath(cache, hashName, digest), 'utf8'));
  } catch {
    return undefined;
  }
}
