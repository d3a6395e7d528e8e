import { fstatSync } from 'node:fs';
import { constants } from 'node:os';
import { isatty } from 'node:tty';
import type { Disposable } from '../core/disposable';

/** Why a process has to end before its work is done. */
export type TerminationCause =
  { readonly kind: 'signal'; readonly signal: NodeJS.Signals } | { readonly kind: 'error'; readonly error: unknown };

export type TerminationHandler = (cause: TerminationCause) => Promise<void>;

export interface TerminationOptions {
  /** How long the handlers have, together. */
  readonly graceMs?: number;
  /** Prints an error that nobody caught; absent: to stderr. */
  readonly report?: (error: unknown) => void;
}

const SIGNALS: readonly NodeJS.Signals[] =
  process.platform === 'win32' ? ['SIGINT', 'SIGBREAK', 'SIGHUP', 'SIGTERM'] : ['SIGINT', 'SIGTERM', 'SIGHUP'];

/**
 * Lets work be closed properly when the process is asked to end or an error escapes. While there are handlers it listens; on the
 * first cause all of them run, within the time of grace, and the process exits: 128 + the signal's number, or 1.
 */
export class Termination {
  private readonly handlers = new Set<TerminationHandler>();
  private readonly graceMs: number;
  private ending = false;
  private captures = false;

  constructor(private readonly options: TerminationOptions = {}) {
    this.graceMs = options.graceMs ?? 1000;
  }

  /** Handlers of one process run together; dispose of what is returned when the work has ended by itself. */
  add(handler: TerminationHandler): Disposable {
    if (this.handlers.size === 0) this.listen();
    this.handlers.add(handler);
    return {
      dispose: () => {
        if (this.handlers.delete(handler) && this.handlers.size === 0 && !this.ending) this.unlisten();
      },
    };
  }

  /** Ends the process as a signal would; for systems where a parent can't send one. */
  terminate(signal: NodeJS.Signals = 'SIGTERM'): void {
    this.onSignal(signal);
  }

  private listen(): void {
    for (const signal of SIGNALS) process.on(signal, this.onSignal);
    for (const stream of [process.stdout, process.stderr]) stream.on('error', this.onOutputError);
    // A capture callback comes before all listeners: emscripten's rethrow and would end the process before anything is saved.
    this.captures = !process.hasUncaughtExceptionCaptureCallback();
    if (this.captures) process.setUncaughtExceptionCaptureCallback(this.onError);
    else process.prependListener('uncaughtException', this.onError);
    process.prependListener('unhandledRejection', this.onError);
    process.on('beforeExit', this.onIdle);
  }

  private unlisten(): void {
    for (const signal of SIGNALS) process.off(signal, this.onSignal);
    for (const stream of [process.stdout, process.stderr]) stream.off('error', this.onOutputError);
    if (this.captures) process.setUncaughtExceptionCaptureCallback(null);
    else process.off('uncaughtException', this.onError);
    process.off('unhandledRejection', this.onError);
    process.off('beforeExit', this.onIdle);
  }

  private readonly onSignal = (signal: NodeJS.Signals): void => {
    if (signal === 'SIGHUP' && isDetached()) return;
    // A terminal and a launcher may both pass the same Ctrl+C on; the time of grace bounds the wait anyway.
    if (this.ending) return;
    void this.end({ kind: 'signal', signal }, 128 + (constants.signals[signal] ?? 0));
  };

  /** Whoever read what we print is gone, e.g. the terminal was closed: an end like SIGHUP's, which may come later or never. */
  private readonly onOutputError = (error: NodeJS.ErrnoException): void => {
    if (this.ending) return;
    if (error.code === 'EPIPE' || error.code === 'EIO') this.onSignal('SIGHUP');
    else this.onError(error);
  };

  private readonly onError = (error: unknown): void => {
    // What fails while we are closing is a consequence.
    if (this.ending) return;
    if (this.options.report) this.options.report(error);
    else process.stderr.write(`${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`);
    void this.end({ kind: 'error', error }, 1);
  };

  /** Nothing is left to wait for, and still the work has not ended: a promise was forgotten. */
  private readonly onIdle = (): void => {
    this.onError(new Error('The process ran out of work before the run ended: something it waits for never happens.'));
  };

  private async end(cause: TerminationCause, code: number): Promise<void> {
    this.ending = true;
    const late = setTimeout(() => process.exit(code), this.graceMs);
    await Promise.allSettled([...this.handlers].map((handler) => handler(cause)));
    clearTimeout(late);
    process.exit(code);
  }
}

/**
 * Whether the process was started to outlive its terminal: output to a file and nothing to read, as `nohup` leaves it. Node undoes
 * nohup's own protection, so it is renewed here.
 */
function isDetached(): boolean {
  if (isatty(0) || isatty(1) || isatty(2)) return false;
  try {
    return fstatSync(0).isCharacterDevice() && fstatSync(1).isFile();
  } catch {
    return false;
  }
}
