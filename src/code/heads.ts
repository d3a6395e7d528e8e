import type { ActingGit } from './actingGit';
import { GitError, type GitOptions } from './git';
import type { Keeper } from './keeper';
import { readPending, writePending, type Pending } from './operation';
import type { Overwrites } from './overwrites';

/** Where HEAD stands. */
export interface Place {
  /** Its full name; undefined where HEAD is detached. */
  readonly branch: string | undefined;
  /** Undefined before the first commit. */
  readonly commit: string | undefined;
}

/** Tells where HEAD stands, and moves it back: only the branch that it moved before, and only where nothing came since. */
export class Heads {
  constructor(
    private readonly git: ActingGit,
    private readonly keeper: Keeper,
    private readonly overwrites: Overwrites,
  ) {}

  /** Undefined before the first commit. */
  async commit(root: string): Promise<string | undefined> {
    return (await this.git.lineOrNothing(root, ['rev-parse', '--verify', '--quiet', 'HEAD'])) || undefined;
  }

  async place(root: string): Promise<Place> {
    const branch = (await this.git.lineOrNothing(root, ['symbolic-ref', '--quiet', 'HEAD'])) || undefined;
    return { branch, commit: await this.commit(root) };
  }

  async gitDir(root: string, options?: GitOptions): Promise<string> {
    return this.git.line(root, ['rev-parse', '--absolute-git-dir'], options);
  }

  /** What makes the next commit a merge, a cherry-pick or a revert. */
  async pending(root: string): Promise<Pending> {
    return readPending(await this.gitDir(root));
  }

  /** Refuses where another branch is current by now, or another commit. */
  async assertAt(root: string, { branch, commit }: Place): Promise<void> {
    const now = await this.place(root);
    if (now.branch !== branch) {
      if (branch !== undefined && !(await this.isThere(root, branch)))
        throw new GitError('failed', `This was done on ${nameOf(branch)}, which was renamed or deleted since: it is not taken back.`);
      const way = branch === undefined ? '' : `: switch to ${nameOf(branch)} first`;
      throw new GitError('failed', `This was done on ${nameOf(branch)}, and ${nameOf(now.branch)} is current${way}.`);
    }
    if (now.commit !== commit) throw new GitError('failed', 'The branch has moved on since, so that this is not taken back.');
  }

  private async isThere(root: string, ref: string): Promise<boolean> {
    return (await this.git.lineOrNothing(root, ['rev-parse', '--verify', '--quiet', ref])) !== '';
  }

  /** Only HEAD moves. @param pending what the next commit is made of again */
  async moveBack(root: string, from: Place, to: string | undefined, pending?: Pending): Promise<void> {
    await this.assertAt(root, from);
    await this.assertNoneBegun(root);
    if (to === undefined) await this.git.text(root, ['update-ref', '-d', 'HEAD', ...(from.commit === undefined ? [] : [from.commit])]);
    else await this.git.text(root, ['reset', '--soft', to]);
    if (pending) await writePending(await this.gitDir(root), pending);
  }

  /** The files move too; git refuses where that would lose a change. */
  async keepBack(root: string, from: Place, to: string | undefined): Promise<void> {
    await this.assertAt(root, from);
    await this.assertNoneBegun(root);
    if (to === undefined) return;
    // Git keeps the files, but not what of them is staged; what it lets pass is in both commits the same.
    const output = await this.git.text(root, ['diff', '--cached', '--name-only', '--no-renames', '--no-relative', '-z']);
    const staged = output.split('\0').filter(Boolean);
    const entries = staged.length === 0 ? [] : await this.keeper.indexEntries(root, staged);
    await this.overwrites.assertNone(root, to);
    await this.git.text(root, ['reset', '--keep', to]);
    await this.keeper.putIndexBack(root, staged, entries);
  }

  /** Moving HEAD would end without a word what was begun since. */
  private async assertNoneBegun(root: string): Promise<void> {
    const [begun] = [...(await this.pending(root)).keys()].filter((name) => name.endsWith('_HEAD'));
    if (begun === undefined) return;
    const kind = begun.replace('_HEAD', '').replace('_', '-').toLowerCase();
    throw new GitError('failed', `A ${kind} is under way: finish it or give it up first.`);
  }
}

function nameOf(branch: string | undefined): string {
  return branch?.replace(/^refs\/heads\//, '') ?? 'no branch';
}
