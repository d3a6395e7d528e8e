import { realpathSync } from 'node:fs';
import { dirname, isAbsolute, join, relative, sep } from 'node:path';
import { invalid } from '../../core/errors';
import { quote } from '../limits';

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
