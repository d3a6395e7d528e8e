import { invalid } from '../core/errors';
import { quote } from './limits';

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
