import { Git, READING, type GitOptions, type LogLine } from './git';

/** Programs that git runs on a file's content even when it only compares. */
const PROGRAMS = /^(filter\..*)\.(clean|smudge|process|required)$|^(diff\..*)\.(textconv|command)$/is;

/** The settings that make git run nothing of what these settings name. Keys are as `git config --list --name-only` gives them. */
export function restraining(keys: readonly string[]): [key: string, value: string][] {
  const found = new Set(keys.filter((key) => PROGRAMS.test(key)));
  for (const key of [...found]) {
    const filter = PROGRAMS.exec(key)?.[1];
    // A filter that must succeed and does nothing would be a failure.
    if (filter !== undefined) found.add(`${filter}.required`);
  }
  return [...found].map((key) => [key, key.toLowerCase().endsWith('.required') ? 'false' : '']);
}

/** Settings as variables, because a filter's name may hold "=", which `-c` would cut it at. They count after those that are there already. */
export function configuration(
  settings: readonly (readonly [key: string, value: string])[],
  before: Readonly<Record<string, string>> = {},
): Record<string, string> {
  const first = Number(before['GIT_CONFIG_COUNT'] ?? 0);
  const numbered = settings.flatMap(([key, value], index): [string, string][] => [
    [`GIT_CONFIG_KEY_${first + index}`, key],
    [`GIT_CONFIG_VALUE_${first + index}`, value],
  ]);
  return { ...before, GIT_CONFIG_COUNT: String(first + settings.length), ...Object.fromEntries(numbered) };
}

/** Git for a repository that nobody trusts: reads, and turns the programs off that its settings (and the person's) name. */
export class Restraint extends Git {
  constructor(log: LogLine, binaries?: readonly string[]) {
    super(log, binaries, READING);
  }

  override async bytes(folder: string, args: readonly string[], options: GitOptions = {}): Promise<Buffer> {
    const keys = await super.bytes(folder, ['config', '--list', '--null', '--name-only'], {
      ...(options.signal && { signal: options.signal }),
    });
    const settings = restraining(keys.toString('utf8').split('\0').filter(Boolean));
    const environment = configuration(settings, options.environment);
    return super.bytes(folder, args, { ...options, environment });
  }
}
