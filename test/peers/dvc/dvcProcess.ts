import { spawn, type ChildProcessWithoutNullStreams } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';

/** What a command of dvc has left: its exit code (a signal's number below zero), what it printed and where it complained. */
export interface Outcome {
  readonly code: number;
  readonly out: string;
  readonly err: string;
}

interface Answered extends Outcome {
  readonly id: number;
}

/** The environment of everything that runs dvc or git in a test: nothing of this machine's settings, nothing over the network. */
export function plainEnvironment(scratch: string): NodeJS.ProcessEnv {
  const settings = join(scratch, 'settings');
  mkdirSync(settings, { recursive: true });
  writeFileSync(join(settings, 'config'), '[core]\n    check_update = false\n    analytics = false\n');
  return {
    ...process.env,
    DVC_NO_ANALYTICS: '1',
    DVC_GLOBAL_CONFIG_DIR: settings,
    DVC_SYSTEM_CONFIG_DIR: join(scratch, 'none'),
    GIT_CONFIG_GLOBAL: '/dev/null',
    GIT_CONFIG_NOSYSTEM: '1',
    GIT_AUTHOR_NAME: 'A',
    GIT_AUTHOR_EMAIL: 'a@example.org',
    GIT_COMMITTER_NAME: 'A',
    GIT_COMMITTER_EMAIL: 'a@example.org',
    TMPDIR: scratch,
  };
}

/** One version of the real dvc, in one process that answers one command after the other as its program would. */
export class DvcProcess {
  private readonly child: ChildProcessWithoutNullStreams;
  private readonly waiting = new Map<number, { fulfil: (outcome: Outcome) => void; reject: (error: Error) => void }>();
  private readonly ended: Promise<void>;
  private lastId = 0;
  private complaints = '';

  constructor(
    python: string,
    readonly scratch: string,
    readonly environment: NodeJS.ProcessEnv,
  ) {
    this.child = spawn(python, [join(import.meta.dirname, 'answers.py'), scratch], { env: environment, stdio: 'pipe' });
    this.child.stderr.setEncoding('utf8').on('data', (text: string) => (this.complaints = (this.complaints + text).slice(-4000)));
    createInterface(this.child.stdout).on('line', (line) => {
      const answered = JSON.parse(line) as Answered;
      this.waiting.get(answered.id)?.fulfil(answered);
      this.waiting.delete(answered.id);
    });
    this.ended = new Promise((fulfil) => {
      const end = (reason: string): void => {
        for (const { reject } of this.waiting.values()) reject(new Error(`dvc's process ended: ${reason}\n${this.complaints}`));
        this.waiting.clear();
        fulfil();
      };
      this.child.once('error', (error) => end(error.message));
      this.child.once('close', (code, signal) => end(signal ?? `exit code ${code}`));
    });
  }

  /** The version, once it is ready. */
  async version(): Promise<string> {
    return (await this.answerOf(0)).out;
  }

  run(folder: string, args: readonly string[]): Promise<Outcome> {
    const id = ++this.lastId;
    const answer = this.answerOf(id);
    this.child.stdin.write(`${JSON.stringify({ id, folder, args })}\n`);
    return answer;
  }

  async dispose(): Promise<void> {
    this.child.stdin.end();
    await this.ended;
  }

  private answerOf(id: number): Promise<Outcome> {
    return new Promise((fulfil, reject) => this.waiting.set(id, { fulfil, reject }));
  }
}
