import { lstat, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { devNull, tmpdir } from 'node:os';
import { join } from 'node:path';
import type { ActingGit } from './actingGit';
import type { Commits } from './commits';
import { GitError, type GitOptions } from './git';

/** Working trees beside the person's own, each at a commit. */
export class Worktrees {
  constructor(
    private readonly git: ActingGit,
    private readonly commits: Commits,
  ) {}

  /**
   * Makes a new, detached working tree at a commit and applies a patch to its files. Hooks are not run. Where the patch doesn't
   * apply, the working tree is removed again.
   */
  async add(root: string, folder: string, commit: string, patch: Buffer | string | undefined, options: GitOptions = {}): Promise<void> {
    const hash = await this.commits.resolve(root, commit);
    await assertFree(folder);
    await this.git.text(root, ['-c', `core.hooksPath=${devNull}`, 'worktree', 'add', '--quiet', '--detach', '--', folder, hash], {
      timeout: 600_000,
      ...options,
    });
    if (patch === undefined || patch.length === 0) return;
    try {
      await this.apply(folder, patch, options);
    } catch (error) {
      await this.remove(root, folder);
      throw error;
    }
  }

  /** Removes a working tree that `add` has made, with all that is in it. */
  async remove(root: string, folder: string, options?: GitOptions): Promise<void> {
    await this.git.text(root, ['worktree', 'remove', '--force', '--', folder], { timeout: 300_000, ...options });
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
