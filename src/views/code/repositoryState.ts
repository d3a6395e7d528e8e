import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { isDependencyFile } from '../../code/dependencies/dependencyFile';
import type { CodeStatus, Refs } from '../../code/repository';

/** What every list of commits depends on: where HEAD and all branches and tags stand. */
export function refsState({ head }: CodeStatus, { local, remotes, tags }: Refs): string {
  return JSON.stringify([
    head.kind === 'unborn' ? '' : head.commit,
    ...local.map(({ name, tip }) => [name, tip]),
    ...[...remotes.values()].flat().map(({ remote, name, tip }) => [remote, name, tip]),
    ...tags.map(({ name, commit }) => [name, commit]),
  ]);
}

/**
 * What the dependencies of the working tree depend on: HEAD, and those dependency files that differ from it, by size and time.
 * Undefined where it isn't known, as `git status` doesn't look into folders in which nothing is tracked.
 */
export async function dependencyState(status: CodeStatus): Promise<string | undefined> {
  const { root, head, staged, changed, conflicted, untracked } = status;
  if (untracked.some((path) => path.endsWith('/'))) return undefined;
  const moved = [...staged, ...changed].flatMap(({ path, from }) => (from === undefined ? [path] : [path, from]));
  const paths = [...new Set([...moved, ...conflicted.map(({ path }) => path), ...untracked])].filter(isDependencyFile).sort();
  const files = await Promise.all(
    paths.map(async (path) => {
      const info = await stat(join(root, path)).catch(() => undefined);
      return [path, info?.size, info?.mtimeMs, info?.ino];
    }),
  );
  return JSON.stringify([head.kind === 'unborn' ? '' : head.commit, ...files]);
}
