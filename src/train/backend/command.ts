import { spawn } from 'node:child_process';

export interface CommandOptions {
  readonly cwd: string;
  readonly env?: NodeJS.ProcessEnv;
  /** Milliseconds. */
  readonly timeout: number;
  readonly signal?: AbortSignal;
  readonly onLine: (line: string) => void;
}

/** A command that failed; `lines` are the last it said. */
export class CommandError extends Error {
  override readonly name = 'CommandError';

  constructor(
    message: string,
    readonly lines: readonly string[],
  ) {
    super(message);
  }
}

const KEPT_LINES = 60;

/** Runs a program to its end, with what it starts itself in reach of cancel and time-out. Rejects with a CommandError or an AbortError. */
export function runCommand(file: string, args: readonly string[], options: CommandOptions): Promise<void> {
  const { cwd, env = process.env, timeout, signal, onLine } = options;
  return new Promise((resolve, reject) => {
    if (signal?.aborted) return reject(cancelled());
    const windows = process.platform === 'win32';
    const child = spawn(file, args, { cwd, env, detached: !windows, windowsHide: true, stdio: ['ignore', 'pipe', 'pipe'] });
    const lines: string[] = [];
    const tell = (line: string) => {
      if (line.trim() === '') return;
      lines.push(line);
      if (lines.length > KEPT_LINES) lines.shift();
      onLine(line);
    };
    for (const stream of [child.stdout, child.stderr]) {
      let rest = '';
      stream.setEncoding('utf8').on('data', (text: string) => {
        const parts = (rest + text).split(/\r?\n|\r/);
        rest = parts.pop() ?? '';
        parts.forEach(tell);
      });
      stream.on('end', () => tell(rest));
    }
    const kill = () => {
      if (child.pid === undefined) return;
      if (windows)
        spawn('taskkill', ['/pid', String(child.pid), '/t', '/f'], { windowsHide: true, stdio: 'ignore' }).on('error', () => child.kill());
      else
        try {
          process.kill(-child.pid, 'SIGKILL');
        } catch {
          child.kill('SIGKILL');
        }
    };
    let late = false;
    const timer = setTimeout(() => ((late = true), kill()), timeout);
    const leave = () => kill();
    signal?.addEventListener('abort', kill, { once: true });
    process.once('exit', leave);
    const finish = (error?: Error) => {
      clearTimeout(timer);
      signal?.removeEventListener('abort', kill);
      process.removeListener('exit', leave);
      if (error) reject(error);
      else resolve();
    };
    child.once('error', (error) => finish(new CommandError(`${file} could not be started: ${error.message}`, lines)));
    child.once('close', (code, death) => {
      if (signal?.aborted) finish(cancelled());
      else if (late) finish(new CommandError(`${file} took longer than ${Math.round(timeout / 1000)} s and was ended.`, lines));
      else if (code !== 0) finish(new CommandError(`${file} ${death ? `was ended by ${death}` : `failed with exit code ${code}`}.`, lines));
      else finish();
    });
  });
}

function cancelled(): Error {
  return new DOMException('It was cancelled.', 'AbortError');
}
