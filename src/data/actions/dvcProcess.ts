import { spawn } from 'node:child_process';
import { delimiter } from 'node:path';
import { StringDecoder } from 'node:string_decoder';
import type { Disposable } from '../../core/disposable';
import { DvcError } from './dvcError';
import { failureOf } from './dvcMessages';
import { endTree, type Force } from './processTree';
import { LineCutter, type DvcProgress } from './progressBars';

const SECONDS = 1_000;
/** A process that says nothing for so long is stuck. Bars move while it copies or hashes, also within one file. */
const SILENCE = 15 * 60 * SECONDS;
/** From one way of telling a process to end to the next, harder one. An interrupted dvc lets its lock go and says so within a second. */
const FAREWELL = 8 * SECONDS;
/** So many of the last lines are kept of each stream, for answers and messages. */
const KEPT_LINES = 20_000;

export interface ProcessOptions {
  readonly signal?: AbortSignal;
  readonly progress?: (progress: DvcProgress) => void;
  /** Each line that is said, of both streams. */
  readonly said?: (line: string) => void;
  /** Milliseconds without a word after which it is ended; 0 for never. */
  readonly silence?: number;
  /** Milliseconds in all after which it is ended. */
  readonly timeout?: number;
  /** A folder that is put before the PATH. */
  readonly programs?: string;
}

export interface ProcessResult {
  readonly out: readonly string[];
  readonly err: readonly string[];
}

/** Starts processes of dvc: each has an end, can be stopped with all that it has started, asks nobody, and has a line in the log. */
export class DvcProcesses implements Disposable {
  private readonly running = new Set<(force: Force) => void>();
  private gone = false;

  constructor(
    private readonly log: (line: string) => void,
    private readonly environment: NodeJS.ProcessEnv = process.env,
  ) {}

  /** Rejects with DvcError. `shown` are the arguments that are dvc's, for the log. */
  run(
    folder: string,
    command: string,
    args: readonly string[],
    shown: readonly string[],
    options: ProcessOptions = {},
  ): Promise<ProcessResult> {
    const { signal, silence = SILENCE, timeout } = options;
    const name = shownCommand(shown);
    if (this.gone || signal?.aborted) return Promise.reject(new DvcError('stopped', `${name} was stopped.`));
    return new Promise((resolve, reject) => {
      const began = performance.now();
      const child = spawn(command, [...args], {
        cwd: folder,
        env: quietEnvironment(this.environment, options.programs),
        // A group, and a session without a terminal, of its own: one signal reaches all of it, and nothing in it can ask anybody.
        detached: process.platform !== 'win32',
        stdio: ['ignore', 'pipe', 'pipe'],
        windowsHide: true,
      });
      const out: string[] = [];
      const err: string[] = [];
      let reason: DvcError | undefined;
      const timers: NodeJS.Timeout[] = [];
      const end = (force: Force): void => endTree(child, force);
      const stop = (why: DvcError): void => {
        if (reason) return;
        reason = why;
        end('interrupt');
        timers.push(
          setTimeout(() => end('terminate'), FAREWELL),
          setTimeout(() => end('kill'), FAREWELL * 1.5),
        );
        // A process that has left the group may hold on to the output.
        timers.push(setTimeout(() => over(null), FAREWELL * 2));
      };
      const stopped = (): void => stop(new DvcError('stopped', `${name} was stopped.`));
      let quiet: NodeJS.Timeout | undefined;
      const alive = (): void => {
        clearTimeout(quiet);
        if (silence > 0)
          quiet = setTimeout(
            () => stop(new DvcError('timed out', `${name} said nothing for ${Math.round(silence / SECONDS)} s.`)),
            silence,
          );
      };
      if (timeout !== undefined)
        timers.push(
          setTimeout(() => stop(new DvcError('timed out', `${name} took longer than ${Math.round(timeout / SECONDS)} s.`)), timeout),
        );
      alive();
      signal?.addEventListener('abort', stopped, { once: true });
      const leave = (): void => end('interrupt');
      process.once('exit', leave);
      const mine = (force: Force): void => (force === 'interrupt' ? stopped() : end(force));
      this.running.add(mine);

      const cutters = ([child.stdout, child.stderr] as const).map((stream, index) => {
        const kept = index === 0 ? out : err;
        const decoder = new StringDecoder('utf8');
        const cutter = new LineCutter(
          (line) => {
            kept.push(line);
            if (kept.length > KEPT_LINES) kept.splice(0, kept.length - KEPT_LINES);
            options.said?.(line);
          },
          (progress) => options.progress?.(progress),
        );
        stream.on('data', (chunk: Buffer) => {
          alive();
          cutter.push(decoder.write(chunk));
        });
        return cutter;
      });

      let ended = false;
      const over = (code: number | string | null, failed?: Error): void => {
        if (ended) return;
        ended = true;
        clearTimeout(quiet);
        for (const timer of timers) clearTimeout(timer);
        signal?.removeEventListener('abort', stopped);
        process.removeListener('exit', leave);
        this.running.delete(mine);
        for (const cutter of cutters) cutter.end();
        // What it has started and was not waited for goes with it when it was stopped.
        if (reason) end('kill');
        const took = Math.round(performance.now() - began);
        const how = failed ? 'not started' : reason ? reason.reason : `code ${String(code)}`;
        this.log(`[${child.pid ?? '-'}] dvc ${shown.map(withoutSecrets).join(' ')} [${folder}] ${how}, ${took} ms`);
        if (reason) return reject(reason);
        if (failed)
          return reject(
            new DvcError('not installed', `${command} can't be started: ${failed.message}`, failed.message, [], { cause: failed }),
          );
        if (code === 0) return resolve({ out, err });
        for (const line of err) this.log(`[${child.pid ?? '-'}] ${withoutSecrets(line)}`);
        reject(failureOf(name, [...err, ...out], code));
      };
      child.once('error', (error) => over(null, error));
      child.once('close', (code, by) => over(code ?? by));
    });
  }

  /** Interrupts what still runs. */
  dispose(): void {
    this.gone = true;
    for (const end of this.running) end('interrupt');
  }
}

/**
 * The person's environment without what is the editor's own, and with what makes dvc, git and ssh ask nobody. Bars are wanted although
 * there is no terminal: they are the only progress there is.
 */
function quietEnvironment(outer: NodeJS.ProcessEnv, programs: string | undefined): NodeJS.ProcessEnv {
  const kept = Object.fromEntries(Object.entries(outer).filter(([name]) => !/^(VSCODE_|ELECTRON_)/i.test(name)));
  const path = Object.keys(kept).find((name) => name.toUpperCase() === 'PATH') ?? 'PATH';
  return {
    ...kept,
    ...(programs === undefined ? {} : { [path]: [programs, kept[path] ?? ''].join(delimiter) }),
    DVC_NO_ANALYTICS: '1',
    DVC_IGNORE_ISATTY: '1',
    PYTHONIOENCODING: 'utf-8',
    COLUMNS: '160',
    GIT_TERMINAL_PROMPT: '0',
    GIT_ASKPASS: '',
    SSH_ASKPASS_REQUIRE: 'never',
    GCM_INTERACTIVE: 'never',
  };
}

function shownCommand(args: readonly string[]): string {
  return `dvc ${args.slice(0, 4).map(withoutSecrets).join(' ')}${args.length > 4 ? ' …' : ''}`;
}

/** A URL may hold a name and a password. */
function withoutSecrets(text: string): string {
  return text.replace(/(\b[a-z][a-z\d+.-]*:\/\/)[^\s/@]+@/gi, '$1***@');
}
