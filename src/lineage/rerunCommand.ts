import { isAbsolute, posix, win32 } from 'node:path';
import type { Run } from '../core/run';
import { TagName } from '../core/tagNames';

/** The command that makes a run once more. */
export interface RerunCommand {
  readonly args: readonly string[];
  /** Relative to the repository; `''` for its root. */
  readonly workingFolder: string;
  /** What a person should know before starting it. */
  readonly notes: readonly string[];
  /** Whether it may be started as it is: false where a secret was not recorded. */
  readonly complete: boolean;
}

/** The command line that a run was started with, for another place; undefined where it wasn't recorded. */
export function rerunCommand(run: Run): RerunCommand | undefined {
  const workingFolder = run.tags[TagName.workingFolder] ?? '';
  const recorded = run.tags[TagName.commandLine];
  const source = run.tags[TagName.sourceName];
  if (recorded === undefined) {
    // A notebook's kernel is not what the run came from.
    if (source === undefined || !/\.py$/i.test(source) || /ipykernel_launcher\.py$|(^|[\\/])__main__\.py$/.test(source)) return undefined;
    return { args: ['python', source], workingFolder, notes: ['Its arguments were not recorded.'], complete: true };
  }
  const args = splitCommandLine(recorded);
  if (!args || args.length === 0) return undefined;
  const hidden = args.filter((arg) => arg === '***' || arg.includes('=***') || arg.includes(':***@'));
  return {
    args: args.map((arg, index) => portable(arg, index, source, workingFolder)),
    workingFolder,
    notes: hidden.length > 0 ? ['A secret in its command line was not recorded: fill it in where *** stands.'] : [],
    complete: hidden.length === 0,
  };
}

/** Undoes what `commandLineText` did: words with spaces between, or JSON strings. Undefined for a text that was cut. */
export function splitCommandLine(text: string): string[] | undefined {
  const args: string[] = [];
  const word = /\s*("(?:[^"\\]|\\.)*"|[^\s"]+)(?=\s|$)/y;
  const trimmed = text.trim();
  while (word.lastIndex < trimmed.length) {
    const match = word.exec(trimmed)?.[1];
    if (match === undefined) return undefined;
    try {
      args.push(match.startsWith('"') ? (JSON.parse(match) as string) : match);
    } catch {
      return undefined;
    }
  }
  return args;
}

/** Programs are found on the path, and the script beside the code, wherever they were when the run was made. */
function portable(arg: string, index: number, source: string | undefined, workingFolder: string): string {
  const plain = arg.replaceAll('\\', '/');
  const whole = isAbsolute(arg) || win32.isAbsolute(arg);
  if (index === 0 && whole) return posix.basename(plain).replace(/\.exe$/i, '');
  if (index > 0 && whole && source !== undefined && plain.endsWith(`/${source}`)) return posix.relative(workingFolder, source);
  return arg;
}
