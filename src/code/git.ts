import { statSync } from 'node:fs';
import { devNull } from 'node:os';
import type { Disposable } from '../core/disposable';
import { messageOf } from '../core/errors';
import { ProcessGroups } from '../processes/processGroups';
import { knownFailure, type GitFailure } from './gitMessages';
import { withoutSecretsIn } from './remoteUrl';

/** Takes one line about one process. */
export type LogLine = (line: string) => void;

export type { GitFailure };

/** Why git gave no answer, in one line that a person can act on. */
export class GitError extends Error {
  override readonly name = 'GitError';

  constructor(
    readonly reason: GitFailure,
    message: string,
    options?: ErrorOptions,
    /** All that git printed. */
    readonly details: string = message,
    /** The files that it is about, relative to the root; for 'would lose', 'in the way' and 'conflicts'. */
    readonly files: readonly string[] = [],
  ) {
    super(message, options);
  }
}

export interface GitOptions {
  /** Milliseconds for the whole process; 20,000 unless told. */
  readonly timeout?: number;
  /** Bytes of output that are taken before the process is stopped; 256 MiB unless told. */
  readonly limit?: number;
  /** Stops the process, which then fails as 'stopped'. */
  readonly signal?: AbortSignal;
  /** What git reads from its standard input; not empty. */
  readonly input?: Buffer | string;
  /** Variables of git's own that this process has beside the usual ones. */
  readonly environment?: Readonly<Record<string, string>>;
}

/** How git is started. */
export interface GitManner {
  /** Settings, `key=value`, that count before those of any file. */
  readonly config: readonly string[];
  readonly environment: Readonly<Record<string, string>>;
  /** Variables of the person's that are passed on although they are git's. */
  readonly inherits: RegExp;
  /** Whether an exit code other than 0 is a failure also without a message. */
  readonly strict: boolean;
}

/** Environment variables that start programs or point git elsewhere: they are left out. */
const GUARDED = /^(git.*|editor|visual|pager|prefix|ssh_askpass)$/i;
/** The one inherited variable that only narrows where git looks. */
const KEPT = /^GIT_CEILING_DIRECTORIES$/;
/** More messages than this are of no use to anybody, in bytes. */
const MESSAGES = 1024 * 1024;
/** No prompt of git, of ssh or of a credential manager, and messages that can be told apart. */
const QUIET = {
  GIT_TERMINAL_PROMPT: '0',
  GIT_ASKPASS: '',
  SSH_ASKPASS_REQUIRE: 'never',
  GCM_INTERACTIVE: 'never',
  LC_ALL: 'C',
} as const;

/** Nothing is locked or fetched, and nothing that a repository's configuration names is started, by what only reads. */
export const READING: GitManner = {
  config: ['core.fsmonitor=false', `core.hooksPath=${devNull}`, 'log.showSignature=false', 'diff.autoRefreshIndex=true'],
  environment: { ...QUIET, GIT_OPTIONAL_LOCKS: '0', GIT_NO_LAZY_FETCH: '1', GIT_ALLOW_PROTOCOL: 'none' },
  inherits: KEPT,
  strict: false,
};

/** As the person's own git would do it, but for what waits for somebody at a keyboard. */
export const ACTING: GitManner = {
  config: ['advice.detachedHead=false'],
  environment: { ...QUIET, GIT_EDITOR: ':', GIT_SEQUENCE_EDITOR: ':', GIT_MERGE_AUTOEDIT: 'no' },
  // Who commits, where the person's configuration is, and how the network is reached.
  inherits: /^GIT_((AUTHOR|COMMITTER)_\w+|CONFIG_(GLOBAL|SYSTEM|NOSYSTEM)|CEILING_DIRECTORIES|SSL_\w+|HTTP_\w+|SSH(_COMMAND|_VARIANT)?)$/,
  strict: true,
};

/** Starts git, by default read-only: no prompts, no hooks, no locks; every process has an end and a line in the log. */
export class Git implements Disposable {
  private readonly groups: ProcessGroups;
  /** Where git may be, best first; those that were not there are gone. */
  private readonly binaries: string[];

  /** @param binaries names or paths of git, best first: the first that can be started is used */
  constructor(
    log: LogLine,
    binaries: readonly string[] = ['git'],
    private readonly manner: GitManner = READING,
  ) {
    this.groups = new ProcessGroups(log);
    this.binaries = [...binaries];
  }

  /** What git prints, as bytes. When reading, exit codes other than 0 without a message (`diff --quiet`, `config --get`) count as success. */
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
    const command = commandText(args);
    if (options.signal?.aborted) throw new GitError('stopped', `${command} was stopped.`);
    const tooMuch = new AbortController();
    const output: Buffer[] = [];
    const messages: Buffer[] = [];
    let [size, said] = [0, 0];
    try {
      const { code, stopped } = await this.groups.run({
        file: binary,
        args: [...this.manner.config.flatMap((setting) => ['-c', setting]), ...args],
        folder,
        environment: { ...environment(this.manner.inherits), ...this.manner.environment, ...options.environment },
        title: command,
        input: options.input,
        signal: options.signal ? AbortSignal.any([options.signal, tooMuch.signal]) : tooMuch.signal,
        timeout,
        onOutput: (chunk) => {
          size += chunk.length;
          if (size > limit) tooMuch.abort('too large');
          else output.push(chunk);
        },
        onErrors: (chunk) => {
          said += chunk.length;
          if (said <= MESSAGES) messages.push(chunk);
        },
      });
      if (stopped === 'timed out') throw new GitError('timed out', `${command} took longer than ${timeout / 1000} s.`);
      if (stopped !== undefined && tooMuch.signal.aborted) throw new GitError('too large', `${command} printed more than ${limit} bytes.`);
      if (stopped !== undefined) throw new GitError('stopped', `${command} was stopped.`);
      if (code === 0 || (code !== undefined && !this.manner.strict && messages.length === 0)) return Buffer.concat(output);
      const text = Buffer.concat([...messages, ...(this.manner.strict ? output : [])]).toString('utf8');
      throw new Error(text || `ended with ${code === undefined ? 'a signal' : `code ${code}`}`);
    } catch (error) {
      throw error instanceof GitError ? error : failureOf(error, command);
    }
  }

  async text(folder: string, args: readonly string[], options?: GitOptions): Promise<string> {
    return (await this.bytes(folder, args, options)).toString('utf8');
  }

  dispose(): void {
    this.groups.dispose();
  }
}

function environment(inherits: RegExp): NodeJS.ProcessEnv {
  return Object.fromEntries(Object.entries(process.env).filter(([name]) => !GUARDED.test(name) || inherits.test(name)));
}

/** A command as one line for a log; lists of files are cut short. */
function commandText(args: readonly string[]): string {
  const text = `git ${args.join(' ')}`.replaceAll('\n', ' ');
  return text.length > 2_000 ? `${text.slice(0, 2_000)}…` : text;
}

function isFolder(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isDirectory() ?? false;
}

function failureOf(error: unknown, command: string): GitError {
  const message = withoutSecretsIn(messageOf(error).trim());
  const lines = message.split(/\r?\n/);
  // Hooks and hints may come first.
  const line = lines.find((each) => /^(fatal|error): /.test(each)) ?? lines[0] ?? '';
  const failed = (reason: GitFailure, text: string, files: readonly string[] = []): GitError =>
    new GitError(reason, text, { cause: error }, message, files);
  if (/\bENOENT\b|\bEACCES\b/.test(line) && /spawn/.test(message)) {
    return failed('not installed', 'Git was not found. Install git, or put it on the PATH.');
  }
  if (/not a git repository|must be run in a work tree/i.test(message)) return failed('no repository', line);
  if (/dubious ownership/i.test(message)) {
    return failed('not trusted', 'Git refuses this repository because it belongs to another user (git config safe.directory).');
  }
  const known = knownFailure(message);
  return known ? failed(known.reason, known.message, known.files) : failed('failed', `${command}: ${line || 'failed without a message'}`);
}
