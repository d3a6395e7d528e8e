import { spawn, type ChildProcess } from 'node:child_process';
import type { Disposable } from '../core/disposable';
import { Farewell, type Parting } from './farewell';
import { onWindows, signalGroup, type EndSignal } from './groupSignal';

/** A program to be run to its end. */
export interface ProcessRequest {
  readonly file: string;
  readonly args: readonly string[];
  readonly folder: string;
  readonly environment: NodeJS.ProcessEnv;
  /** What the log calls it: a line without secrets. */
  readonly title: string;
  /** Written to its standard input, which is closed at once without it. */
  readonly input?: Buffer | string | undefined;
  /** Ends it, and everything that it has started. A text as the signal's reason is what the log gives for one. */
  readonly signal?: AbortSignal | undefined;
  /** Milliseconds that it may take in all. */
  readonly timeout?: number | undefined;
  /** Milliseconds without a word after which it is taken for stuck. */
  readonly silence?: number | undefined;
  /** How it is ended; `TERMINATION` unless told. */
  readonly ending?: Ending;
  /** Take what it prints. */
  readonly onOutput?: (chunk: Buffer) => void;
  readonly onErrors?: (chunk: Buffer) => void;
  /** It has started. */
  readonly onStart?: (pid: number) => void;
}

/** What a program is told one after another where it has to end. */
export interface Ending {
  /** Milliseconds from the first step on. */
  readonly steps: readonly (readonly [after: number, signal: EndSignal])[];
  /** Whether it is killed when we go before it has; one that isn't was asked and ends by itself. */
  readonly killAtExit: boolean;
}

/** It may take two seconds to tidy up its locks. */
export const TERMINATION: Ending = {
  steps: [
    [0, 'SIGTERM'],
    [2_000, 'SIGKILL'],
  ],
  killAtExit: true,
};

/** For a program that comes to a safe point when it is asked, which may take ten seconds. */
export const SAFE_POINT: Ending = {
  steps: [
    [0, 'SIGTERM'],
    [10_000, 'SIGKILL'],
  ],
  killAtExit: false,
};

export interface ProcessEnd {
  readonly pid: number;
  /** Undefined where a signal ended it, or where it could not even be killed. */
  readonly code: number | undefined;
  readonly signal: NodeJS.Signals | undefined;
  /** Why it was ended, where it did not end by itself. */
  readonly stopped: 'cancelled' | 'timed out' | 'silent' | undefined;
}

/** How long output may be missing after a program's end because something that it left behind holds on to it; in milliseconds. */
const DRAIN = 500;
/** How long after the last step one that can't be killed is waited for, in milliseconds. */
const LOSS = 2_000;

/**
 * Runs each program as the head of a process group of its own, so that what it starts ends with it where it is stopped, or where
 * we go; and none of them finds a terminal to ask at. What a program leaves running after it has ended by itself is let be, as in
 * a terminal. Each has one line in the log.
 */
export class ProcessGroups implements Disposable {
  private readonly farewell = new Farewell();
  private readonly running = new Set<() => void>();

  constructor(private readonly log: (line: string) => void) {}

  /** Rejects with Node's error where it can't be started. */
  run(request: ProcessRequest): Promise<ProcessEnd> {
    const { folder, input, signal, timeout, silence, ending = TERMINATION } = request;
    const began = performance.now();
    let bytes = 0;
    const tell = (what: string): void =>
      this.log(`${request.title} [${folder}] ${what}, ${Math.round(performance.now() - began)} ms, ${bytes} bytes`);
    return new Promise((fulfil, reject) => {
      let child: ChildProcess;
      try {
        child = start(request);
      } catch (error) {
        // What can't be an argument is refused at once.
        tell('not started');
        throw error;
      }
      const { stdin, stdout, stderr } = child;
      const timers: NodeJS.Timeout[] = [];
      let drain: NodeJS.Timeout | undefined;
      let stopped: ProcessEnd['stopped'];
      const letGo = (): void => void (stdout?.destroy(), stderr?.destroy());
      const stop = (why: ProcessEnd['stopped']): void => {
        if (stopped !== undefined) return;
        stopped = why;
        clearTimeout(drain);
        for (const [after, word] of ending.steps)
          if (after === 0) signalGroup(child, word);
          else timers.push(setTimeout(() => signalGroup(child, word), after));
        const last = ending.steps.at(-1)?.[0] ?? 0;
        timers.push(
          setTimeout(letGo, last),
          setTimeout(() => over(undefined, undefined), last + LOSS),
        );
      };
      const cancel = (): void => stop('cancelled');
      const quiet = silence === undefined ? undefined : setTimeout(() => stop('silent'), silence);
      if (timeout !== undefined) timers.push(setTimeout(() => stop('timed out'), timeout));
      const done = (): void => {
        for (const timer of [...timers, quiet, drain]) clearTimeout(timer);
        signal?.removeEventListener('abort', cancel);
        this.running.delete(cancel);
        // It may have died before what it has started, which is in its group still.
        if (stopped !== undefined) signalGroup(child, 'SIGKILL');
        this.farewell.remove(child);
      };
      let isOver = false;
      const over = (code: number | undefined, by: NodeJS.Signals | undefined): void => {
        if (isOver) return;
        isOver = true;
        done();
        const pid = child.pid ?? 0;
        const reason: unknown = signal?.reason;
        const why = stopped === 'cancelled' && typeof reason === 'string' ? reason : stopped;
        tell(`pid ${pid}, ${code === undefined ? (by ?? 'not ended') : `code ${code}`}${why === undefined ? '' : `, ${why}`}`);
        fulfil({ pid, code, signal: by, stopped });
      };
      child.once('error', (error) => {
        if (isOver || child.pid !== undefined) return;
        isOver = true;
        done();
        tell('not started');
        reject(error);
      });
      child.once('exit', () => {
        if (stopped === undefined) drain = setTimeout(letGo, DRAIN);
      });
      child.once('close', (code, by) => over(code ?? undefined, by ?? undefined));
      const heard = (take: ((chunk: Buffer) => void) | undefined, chunk: Buffer): void => {
        drain?.refresh();
        quiet?.refresh();
        bytes += chunk.length;
        take?.(chunk);
      };
      stdout?.on('data', (chunk: Buffer) => heard(request.onOutput, chunk));
      stderr?.on('data', (chunk: Buffer) => heard(request.onErrors, chunk));
      // It may end without having read everything.
      stdin?.on('error', () => undefined).end(input);
      this.farewell.add(child, partingOf(ending));
      if (child.pid !== undefined) request.onStart?.(child.pid);
      this.running.add(cancel);
      signal?.addEventListener('abort', cancel, { once: true });
      if (signal?.aborted) cancel();
    });
  }

  /** Ends what still runs. */
  dispose(): void {
    for (const cancel of this.running) cancel();
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

function partingOf({ steps, killAtExit }: Ending): Parting {
  return { signal: steps[0]?.[1] ?? 'SIGTERM', kill: killAtExit };
}
