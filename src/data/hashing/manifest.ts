import { createHash } from 'node:crypto';
import { compareCodePoints, jsonString } from '../records/pythonString';

/** A file of a tracked folder. */
export interface ManifestEntry {
  readonly digest: string;
  /** With `/`, relative to the folder. */
  readonly path: string;
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

/** A file of a folder as it is now; without a digest a link that leads nowhere, which DVC lists with its name only. */
export interface FoundEntry {
  readonly digest: string | undefined;
  readonly path: string;
}

/** A folder's manifest, byte for byte as Python's `json.dumps(…, sort_keys=True)` writes it. */
export function formatManifest(entries: readonly FoundEntry[]): string {
  const sorted = [...entries].sort((a, b) => compareCodePoints(a.path, b.path));
  const text = ({ digest, path }: FoundEntry): string =>
    digest === undefined ? `{"relpath": ${jsonString(path)}}` : `{"md5": "${digest}", "relpath": ${jsonString(path)}}`;
  return `[${sorted.map(text).join(', ')}]`;
}

/** The hash by which a folder is known. */
export function manifestDigest(entries: readonly FoundEntry[]): string {
  return `${createHash('md5').update(formatManifest(entries)).digest('hex')}.dir`;
}
