import { copyFile, mkdir, rename, unlink } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';

/**
 * Takes an object out of the cache that isn't what its name says, so that a whole one can take its place. It may be somebody's edit, made
 * through a link, and is kept. Returns where, absolute.
 */
export async function putAside(root: string, object: string): Promise<string> {
  const folder = join(root, '.tracking', 'kept', 'damaged');
  await mkdir(folder, { recursive: true });
  const to = join(folder, `${basename(dirname(object))}${basename(object)}-${Date.now()}`);
  try {
    await rename(object, to);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EXDEV') throw error;
    await copyFile(object, to);
    await unlink(object);
  }
  return to;
}
