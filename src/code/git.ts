import { statSync } from 'node:fs';
import { devNull } from 'node:os';
import { simpleGit } from 'simple-git';
import type { Disposable } from '../core/disposable';
import { messageOf } from '../core/errors';

/** Takes one line about one process. */
export type LogLine = (line: string) => void;

export type GitFailure = 'not installed' | 'no repository' | 'not trusted' | 'timed out' | 'too large' | 'stopped' | 'failed';

/** Why git gave no answer, in one line that a person can act on. */
export class GitError extends Error {
  override readonly name = 'GitError';

  constructor(
    readonly reason: GitFailure,
    message: string,
    options?: ErrorOptions,
  ) {
    super(message, options);
  }
}

export interface GitOptions {
  /** Milliseconds for the whole process; 20,000 unless told. */
  readonly timeout?: number;
  /** Bytes of output that are taken before the process is stopped; 256 MiB unless told. */
  readonly limit?: number;
}

/** Environment variables that start programs or point git elsewhere; simple-git refuses them, so they are left out. */
const GUARDED = /^(git.*|editor|visual|pager|prefix|ssh_askpass)$/i;
/** The one inherited variable that only narrows where git looks. */
const KEPT = 'GIT_CEILING_DIRECTORIES';
const OWN = { GIT_TERMINAL_PROMPT: '0', GIT_OPTIONAL_LOCKS: '0', GIT_NO_LAZY_FETCH: '1', LC_ALL: 'C' };
/** Nothing that a repository's configuration names is started by what only reads. */
const CONFIG = ['core.fsmonitor=false', `core.hooksPath=${devNull}`, 'log.showSignature=false'];
const ALLOWED = [...Object.keys(OWN), KEPT];

/** Starts git, read-only by its options: no prompts, no hooks, no locks; every process has an end and a line in the log. */
export class Git implements Disposable {
  private readonly running = new Set<AbortController>();
  /** Where git may be, best first; those that were not there are gone. */
  private readonly binaries: string[];

  /** @param binaries names or paths of git, best first: the first that can be started is used */
  constructor(
    private readonly log: LogLine,
    binaries: readonly string[] = ['git'],
  ) {
    this.binaries = [...binaries];
  }

  /** What git prints, as bytes. Exit codes other than 0 without a message (`diff --quiet`, `config --get`) count as success. */
  async bytes(folder: string, args: readonly string[], options: GitOptions = {}): Promise<Buffer> {
    for (;;) {
      const [binary = 'git', ...others] = this.binaries;
      try {
        return await this.run(binary, folder, args, options);
      } catch (error) {
        if (others.length === 0 || !(error instanceof GitError && error.reason === 'not installed')) throw error;
        // Another call may have found this out meanwhile.
        if (this.binaries[0] === binary) this.binaries.shift();
      }
    }
  }

  private async run(binary: string, folder: string, args: readonly string[], options: GitOptions): Promise<Buffer> {
    const timeout = options.timeout ?? 20_000;
    const limit = options.limit ?? 256 * 1024 * 1024;
    if (!isFolder(folder)) throw new GitError('no repository', `There is no folder ${folder}.`);
    const abort = new AbortController();
    let stopped: GitError | undefined;
    const stop = (reason: GitFailure, message: string): void => {
      stopped ??= new GitError(reason, message);
      abort.abort();
    };
    const started = performance.now();
    const command = `git ${args.join(' ')}`;
    const timer = setTimeout(() => stop('timed out', `${command} took longer than ${timeout / 1000} s.`), timeout);
    const chunks: Buffer[] = [];
    let size = 0;
    let outcome = 'ok';
    abort.signal.addEventListener('abort', () => (stopped ??= new GitError('stopped', `${command} was stopped.`)), { once: true });
    this.running.add(abort);
    // When we are told to end, what git still does is of no use to anybody.
    const leave = (): void => abort.abort();
    process.once('exit', leave);
    try {
      const git = simpleGit({
        baseDir: folder,
        binary,
        config: CONFIG,
        abort: abort.signal,
        allowEnvironment: ALLOWED,
        // An exit without a close may come before the last of the output.
        completion: { onClose: true, onExit: false },
        unsafe: { allowUnsafeFsMonitor: true, allowUnsafeHooksPath: true, allowUnsafeCustomBinary: true },
      })
        .env(environment())
        .outputHandler((_command, stdout) => {
          stdout.on('data', (chunk: Buffer) => {
            size += chunk.length;
            if (size > limit) stop('too large', `${command} printed more than ${limit} bytes.`);
            else chunks.push(chunk);
          });
        });
      await git.raw([...args]);
      if (stopped) throw stopped;
      return Buffer.concat(chunks);
    } catch (error) {
      const failure = stopped ?? failureOf(error, command);
      outcome = failure.reason;
      throw failure;
    } finally {
      clearTimeout(timer);
      process.removeListener('exit', leave);
      this.running.delete(abort);
      this.log(`${command} [${folder}] ${outcome}, ${Math.round(performance.now() - started)} ms, ${size} bytes`);
    }
  }

  async text(folder: string, args: readonly string[], options?: GitOptions): Promise<string> {
    return (await this.bytes(folder, args, options)).toString('utf8');
  }

  dispose(): void {
    for (const abort of this.running) abort.abort();
  }
}

function environment(): NodeJS.ProcessEnv {
  const kept = Object.entries(process.env).filter(([name]) => !GUARDED.test(name) || name === KEPT);
  return { ...Object.fromEntries(kept), ...OWN };
}

function isFolder(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isDirectory() ?? false;
}

function failureOf(error: unknown, command: string): GitError {
  const message = messageOf(error).trim();
  const line = message.split('\n')[0] ?? '';
  const cause = { cause: error };
  if (/\bENOENT\b|\bEACCES\b/.test(line) && /spawn/.test(message)) {
    return new GitError('not installed', 'Git was not found. Install git, or put it on the PATH.', cause);
  }
  if (/not a git repository|must be run in a work tree/i.test(message)) return new GitError('no repository', line, cause);
  if (/dubious ownership/i.test(message)) {
    return new GitError(
      'not trusted',
      'Git refuses this repository because it belongs to another user (git config safe.directory).',
      cause,
    );
  }
  return new GitError('failed', `${command}: ${line || 'failed without a message'}`, cause);
}
