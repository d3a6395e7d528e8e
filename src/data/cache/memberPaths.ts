import { sep } from 'node:path';
import type { ManifestEntry } from '../hashing/manifest';

/** Why a manifest can't be laid out as a folder. */
export class ManifestError extends Error {
  override readonly name = 'ManifestError';
}

/** Names that no tracked folder may write: git's and DVC's own. */
const FORBIDDEN = new Set(['.git', '.dvc', '.hg']);

/**
 * The members of a folder by their paths with `/`. A manifest comes from elsewhere and may say anything: paths that leave the folder, are
 * absolute, lie in `.git` or `.dvc`, or below another member, and digests that are none are refused. Throws ManifestError.
 */
export function membersOf(entries: readonly ManifestEntry[], platform = process.platform): Map<string, string> {
  const members = new Map<string, string>();
  for (const { path, digest } of entries) {
    if (!isDigest(digest)) throw new ManifestError(`its entry “${path}” has no MD5`);
    if (!isInside(path, platform))
      throw new ManifestError(`its entry “${path}” would lie outside the folder, or where nothing may be written`);
    if (members.has(path)) throw new ManifestError(`it names “${path}” twice`);
    members.set(path, digest);
  }
  for (const path of members.keys()) {
    for (let at = path.lastIndexOf('/'); at > 0; at = path.lastIndexOf('/', at - 1)) {
      if (members.has(path.slice(0, at))) throw new ManifestError(`it names “${path.slice(0, at)}” as a file and as a folder`);
    }
  }
  return members;
}

function isDigest(text: string): boolean {
  return /^[0-9a-f]{32}$/.test(text);
}

/** Whether a relative path with `/` names something in its folder that may be written. */
export function isInside(path: string, platform: NodeJS.Platform): boolean {
  if (path === '' || path.includes('\0')) return false;
  if (platform === 'win32' && /[\\:]/.test(path)) return false;
  return path.split('/').every((part) => part !== '' && part !== '.' && part !== '..' && !FORBIDDEN.has(part.toLowerCase()));
}

/** A path with `/` as this system has it. */
export function nativePath(path: string): string {
  return sep === '/' ? path : path.replaceAll('/', sep);
}
