import { existsSync, realpathSync } from 'node:fs';
import { homedir } from 'node:os';
import { dirname, resolve } from 'node:path';
import { homeFolder } from '../core/homeFolder';
import { isWithin } from '../data/records/recordPath';

/** The folder that a person names for a run's code, as an absolute path: `~` is at home, a relative one in the folder given. */
export function restoreFolder(named: string, folder: string, home: () => string = homedir): string {
  return resolve(
    folder,
    named.trim().replace(/^~(?=[/\\]|$)/, () => homeFolder(home)),
  );
}

/** Whether a folder yet to be made would be in a working tree, be it by way of a link. @param root as git tells it, without links */
export function isInTree(folder: string, root: string): boolean {
  let nearest = folder;
  while (!existsSync(nearest) && dirname(nearest) !== nearest) nearest = dirname(nearest);
  return isWithin(root, existsSync(nearest) ? realpathSync(nearest) : nearest);
}
