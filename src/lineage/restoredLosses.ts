import { readdir, realpath } from 'node:fs/promises';
import { dirname, join, relative, sep } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import type { GitOptions } from '../code/git';
import type { IgnoredLosses } from '../code/restoredTrees';
import type { Endangered } from '../data/actions/losses';
import { readConfig, readConfigFile } from '../data/records/config';
import { isWithin, toPosix } from '../data/records/recordPath';
import { findDvcRoot } from '../data/records/repository';
import type { DataSource } from '../data/source';

/** Tells which ignored files of a restored working tree are nowhere else, as data is that DVC's cache holds, and what Restore has written. */
export class RestoredLosses {
  constructor(private readonly data: Pick<DataSource, 'status' | 'losses'>) {}

  readonly find: IgnoredLosses = async (root, tree, ignored, options = {}) => {
    const lost: string[] = [];
    const byRepository = new Map<string, string[]>();
    for (const path of ignored) {
      const repository = await findDvcRoot(dirname(join(tree, path)));
      if (repository === undefined || !isWithin(tree, repository)) lost.push(path);
      else byRepository.set(repository, [...(byRepository.get(repository) ?? []), path]);
    }
    for (const [repository, paths] of byRepository) {
      try {
        lost.push(...(await this.inRepository(join(root, relative(tree, repository)), repository, tree, paths, options)));
      } catch {
        options.signal?.throwIfAborted();
        // What can't be told counts.
        lost.push(...paths);
      }
    }
    return [...new Set(lost)].sort();
  };

  /** @param original where the repository lies in the person's own working tree */
  private async inRepository(
    original: string,
    repository: string,
    tree: string,
    paths: readonly string[],
    { signal }: GitOptions,
  ): Promise<string[]> {
    const { outs, cacheFolder } = await this.data.status(repository, signal);
    const [here, cache] = await Promise.all([tree, cacheFolder].map((each) => realpath(each)));
    // A cache of its own would go with it.
    const isShared = here !== undefined && cache !== undefined && !isWithin(here, cache);
    const lost: string[] = [];
    const tracked: Endangered[] = [];
    for (const path of paths) {
      const inner = toPosix(relative(repository, join(tree, path)));
      if (inner === '.dvc/tmp') continue;
      if (inner === '.dvc/config.local') {
        if (!(await isTakenOver(original, repository))) lost.push(path);
      } else if (!isShared) lost.push(path);
      else await divide(join(tree, path), path, outs, { lost, tracked });
    }
    const losses = tracked.length === 0 ? [] : await this.data.losses(repository, tracked, signal);
    return [...lost, ...losses.map(({ file }) => relative(tree, file).split(sep).join('/'))];
  }
}

/** Parts a path into what lies in tracked data and what doesn't. */
async function divide(
  target: string,
  path: string,
  outs: readonly Endangered[],
  found: { readonly lost: string[]; readonly tracked: Endangered[] },
): Promise<void> {
  const around = outs.find((out) => isWithin(out.target, target));
  if (around) found.tracked.push({ target, hashName: around.hashName });
  else if (!path.endsWith('/') || !outs.some((out) => isWithin(target, out.target))) found.lost.push(path);
  else
    for (const entry of await readdir(target, { withFileTypes: true })) {
      const inner = `${path}${entry.name}${entry.isDirectory() ? '/' : ''}`;
      await divide(join(target, entry.name), inner, outs, found);
    }
}

/** Whether the original's configuration knows all that the tree's own `.dvc/config.local` says. */
async function isTakenOver(original: string, repository: string): Promise<boolean> {
  const [local, theirs] = [await readConfigFile(join(repository, '.dvc', 'config.local')), await readConfig(original)];
  const knows = (section: string, key: string, value: unknown): boolean => {
    if (isDeepStrictEqual(theirs.value(section, key), value)) return true;
    if (section === 'cache' && key === 'dir') return value === theirs.cacheFolder;
    return key === 'url' && theirs.remotes.some(({ name, folder }) => section === `remote "${name}"` && folder === value);
  };
  return [...(local ?? [])].every(([section, keys]) => [...keys].every(([key, value]) => knows(section, key, value)));
}
