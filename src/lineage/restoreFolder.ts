import { homedir } from 'node:os';
import { resolve } from 'node:path';
import { homeFolder } from '../core/homeFolder';

/** The folder that a person names for a run's code, as an absolute path: `~` is at home, a relative one in the folder given. */
export function restoreFolder(named: string, folder: string, home: () => string = homedir): string {
  return resolve(
    folder,
    named.trim().replace(/^~(?=[/\\]|$)/, () => homeFolder(home)),
  );
}
