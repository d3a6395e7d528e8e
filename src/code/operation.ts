import { readFile, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Operation } from './repository';

/** What is under way in a repository, as the files in its git folder say; these are what `git status` itself looks at. */
export async function readOperation(gitDir: string): Promise<Operation | undefined> {
  const text = (...parts: string[]): Promise<string | undefined> => textIn(gitDir, ...parts);
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
  // Of several commits the one that stopped was committed: the others are left.
  const next = /^(pick|revert)\b/m.exec((await text('sequencer', 'todo')) ?? '')?.[1];
  if (next !== undefined) return { kind: next === 'pick' ? 'cherry-pick' : 'revert', branch: undefined, progress: undefined };
  if (await exists('BISECT_LOG')) return { kind: 'bisect', branch: branchOf(await text('BISECT_START')), progress: undefined };
  return undefined;
}

/** The commit, or the branch, that giving it up goes back to; undefined for what began where HEAD is. */
export async function startOf(gitDir: string, kind: Operation['kind']): Promise<string | undefined> {
  const text = (...parts: string[]): Promise<string | undefined> => textIn(gitDir, ...parts);
  if (kind === 'rebase') return (await text('rebase-merge', 'orig-head')) ?? (await text('rebase-apply', 'orig-head'));
  if (kind === 'cherry-pick' || kind === 'revert') return text('sequencer', 'head');
  if (kind === 'bisect') return text('BISECT_START');
  return kind === 'am' ? 'ORIG_HEAD' : undefined;
}

/**
 * What git goes on with where nothing is staged: because it is committed already, or as a merge is a commit of its own, or by leaving out
 * what nothing is left of. Undefined for a patch that could not be applied, which would be lost. @param head the current commit
 */
export async function wayOn(gitDir: string, kind: Operation['kind'], head: string | undefined): Promise<WayOn | undefined> {
  const safe = await textIn(gitDir, 'rebase-apply', 'abort-safety');
  if (kind === 'am') return safe === (head ?? '') ? undefined : '--skip';
  if (kind === 'rebase') return safe === undefined ? '--continue' : '--skip';
  const pending = await readPending(gitDir);
  return pending.has('CHERRY_PICK_HEAD') || pending.has('REVERT_HEAD') ? '--skip' : '--continue';
}

export type WayOn = '--continue' | '--skip';

/** By name, the files of the git folder that make the next commit a merge, a cherry-pick or a revert. */
export type Pending = ReadonlyMap<string, string>;

/** What the next commit is made of beside what is staged; git forgets it with that commit. */
export async function readPending(gitDir: string): Promise<Pending> {
  const pending = new Map<string, string>();
  for (const name of ['MERGE_HEAD', 'MERGE_MODE', 'MERGE_MSG', 'CHERRY_PICK_HEAD', 'REVERT_HEAD']) {
    const content = await readFile(join(gitDir, name), 'utf8').catch(() => undefined);
    if (content !== undefined) pending.set(name, content);
  }
  return pending;
}

export async function writePending(gitDir: string, pending: Pending): Promise<void> {
  for (const [name, content] of pending) await writeFile(join(gitDir, name), content);
}

/** Undefined where there is no such file. */
async function textIn(gitDir: string, ...parts: string[]): Promise<string | undefined> {
  return (await readFile(join(gitDir, ...parts), 'utf8').catch(() => undefined))?.trim();
}
