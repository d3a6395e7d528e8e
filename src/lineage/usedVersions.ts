import { existsSync } from 'node:fs';
import { isAbsolute, join, relative } from 'node:path';
import type { Run } from '../core/run';
import { TagName } from '../core/tagNames';
import { objectPath } from '../data/cache/objects';
import { readDataVersion } from '../data/used/dataVersion';
import { readCacheFolder } from '../data/records/config';
import { isWithin } from '../data/records/recordPath';
import { findDvcRoot } from '../data/records/repository';
import { usedData } from './usedData';

/** Data that a run used in another version than the one that its commit records. */
export interface OtherVersion {
  /** Relative to the run's folder, with `/`, or absolute. */
  readonly path: string;
  /** Of what the run used. */
  readonly used: string;
  readonly recorded: string;
  /** Whether the cache has what the run used. */
  readonly inCache: boolean;
}

/** What a run used of data that the records of its restored working tree have in another version. */
export async function otherVersions(run: Run, root: string, tree: string): Promise<OtherVersion[]> {
  const folder = run.tags[TagName.workingFolder] ?? '';
  const found = new Map<string, OtherVersion>();
  for (const { path, digest } of usedData(run)) {
    if (path === undefined || digest === undefined || found.has(path)) continue;
    const inner = isAbsolute(path) ? (isWithin(root, path) ? relative(root, path) : undefined) : join(folder, path);
    const target = inner === undefined ? undefined : join(tree, inner);
    if (target === undefined || !isWithin(tree, target)) continue;
    const version = await readDataVersion(target);
    // A folder's version stands for a file in it whose own isn't known.
    if (!version || version.digest === digest || (version.path !== target && version.digest.endsWith('.dir'))) continue;
    found.set(path, { path, used: digest, recorded: version.digest, inCache: await isInCache(target, digest, root, tree) });
  }
  return [...found.values()];
}

/** Whether the cache has it that the repository itself uses, of which the tree is another working tree. */
async function isInCache(target: string, digest: string, root: string, tree: string): Promise<boolean> {
  const inner = await findDvcRoot(target);
  if (inner === undefined) return false;
  const original = join(root, relative(tree, inner));
  const cache = await readCacheFolder(existsSync(join(original, '.dvc')) ? original : inner);
  return (['md5', 'md5-dos2unix'] as const).some((name) => existsSync(objectPath(cache, name, digest)));
}
