import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { ActingGit } from './actingGit';
import { GitError, type GitOptions } from './git';
import type { Keeper } from './keeper';
import { readOperation } from './operation';
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
    private readonly keeper: Keeper,
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
    const before = await this.head(root);
    const flags = [...(amend ? ['--amend'] : []), ...(empty ? ['--allow-empty'] : [])];
    await this.git.text(root, ['commit', '--quiet', '--file=-', ...flags], { timeout: HOOKS, ...others, input: message });
    const hash = (await this.head(root)) ?? '';
    return { hash, undo: () => this.moveBack(root, hash, before) };
  }

  /** A commit that takes another one's changes back; of a merge, those that came with its first parent's branch. */
  async revert(root: string, commit: string, options: GitOptions = {}): Promise<Reverted> {
    const hash = await this.resolve(root, commit);
    const before = await this.head(root);
    const parents = (await this.git.line(root, ['rev-list', '--parents', '-n', '1', hash])).split(' ').length - 1;
    await this.assertRevertible(root, hash, options);
    try {
      await this.git.text(root, ['revert', '--no-edit', ...(parents > 1 ? ['-m', '1'] : []), hash], { timeout: HOOKS, ...options });
    } catch (error) {
      const conflicts = parseStatus(await this.git.text(root, ['status', '--porcelain=v2', '-z'])).conflicted.map(({ path }) => path);
      if (conflicts.length === 0) {
        // Nothing is left of it to be reverted: the attempt is not left under way.
        if (await this.git.lineOrNothing(root, ['rev-parse', '--verify', '--quiet', 'REVERT_HEAD']))
          await this.git.text(root, ['revert', '--abort']);
        throw error;
      }
      return { hash: undefined, conflicts, undo: () => this.abort(root) };
    }
    const made = (await this.head(root)) ?? '';
    return { hash: made, conflicts: [], undo: () => this.keepBack(root, made, before) };
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
    const before = await this.head(root);
    if (before === undefined) throw new GitError('failed', 'There is no commit yet to go back from.');
    await this.git.text(root, ['reset', '--soft', hash], options);
    return { before, undo: () => this.moveBack(root, hash, before) };
  }

  /** Gives up the merge, rebase, cherry-pick, revert or bisect that is under way; the files as they are now are kept first. */
  async abort(root: string, options: GitOptions = {}): Promise<void> {
    const gitDir = await this.git.line(root, ['rev-parse', '--absolute-git-dir'], options);
    const operation = await readOperation(gitDir);
    if (!operation) throw new GitError('failed', 'Nothing is under way that could be given up.');
    const status = parseStatus(
      await this.git.text(root, ['status', '--porcelain=v2', '-z', '--no-renames', '--untracked-files=no'], options),
    );
    const files = [...status.staged, ...status.changed].filter(({ submodule }) => !submodule).map(({ path }) => path);
    // Giving up brings files back that the operation took away; what stands there by now git may ignore.
    const before = await this.beforeOperation(root, gitDir, options);
    const inTheWay = before === undefined ? [] : await this.overwrites.found(root, before, options);
    const folder = inTheWay.find((path) => path.endsWith('/'));
    if (folder !== undefined) throw new GitError('would lose', `This would remove ${folder}: move it away first.`, {}, undefined, [folder]);
    const paths = [...new Set([...files, ...status.conflicted.map(({ path }) => path), ...inTheWay])];
    if (paths.length > 0) await this.keeper.keep(root, paths, { reason: `abort ${operation.kind}`, work: true, index: true }, options);
    await this.git.text(root, operation.kind === 'bisect' ? ['bisect', 'reset'] : [operation.kind, '--abort'], {
      timeout: HOOKS,
      ...options,
    });
  }

  /** The commit that giving up goes back to; undefined where that isn't known. */
  private async beforeOperation(root: string, gitDir: string, options: GitOptions): Promise<string | undefined> {
    const text = (...names: string[]): Promise<string | undefined> =>
      readFile(join(gitDir, ...names), 'utf8').then(
        (content) => content.trim(),
        () => undefined,
      );
    const name = (await text('rebase-merge', 'orig-head')) ?? (await text('rebase-apply', 'orig-head')) ?? (await text('BISECT_START'));
    const found = await this.git.lineOrNothing(
      root,
      ['rev-parse', '--verify', '--quiet', '--end-of-options', `${name ?? 'HEAD'}^{commit}`],
      options,
    );
    return found === '' ? undefined : found;
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
    return (await this.git.lineOrNothing(root, ['rev-parse', '--verify', '--quiet', 'HEAD'])) || undefined;
  }

  private async assertAt(root: string, hash: string): Promise<void> {
    if ((await this.head(root)) !== hash) throw new GitError('failed', 'The branch has moved on since, so that this is not taken back.');
  }

  /** Only HEAD moves. */
  private async moveBack(root: string, from: string, to: string | undefined): Promise<void> {
    await this.assertAt(root, from);
    if (to === undefined) await this.git.text(root, ['update-ref', '-d', 'HEAD', from]);
    else await this.git.text(root, ['reset', '--soft', to]);
  }

  /** The files move too; git refuses where that would lose a change. */
  async keepBack(root: string, from: string, to: string | undefined): Promise<void> {
    await this.assertAt(root, from);
    if (to === undefined) return;
    // Git keeps the files, but not what of them is staged; what it lets pass is in both commits the same.
    const output = await this.git.text(root, ['diff', '--cached', '--name-only', '--no-renames', '--no-relative', '-z']);
    const staged = output.split('\0').filter(Boolean);
    const entries = staged.length === 0 ? [] : await this.keeper.indexEntries(root, staged);
    await this.overwrites.assertNone(root, to);
    await this.git.text(root, ['reset', '--keep', to]);
    await this.keeper.putIndexBack(root, staged, entries);
  }
}
