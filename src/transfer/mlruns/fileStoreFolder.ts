import type { Dirent } from 'node:fs';
import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';

/** Whether a folder looks like a file store of MLflow's: it has experiments, or a place for deleted ones. */
export async function isFileStore(folder: string): Promise<boolean> {
  const { experiments, registeredModels } = await countFileStore(folder, true);
  return experiments > 0 || registeredModels > 0;
}

/** How much a file store holds, and some of its runs. */
export interface FileStoreCounts {
  experiments: number;
  runs: number;
  registeredModels: number;
  readonly sampleRunIds: string[];
}

/** So many runs are named among the counts. */
export const SAMPLE = 5;

/** Told from its folders' names and meta files alone, without reading them. */
export async function countFileStore(folder: string, orAny = false): Promise<FileStoreCounts> {
  const counts: FileStoreCounts = { experiments: 0, runs: 0, registeredModels: 0, sampleRunIds: [] };
  const trashed = (await foldersOf(join(folder, '.trash'))).map((name) => join('.trash', name));
  for (const name of [...(await foldersOf(folder)), ...trashed]) {
    if (name === 'models') counts.registeredModels = (await withMeta(join(folder, name))).length;
    if (name === 'models' || name === '.trash') continue;
    const runs = await withMeta(join(folder, name));
    const hasMeta = await isFile(join(folder, name, 'meta.yaml'));
    if (hasMeta || runs.length > 0) counts.experiments++;
    counts.runs += runs.length;
    counts.sampleRunIds.push(...runs.slice(0, SAMPLE - counts.sampleRunIds.length));
    if (orAny && counts.experiments > 0) break;
  }
  return counts;
}

/** The folders of a folder that have a meta file. */
async function withMeta(folder: string): Promise<string[]> {
  const found: string[] = [];
  for (const name of await foldersOf(folder)) if (await isFile(join(folder, name, 'meta.yaml'))) found.push(name);
  return found;
}

async function foldersOf(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { withFileTypes: true }).catch((): Dirent[] => []);
  return entries.filter((entry) => entry.isDirectory()).map((entry) => entry.name);
}

async function isFile(path: string): Promise<boolean> {
  return (await stat(path).catch(() => undefined))?.isFile() ?? false;
}
