import { lstat, mkdir, realpath, rmdir, symlink, unlink, writeFile } from 'node:fs/promises';
import { dirname, isAbsolute, join, relative, resolve, sep } from 'node:path';
import { GitError, type Git, type GitOptions } from './git';
import type { TreeEntry } from './treeEntry';

/** So many bytes are held in memory at once. */
const BATCH = 64 * 1024 * 1024;

/** Writes blobs into the working tree byte by byte, with no filter between, and removes what is to be absent. */
export async function putBack(
  git: Git,
  root: string,
  entries: readonly TreeEntry[],
  absent: readonly string[],
  options?: GitOptions,
): Promise<void> {
  await removeFiles(root, absent);
  const places = new Places(root);
  for (const batch of batches(entries)) {
    const input = batch.map(({ hash }) => `${hash}\n`).join('');
    const output = await git.bytes(root, ['cat-file', '--batch'], { timeout: 300_000, ...options, limit: Infinity, input });
    let at = 0;
    for (const { path, mode } of batch) {
      const end = output.indexOf(10, at);
      const size = Number(/^[0-9a-f]+ blob (\d+)$/.exec(output.toString('latin1', at, end))?.[1] ?? NaN);
      if (Number.isNaN(size)) throw new GitError('failed', `The kept content of ${path} is not there any more.`);
      await writeWorkFile(await places.of(path, true), mode, output.subarray(end + 1, end + 1 + size));
      at = end + 1 + size + 1;
    }
  }
}

function batches(entries: readonly TreeEntry[]): TreeEntry[][] {
  const found: TreeEntry[][] = [];
  let size = Infinity;
  for (const entry of entries) {
    if (size + (entry.size ?? 0) > BATCH) {
      found.push([]);
      size = 0;
    }
    found.at(-1)?.push(entry);
    size += entry.size ?? 0;
  }
  return found;
}

async function writeWorkFile(file: string, mode: string, content: Buffer): Promise<void> {
  const info = await lstat(file).catch(() => undefined);
  if (info?.isDirectory()) throw new GitError('failed', `There is a folder at ${file} now.`);
  if (info) await unlink(file);
  if (mode === '120000') await symlink(content.toString('utf8'), file);
  else await writeFile(file, content, { mode: mode === '100755' ? 0o777 : 0o666 });
}

/** Removes files of the working tree, and the folders that are empty without them. */
export async function removeFiles(root: string, paths: readonly string[]): Promise<void> {
  const places = new Places(root);
  const folders = new Set<string>();
  for (const path of paths) {
    const info = await lstat(join(root, path)).catch(() => undefined);
    if (!info || info.isDirectory()) continue;
    await unlink(await places.of(path, false));
    for (let folder = dirname(path); folder !== '.' && !folders.has(folder); folder = dirname(folder)) folders.add(folder);
  }
  // The deepest first; one that holds something stays.
  for (const folder of [...folders].sort((a, b) => b.length - a.length)) await rmdir(join(root, folder)).catch(() => undefined);
}

/** Where files are in a working tree; refused where a link leads out of it. */
class Places {
  private readonly folders = new Set<string>();

  constructor(private readonly root: string) {}

  /** @param make whether the file's folder is made */
  async of(path: string, make: boolean): Promise<string> {
    const file = resolve(this.root, path);
    const folder = dirname(file);
    if (this.folders.has(folder)) return file;
    let nearest = folder;
    while (!(await lstat(nearest).catch(() => undefined))) nearest = dirname(nearest);
    const way = relative(await realpath(this.root), await realpath(nearest));
    if (isAbsolute(way) || way === '..' || way.startsWith(`..${sep}`)) {
      throw new GitError('failed', `${path} lies behind a link that leads out of the repository, so that it is left alone.`);
    }
    if (make) await mkdir(folder, { recursive: true });
    this.folders.add(folder);
    return file;
  }
}
