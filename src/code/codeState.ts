import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, normalize } from 'node:path';
import type { CodeState, ReadCodeState } from '../core/codeState';
import { Git, GitError } from './git';
import { parseStatus } from './parse';
import { withoutSecrets } from './remoteUrl';

/** Greater patches are left out of a run; the commit and the dirty flag are still kept. */
const PATCH_LIMIT = 20 * 1024 * 1024;

/** What a run remembers of the code in a folder; undefined in no repository, without git, or where git refuses the repository. */
export const readCodeState: ReadCodeState = (folder) => new CodeStateReader(new Git(() => undefined)).read(folder);

/** As `readCodeState`, with the git that is given. */
export class CodeStateReader {
  constructor(
    private readonly git: Git,
    private readonly patchLimit = PATCH_LIMIT,
  ) {}

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
    const [remote, patch] = await Promise.all([this.remote(root, branch), dirty && commit ? this.patch(root) : undefined]);
    return { root, commit, branch, remote, dirty, patch };
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

  private async patch(root: string): Promise<string | undefined> {
    try {
      const bytes = await this.diff(root, []);
      const text = bytes.toString('utf8');
      if (Buffer.from(text, 'utf8').equals(bytes)) return orUndefined(text);
      // A text file that isn't UTF-8 can't stand in a string as it is: taken as binary, it becomes ASCII and still applies.
      return orUndefined(await this.diffAsBinary(root));
    } catch (error) {
      if (error instanceof GitError && error.reason === 'too large') return undefined;
      throw error;
    }
  }

  private async diffAsBinary(root: string): Promise<string> {
    const folder = await mkdtemp(join(tmpdir(), 'ml-tracking-'));
    try {
      const attributes = join(folder, 'attributes');
      await writeFile(attributes, '* -diff\n');
      return (await this.diff(root, ['-c', `core.attributesFile=${attributes}`])).toString('utf8');
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  }

  /** The options undo whatever the person's configuration does to a diff's form, so that `git apply --index` takes it. */
  private diff(root: string, globals: readonly string[]): Promise<Buffer> {
    return this.git.bytes(
      root,
      [
        ...globals,
        'diff',
        'HEAD',
        '--binary',
        '--full-index',
        '--no-color',
        '--no-ext-diff',
        '--no-textconv',
        '--no-renames',
        '--no-relative',
        '--src-prefix=a/',
        '--dst-prefix=b/',
        '--unified=3',
        '--submodule=short',
        '--ignore-submodules=dirty',
      ],
      { limit: this.patchLimit, timeout: 60_000 },
    );
  }
}

function orUndefined(patch: string): string | undefined {
  return patch === '' ? undefined : patch;
}
