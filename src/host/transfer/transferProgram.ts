import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import type { LogOutputChannel } from 'vscode';
import { childEnvironment } from '../childEnvironment';
import { parseTransferLine, type TransferProgress, type TransferReport } from './transferReport';

/** A transfer that says nothing for so long is stuck; in milliseconds. */
const SILENCE = 15 * 60_000;
/** How long one that is asked to stop may take to come to a safe point, in milliseconds. */
const FAREWELL = 10_000;
/** What a question may take, in milliseconds. */
const ASKING = 60_000;

export interface TransferJob {
  /** The arguments of `ml-tracking`, without `--progress-json`. */
  readonly args: readonly string[];
  readonly cwd: string;
  /** What it needs to enter servers; never among the arguments, which everybody can read. */
  readonly environment: Readonly<Record<string, string>>;
}

/** Runs the commands of `ml-tracking` that copy runs, each in a process of its own. */
export class TransferProgram {
  constructor(
    private readonly program: string,
    private readonly log: Pick<LogOutputChannel, 'info' | 'warn'>,
    private readonly outer: NodeJS.ProcessEnv = process.env,
  ) {}

  /** Rejects with the program's own line when it fails as a whole; what could not be copied is in the report. */
  async run(job: TransferJob, signal: AbortSignal, say: (progress: TransferProgress) => void): Promise<TransferReport> {
    let report: TransferReport | undefined;
    const { code, complaint } = await this.execute(withFlag(job, '--progress-json'), SILENCE, signal, (line) => {
      const parsed = parseTransferLine(line);
      if (parsed?.type === 'progress') say(parsed.progress);
      if (parsed?.type === 'report') report = parsed.report;
    });
    if (report) return report;
    throw new Error(complaint || `It ended with ${String(code)}, and said nothing.`);
  }

  /** What a command answers with `--json`. */
  async ask(job: TransferJob, signal: AbortSignal): Promise<unknown> {
    let text = '';
    const { code, complaint } = await this.execute(withFlag(job, '--json'), ASKING, signal, (line) => (text += line));
    if (code !== 0) throw new Error(complaint || `It ended with ${String(code)}.`);
    return JSON.parse(text) as unknown;
  }

  private execute(
    { args, cwd, environment }: TransferJob,
    silence: number,
    signal: AbortSignal,
    hear: (line: string) => void,
  ): Promise<{ readonly code: number | string | null; readonly complaint: string }> {
    const began = Date.now();
    const child = spawn(process.execPath, ['--disable-warning=ExperimentalWarning', this.program, ...args], {
      cwd,
      env: childEnvironment(this.outer, environment),
      stdio: ['ignore', 'pipe', 'pipe'],
      windowsHide: true,
    });
    const shown = args.length > 12 ? [...args.slice(0, 12), `… ${args.length - 12} more`] : args;
    this.log.info(`[${child.pid}] ml-tracking ${shown.join(' ')}`);
    let complaint = '';
    return new Promise((resolve, reject) => {
      let last: NodeJS.Timeout | undefined;
      const stop = (): void => {
        child.kill('SIGTERM');
        last ??= setTimeout(() => child.kill('SIGKILL'), FAREWELL);
      };
      let watch = setTimeout(stop, silence);
      const alive = (): void => {
        clearTimeout(watch);
        watch = setTimeout(stop, silence);
      };
      createInterface({ input: child.stdout }).on('line', (line) => {
        alive();
        hear(line);
      });
      createInterface({ input: child.stderr }).on('line', (line) => {
        alive();
        const text = line.replace(/^ml-tracking: /, '').trim();
        if (text === '') return;
        complaint = text;
        this.log.warn(`[${child.pid}] ${text}`);
      });
      if (signal.aborted) stop();
      signal.addEventListener('abort', stop, { once: true });
      const over = (): void => {
        clearTimeout(watch);
        clearTimeout(last);
        signal.removeEventListener('abort', stop);
      };
      child.once('error', (error) => {
        over();
        reject(error);
      });
      child.once('close', (code, by) => {
        over();
        this.log.info(`[${child.pid}] ended with ${code ?? by} after ${((Date.now() - began) / 1000).toFixed(1)} s`);
        resolve({ code: code ?? by, complaint });
      });
    });
  }
}

/** After the command's name: what follows `--` is no flag any more. */
function withFlag({ args: [command = '', ...rest], ...job }: TransferJob, flag: string): TransferJob {
  return { ...job, args: [command, flag, ...rest] };
}
