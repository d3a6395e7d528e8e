import { basename } from 'node:path';
import { Slots } from '../core/slots';
import { ACTING, Git, GitError, type GitOptions, type LogLine } from './git';

/** Git as the person runs it, hooks and filters included: only where the folder is trusted, and one action after another. */
export class ActingGit extends Git {
  private readonly actions = new Slots(1);
  private readonly transfers = new Slots(1);

  constructor(
    log: LogLine,
    binaries: readonly string[] | undefined,
    private readonly trusted: () => boolean,
  ) {
    super(log, binaries, ACTING);
  }

  override async bytes(folder: string, args: readonly string[], options: GitOptions = {}): Promise<Buffer> {
    if (!this.trusted()) throw new GitError('not trusted', 'Nothing is executed in Restricted Mode: trust the folder first.');
    return super.bytes(folder, args, { timeout: 60_000, ...options });
  }

  /** What git prints, without the newline at its end. */
  async line(folder: string, args: readonly string[], options?: GitOptions): Promise<string> {
    return (await this.text(folder, args, options)).replace(/\r?\n$/, '');
  }

  /** The same, and empty where git says no without a word, as `--quiet` does. */
  async lineOrNothing(folder: string, args: readonly string[], options?: GitOptions): Promise<string> {
    try {
      return await this.line(folder, args, options);
    } catch (error) {
      if (error instanceof GitError && /ended with code 1$/.test(error.details)) return '';
      throw error;
    }
  }

  /** Runs actions of several processes one after another, so that none meets the other's locks. */
  alone<T>(work: () => Promise<T>): Promise<T> {
    return this.actions.use(work);
  }

  /** The same for what talks to remotes: it may take long, and holds up nothing else, as git lets both go on at once. */
  transferring<T>(work: () => Promise<T>): Promise<T> {
    return this.transfers.use(work);
  }

  /** Options for what talks to a remote: time, and an ssh that fails where it would ask. */
  async remote(root: string, options: GitOptions = {}): Promise<GitOptions> {
    const { GIT_SSH_COMMAND: named, GIT_SSH: program } = process.env;
    const configured =
      named ?? (program === undefined ? await this.lineOrNothing(root, ['config', '--get', 'core.sshCommand'], options) : undefined);
    const command = configured === undefined ? undefined : quietSsh(configured);
    const environment = { ...options.environment, ...(command === undefined ? {} : { GIT_SSH_COMMAND: command }) };
    return { timeout: 300_000, ...options, environment };
  }
}

/** An ssh command that asks nobody; undefined for a program other than OpenSSH's, whose options aren't known. */
export function quietSsh(configured: string): string | undefined {
  if (configured.trim() === '') return 'ssh -o BatchMode=yes';
  const program = /^\s*(?:"([^"]+)"|'([^']+)'|(\S+))/.exec(configured);
  const name = basename((program?.[1] ?? program?.[2] ?? program?.[3] ?? '').replaceAll('\\', '/'));
  if (!/^ssh(\.exe)?$/i.test(name)) return undefined;
  return /batchmode/i.test(configured) ? configured : `${configured} -o BatchMode=yes`;
}
