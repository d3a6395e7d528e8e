import { delimiter } from 'node:path';
import { StringDecoder } from 'node:string_decoder';
import type { Disposable } from '../../core/disposable';
import { ProcessGroups } from '../../processes/processGroups';
import type { Ending } from '../../processes/processRequest';
import { messageOf } from '../../core/errors';
import { DvcError } from './dvcError';
import { failureOf } from './dvcMessages';
import { LineCutter, type DvcProgress } from './progressBars';

const SECONDS = 1_000;
/** A process that says nothing for so long is stuck. Bars move while it copies or hashes, also within one file. */
const SILENCE = 15 * 60 * SECONDS;
/** An interrupted dvc lets its lock go and says so within a second; one that doesn't is told harder. */
const INTERRUPTION: Ending = {
  steps: [
    [0, 'SIGINT'],
    [8 * SECONDS, 'SIGTERM'],
    [12 * SECONDS, 'SIGKILL'],
  ],
  killAtExit: false,
};
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
  private readonly groups: ProcessGroups;
  private gone = false;

  constructor(
    private readonly log: (line: string) => void,
    private readonly environment: NodeJS.ProcessEnv = process.env,
  ) {
    this.groups = new ProcessGroups(log);
  }

  /** Rejects with DvcError. `shown` are the arguments that are dvc's, for the log. */
  async run(
    folder: string,
    command: string,
    args: readonly string[],
    shown: readonly string[],
    options: ProcessOptions = {},
  ): Promise<ProcessResult> {
    const { signal, silence = SILENCE, timeout } = options;
    const name = shownCommand(shown);
    if (this.gone || signal?.aborted) throw new DvcError('stopped', `${name} was stopped.`);
    const [out, err] = [new KeptLines(options), new KeptLines(options)];
    const {
      pid,
      code,
      signal: by,
      stopped,
    } = await this.groups
      .run({
        file: command,
        args,
        folder,
        environment: quietEnvironment(this.environment, options.programs),
        title: `dvc ${shown.map(withoutSecrets).join(' ')}`,
        signal,
        timeout,
        silence: silence > 0 ? silence : undefined,
        ending: INTERRUPTION,
        onOutput: (chunk) => out.push(chunk),
        onErrors: (chunk) => err.push(chunk),
      })
      .catch((error: unknown) => {
        const message = messageOf(error);
        throw new DvcError('not installed', `${command} can't be started: ${message}`, message, [], { cause: error });
      });
    out.end();
    err.end();
    if (stopped === 'cancelled') throw new DvcError('stopped', `${name} was stopped.`);
    if (stopped === 'silent') throw new DvcError('timed out', `${name} said nothing for ${Math.round(silence / SECONDS)} s.`);
    if (stopped !== undefined) throw new DvcError('timed out', `${name} took longer than ${Math.round((timeout ?? 0) / SECONDS)} s.`);
    if (code === 0) return { out: out.lines, err: err.lines };
    for (const line of err.lines) this.log(`[${pid}] ${withoutSecrets(line)}`);
    throw failureOf(name, [...err.lines, ...out.lines], code ?? by ?? null);
  }

  /** Interrupts what still runs. */
  dispose(): void {
    this.gone = true;
    this.groups.dispose();
  }
}

/** The last lines of one stream, without the bars. */
class KeptLines {
  readonly lines: string[] = [];
  private readonly decoder = new StringDecoder('utf8');
  private readonly cutter: LineCutter;

  constructor({ said, progress }: ProcessOptions) {
    this.cutter = new LineCutter(
      (line) => {
        this.lines.push(line);
        if (this.lines.length > KEPT_LINES) this.lines.shift();
        said?.(line);
      },
      (each) => progress?.(each),
    );
  }

  push(chunk: Buffer): void {
    this.cutter.push(this.decoder.write(chunk));
  }

  end(): void {
    this.cutter.push(this.decoder.end());
    this.cutter.end();
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
