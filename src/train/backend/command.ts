import { basename } from 'node:path';
import { messageOf } from '../../core/errors';
import { LineSplitter } from '../../processes/lineSplitter';
import { ProcessGroups } from '../../processes/processGroups';

export interface CommandOptions {
  readonly cwd: string;
  readonly env?: NodeJS.ProcessEnv;
  /** Milliseconds. */
  readonly timeout: number;
  readonly signal?: AbortSignal;
  readonly onLine: (line: string) => void;
  /** Takes one line about the process. */
  readonly log?: (line: string) => void;
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
export async function runCommand(file: string, args: readonly string[], options: CommandOptions): Promise<void> {
  const { cwd, env = process.env, timeout, signal, onLine } = options;
  if (signal?.aborted) throw cancelled();
  const lines: string[] = [];
  const tell = (line: string): void => {
    lines.push(line);
    if (lines.length > KEPT_LINES) lines.shift();
    onLine(line);
  };
  const [output, errors] = [new LineSplitter(tell), new LineSplitter(tell)];
  const groups = new ProcessGroups(options.log ?? (() => undefined));
  const end = await groups
    .run({
      file,
      args,
      folder: cwd,
      environment: env,
      title: [basename(file), ...args].join(' '),
      signal,
      timeout,
      onOutput: (chunk) => output.push(chunk),
      onErrors: (chunk) => errors.push(chunk),
    })
    .catch((error: unknown) => {
      throw new CommandError(`${file} could not be started: ${messageOf(error)}`, lines);
    });
  output.end();
  errors.end();
  if (signal?.aborted) throw cancelled();
  if (end.stopped !== undefined) throw new CommandError(`${file} took longer than ${Math.round(timeout / 1000)} s and was ended.`, lines);
  if (end.code !== 0)
    throw new CommandError(`${file} ${end.signal ? `was ended by ${end.signal}` : `failed with exit code ${end.code}`}.`, lines);
}

function cancelled(): Error {
  return new DOMException('It was cancelled.', 'AbortError');
}
