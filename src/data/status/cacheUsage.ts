import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { CacheUsage } from '../source';

/** Counts a folder's files and their bytes; none where there is no such folder. */
export async function cacheUsage(folder: string, signal: AbortSignal): Promise<CacheUsage> {
  const usage = { bytes: 0, files: 0 };
  const folders = [folder];
  for (let here = folders.pop(); here !== undefined; here = folders.pop()) {
    signal.throwIfAborted();
    const inside = here;
    const files: string[] = [];
    for (const entry of await readdir(inside, { withFileTypes: true }).catch(() => [])) {
      if (entry.isDirectory()) folders.push(join(inside, entry.name));
      else files.push(join(inside, entry.name));
    }
    for (const stats of await Promise.all(files.map((path) => stat(path).catch(() => undefined)))) {
      if (!stats?.isFile()) continue;
      usage.files++;
      usage.bytes += stats.size;
    }
  }
  return usage;
}
