import { normalize } from 'node:path';
import type { CodeState, ReadCodeState } from '../core/codeState';
import { GitError, type Git } from './git';
import { parseStatus } from './parse';
import { withoutSecrets } from './remoteUrl';
import { SubmoduleCaution } from './submoduleCaution';
import { UncommittedChanges } from './uncommittedChanges';

/** What a run remembers of the code in a folder; undefined in no repository, without git, or where git refuses the repository. */
export const readCodeState: ReadCodeState = (folder) => new CodeStateReader(new SubmoduleCaution(() => undefined)).read(folder);

/** As `readCodeState`, with the git that is given. */
export class CodeStateReader {
  private readonly uncommitted: UncommittedChanges;

  constructor(
    private readonly git: Git,
    patchLimit?: number,
  ) {
    this.uncommitted = new UncommittedChanges(git, patchLimit);
  }

  readonly read: ReadCodeState = async (folder) => {
    try {
      return await this.state(folder);
    } catch (error) {
      if (error instanceof GitError && ['not installed', 'no repository', 'not trusted'].includes(error.reason)) return undefined;
      throw error;
    }
  };

  private async state(folder: string): Promise<CodeState> {
    const root = normalize((await this.git.text(folder, ['rev-parse', '--show-toplevel'])).replace(/\r?\n$/, ''));
    const status = parseStatus(await this.git.text(root, ['status', '--porcelain=v2', '--branch', '-z', '--untracked-files=no']));
    const { head } = status;
    const branch = head.kind === 'detached' ? undefined : head.name;
    const commit = head.kind === 'unborn' ? undefined : head.commit;
    const dirty = status.staged.length + status.changed.length + status.conflicted.length > 0;
    const [remote, uncommitted] = await Promise.all([this.remote(root, branch), this.uncommitted.read(root, dirty, commit !== undefined)]);
    const { patch, untracked, leftOut } = uncommitted;
    return { root, commit, branch, remote, dirty, patch, ...(untracked > 0 && { untracked }), ...(leftOut.length > 0 && { leftOut }) };
  }

  private async remote(root: string, branch: string | undefined): Promise<string | undefined> {
    const configured = branch === undefined ? '' : await this.git.text(root, ['config', '--get', `branch.${branch}.remote`]);
    const name = configured.trim();
    // "." is a branch of this repository.
    return (name !== '' && name !== '.' ? await this.url(root, name) : undefined) ?? (await this.url(root, 'origin'));
  }

  private async url(root: string, remote: string): Promise<string | undefined> {
    try {
      const url = (await this.git.text(root, ['remote', 'get-url', '--', remote])).trim();
      return url === '' ? undefined : withoutSecrets(url);
    } catch (error) {
      if (error instanceof GitError && error.reason === 'failed') return undefined;
      throw error;
    }
  }
}
