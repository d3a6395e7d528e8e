import type { ActingGit } from './actingGit';
import type { Commits } from './commits';
import { GitError, type GitOptions } from './git';
import type { Overwrites } from './overwrites';
import type { Done, Undo } from './workingChanges';

/** Where to switch to. */
export type SwitchTarget =
  | { readonly branch: string }
  /** `origin/x`: makes a local branch that follows it, or takes the one that is there. */
  | { readonly remoteBranch: string; readonly remote: string }
  /** Detached. */
  | { readonly commit: string };

export interface Switched {
  /** The stash's hash where changes were put aside; `unstash` brings them back. */
  readonly stash: string | undefined;
  readonly undo: Undo;
}

/** Makes branches and tags, and moves between them. */
export class Branches {
  constructor(
    private readonly git: ActingGit,
    private readonly commits: Commits,
    private readonly overwrites: Overwrites,
  ) {}

  /** A new branch at a commit, HEAD unless told; with `switch` it becomes the current one, and changes come along. */
  async create(
    root: string,
    name: string,
    options: GitOptions & { readonly from?: string; readonly switch?: boolean } = {},
  ): Promise<Done> {
    const { from, switch: toIt = false, ...others } = options;
    await this.checkName(root, name, 'branch');
    const back = await this.current(root);
    const tip = from === undefined ? await this.commits.head(root) : await this.commits.resolve(root, from);
    if (tip === undefined) {
      if (!toIt) throw new GitError('failed', 'There is no commit yet that the branch could point at.');
      await this.git.text(root, ['symbolic-ref', 'HEAD', `refs/heads/${name}`], others);
      return { undo: () => this.goBack(root, back) };
    }
    if (toIt) await this.overwrites.assertNone(root, tip, others);
    await this.git.text(root, toIt ? ['switch', '--quiet', '--no-track', '--create', name, tip] : ['branch', '--no-track', name, tip], {
      timeout: 300_000,
      ...others,
    });
    return {
      undo: async () => {
        await this.assertTip(root, `refs/heads/${name}`, tip);
        const now = await this.current(root);
        // Whoever has gone on to another branch stays there.
        if ('branch' in now && now.branch === name) await this.goBack(root, back);
        await this.git.text(root, ['branch', '--quiet', '-D', name]);
      },
    };
  }

  /** Refuses ('would lose') where a change would be overwritten; with `stash` all changes are put aside first. */
  async switch(root: string, target: SwitchTarget, options: GitOptions & { readonly stash?: boolean } = {}): Promise<Switched> {
    const { stash: wanted = false, ...others } = options;
    const back = await this.current(root);
    const args = await this.switchArguments(root, target);
    const to = await this.commits.resolve(root, revisionOf(target));
    const stash = wanted ? await this.stash(root, 'Before switching', others) : undefined;
    try {
      await this.overwrites.assertNone(root, to, others);
      await this.git.text(root, ['switch', '--quiet', ...args], { timeout: 300_000, ...others });
    } catch (error) {
      if (stash !== undefined) await this.unstash(root, stash);
      throw error;
    }
    return {
      stash,
      undo: async () => {
        await this.goBack(root, back);
        if (stash !== undefined) await this.unstash(root, stash);
      },
    };
  }

  /** Puts all changes aside, untracked files too. @returns the stash's hash; undefined where there was nothing. */
  async stash(root: string, message: string, options?: GitOptions): Promise<string | undefined> {
    const top = (): Promise<string> => this.git.lineOrNothing(root, ['rev-parse', '--verify', '--quiet', 'refs/stash'], options);
    const before = await top();
    await this.git.text(root, ['stash', 'push', '--include-untracked', '--quiet', '-m', message], { timeout: 300_000, ...options });
    const after = await top();
    return after === before ? undefined : after;
  }

  /** Brings a stash back with its index and takes it off the list; where that is not possible it stays there. */
  async unstash(root: string, hash: string, options?: GitOptions): Promise<void> {
    const list = await this.git.text(root, ['stash', 'list', '--format=%H'], options);
    const at = list.split(/\r?\n/).indexOf(hash);
    if (at < 0) throw new GitError('failed', 'This stash is not on the list any more.');
    await this.git.text(root, ['stash', 'pop', '--index', '--quiet', `stash@{${at}}`], { timeout: 300_000, ...options });
  }

  /** A tag at a commit, HEAD unless told; with a message an annotated one. */
  async tag(root: string, name: string, options: GitOptions & { readonly commit?: string; readonly message?: string } = {}): Promise<Done> {
    const { commit = 'HEAD', message, ...others } = options;
    await this.checkName(root, name, 'tag');
    const hash = await this.commits.resolve(root, commit);
    const noted = message === undefined || message.trim() === '' ? undefined : message;
    // A signature would ask for a passphrase; whoever wants one uses git.
    const args = ['tag', '--no-sign', ...(noted === undefined ? [] : ['--annotate', '--file=-']), name, hash];
    await this.git.text(root, args, { ...others, ...(noted === undefined ? {} : { input: noted }) });
    const made = await this.git.line(root, ['rev-parse', `refs/tags/${name}`]);
    return {
      undo: async () => {
        await this.assertTip(root, `refs/tags/${name}`, made);
        await this.git.text(root, ['update-ref', '-d', `refs/tags/${name}`, made]);
      },
    };
  }

  private async switchArguments(root: string, target: SwitchTarget): Promise<string[]> {
    if ('commit' in target) return ['--detach', await this.commits.resolve(root, target.commit)];
    if ('branch' in target) {
      await this.checkName(root, target.branch, 'branch');
      return ['--no-guess', target.branch];
    }
    const { remote, remoteBranch } = target;
    const name = remoteBranch.slice(remote.length + 1);
    await this.checkName(root, name, 'branch');
    const there = await this.git.lineOrNothing(root, ['rev-parse', '--verify', '--quiet', `refs/heads/${name}`]);
    if (there !== '') return ['--no-guess', name];
    return ['--create', name, '--track', `refs/remotes/${remoteBranch}`];
  }

  private async current(root: string): Promise<SwitchTarget> {
    const branch = await this.git.lineOrNothing(root, ['symbolic-ref', '--quiet', '--short', 'HEAD']);
    return branch === '' ? { commit: (await this.commits.head(root)) ?? 'HEAD' } : { branch };
  }

  private async goBack(root: string, target: SwitchTarget): Promise<void> {
    const unborn = 'branch' in target && (await this.commits.head(root)) === undefined;
    if (unborn) await this.git.text(root, ['symbolic-ref', 'HEAD', `refs/heads/${target.branch}`]);
    else {
      await this.overwrites.assertNone(root, await this.commits.resolve(root, revisionOf(target)));
      await this.git.text(root, ['switch', '--quiet', ...(await this.switchArguments(root, target))], { timeout: 300_000 });
    }
  }

  private async assertTip(root: string, ref: string, hash: string): Promise<void> {
    const now = await this.git.lineOrNothing(root, ['rev-parse', '--verify', '--quiet', ref]);
    if (now !== hash) throw new GitError('failed', `${ref.replace(/^refs\/\w+\//, '')} points elsewhere by now, so that it is left alone.`);
  }

  private async checkName(root: string, name: string, kind: 'branch' | 'tag'): Promise<void> {
    try {
      if (name.startsWith('-')) throw new GitError('failed', name);
      await this.git.text(root, ['check-ref-format', `refs/${kind === 'branch' ? 'heads' : 'tags'}/${name}`]);
    } catch (error) {
      if (error instanceof GitError && error.reason === 'failed') throw new GitError('failed', `'${name}' can't be the name of a ${kind}.`);
      throw error;
    }
  }
}

function revisionOf(target: SwitchTarget): string {
  if ('commit' in target) return target.commit;
  return 'branch' in target ? `refs/heads/${target.branch}` : `refs/remotes/${target.remoteBranch}`;
}
