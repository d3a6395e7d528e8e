import { normalize, resolve } from 'node:path';
import type { Disposable } from '../core/disposable';
import { Git, GitError, type LogLine } from './git';
import { readOperation } from './operation';
import { LOG_FORMAT, parseLog, parseRefs, parseStatus, REF_FORMAT } from './parse';
import type { CodeStatus, Commit, Refs } from './repository';

export interface LogOptions {
  /** Number of commits; 50 unless told. */
  readonly max?: number;
  readonly skip?: number;
  /** A branch, tag or commit; HEAD unless told. */
  readonly revision?: string;
}

/** Asks git about repositories and changes nothing. Rejects with GitError. */
export class CodeReader implements Disposable {
  private readonly git: Git;

  constructor(log: LogLine, binaries?: readonly string[]) {
    this.git = new Git(log, binaries);
  }

  /** Branch, upstream, what is under way, and what differs, of the repository that a folder is in. */
  async status(folder: string): Promise<CodeStatus> {
    const places = await this.places(folder);
    const [output, operation] = await Promise.all([
      this.git.text(places.root, [
        'status',
        '--porcelain=v2',
        '--branch',
        '-z',
        '--untracked-files=normal',
        '--ahead-behind',
        '--ignored=no',
      ]),
      readOperation(places.gitDir),
    ]);
    return { ...places, ...parseStatus(output), operation };
  }

  /** Local branches, remote branches by remote, and tags. */
  async branches(root: string): Promise<Refs> {
    const [refs, remotes] = await Promise.all([
      this.git.text(root, [
        'for-each-ref',
        `--format=${REF_FORMAT}`,
        '--sort=refname',
        '--sort=-creatordate',
        'refs/tags',
        'refs/heads',
        'refs/remotes',
      ]),
      this.git.text(root, ['remote']),
    ]);
    return parseRefs(
      refs,
      remotes.split(/\r?\n/).filter((name) => name !== ''),
    );
  }

  /** Commits, newest first; none where there is no commit yet. */
  async log(root: string, { max = 50, skip = 0, revision = 'HEAD' }: LogOptions = {}): Promise<Commit[]> {
    const args = [
      'log',
      '--decorate=full',
      '--no-color',
      '--encoding=UTF-8',
      `--format=${LOG_FORMAT}`,
      `--max-count=${max}`,
      `--skip=${skip}`,
    ];
    try {
      return parseLog(await this.git.text(root, [...args, '--end-of-options', revision, '--']));
    } catch (error) {
      if (revision === 'HEAD' && error instanceof GitError && error.reason === 'failed' && (await this.isUnborn(root))) return [];
      throw error;
    }
  }

  dispose(): void {
    this.git.dispose();
  }

  private async isUnborn(root: string): Promise<boolean> {
    return (await this.git.text(root, ['rev-parse', '--verify', '--quiet', 'HEAD'])) === '';
  }

  private async places(folder: string): Promise<{ root: string; gitDir: string; commonDir: string }> {
    const ask = async (...options: string[]): Promise<string> =>
      (await this.git.text(folder, ['rev-parse', ...options])).replace(/\r?\n$/, '');
    const together = ['--show-toplevel', '--absolute-git-dir', '--git-common-dir'];
    let lines = (await ask(...together)).split(/\r?\n/);
    // A folder's name may hold a newline.
    if (lines.length !== together.length) lines = await Promise.all(together.map((option) => ask(option)));
    const [root = '', gitDir = '', commonDir = ''] = lines;
    return { root: normalize(root), gitDir: normalize(gitDir), commonDir: resolve(folder, commonDir) };
  }
}
