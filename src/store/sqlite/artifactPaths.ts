import { realpathSync } from 'node:fs';
import { dirname, isAbsolute, join, relative, sep } from 'node:path';
import { invalid } from '../../core/errors';
import { quote } from '../limits';

/** Names that Windows takes for devices, whatever their extension. */
const DEVICE = /^(con|prn|aux|nul|com\d|lpt\d)(\..*)?$/i;

/**
 * Brings an artifact's path to its normal form, without `.` parts and doubled slashes; the root is ''.
 * A path that leaves the root, or would on another platform, is INVALID_PARAMETER_VALUE.
 */
export function normalizeArtifactPath(path: string): string {
  const refuse = (reason: string): Error => invalid(`Invalid artifact path ${quote(path)}: ${reason}.`);
  if (typeof path !== 'string') throw refuse('it must be a text');
  if (path.includes('\0')) throw refuse('it holds a NUL character');
  if (path.includes('\\')) throw refuse("write '/' between its parts, not a backslash");
  if (path.startsWith('/')) throw refuse('it must be relative to the run');
  if (/^[a-z]:/i.test(path)) throw refuse('it must not name a drive');
  const parts = path.split('/').filter((part) => part !== '' && part !== '.');
  for (const part of parts) {
    if (part === '..') throw refuse("it must not hold '..'");
    if (part.includes(':')) throw refuse("it must not hold ':'");
    if (DEVICE.test(part)) throw refuse(`${quote(part)} is the name of a device on Windows`);
    if (/[. ]$/.test(part)) throw refuse('its parts must not end with a dot or a space');
  }
  return parts.join('/');
}

/**
 * The place of a normal path under a root. Symbolic links are followed; one that leads out of the root is refused.
 */
export function placeUnder(root: string, path: string): string {
  const place = path === '' ? root : join(root, ...path.split('/'));
  const realRoot = realOfNearest(root);
  const real = realOfNearest(place);
  const inside = relative(realRoot, real);
  if (inside === '..' || inside.startsWith(`..${sep}`) || isAbsolute(inside))
    throw invalid(`Invalid artifact path ${quote(path)}: a symbolic link leads out of the run's artifacts.`);
  return place;
}

/** The real path of what exists, with the parts that don't exist yet behind it. */
function realOfNearest(path: string): string {
  try {
    return realpathSync(path);
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? error.code : undefined;
    if (code === 'ELOOP') throw invalid(`Invalid artifact path: ${quote(path)} is a loop of symbolic links.`);
    if (code !== 'ENOENT' && code !== 'ENOTDIR') throw error;
    const parent = dirname(path);
    return parent === path ? path : join(realOfNearest(parent), relative(parent, path));
  }
}
