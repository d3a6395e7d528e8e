import { lstat } from 'node:fs/promises';
import { join } from 'node:path';
import { pastableLine } from '../core/shellLine';
import type { ActingGit } from './actingGit';
import { GitError, type GitOptions } from './git';
import type { Kept, Keeper, Seen } from './keeper';
import { parseStatus } from './parse';
import { removeFiles } from './putBack';
import { indexInfo } from './treeEntry';
import type { FileChange, TreeStatus } from './repository';

/** Takes back what an action did; rejects where something else has happened since that it would destroy. */
export type Undo = () => Promise<void>;

export interface Done {
  readonly undo: Undo;
}

/** What a discard would take away. Paths are relative to the root. */
export interface Losses {
  /** Tracked files whose changes would go. */
  readonly changed: readonly string[];
  /** Files that git doesn't know and that would be deleted. */
  readonly untracked: readonly string[];
  /** All that would be kept, in bytes. */
  readonly bytes: number;
}

export interface Discarded extends Done {
  /** Undefined where there was nothing to discard. */
  readonly kept: Kept | undefined;
  readonly losses: Losses;
}

const NO_UNDO: Undo = () => Promise.resolve();

/** Moves changes between working tree and index, and out of the working tree. Paths are names of files or folders, relative to the root. */
export class WorkingChanges {
  constructor(
    private readonly git: ActingGit,
    private readonly keeper: Keeper,
  ) {}

  /** `git add`: the index takes what the working tree has, deletions too. */
  stage(root: string, paths: readonly string[], options?: GitOptions): Promise<Done> {
    return this.indexAction(root, paths, 'stage', ['add', '--all'], options);
  }

  /** `git reset`: the index takes what HEAD has. */
  async unstage(root: string, paths: readonly string[], options?: GitOptions): Promise<Done> {
    const born = await this.git.lineOrNothing(root, ['rev-parse', '--verify', '--quiet', 'HEAD'], options);
    const command = born === '' ? ['rm', '--cached', '-r', '--quiet', '--force', '--ignore-unmatch'] : ['reset', '--quiet'];
    return this.indexAction(root, paths, 'unstage', command, options);
  }

  /** What `discard` would take away, for asking first. */
  async losses(root: string, paths: readonly string[], options?: GitOptions): Promise<Losses> {
    return lossesOf(root, await this.status(root, paths, options));
  }

  /** The working tree takes what the index has, and untracked files are deleted; all of it is kept first. */
  async discard(root: string, paths: readonly string[], options?: GitOptions): Promise<Discarded> {
    const status = await this.status(root, paths, options);
    const losses = await lossesOf(root, status);
    const all = [...losses.changed, ...losses.untracked];
    if (all.length === 0) return { kept: undefined, losses, undo: NO_UNDO };
    // Files that were only announced to the index (`add --intent-to-add`) have no content there.
    const announced = status.changed.filter(({ kind }) => kind === 'added').map(({ path }) => path);
    const { kept, seen } = await this.keeper.keep(root, all, { reason: 'discard', work: true, index: announced.length > 0 }, options);
    await this.assertUnchanged(root, seen);
    const known = new Set(announced);
    const present = losses.changed.filter((path) => !known.has(path));
    if (present.length > 0) {
      await this.git.text(root, ['--literal-pathspecs', 'checkout', '--quiet', ...FROM_INPUT], { ...options, input: list(present) });
    }
    await this.keeper.putIndexBack(root, announced, [], options);
    await removeFiles(root, [...announced, ...losses.untracked]);
    return { kept, losses, undo: async () => void (await this.keeper.restore(root, kept.id, options)) };
  }

  private async indexAction(
    root: string,
    paths: readonly string[],
    reason: string,
    command: readonly string[],
    options: GitOptions | undefined,
  ): Promise<Done> {
    if (paths.length === 0) return { undo: NO_UNDO };
    const { staged, changed, conflicted, untracked } = await this.status(root, paths, options);
    const touched = [...staged, ...changed].flatMap(({ path, from }) => (from === undefined ? [path] : [path, from]));
    const all = [...new Set([...touched, ...conflicted.map(({ path }) => path), ...untracked])];
    if (all.length === 0) return { undo: NO_UNDO };
    const stages = reason === 'stage';
    if (stages) assertMoved(staged, changed, all);
    // Where one of several has gone in the meantime, git would take none of them.
    const found = stages ? paths.filter(isOver([...[...changed, ...conflicted].map(({ path }) => path), ...untracked])) : paths;
    if (found.length === 0) return { undo: NO_UNDO };
    const before = await this.keeper.indexEntries(root, all, options);
    // What is staged and then changed again is nowhere else but in the index.
    const again = new Set(changed.map(({ path }) => path));
    const only = [...staged.map(({ path }) => path).filter((path) => again.has(path)), ...conflicted.map(({ path }) => path)];
    if (only.length > 0) await this.keeper.keep(root, only, { reason, work: false, index: true }, options);
    await this.git.text(root, ['--literal-pathspecs', ...command, ...FROM_INPUT], { ...options, input: list(found) });
    const after = await this.indexState(root, all, options);
    return {
      undo: async () => {
        if ((await this.indexState(root, all, options)) !== after)
          throw new GitError('failed', 'These files were staged, unstaged or committed otherwise since, so that this is not taken back.');
        // What was changed again since is nowhere else but in the index.
        const now = await this.status(root, all, options);
        const differ = new Set(now.changed.map(({ path }) => path));
        const lost = now.staged.map(({ path }) => path).filter((path) => differ.has(path));
        if (lost.length > 0) await this.keeper.keep(root, lost, { reason: `undo ${reason}`, work: false, index: true }, options);
        await this.keeper.putIndexBack(root, all, before, options);
      },
    };
  }

  /** What the index has at these paths, and the commit that it is compared with, as text. */
  private async indexState(root: string, paths: readonly string[], options: GitOptions | undefined): Promise<string> {
    const head = await this.git.lineOrNothing(root, ['rev-parse', '--verify', '--quiet', 'HEAD'], options);
    return head + indexInfo(await this.keeper.indexEntries(root, paths, options));
  }

  private async status(root: string, paths: readonly string[], options: GitOptions | undefined): Promise<TreeStatus> {
    // `status` takes no list from its input: a long one is sorted out here.
    const few = paths.length <= 50;
    const output = await this.git.text(
      root,
      ['--literal-pathspecs', 'status', '--porcelain=v2', '-z', '--untracked-files=all', '--no-renames', '--', ...(few ? paths : [])],
      options,
    );
    const status = parseStatus(output);
    if (few) return status;
    const names = new Set(paths.map((path) => path.replace(/\/$/, '')));
    const wanted = (path: string): boolean => placesOf(path).some((place) => names.has(place));
    return {
      ...status,
      staged: status.staged.filter(({ path }) => wanted(path)),
      changed: status.changed.filter(({ path }) => wanted(path)),
      conflicted: status.conflicted.filter(({ path }) => wanted(path)),
      untracked: status.untracked.filter(wanted),
    };
  }

  /** An editor may have saved between keeping and discarding. */
  private async assertUnchanged(root: string, seen: readonly Seen[]): Promise<void> {
    for (const { path, size, changed } of seen) {
      const info = await lstat(join(root, path)).catch(() => undefined);
      if (info?.size !== size || info.mtimeMs !== changed) throw new GitError('failed', `${path} was changed just now: try again.`);
    }
  }
}

/** The index takes a submodule's commit, never what is not committed in it: that is said rather than done in vain. */
function assertMoved(staged: readonly FileChange[], changed: readonly FileChange[], all: readonly string[]): void {
  const inside = changed.filter(({ within }) => within && !within.commits);
  const [first] = inside;
  if (!first || inside.length < all.length || staged.some(({ path }) => !inside.some((each) => each.path === path))) return;
  throw new GitError('failed', `${first.path} is a repository of its own: stage and commit its changes there.`);
}

function insideOf({ path, within }: FileChange): string {
  const own = `${path} is a repository of its own`;
  if (!within?.commits || within.modified || within.untracked) return `${own}: discard its changes there.`;
  const command = pastableLine(['git', 'submodule', 'update', '--', path], process.platform) ?? 'git submodule update';
  return `${own} that stands at another commit: \`${command}\` brings the recorded one back.`;
}

async function lossesOf(root: string, { conflicted, changed, untracked }: TreeStatus): Promise<Losses> {
  const submodule = changed.find((each) => each.submodule);
  if (conflicted[0]) throw new GitError('conflicts', `${conflicted[0].path} is in conflict: resolve it, or give up what is under way.`);
  if (submodule) throw new GitError('failed', insideOf(submodule));
  const nested = untracked.find((path) => path.endsWith('/'));
  if (nested !== undefined) throw new GitError('failed', `${nested} is a repository of its own, which is not deleted from here.`);
  const files = changed.map(({ path }) => path);
  let bytes = 0;
  for (const path of [...files, ...untracked]) bytes += (await lstat(join(root, path)).catch(() => undefined))?.size ?? 0;
  return { changed: files, untracked, bytes };
}

/** Whether a path is one of these, or a folder above one of them. */
function isOver(files: readonly string[]): (path: string) => boolean {
  const places = new Set(files.flatMap(placesOf));
  return (path) => places.has(path.replace(/\/$/, ''));
}

/** A path and the folders above it. */
function placesOf(path: string): string[] {
  const places: string[] = [];
  for (let end = path.replace(/\/$/, '').length; end > 0; end = path.lastIndexOf('/', end - 1)) places.push(path.slice(0, end));
  return places;
}

const FROM_INPUT = ['--pathspec-from-file=-', '--pathspec-file-nul'];

function list(paths: readonly string[]): string {
  return paths.map((path) => `${path}\0`).join('');
}
