import type { Dirent } from 'node:fs';
import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';

/** Whether a folder looks like a file store of MLflow's: it has experiments, or a place for deleted ones. */
export async function isFileStore(folder: string): Promise<boolean> {
  const { experiments, registeredModels } = await countFileStore(folder, true);
  return experiments > 0 || registeredModels > 0;
}

/** How much a file store holds, told from its folders' names and meta files alone, without reading them. */
export async function countFileStore(
  folder: string,
  orAny = false,
): Promise<{ experiments: number; runs: number; registeredModels: number }> {
  const counts = { experiments: 0, runs: 0, registeredModels: 0 };
  const trashed = (await foldersOf(join(folder, '.trash'))).map((name) => join('.trash', name));
  for (const name of [...(await foldersOf(folder)), ...trashed]) {
    if (name === 'models') counts.registeredModels = await countMeta(join(folder, name));
    if (name === 'models' || name === '.trash') continue;
    const runs = await countMeta(join(folder, name));
    const hasMeta = await isFile(join(folder, name, 'meta.yaml'));
    if (hasMeta || runs > 0) counts.experiments++;
    counts.runs += runs;
    if (orAny && counts.experiments > 0) break;
  }
  return counts;
}

/** How many folders of a folder have a meta file. */
async function countMeta(folder: string): Promise<number> {
  let count = 0;
  for (const name of await foldersOf(folder)) if (await isFile(join(folder, name, 'meta.yaml'))) count++;
  return count;
}

async function foldersOf(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { withFileTypes: true }).catch((): Dirent[] => []);
  return entries.filter((entry) => entry.isDirectory()).map((entry) => entry.name);
}

async function isFile(path: string): Promise<boolean> {
  return (await stat(path).catch(() => undefined))?.isFile() ?? false;
}
