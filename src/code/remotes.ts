import type { ActingGit } from './actingGit';
import { GitError, type GitOptions } from './git';
import type { Heads } from './heads';
import type { Overwrites } from './overwrites';
import type { Done } from './workingChanges';

export type PullMode = 'ff-only' | 'merge' | 'rebase';

/** Where a push goes. */
export interface PushTarget {
  /** The branch here. */
  readonly from: string;
  readonly remote: string;
  /** The branch there. */
  readonly branch: string;
  /** Whether it becomes the branch's upstream. */
  readonly setsUpstream: boolean;
}

export interface PushOptions extends GitOptions {
  readonly remote?: string;
  /** The branch that somebody said yes to; the current one, which may be another by then, unless told. */
  readonly from?: string;
  readonly tags?: boolean;
}

/** Speaks with other repositories; never forces anything there. */
export class Remotes {
  constructor(
    private readonly git: ActingGit,
    private readonly heads: Heads,
    private readonly overwrites: Overwrites,
  ) {}

  /** Gets what is new from one remote, or from all. */
  async fetch(root: string, options: GitOptions & { readonly remote?: string; readonly prune?: boolean } = {}): Promise<void> {
    const { remote, prune = false, ...others } = options;
    const from = remote === undefined ? ['--all'] : ['--end-of-options', remote];
    await this.git.text(root, ['fetch', '--quiet', ...(prune ? ['--prune'] : []), ...from], await this.git.remote(root, others));
  }

  /**
   * Fetches, and takes the upstream's commits into the current branch: by default only where nothing is to be merged. Other actions wait
   * for the second only, which asks no remote again: just what was fetched and looked at is taken.
   */
  async pull(root: string, options: GitOptions & { readonly mode?: PullMode } = {}): Promise<Done & { readonly changed: boolean }> {
    const { mode = 'ff-only', ...others } = options;
    const branch = await this.branch(root);
    if ((await this.setting(root, `branch.${branch}.remote`)) === '') {
      throw new GitError('failed', `${branch} follows no remote branch: push it once, or set its upstream.`);
    }
    // What comes is looked at before it is taken: git would write over what it ignores.
    await this.git.text(root, ['fetch', '--quiet'], await this.git.remote(root, others));
    return this.git.alone(() => this.take(root, branch, mode, others));
  }

  private async take(root: string, branch: string, mode: PullMode, others: GitOptions): Promise<Done & { readonly changed: boolean }> {
    if ((await this.branch(root)) !== branch) throw new GitError('failed', `${branch} is not current any more, so that nothing is pulled.`);
    const before = await this.heads.commit(root);
    const upstream = await this.git.lineOrNothing(root, ['rev-parse', '--symbolic-full-name', '@{upstream}'], others).catch(() => '');
    if (upstream !== '') await this.overwrites.assertNone(root, upstream, others);
    // Only the remote's own name lets a rebase find out what the upstream has thrown away.
    const from = upstream === '' || mode === 'rebase' ? [] : ['.', upstream];
    const how = { 'ff-only': ['--ff-only'], merge: ['--no-rebase', '--no-edit'], rebase: ['--rebase'] }[mode];
    await this.git.text(root, ['pull', '--quiet', ...how, ...from], await this.git.remote(root, others));
    const after = await this.heads.place(root);
    return { changed: after.commit !== before, undo: () => this.heads.keepBack(root, after, before) };
  }

  /** Where `push` would send a branch, by default the current one, for asking first. */
  async pushTarget(root: string, named?: string, from?: string): Promise<PushTarget> {
    const branch = from ?? (await this.branch(root));
    const [remote, merge] = await Promise.all([
      this.setting(root, `branch.${branch}.remote`),
      this.setting(root, `branch.${branch}.merge`),
    ]);
    if (remote !== '' && remote !== '.' && merge !== '' && (named === undefined || named === remote)) {
      return { from: branch, remote, branch: merge.replace(/^refs\/heads\//, ''), setsUpstream: false };
    }
    const remotes = (await this.git.text(root, ['remote'])).split(/\r?\n/).filter(Boolean);
    const chosen = named ?? (remotes.includes('origin') ? 'origin' : remotes.length === 1 ? remotes[0] : undefined);
    if (chosen === undefined || !remotes.includes(chosen)) {
      throw new GitError(
        'failed',
        remotes.length === 0 ? 'There is no remote to push to: add one (`git remote add origin URL`).' : 'Say which remote to push to.',
      );
    }
    return { from: branch, remote: chosen, branch, setsUpstream: true };
  }

  /** Sends a branch's commits; refused ('rejected') where the remote has others. This can't be taken back. */
  async push(root: string, options: PushOptions = {}): Promise<PushTarget> {
    const { remote, from, tags = false, ...others } = options;
    const target = await this.pushTarget(root, remote, from);
    const args = ['push', '--quiet', ...(target.setsUpstream ? ['--set-upstream'] : []), ...(tags ? ['--follow-tags'] : [])];
    await this.git.text(
      root,
      [...args, '--end-of-options', target.remote, `refs/heads/${target.from}:refs/heads/${target.branch}`],
      await this.git.remote(root, others),
    );
    return target;
  }

  private async branch(root: string): Promise<string> {
    const branch = await this.git.lineOrNothing(root, ['symbolic-ref', '--quiet', '--short', 'HEAD']);
    if (branch === '') throw new GitError('failed', 'HEAD is detached: switch to a branch, or make one.');
    return branch;
  }

  private setting(root: string, key: string): Promise<string> {
    return this.git.lineOrNothing(root, ['config', '--get', key]);
  }
}
