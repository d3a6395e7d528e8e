import { join } from 'node:path';
import { invalid } from '../../core/errors';
import { quote } from '../../store/limits';

/** Names that Windows takes for devices, whatever stands behind a dot. */
const DEVICE = /^(con|prn|aux|nul|com\d|lpt\d)(\.|$)/i;
// eslint-disable-next-line no-control-regex
const NOT_ON_WINDOWS = /[<>:"|?*\\\u0000-\u001f]|[. ]$/;

/**
 * Where an id, a key or a file's path with `/` lies under a folder. One that would lie elsewhere is refused, since it may come
 * from anybody's server, and one that this system can't name a file by: Windows would write it under another name, or nowhere.
 */
export function placeUnder(folder: string, path: string, platform = process.platform): string {
  const refuse = (reason: string): Error => invalid(`${quote(path)} can't be a file's name here: ${reason}.`);
  const parts = path.split('/');
  for (const part of parts) {
    if (part === '' || part === '.' || part === '..' || part.includes('\0')) throw refuse('it would lie elsewhere');
    if (platform === 'win32' && (NOT_ON_WINDOWS.test(part) || DEVICE.test(part))) throw refuse(`Windows has no file ${quote(part)}`);
  }
  return join(folder, ...parts);
}

/** Whether names that differ in their case alone are one file here, as they mostly are. */
export function foldsCase(platform = process.platform): boolean {
  return platform === 'win32' || platform === 'darwin';
}
