import { lstat, readdir, readFile } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { GitError, type GitOptions } from './git';
import { few } from './gitMessages';
import type { CodeReader } from './reader';
import type { CodeRunner } from './runner';
import { RESTORED_NOTE, type RestoredNote } from './restoredNote';
import { pathOf, revision, WORKING_TREE } from './side';

/** A working tree that was made for a run, as git's own files name it. */
export interface NotedTree extends RestoredNote {
  readonly folder: string;
  /** `gone`: deleted by hand; `away`: nor is the folder there that it was in, e.g. on a drive that isn't plugged in. */
  readonly place: 'there' | 'gone' | 'away';
}

/** The same, with what git tells of it. */
export interface RestoredTree extends NotedTree {
  /** Kept by `git worktree lock`. */
  readonly locked: boolean;
  /** Files that are not as they were restored, new ones too; relative to it. Empty where it isn't there. */
  readonly changed: readonly string[];
  /** Files and folders (ending in `/`) that git ignores. */
  readonly ignored: readonly string[];
  /** Whether it has commits that no branch and no tag has, or a repository of a submodule. */
  readonly holdsCommits: boolean;
}

/**
 * Of the files and folders (ending in `/`) that git ignores in a working tree, those that would be lost with it, since they are nowhere
 * else. All relative to it; a folder may be told file by file.
 */
export type IgnoredLosses = (root: string, tree: string, ignored: readonly string[], options?: GitOptions) => Promise<readonly string[]>;

/** Whether nothing of anybody's work is lost with it; ignored files are told apart, since they may be what was trained there. */
export function isClean({ place, locked, changed, holdsCommits }: RestoredTree): boolean {
  return place === 'there' && !locked && changed.length === 0 && !holdsCommits;
}

/** The working trees that Restore has made, the newest first, by the files of the repository alone: git is not asked. */
export async function notedTrees(commonDir: string): Promise<NotedTree[]> {
  return (await readNotes(commonDir)).map(({ tree }) => tree);
}

/** The working trees that Restore has made in a repository: which there are, and what may go. */
export class RestoredTrees {
  constructor(
    private readonly reader: CodeReader,
    private readonly runner: CodeRunner,
    private readonly losses: IgnoredLosses = (_root, _tree, ignored) => Promise.resolve(ignored),
  ) {}

  /** The newest first. */
  list(root: string, options: GitOptions = {}): Promise<RestoredTree[]> {
    return this.found(root, options, true);
  }

  private async found(root: string, options: GitOptions, look: boolean): Promise<RestoredTree[]> {
    const { commonDir } = await this.reader.places(root, options);
    const noted = await readNotes(commonDir);
    return Promise.all(noted.map(({ tree, gitDir }) => this.read(root, tree, gitDir, options, look)));
  }

  /** Takes those off git's list that were deleted by hand, but for those with commits of their own. @returns what went. */
  async prune(root: string, options: GitOptions = {}): Promise<RestoredTree[]> {
    const all = await this.found(root, options, false);
    const gone = all.filter(({ place, locked, holdsCommits }) => place === 'gone' && !locked && !holdsCommits);
    for (const { folder } of gone) await this.runner.removeWorktree(root, folder, options);
    const held = all.filter((tree) => !gone.includes(tree)).map(({ tree }) => tree);
    await this.runner.forgetTrees(root, new Set(held), options);
    return gone;
  }

  /** The ignored files of one of them that are nowhere else. */
  async lost(root: string, { folder, ignored }: RestoredTree, options: GitOptions = {}): Promise<readonly string[]> {
    return ignored.length === 0 ? [] : this.losses(root, folder, ignored, options);
  }

  /**
   * Removes one of them; refuses where that would lose a change, a commit, or an ignored file that is nowhere else.
   * @param ignored those ignored files that may go; true for all
   */
  async remove(
    root: string,
    folder: string,
    { ignored = [], ...options }: GitOptions & { readonly ignored?: readonly string[] | true } = {},
  ): Promise<void> {
    const wanted = resolve(folder);
    const tree = (await this.list(root, options)).find((each) => resolve(each.folder) === wanted);
    if (!tree) throw new GitError('failed', `${folder} was not made for a run of this repository, so that it is left alone.`);
    if (wanted === (await this.reader.places(root, options)).root)
      throw new GitError('failed', `${folder} is the working tree that you are in: remove it from the repository that it belongs to.`);
    if (tree.locked) throw new GitError('failed', `${folder} is locked: \`git worktree unlock\` first.`);
    if (tree.holdsCommits)
      throw new GitError('failed', `${folder} has commits that nothing else has: make a branch of them, or remove it with git.`);
    if (tree.place === 'away') throw new GitError('failed', `${dirname(folder)} is not there, so that ${folder} is left alone.`);
    if (tree.changed.length > 0)
      throw new GitError(
        'would lose',
        `${folder} has changes (${few(tree.changed)}), so that it is left alone.`,
        undefined,
        undefined,
        tree.changed,
      );
    const others = ignored === true ? [] : (await this.lost(root, tree, options)).filter((path) => !ignored.includes(path));
    if (others.length > 0)
      throw new GitError(
        'would lose',
        `${folder} has files that git ignores, and nothing else has them (${few(others)}): say that they may go.`,
        undefined,
        undefined,
        others,
      );
    await this.runner.removeWorktree(root, tree.folder, options);
  }

  private async read(root: string, noted: NotedTree, gitDir: string, options: GitOptions, look: boolean): Promise<RestoredTree> {
    const head = ((await textOf(join(gitDir, 'HEAD'))) ?? '').trim();
    const locked = await exists(join(gitDir, 'locked'));
    const modules = await exists(join(gitDir, 'modules'));
    const holdsCommits = modules || !(await this.isElsewhere(root, noted.commit, head, options));
    const none = { changed: [], ignored: [] };
    const contents = look && noted.place === 'there' ? await this.contents(noted.folder, noted.tree, options) : none;
    return { ...noted, locked, holdsCommits, ...contents };
  }

  /** Whether a commit is the one that was restored, or one that a branch or a tag has. */
  private async isElsewhere(root: string, restored: string, head: string, options: GitOptions): Promise<boolean> {
    if (head === restored || head.startsWith('ref: ')) return true;
    return this.reader.isReachable(root, head, options);
  }

  private async contents(
    folder: string,
    tree: string,
    options: GitOptions,
  ): Promise<{ readonly changed: readonly string[]; readonly ignored: readonly string[] }> {
    const [differences, ignored] = await Promise.all([
      this.reader.diff(folder, revision(tree), WORKING_TREE, { ...options, untracked: true, count: false }),
      this.reader.ignored(folder, options),
    ]);
    // DVC's own scratch files are nobody's work.
    return { changed: differences.map(pathOf), ignored: ignored.filter((path) => !/(^|\/)\.dvc\/tmp\/$/.test(path)) };
  }
}

async function readNotes(commonDir: string): Promise<{ readonly tree: NotedTree; readonly gitDir: string }[]> {
  const folder = join(commonDir, 'worktrees');
  const names = await readdir(folder).catch(() => []);
  const found = await Promise.all(names.map((name) => readNote(join(folder, name))));
  return found.filter((each) => each !== undefined).sort((a, b) => b.tree.time - a.tree.time);
}

async function readNote(gitDir: string): Promise<{ readonly tree: NotedTree; readonly gitDir: string } | undefined> {
  const note = noteOf((await textOf(join(gitDir, RESTORED_NOTE))) ?? '');
  const gitFile = (await textOf(join(gitDir, 'gitdir')))?.replace(/\r?\n$/, '');
  if (!note || !gitFile) return undefined;
  // Newer versions of git may name it relative to where it is named.
  const folder = dirname(resolve(gitDir, gitFile));
  const place = (await exists(folder)) ? 'there' : (await exists(dirname(folder))) ? 'gone' : 'away';
  return { tree: { ...note, folder, place }, gitDir };
}

function textOf(file: string): Promise<string | undefined> {
  return readFile(file, 'utf8').catch(() => undefined);
}

async function exists(path: string): Promise<boolean> {
  return (await lstat(path).catch(() => undefined)) !== undefined;
}

function noteOf(text: string): RestoredNote | undefined {
  try {
    const { run, commit, tree, time } = JSON.parse(text) as Partial<RestoredNote>;
    return commit && tree && time ? { run, commit, tree, time } : undefined;
  } catch {
    return undefined;
  }
}
