import { createHash } from 'node:crypto';
import type { ManifestEntry } from '../hashing/manifest';
import type { ContentFile, ContentSource } from './place';

const PIECE = 2 ** 20;

/** The MD5 of a file as it is stored. */
export async function digestOf(source: ContentSource, path: string, signal?: AbortSignal): Promise<string> {
  const hash = createHash('md5');
  const handle = await source.open(path);
  try {
    for (let position = 0; position < handle.size; position += PIECE) {
      signal?.throwIfAborted();
      hash.update(await handle.read(position, PIECE));
    }
  } finally {
    await handle.close();
  }
  return hash.digest('hex');
}

/** The files of two sources with digests that can be compared: those the cache knows them by, else their contents' MD5. */
export async function comparableEntries(
  before: ContentSource,
  after: ContentSource,
  signal?: AbortSignal,
): Promise<readonly [ManifestEntry[], ManifestEntry[]]> {
  const known = before.hashName !== undefined && before.hashName === after.hashName;
  const entry = async (source: ContentSource, file: ContentFile): Promise<ManifestEntry> => ({
    path: file.path,
    digest: file.digest !== undefined && (known || source.hashName === 'md5') ? file.digest : await digestOf(source, file.path, signal),
  });
  const entries = async (source: ContentSource): Promise<ManifestEntry[]> => {
    const list: ManifestEntry[] = [];
    for (const file of await source.list(signal)) list.push(await entry(source, file));
    return list;
  };
  return [await entries(before), await entries(after)];
}
