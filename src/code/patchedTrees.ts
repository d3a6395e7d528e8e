import { createHash } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { ActingGit } from './actingGit';
import type { Commits } from './commits';
import { GitError, type GitOptions } from './git';

/**
 * Commits with a patch counted in, as trees of git's object database, so that they can be compared and read like any commit.
 * No branch, index or file changes; git removes the objects by itself when nobody has used them for some weeks.
 */
export class PatchedTrees {
  private readonly known = new Map<string, Promise<string>>();

  constructor(
    private readonly git: ActingGit,
    private readonly commits: Commits,
  ) {}

  /** @param commit undefined for nothing at all, as before the first commit @returns the tree's hash; the commit's where there is no patch. */
  async tree(root: string, commit: string | undefined, patch: Buffer | string | undefined, options: GitOptions = {}): Promise<string> {
    const hash = await this.commits.resolveOrEmpty(root, commit);
    if (patch === undefined || patch.length === 0) return hash;
    const key = [root, hash, createHash('sha256').update(patch).digest('hex')].join('\0');
    const known = this.known.get(key) ?? this.make(root, hash, patch, options);
    this.known.set(key, known);
    known.catch(() => this.known.delete(key));
    return known;
  }

  private async make(root: string, commit: string, patch: Buffer | string, options: GitOptions): Promise<string> {
    const folder = await mkdtemp(join(tmpdir(), 'ml-tracking-'));
    try {
      const file = join(folder, 'patch');
      await writeFile(file, patch);
      const own = { ...options, environment: { GIT_INDEX_FILE: join(folder, 'index') } };
      await this.git.text(root, ['read-tree', commit], own);
      await this.git.text(root, ['apply', '--cached', '--whitespace=nowarn', '--', file], own);
      return await this.git.line(root, ['write-tree'], own);
    } catch (error) {
      if (!(error instanceof GitError) || error.reason !== 'failed') throw error;
      throw new GitError(
        'failed',
        `The uncommitted changes don't apply to ${commit.slice(0, 8)}: ${error.details.split('\n', 1)[0] ?? ''}`,
        {
          cause: error,
        },
      );
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  }
}
