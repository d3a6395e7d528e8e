import { spawn, type ChildProcess } from 'node:child_process';
import type { Farewell } from './farewell';
import { onWindows, signalGroup } from './groupSignal';
import { TERMINATION, type ProcessEnd, type ProcessRequest } from './processRequest';

/** How long output may be missing after a program's end because something that it left behind holds on to it; in milliseconds. */
const DRAIN = 500;
/** How long after the last step one that can't be killed is waited for, in milliseconds. */
const LOSS = 2_000;

/** A program from its start to its end, which it comes to by itself, or by being told to, ever harder. */
export class RunningProgram {
  private fulfil: (end: ProcessEnd) => void = () => undefined;
  private reject: (error: Error) => void = () => undefined;
  /** Rejects with Node's error where it could not be started. */
  readonly end = new Promise<ProcessEnd>((fulfil, reject) => {
    this.fulfil = fulfil;
    this.reject = reject;
  });
  private readonly began = performance.now();
  private readonly child: ChildProcess;
  /** What may still happen to it: how it is told to end, and how long it is waited for. */
  private readonly timers: NodeJS.Timeout[] = [];
  private quiet: NodeJS.Timeout | undefined;
  private drain: NodeJS.Timeout | undefined;
  private bytes = 0;
  private stopped: ProcessEnd['stopped'];
  private isOver = false;

  /** Starts it; throws for what can't be an argument. */
  constructor(
    private readonly request: ProcessRequest,
    private readonly farewell: Farewell,
    private readonly log: (line: string) => void,
  ) {
    try {
      this.child = start(request);
    } catch (error) {
      this.tell('not started');
      throw error;
    }
    this.listen();
    this.setLimits();
    const { steps, killAtExit } = this.ending;
    farewell.add(this.child, { signal: steps[0]?.[1] ?? 'SIGTERM', kill: killAtExit });
    if (this.child.pid !== undefined) request.onStart?.(this.child.pid);
    request.signal?.addEventListener('abort', this.cancel, { once: true });
    if (request.signal?.aborted) this.cancel();
  }

  readonly cancel = (): void => this.stop('cancelled');

  private get ending(): NonNullable<ProcessRequest['ending']> {
    return this.request.ending ?? TERMINATION;
  }

  private listen(): void {
    const { child, request } = this;
    child.once('error', (error) => this.fail(error));
    child.once('exit', () => {
      if (this.stopped === undefined) this.drain = setTimeout(this.letGo, DRAIN);
    });
    child.once('close', (code, signal) => this.finish(code ?? undefined, signal ?? undefined));
    child.stdout?.on('data', (chunk: Buffer) => this.hear(chunk, request.onOutput));
    child.stderr?.on('data', (chunk: Buffer) => this.hear(chunk, request.onErrors));
    // It may end without having read everything.
    child.stdin?.on('error', () => undefined).end(request.input);
  }

  private setLimits(): void {
    const { timeout, silence } = this.request;
    if (timeout !== undefined) this.timers.push(setTimeout(() => this.stop('timed out'), timeout));
    if (silence !== undefined) this.quiet = setTimeout(() => this.stop('silent'), silence);
  }

  private hear(chunk: Buffer, take: ((chunk: Buffer) => void) | undefined): void {
    this.drain?.refresh();
    this.quiet?.refresh();
    this.bytes += chunk.length;
    take?.(chunk);
  }

  private stop(why: ProcessEnd['stopped']): void {
    if (this.stopped !== undefined) return;
    this.stopped = why;
    clearTimeout(this.drain);
    const { steps } = this.ending;
    for (const [after, signal] of steps)
      if (after === 0) signalGroup(this.child, signal);
      else this.later(after, () => signalGroup(this.child, signal));
    const last = steps.at(-1)?.[0] ?? 0;
    this.later(last, this.letGo);
    this.later(last + LOSS, () => this.finish(undefined, undefined));
  }

  private later(after: number, act: () => void): void {
    this.timers.push(setTimeout(act, after));
  }

  /** What it left behind may hold on to its output for ever. */
  private readonly letGo = (): void => {
    this.child.stdout?.destroy();
    this.child.stderr?.destroy();
  };

  private fail(error: Error): void {
    if (this.isOver || this.child.pid !== undefined) return;
    this.clear();
    this.tell('not started');
    this.reject(error);
  }

  private finish(code: number | undefined, signal: NodeJS.Signals | undefined): void {
    if (this.isOver) return;
    this.clear();
    const { stopped } = this;
    const pid = this.child.pid ?? 0;
    const reason: unknown = this.request.signal?.reason;
    const why = stopped === 'cancelled' && typeof reason === 'string' ? reason : stopped;
    this.tell(`pid ${pid}, ${code === undefined ? (signal ?? 'not ended') : `code ${code}`}${why === undefined ? '' : `, ${why}`}`);
    this.fulfil({ pid, code, signal, stopped });
  }

  private clear(): void {
    this.isOver = true;
    for (const timer of [...this.timers, this.quiet, this.drain]) clearTimeout(timer);
    this.request.signal?.removeEventListener('abort', this.cancel);
    // It may have died before what it has started, which is in its group still.
    if (this.stopped !== undefined) signalGroup(this.child, 'SIGKILL');
    this.farewell.remove(this.child);
  }

  private tell(what: string): void {
    const { title, folder } = this.request;
    this.log(`${title} [${folder}] ${what}, ${Math.round(performance.now() - this.began)} ms, ${this.bytes} bytes`);
  }
}

function start({ file, args, folder, environment, input }: ProcessRequest): ChildProcess {
  return spawn(file, args, {
    cwd: folder,
    env: environment,
    // On Windows a detached program gets a window; there the tree is found by its head's id.
    detached: !onWindows,
    windowsHide: true,
    stdio: [input === undefined ? 'ignore' : 'pipe', 'pipe', 'pipe'],
  });
}
