import { spawn } from 'node:child_process';
import { TrackingError } from '../core/errors';

const TIMEOUT = 60_000;

/** The user's own git, in one folder. Every call has a time-out, can be cancelled and leaves a line in the log. */
export class GitProgram {
  constructor(
    private readonly folder: string,
    private readonly log: (line: string) => void,
    private readonly signal?: AbortSignal,
  ) {}

  /** @returns what git prints; throws one line with the reason when it fails. */
  async run(...args: readonly string[]): Promise<string> {
    const { output, code, reason } = await this.call(args);
    if (code !== 0) throw new TrackingError('INTERNAL_ERROR', `git ${args[0]} failed in ${this.folder}: ${reason || `exit code ${code}`}`);
    return output;
  }

  /** What a setting is; undefined where it is not set. */
  async setting(name: string): Promise<string | undefined> {
    const { output, code } = await this.call(['config', '--get', name]);
    return code === 0 && output.trim() !== '' ? output.trim() : undefined;
  }

  private call(args: readonly string[]): Promise<{ output: string; code: number; reason: string }> {
    return new Promise((resolve, reject) => {
      const begin = performance.now();
      const child = spawn('git', ['-C', this.folder, ...args], {
        env: ownEnvironment(),
        stdio: ['ignore', 'pipe', 'pipe'],
        timeout: TIMEOUT,
        killSignal: 'SIGKILL',
        signal: this.signal,
        windowsHide: true,
      });
      let [output, problem] = ['', ''];
      child.stdout.setEncoding('utf8').on('data', (text: string) => (output += text));
      child.stderr.setEncoding('utf8').on('data', (text: string) => (problem += text));
      child.once('error', (error) => {
        if (this.signal?.aborted) reject(error);
        else reject(new TrackingError('INTERNAL_ERROR', `git could not be started; install it and try again (${error.message}).`));
      });
      child.once('close', (code, killed) => {
        this.log(`git ${args.join(' ')} (pid ${child.pid}): exit ${code ?? killed}, ${Math.round(performance.now() - begin)} ms`);
        const reason = killed ? `it took longer than ${TIMEOUT / 1000} s` : (problem.trim().split('\n').at(-1) ?? '');
        resolve({ output, code: code ?? 1, reason });
      });
    });
  }
}

/** Without the variables that a hook or another git sets: they would send our commits to its repository. */
function ownEnvironment(): NodeJS.ProcessEnv {
  const kept = Object.entries(process.env).filter(
    ([name]) => !/^GIT_(DIR|WORK_TREE|INDEX_FILE|PREFIX|OBJECT_DIRECTORY|COMMON_DIR)$/.test(name),
  );
  return { ...Object.fromEntries(kept), GIT_TERMINAL_PROMPT: '0', LC_ALL: 'C' };
}
