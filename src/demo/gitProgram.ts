import { messageOf, TrackingError } from '../core/errors';
import { ProcessGroups } from '../processes/processGroups';

const TIMEOUT = 60_000;

/** The user's own git, in one folder. Every call has a time-out, can be cancelled and leaves a line in the log. */
export class GitProgram {
  private readonly groups: ProcessGroups;

  constructor(
    private readonly folder: string,
    log: (line: string) => void,
    private readonly signal?: AbortSignal,
  ) {
    this.groups = new ProcessGroups(log);
  }

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

  private async call(args: readonly string[]): Promise<{ output: string; code: number; reason: string }> {
    this.signal?.throwIfAborted();
    const [output, problem]: [Buffer[], Buffer[]] = [[], []];
    const { code, stopped } = await this.groups
      .run({
        file: 'git',
        args,
        folder: this.folder,
        environment: ownEnvironment(),
        title: `git ${args.join(' ')}`,
        signal: this.signal,
        timeout: TIMEOUT,
        onOutput: (chunk) => void output.push(chunk),
        onErrors: (chunk) => void problem.push(chunk),
      })
      .catch((error: unknown) => {
        throw new TrackingError('INTERNAL_ERROR', `git could not be started; install it and try again (${messageOf(error)}).`);
      });
    this.signal?.throwIfAborted();
    const said = Buffer.concat(problem).toString('utf8').trim().split('\n').at(-1) ?? '';
    const reason = stopped === undefined ? said : `it took longer than ${TIMEOUT / 1000} s`;
    return { output: Buffer.concat(output).toString('utf8'), code: code ?? 1, reason };
  }
}

/** Without the variables that a hook or another git sets: they would send our commits to its repository. */
function ownEnvironment(): NodeJS.ProcessEnv {
  const kept = Object.entries(process.env).filter(
    ([name]) => !/^GIT_(DIR|WORK_TREE|INDEX_FILE|PREFIX|OBJECT_DIRECTORY|COMMON_DIR)$/.test(name),
  );
  return { ...Object.fromEntries(kept), GIT_TERMINAL_PROMPT: '0', LC_ALL: 'C' };
}
