import type { ActingGit } from './actingGit';
import { GitError, type GitOptions } from './git';
import type { Heads } from './heads';
import type { Operations } from './operations';
import type { Overwrites } from './overwrites';
import { parseDiff } from './parseDiff';
import { parseStatus } from './parse';
import type { Undo } from './workingChanges';

export interface Committed {
  readonly hash: string;
  /** Takes the commit back; what it held is staged again. */
  readonly undo: Undo;
}

export interface Reverted {
  /** Undefined where it stopped at conflicts, which wait to be resolved and committed. */
  readonly hash: string | undefined;
  readonly conflicts: readonly string[];
  readonly undo: Undo;
}

export interface Reset {
  /** Where the branch stood before. */
  readonly before: string;
  readonly undo: Undo;
}

const NOBODY = {
  GIT_AUTHOR_NAME: 'ML Tracking',
  GIT_AUTHOR_EMAIL: 'ml-tracking@localhost',
  GIT_AUTHOR_DATE: '2000-01-01T00:00:00Z',
  GIT_COMMITTER_NAME: 'ML Tracking',
  GIT_COMMITTER_EMAIL: 'ml-tracking@localhost',
  GIT_COMMITTER_DATE: '2000-01-01T00:00:00Z',
};

/** Hooks may build and test. */
const HOOKS = 300_000;

/** Makes commits and takes them back. */
export class Commits {
  constructor(
    private readonly git: ActingGit,
    private readonly heads: Heads,
    private readonly operations: Operations,
    private readonly overwrites: Overwrites,
  ) {}

  /** Commits what is staged, or ends a merge. */
  async commit(
    root: string,
    message: string,
    options: GitOptions & { readonly amend?: boolean; readonly empty?: boolean } = {},
  ): Promise<Committed> {
    const { amend = false, empty = false, ...others } = options;
    if (message.trim() === '') throw new GitError('failed', 'A commit needs a message.');
    const [before, pending] = [await this.heads.place(root), await this.heads.pending(root)];
    const flags = [...(amend ? ['--amend'] : []), ...(empty ? ['--allow-empty'] : [])];
    await this.git.text(root, ['commit', '--quiet', '--file=-', ...flags], { timeout: HOOKS, ...others, input: message });
    const made = await this.heads.place(root);
    return { hash: made.commit ?? '', undo: () => this.heads.moveBack(root, made, before.commit, pending) };
  }

  /** A commit that takes another one's changes back; of a merge, those that came with its first parent's branch. */
  async revert(root: string, commit: string, options: GitOptions = {}): Promise<Reverted> {
    const hash = await this.resolve(root, commit);
    const before = await this.heads.place(root);
    const parents = (await this.git.line(root, ['rev-list', '--parents', '-n', '1', hash])).split(' ').length - 1;
    await this.assertRevertible(root, hash, options);
    try {
      await this.git.text(root, ['revert', '--no-edit', ...(parents > 1 ? ['-m', '1'] : []), hash], { timeout: HOOKS, ...options });
    } catch (error) {
      const conflicts = parseStatus(await this.git.text(root, ['status', '--porcelain=v2', '-z'])).conflicted.map(({ path }) => path);
      if (conflicts.length === 0) {
        // Nothing is left of it to be reverted: the attempt is not left under way.
        if (await this.reverting(root)) await this.git.text(root, ['revert', '--abort']);
        throw error;
      }
      const undo = async (): Promise<void> => {
        await this.heads.assertAt(root, before);
        if ((await this.reverting(root)) !== hash)
          throw new GitError('failed', 'This revert is not under way any more: there is nothing to give up.');
        await this.operations.abort(root, {}, 'revert');
      };
      return { hash: undefined, conflicts, undo };
    }
    const made = await this.heads.place(root);
    return { hash: made.commit, conflicts: [], undo: () => this.heads.keepBack(root, made, before.commit) };
  }

  /** The commit whose revert is under way. */
  private async reverting(root: string): Promise<string | undefined> {
    return (await this.git.lineOrNothing(root, ['rev-parse', '--verify', '--quiet', 'REVERT_HEAD'])) || undefined;
  }

  /** What the commit deleted comes back: not over files that are there by now and that git ignores. */
  private async assertRevertible(root: string, hash: string, options: GitOptions): Promise<void> {
    const parent = await this.git.lineOrNothing(root, ['rev-parse', '--verify', '--quiet', '--end-of-options', `${hash}^1`], options);
    if (parent === '') return;
    const command = ['diff-tree', '-r', '--raw', '--diff-filter=D', '--no-renames', '--no-abbrev', '-z', parent, hash, '--'];
    const deleted = parseDiff(await this.git.text(root, command, options)).flatMap(({ before }) => (before ? [before.path] : []));
    if (deleted.length > 0) await this.overwrites.assertNone(root, parent, options, new Set(deleted));
  }

  /** The branch takes another commit; index and files stay, so that what lay between is staged. */
  async softReset(root: string, commit: string, options: GitOptions = {}): Promise<Reset> {
    const hash = await this.resolve(root, commit);
    const { branch, commit: before } = await this.heads.place(root);
    if (before === undefined) throw new GitError('failed', 'There is no commit yet to go back from.');
    const pending = await this.heads.pending(root);
    await this.git.text(root, ['reset', '--soft', hash], options);
    return { before, undo: () => this.heads.moveBack(root, { branch, commit: hash }, before, pending) };
  }

  /** The full hash of a commit. */
  async resolve(root: string, commit: string): Promise<string> {
    const hash = await this.git.lineOrNothing(root, ['rev-parse', '--verify', '--quiet', '--end-of-options', `${commit}^{commit}`]);
    if (hash === '') throw new GitError('failed', `There is no commit ${commit} here.`);
    return hash;
  }

  /** The same; for none at all a commit without files or parents, which no branch has and which is always the same one. */
  async resolveOrEmpty(root: string, commit: string | undefined): Promise<string> {
    if (commit !== undefined) return this.resolve(root, commit);
    const tree = await this.git.line(root, ['hash-object', '-t', 'tree', '-w', '--stdin']);
    return this.git.line(root, ['commit-tree', '--no-gpg-sign', tree], { environment: NOBODY, input: 'Before the first commit\n' });
  }

  /** Undefined before the first commit. */
  async head(root: string): Promise<string | undefined> {
    return this.heads.commit(root);
  }
}
