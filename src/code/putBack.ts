import { lstat, mkdir, realpath, rm, rmdir, symlink, unlink, writeFile } from 'node:fs/promises';
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
  for (const path of absent) await removeFile(root, path);
  for (const batch of batches(entries)) {
    const input = batch.map(({ hash }) => `${hash}\n`).join('');
    const output = await git.bytes(root, ['cat-file', '--batch'], { timeout: 300_000, ...options, limit: Infinity, input });
    let at = 0;
    for (const { path, mode } of batch) {
      const end = output.indexOf(10, at);
      const size = Number(/^[0-9a-f]+ blob (\d+)$/.exec(output.toString('latin1', at, end))?.[1] ?? NaN);
      if (Number.isNaN(size)) throw new GitError('failed', `The kept content of ${path} is not there any more.`);
      await writeWorkFile(root, path, mode, output.subarray(end + 1, end + 1 + size));
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

async function writeWorkFile(root: string, path: string, mode: string, content: Buffer): Promise<void> {
  const file = await insideOf(root, path);
  const info = await lstat(file).catch(() => undefined);
  if (info?.isDirectory()) throw new GitError('failed', `There is a folder at ${path} now.`);
  if (info) await unlink(file);
  if (mode === '120000') await symlink(content.toString('utf8'), file);
  else await writeFile(file, content, { mode: mode === '100755' ? 0o777 : 0o666 });
}

/** Removes a file of the working tree, and the folders that are empty without it. */
export async function removeFile(root: string, path: string): Promise<void> {
  const info = await lstat(join(root, path)).catch(() => undefined);
  if (!info || info.isDirectory()) return;
  await rm(await insideOf(root, path), { force: true });
  for (let folder = dirname(path); folder !== '.' && folder !== '/'; folder = dirname(folder)) {
    const removed = await rmdir(join(root, folder)).then(
      () => true,
      () => false,
    );
    if (!removed) return;
  }
}

/** The file's place, its folder made; refused where a link leads out of the repository. */
async function insideOf(root: string, path: string): Promise<string> {
  const file = resolve(root, path);
  let folder = dirname(file);
  while (!(await lstat(folder).catch(() => undefined))) folder = dirname(folder);
  const way = relative(await realpath(root), await realpath(folder));
  if (isAbsolute(way) || way === '..' || way.startsWith(`..${sep}`)) {
    throw new GitError('failed', `${path} lies behind a link that leads out of the repository, so that it is left alone.`);
  }
  await mkdir(dirname(file), { recursive: true });
  return file;
}
