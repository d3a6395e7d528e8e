import { lstat, readdir } from 'node:fs/promises';
import { join, relative, sep } from 'node:path';
import { objectPath } from '../cache/objects';
import type { FileHashes } from '../hashing/fileHashes';
import type { HashName } from '../records/hashName';

/** A tracked file or folder, as far as matters for what could be lost of it. */
export interface Endangered {
  /** Absolute. */
  readonly target: string;
  readonly hashName: HashName;
}

/** A file whose content is nowhere but here. */
export interface Loss {
  /** Absolute. */
  readonly file: string;
  /** Relative to the repository's root, with `/`. */
  readonly path: string;
  readonly size: number;
}

/**
 * The files in and below tracked targets whose content is not in the cache, so that it would be gone for good if they were overwritten or
 * removed. Every file counts, also those that DVC ignores. Links count by themselves only where they are broken.
 */
export async function findLosses(
  root: string,
  cache: string,
  targets: readonly Endangered[],
  hashes: FileHashes,
  signal?: AbortSignal,
): Promise<Loss[]> {
  const losses: Loss[] = [];
  for (const { target, hashName } of targets) {
    const name: HashName = hashName === 'md5-dos2unix' ? 'md5-dos2unix' : 'md5';
    for await (const files of inBatches(filesBelow(target), 5_000)) {
      const digests = await hashes.digests(files, name, signal);
      // An object may have been changed by a program that wrote through a link: only its own content says what it is.
      const objects = await hashes.digests(
        digests.map((digest) => objectPath(cache, name, digest ?? '--')),
        name,
        signal,
      );
      for (const [index, file] of files.entries()) {
        if (digests[index] !== undefined && objects[index] === digests[index]) continue;
        const stats = await lstat(file).catch(() => undefined);
        if (stats) losses.push({ file, path: relative(root, file).split(sep).join('/'), size: stats.size });
      }
    }
  }
  return losses.sort((a, b) => (a.path < b.path ? -1 : a.path > b.path ? 1 : 0));
}

async function* inBatches<T>(all: AsyncIterable<T>, most: number): AsyncGenerator<T[]> {
  let batch: T[] = [];
  for await (const each of all) {
    batch.push(each);
    if (batch.length < most) continue;
    yield batch;
    batch = [];
  }
  if (batch.length > 0) yield batch;
}

/** Every file at or below a path; links to folders are not followed. Nothing where nothing is. */
async function* filesBelow(path: string): AsyncGenerator<string> {
  const stats = await lstat(path).catch(() => undefined);
  if (!stats) return;
  if (!stats.isDirectory()) {
    yield path;
    return;
  }
  const folders = [path];
  for (let folder = folders.pop(); folder !== undefined; folder = folders.pop()) {
    for (const entry of await readdir(folder, { withFileTypes: true })) {
      const inner = join(folder, entry.name);
      if (entry.isDirectory()) folders.push(inner);
      else yield inner;
    }
  }
}
