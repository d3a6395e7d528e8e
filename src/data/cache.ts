import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { HashName } from './dvcFile';

/** A file of a tracked folder. */
export interface ManifestEntry {
  readonly digest: string;
  /** With `/`, relative to the folder. */
  readonly path: string;
}

/** Where DVC keeps an object: DVC 3's layout for `md5`, DVC 2's for `md5-dos2unix`. */
export function objectPath(cache: string, hashName: HashName, digest: string): string {
  const layout = hashName === 'md5' ? ['files', 'md5'] : [];
  return join(cache, ...layout, digest.slice(0, 2), digest.slice(2));
}

/** Reads a `.dir` object. Throws when it isn't one. */
export function parseManifest(text: string): ManifestEntry[] {
  const list: unknown = JSON.parse(text);
  if (!Array.isArray(list)) throw new Error('a .dir manifest must be a list');
  return list.map((item: unknown) => {
    const entry = item as { md5?: unknown; relpath?: unknown } | null;
    if (typeof entry?.md5 !== 'string' || typeof entry.relpath !== 'string')
      throw new Error('an entry of a .dir manifest lacks md5 or relpath');
    return { digest: entry.md5, path: entry.relpath };
  });
}

/** The members of a tracked folder; undefined where its manifest isn't in the cache or is damaged. */
export async function readManifest(cache: string, hashName: HashName, digest: string): Promise<ManifestEntry[] | undefined> {
  try {
    return parseManifest(await readFile(objectPath(cache, hashName, digest), 'utf8'));
  } catch {
    return undefined;
  }
}
