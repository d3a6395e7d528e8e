import { spawn, type ChildProcess } from 'node:child_process';

/** A program to be run to its end. */
export interface GroupRequest {
  readonly file: string;
  readonly args: readonly string[];
  readonly folder: string;
  readonly environment: NodeJS.ProcessEnv;
  /** Written to its standard input, which is closed at once without it. */
  readonly input?: Buffer | string | undefined;
  /** Ends it, and everything that it has started. */
  readonly signal: AbortSignal;
  /** Takes what it prints. */
  readonly onOutput: (chunk: Buffer) => void;
}

export interface GroupEnd {
  readonly pid: number;
  /** Undefined where a signal ended it. */
  readonly code: number | undefined;
  readonly stderr: Buffer;
}

/** How long a program that was asked to end may take for tidying up its locks, in milliseconds. */
const GRACE = 2_000;
/** How long output may be missing after a program's end because something that it left behind holds on to it. */
const DRAIN = 500;
/** How long programs may take to tidy up when we are leaving ourselves. */
const FAREWELL = 200;
/** More messages than this are of no use to anybody, in bytes. */
const MESSAGES = 1024 * 1024;

const LEAVING = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;
const windows = process.platform === 'win32';

/**
 * Runs each program as the head of a process group of its own, so that the hooks, filters and transports that it starts end with
 * it where it is stopped, or where we go; and none of them finds a terminal to ask at. What a program leaves running after it has
 * ended by itself is let be, as in a terminal.
 */
export class ProcessGroups {
  private readonly running = new Set<ChildProcess>();

  /** Rejects with Node's error where it can't be started. */
  run({ file, args, folder, environment, input, signal, onOutput }: GroupRequest): Promise<GroupEnd> {
    return new Promise((fulfil, reject) => {
      const child = spawn(file, args, {
        cwd: folder,
        env: environment,
        // On Windows a detached program gets a window; there the tree is found by its head's id.
        detached: !windows,
        windowsHide: true,
        stdio: [input === undefined ? 'ignore' : 'pipe', 'pipe', 'pipe'],
      });
      const { stdin, stdout, stderr } = child;
      const messages: Buffer[] = [];
      let size = 0;
      let overdue: NodeJS.Timeout | undefined;
      const letGo = (): void => void (stdout?.destroy(), stderr?.destroy());
      const stop = (): void => {
        end(child, 'SIGTERM');
        clearTimeout(overdue);
        overdue = setTimeout(() => void (end(child, 'SIGKILL'), letGo()), GRACE);
      };
      const done = (): void => {
        clearTimeout(overdue);
        signal.removeEventListener('abort', stop);
        // It may have died before its hooks, which are in its group still.
        if (signal.aborted) end(child, 'SIGKILL');
        this.remove(child);
      };
      child.once('error', (error) => void (done(), reject(error)));
      child.once('exit', () => {
        if (!signal.aborted) overdue = setTimeout(letGo, DRAIN);
      });
      child.once('close', (code) => {
        done();
        fulfil({ pid: child.pid ?? 0, code: code ?? undefined, stderr: Buffer.concat(messages) });
      });
      stdout?.on('data', (chunk: Buffer) => {
        overdue?.refresh();
        onOutput(chunk);
      });
      stderr?.on('data', (chunk: Buffer) => {
        size += chunk.length;
        if (size <= MESSAGES) messages.push(chunk);
      });
      // It may end without having read everything.
      stdin?.on('error', () => undefined).end(input);
      this.add(child);
      signal.addEventListener('abort', stop, { once: true });
      if (signal.aborted) stop();
    });
  }

  private add(child: ChildProcess): void {
    if (this.running.size === 0) {
      process.on('exit', this.farewell);
      for (const name of LEAVING) process.on(name, this.leave);
    }
    this.running.add(child);
  }

  private remove(child: ChildProcess): void {
    if (this.running.delete(child) && this.running.size === 0) this.unhook();
  }

  private readonly farewell = (): void => {
    for (const child of this.running) end(child, 'SIGTERM');
    if (!windows) Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, FAREWELL);
    for (const child of this.running) end(child, 'SIGKILL');
    this.running.clear();
  };

  /** In a group of their own they don't hear of Ctrl+C. */
  private readonly leave = (name: NodeJS.Signals): void => {
    this.farewell();
    this.unhook();
    // Without our listening the signal would have ended us.
    if (process.listenerCount(name) === 0) process.kill(process.pid, name);
  };

  private unhook(): void {
    process.removeListener('exit', this.farewell);
    for (const name of LEAVING) process.removeListener(name, this.leave);
  }
}

function end(child: ChildProcess, signal: 'SIGTERM' | 'SIGKILL'): void {
  const { pid } = child;
  if (pid === undefined) return;
  if (windows) {
    // By a head that is gone its tree is not to be found any more.
    if (child.exitCode !== null) return;
    spawn('taskkill', ['/pid', String(pid), '/t', '/f'], { windowsHide: true, stdio: 'ignore' }).once('error', () => child.kill());
    return;
  }
  try {
    process.kill(-pid, signal);
  } catch {
    // All of it has ended.
  }
}
