import { readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { Operation } from './repository';

/** What is under way in a repository, as the files in its git folder say; these are what `git status` itself looks at. */
export async function readOperation(gitDir: string): Promise<Operation | undefined> {
  const text = async (...parts: string[]): Promise<string | undefined> =>
    (await readFile(join(gitDir, ...parts), 'utf8').catch(() => undefined))?.trim();
  const exists = async (name: string): Promise<boolean> => (await stat(join(gitDir, name)).catch(() => undefined)) !== undefined;
  const progress = (done: string | undefined, all: string | undefined): string | undefined => (done && all ? `${done}/${all}` : undefined);
  const branchOf = (ref: string | undefined): string | undefined => ref?.replace(/^refs\/heads\//, '') || undefined;

  if (await exists('rebase-merge')) {
    const [name, done, all] = await Promise.all([
      text('rebase-merge', 'head-name'),
      text('rebase-merge', 'msgnum'),
      text('rebase-merge', 'end'),
    ]);
    return { kind: 'rebase', branch: branchOf(name), progress: progress(done, all) };
  }
  if (await exists('rebase-apply')) {
    const [name, done, all] = await Promise.all([
      text('rebase-apply', 'head-name'),
      text('rebase-apply', 'next'),
      text('rebase-apply', 'last'),
    ]);
    const kind = (await exists('rebase-apply/applying')) ? 'am' : 'rebase';
    return { kind, branch: branchOf(name), progress: progress(done, all) };
  }
  for (const [file, kind] of [
    ['MERGE_HEAD', 'merge'],
    ['CHERRY_PICK_HEAD', 'cherry-pick'],
    ['REVERT_HEAD', 'revert'],
  ] as const) {
    if (await exists(file)) return { kind, branch: undefined, progress: undefined };
  }
  if (await exists('BISECT_LOG')) return { kind: 'bisect', branch: branchOf(await text('BISECT_START')), progress: undefined };
  return undefined;
}
