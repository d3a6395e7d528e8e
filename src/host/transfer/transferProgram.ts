import type { LogOutputChannel } from 'vscode';
import { LineSplitter } from '../../processes/lineSplitter';
import { ProcessGroups } from '../../processes/processGroups';
import { SAFE_POINT } from '../../processes/processRequest';
import { childEnvironment } from '../childEnvironment';
import { parseTransferLine, type TransferProgress, type TransferReport } from './transferReport';

/** A transfer that says nothing for so long is stuck; in milliseconds. */
const SILENCE = 15 * 60_000;
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
  private readonly groups: ProcessGroups;

  constructor(
    private readonly program: string,
    private readonly log: Pick<LogOutputChannel, 'info' | 'warn'>,
    private readonly outer: NodeJS.ProcessEnv = process.env,
  ) {
    this.groups = new ProcessGroups((line) => log.info(line));
  }

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

  private async execute(
    { args, cwd, environment }: TransferJob,
    silence: number,
    signal: AbortSignal,
    hear: (line: string) => void,
  ): Promise<{ readonly code: number | string | null; readonly complaint: string }> {
    const shown = args.length > 12 ? [...args.slice(0, 12), `… ${args.length - 12} more`] : args;
    let complaint = '';
    const output = new LineSplitter(hear);
    const errors = new LineSplitter((line) => {
      const text = line.replace(/^ml-tracking: /, '').trim();
      complaint = text;
      this.log.warn(`ml-tracking ${args[0] ?? ''}: ${text}`);
    });
    const end = await this.groups.run({
      file: process.execPath,
      args: ['--disable-warning=ExperimentalWarning', this.program, ...args],
      folder: cwd,
      environment: childEnvironment(this.outer, environment),
      title: `ml-tracking ${shown.join(' ')}`,
      signal,
      silence,
      ending: SAFE_POINT,
      onOutput: (chunk) => output.push(chunk),
      onErrors: (chunk) => errors.push(chunk),
    });
    output.end();
    errors.end();
    return { code: end.code ?? end.signal ?? null, complaint };
  }
}

/** After the command's name: what follows `--` is no flag any more. */
function withFlag({ args: [command = '', ...rest], ...job }: TransferJob, flag: string): TransferJob {
  return { ...job, args: [command, flag, ...rest] };
}
