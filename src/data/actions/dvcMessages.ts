import { DvcError, type DvcFailure } from './dvcError';

interface Known {
  readonly pattern: RegExp;
  readonly reason: DvcFailure;
  readonly message: string;
}

/** What dvc's messages mean to a person who wants to go on; `$1` is what the pattern found. */
const KNOWN: readonly Known[] = [
  {
    pattern: /unable to acquire lock|could not acquire|is busy, it is being blocked by/i,
    reason: 'locked',
    message: 'Another process of dvc is at work in this repository: try again when it has ended.',
  },
  {
    pattern: /can't remove the following unsaved files|unable to remove '[^']*' without a confirmation/i,
    reason: 'would lose',
    message: 'This would overwrite data that is in no cache: commit the data first.',
  },
  {
    pattern: /unable to commit changed/i,
    reason: 'failed',
    message: 'There are changes that dvc commits only when told so.',
  },
  {
    pattern: /no remote specified|no remote repository/i,
    reason: 'no remote',
    message: 'There is no remote: add one in a terminal (dvc remote add -d NAME URL), then try again.',
  },
  { pattern: /remote '([^']+)' doesn't exist/i, reason: 'no remote', message: 'There is no remote with the name $1.' },
  {
    pattern: /(?:is not tracked by any supported SCM|not a git repository|no SCM)/i,
    reason: 'no git',
    message: 'There is no git repository here: initialize one first, or use DVC without git.',
  },
  {
    pattern: /not inside of a DVC repository/i,
    reason: 'no repository',
    message: 'There is no DVC repository here: initialize one first.',
  },
  { pattern: /'\.dvc' exists/i, reason: 'exists', message: 'There is a DVC repository here already.' },
  {
    pattern: /is already tracked by SCM/i,
    reason: 'in git',
    message: 'Git tracks it: let git forget it first (git rm -r --cached), and commit that.',
  },
  { pattern: /The (?:file|directory) '([^']+)' already exists locally/i, reason: 'exists', message: '$1 is there already.' },
  {
    pattern: /output '([^']+)' is already specified in|overlapping output/i,
    reason: 'exists',
    message: 'It is tracked already, or lies in what is.',
  },
  {
    pattern: /requires (?:installing )?'?(dvc[-[\w\]]+)'?|unable to find DVC plugin|but is missing dependencies/i,
    reason: 'missing plugin',
    message: 'The remote needs a package that this dvc lacks: install it beside dvc (pip install "dvc[s3]", "dvc[gs]", …).',
  },
  {
    pattern: /Unable to find .*credentials|NoCredentials|authentication failed|AccessDenied|Forbidden|permission denied \(publickey/i,
    reason: 'not signed in',
    message: 'The remote refuses who you are: sign in to it in a terminal, then try again.',
  },
  {
    pattern:
      /failed to pull data from the cloud|checkout failed for following targets|missing cache files|some of the cache files do not exist|files? failed to download/i,
    reason: 'cache missing',
    message: 'Data is missing in the cache, and was not found in the remote.',
  },
  { pattern: /failed to reproduce '([^']+)'/i, reason: 'stage failed', message: 'The stage $1 failed.' },
  { pattern: /failed to run: (.+?), exited with (\d+)/i, reason: 'stage failed', message: 'A stage’s command ended with code $2: $1' },
  { pattern: /no space left on device/i, reason: 'failed', message: 'The disk is full.' },
];

/** The failure of a command, by what it said and how it ended. `files` are those that dvc names as being in danger or missing. */
export function failureOf(command: string, said: readonly string[], code: number | string | null): DvcError {
  const details = said.join('\n');
  const known = KNOWN.map((each) => ({ ...each, found: each.pattern.exec(details) })).find(({ found }) => found !== null);
  if (known) {
    const message = known.message.replace(/\$(\d)/g, (_, index: string) => known.found?.[Number(index)] ?? '');
    return new DvcError(
      known.reason,
      message,
      details,
      known.reason === 'would lose' || known.reason === 'cache missing' ? filesIn(said) : [],
    );
  }
  const errors = said.flatMap((line) => /^ERROR:\s*(?:unexpected error - )?(.*\S)/.exec(line)?.[1] ?? []);
  return new DvcError('failed', errors[0] ?? said.at(-1) ?? `${command} ended with ${String(code)}, and said nothing.`, details);
}

/** Paths stand on lines of their own after the message. */
function filesIn(said: readonly string[]): string[] {
  const from = said.findIndex((line) => /unsaved files|following targets|missing cache/i.test(line));
  if (from < 0) return [];
  const rest = said.slice(from + 1);
  const end = rest.findIndex((line) => /^(ERROR|WARNING|Is your cache|Having any)|^</.test(line));
  return rest.slice(0, end < 0 ? undefined : end).filter((line) => line.trim() !== '');
}
