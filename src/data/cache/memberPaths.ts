import { sep } from 'node:path';
import type { ManifestEntry } from '../hashing/manifest';

/** Why a manifest can't be laid out as a folder. */
export class ManifestError extends Error {
  override readonly name = 'ManifestError';
}

/** Names that no tracked folder may write: git's and DVC's own. */
const FORBIDDEN = new Set(['.git', '.dvc', '.hg']);
/** What Windows takes for a device, whatever follows behind a dot; and what it may call the forbidden ones for short. */
const DEVICE = /^(?:con|prn|aux|nul|conin\$|conout\$|(?:com|lpt)[0-9¹²³])\s*(?:\.|$)/i;
const SHORT = /^(?:git|dvc|hg)~\d+$/i;
/** Half of a character: how Python notes a byte that is no UTF-8. */
const HALF = /\p{Surrogate}/u;
const HALVES = /\p{Surrogate}/gu;
/** What a file system of macOS passes over in names. */
const INVISIBLE = /[\u200c-\u200f\u202a-\u202e\u206a-\u206f\ufeff]/g;

/**
 * The members of a folder by their paths with `/`. A manifest comes from elsewhere and may say anything: paths that leave the folder, are
 * absolute, lie in `.git` or `.dvc`, or below another member, that this system can't have, and digests that are none are refused. Throws
 * ManifestError.
 */
export function membersOf(entries: readonly ManifestEntry[], platform = process.platform): Map<string, string> {
  const members = new Map<string, string>();
  const folded = new Map<string, string>();
  for (const { path, digest } of entries) {
    if (!isDigest(digest)) throw new ManifestError(`its entry “${path}” has no MD5`);
    if (HALF.test(path))
      throw new ManifestError(`its entry “${path.replace(HALVES, '?')}” is no UTF-8, and only dvc itself can make such a file`);
    if (!isInside(path, platform))
      throw new ManifestError(`its entry “${path}” would lie outside the folder, or where nothing may be written`);
    if (members.has(path)) throw new ManifestError(`it names “${path}” twice`);
    members.set(path, digest);
    if (platform !== 'win32') continue;
    const other = folded.get(path.toLowerCase());
    if (other !== undefined) throw new ManifestError(`its entries “${other}” and “${path}” are the same file for Windows`);
    folded.set(path.toLowerCase(), path);
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
  return path.split('/').every((part) => {
    if (part === '' || part === '.' || part === '..') return false;
    if (FORBIDDEN.has((platform === 'darwin' ? part.replace(INVISIBLE, '') : part).toLowerCase())) return false;
    return platform !== 'win32' || isWindowsName(part);
  });
}

/** Whether Windows makes a file of just this name: it drops dots and spaces at the end, and takes some for devices and streams. */
function isWindowsName(name: string): boolean {
  // eslint-disable-next-line no-control-regex -- just what Windows forbids
  return !/[\\:<>"|?*\x00-\x1f]|[. ]$/.test(name) && !DEVICE.test(name) && !SHORT.test(name);
}

/** A path with `/` as this system has it. */
export function nativePath(path: string): string {
  return sep === '/' ? path : path.replaceAll('/', sep);
}
