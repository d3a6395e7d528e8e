import { homedir } from 'node:os';
import { posix, win32 } from 'node:path';
import { homeFolder } from '../../core/homeFolder';

/** Where programs of this platform keep what they can fetch again: XDG's rule, macOS's and Windows's. */
export function userCacheFolder(
  platform: NodeJS.Platform = process.platform,
  env: NodeJS.ProcessEnv = process.env,
  home: string = homeFolder(homedir),
): string {
  if (platform === 'win32') return win32.join(env['LOCALAPPDATA'] || win32.join(home, 'AppData', 'Local'), 'ml-tracking', 'Cache');
  if (platform === 'darwin') return posix.join(home, 'Library', 'Caches', 'ml-tracking');
  const named = env['XDG_CACHE_HOME'];
  // XDG: a relative path is to be ignored.
  return posix.join(named && posix.isAbsolute(named) ? named : posix.join(home, '.cache'), 'ml-tracking');
}
