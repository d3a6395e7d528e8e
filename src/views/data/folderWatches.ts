import { watch, type FSWatcher } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { Disposable } from '../../core/disposable';

/**
 * Watches the folders of DVC's caches, of remotes that are folders of this machine, and those where it keeps its locks, with the system's own means: the editor's watcher misses what
 * lies in folders that were made one right after the other, which is how DVC makes these. Each folder costs one watch, and a cache has at
 * most 256 of either layout.
 */
export class FolderWatches implements Disposable {
  private readonly watched = new Map<string, FSWatcher>();
  private gone = false;

  constructor(private readonly changed: () => void) {}

  /** To be called again after each reading: folders come and go. */
  async follow(caches: readonly string[], roots: readonly string[]): Promise<void> {
    const wanted = new Set([...roots.map((root) => join(root, '.dvc', 'tmp')), ...(await Promise.all(caches.map(cacheFolders))).flat()]);
    if (this.gone) return;
    for (const [folder, watcher] of this.watched) {
      if (wanted.has(folder)) continue;
      watcher.close();
      this.watched.delete(folder);
    }
    for (const folder of wanted) if (!this.watched.has(folder)) this.watch(folder);
  }

  private watch(folder: string): void {
    try {
      const watcher = watch(folder, { persistent: false }, () => this.changed());
      this.watched.set(folder, watcher);
      // The folder has gone: the next reading looks whether it is there again.
      watcher.on('error', () => this.forget(folder));
    } catch {
      // It isn't there, or the system has no watches left: the editor's watcher, and Refresh Data, are left.
    }
  }

  private forget(folder: string): void {
    this.watched.get(folder)?.close();
    this.watched.delete(folder);
    this.changed();
  }

  dispose(): void {
    this.gone = true;
    for (const watcher of this.watched.values()) watcher.close();
    this.watched.clear();
  }
}

/** The folders of a cache in which objects come and go, of both layouts. */
async function cacheFolders(cache: string): Promise<string[]> {
  const objects = join(cache, 'files', 'md5');
  const prefixes = async (folder: string): Promise<string[]> =>
    (await readdir(folder).catch(() => [])).filter((name) => /^[0-9a-f]{2}$/.test(name)).map((name) => join(folder, name));
  return [cache, join(cache, 'files'), objects, ...(await prefixes(cache)), ...(await prefixes(objects))];
}
