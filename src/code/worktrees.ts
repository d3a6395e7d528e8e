import { lstat, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { devNull, tmpdir } from 'node:os';
import { join } from 'node:path';
import type { ActingGit } from './actingGit';
import type { Commits } from './commits';
import { GitError, type GitOptions } from './git';
import type { PatchedTrees } from './patchedTrees';
import { RESTORED_NOTE, RESTORED_REFS, type RestoredNote } from './restoredNote';

/** Working trees beside the person's own, each at a commit. */
export class Worktrees {
  constructor(
    private readonly git: ActingGit,
    private readonly commits: Commits,
    private readonly patched: PatchedTrees,
  ) {}

  /**
   * Makes a new, detached working tree at a commit and applies a patch to its files. Hooks are not run. Where the patch doesn't
   * apply, the working tree is removed again. It is noted as ours, with what it held, so that it can be removed some day.
   * @param commit undefined where nothing was committed yet @returns the commit that its HEAD is at
   */
  async add(
    root: string,
    folder: string,
    commit: string | undefined,
    patch: Buffer | string | undefined,
    { run, ...options }: GitOptions & { readonly run?: RestoredNote['run'] } = {},
  ): Promise<string> {
    const hash = await this.commits.resolveOrEmpty(root, commit);
    await assertFree(folder);
    await this.git.text(root, ['-c', `core.hooksPath=${devNull}`, 'worktree', 'add', '--quiet', '--detach', '--', folder, hash], {
      timeout: 600_000,
      ...options,
    });
    try {
      if (patch !== undefined && patch.length > 0) await this.apply(folder, patch, options);
      const tree = await this.patched.tree(root, hash, patch, options);
      const gitDir = await this.git.line(folder, ['rev-parse', '--absolute-git-dir'], options);
      // No branch has the tree, and git would clean it up; its references of a single working tree don't hold it.
      await this.git.text(root, ['update-ref', RESTORED_REFS + tree, tree], options);
      const note: RestoredNote = { run, commit: hash, tree, time: Date.now() };
      await writeFile(join(gitDir, RESTORED_NOTE), JSON.stringify(note));
    } catch (error) {
      await this.remove(root, folder);
      throw error;
    }
    return hash;
  }

  /** Removes a working tree that `add` has made, with all that is in it. */
  async remove(root: string, folder: string, options?: GitOptions): Promise<void> {
    await this.git.text(root, ['worktree', 'remove', '--force', '--', folder], { timeout: 300_000, ...options });
  }

  /** Lets go of what restored working trees held, but for these. */
  async forgetTrees(root: string, held: ReadonlySet<string>, options?: GitOptions): Promise<void> {
    const refs = await this.git.text(root, ['for-each-ref', '--format=%(refname)', RESTORED_REFS], options);
    const stale = refs.split(/\r?\n/).filter((ref) => ref !== '' && !held.has(ref.slice(RESTORED_REFS.length)));
    if (stale.length === 0) return;
    const input = stale.map((ref) => `delete ${ref}\0\0`).join('');
    await this.git.text(root, ['update-ref', '--stdin', '-z'], { ...options, input });
  }

  private async apply(folder: string, patch: Buffer | string, options: GitOptions): Promise<void> {
    const temporary = await mkdtemp(join(tmpdir(), 'ml-tracking-'));
    try {
      const file = join(temporary, 'patch');
      await writeFile(file, patch);
      await this.git.text(folder, ['apply', '--whitespace=nowarn', '--', file], { timeout: 300_000, ...options });
    } catch (error) {
      if (error instanceof GitError && error.reason === 'failed') {
        throw new GitError('failed', `The run's uncommitted changes don't apply to its commit: ${error.details.split('\n', 1)[0] ?? ''}`, {
          cause: error,
        });
      }
      throw error;
    } finally {
      await rm(temporary, { recursive: true, force: true });
    }
  }
}

async function assertFree(folder: string): Promise<void> {
  const info = await lstat(folder).catch(() => undefined);
  if (!info) return;
  const entries = info.isDirectory() ? await readdir(folder) : ['file'];
  if (entries.length > 0) throw new GitError('failed', `There is something at ${folder} already: name another folder.`);
}
