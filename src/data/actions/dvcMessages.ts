import { constants } from 'node:os';
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
    pattern: /failed to pull data from the cloud|some of the cache files do not exist|files? failed to download/i,
    reason: 'cache missing',
    message: 'Data is missing in the cache, and was not found in the remote.',
  },
  {
    pattern: /checkout failed for following targets|missing cache files/i,
    reason: 'cache missing',
    message: 'Data is missing in the cache: pull it first.',
  },
  {
    pattern: /missing data 'sources?': (.+)/i,
    reason: 'cache missing',
    message: 'Data that a stage needs is missing: $1. Pull it first.',
  },
  { pattern: /failed to reproduce '([^']+)': (?!failed to run\b)(.+)/i, reason: 'stage failed', message: 'The stage $1 failed: $2' },
  { pattern: /failed to reproduce '([^']+)'/i, reason: 'stage failed', message: 'The stage $1 failed.' },
  { pattern: /failed to run: (.+?), exited with (\d+)/i, reason: 'stage failed', message: 'A stage’s command ended with code $2: $1' },
  { pattern: /no space left on device/i, reason: 'failed', message: 'The disk is full.' },
];

/** A line that is dvc's own word, and not that of a stage's command. */
const OWN = /^(?:ERROR|WARNING):/;
/** The file, and what stands behind: a revision, whether it looks like a merge that is not finished, what all of it should be. */
const INVALID = /^'(?:\.[\\/])?(.+)' (?:is invalid|validation failed)(.*?)\.?$/;
/** So many of the last lines are told where dvc has not said what is wrong. */
const LAST = 3;

/** The failure of a command, by what it said and how it ended. `files` are those that dvc names as being in danger or missing. */
export function failureOf(command: string, said: readonly string[], code: number | string | null): DvcError {
  const details = said.join('\n');
  const by = signalOf(code);
  if (by !== undefined) return new DvcError('failed', `dvc was ended by ${by}.`, details);
  const broken = brokenFile(said);
  if (broken !== undefined) return new DvcError('failed', broken, details);
  const known = knownFailure(said);
  if (known) {
    const { reason, message } = known;
    return new DvcError(reason, message, details, reason === 'would lose' || reason === 'cache missing' ? filesIn(said) : []);
  }
  const error = said.flatMap((line) => /^ERROR:\s*(?:unexpected error - )?(.*\S)/.exec(line)?.[1] ?? []).at(-1);
  const last = said.filter((line) => line.trim() !== '').slice(-LAST);
  const ended = `${command} ended with ${String(code)}`;
  return new DvcError('failed', error ?? (last.length > 0 ? `${ended}: ${last.join(' / ')}` : `${ended}, and said nothing.`), details);
}

/** What ended a process: a shell in between tells it as 128 and the signal's number. */
function signalOf(code: number | string | null): string | undefined {
  if (typeof code === 'string') return code;
  return Object.entries(constants.signals).find(([, number]) => code === 128 + number)?.[0];
}

/** dvc's last word counts first. What a stage's command has said is not dvc's, and tells nothing of what failed in dvc. */
function knownFailure(said: readonly string[]): Pick<Known, 'reason' | 'message'> | undefined {
  const hasRun = said.some((line) => line.startsWith("Running stage '"));
  const own = said.filter((line) => line.startsWith('ERROR:')).reverse();
  for (const text of [...own, said.filter((line) => !hasRun || OWN.test(line)).join('\n')]) {
    for (const { pattern, reason, message } of KNOWN) {
      const found = pattern.exec(text);
      if (found) return { reason, message: message.replace(/\$(\d)/g, (_, index: string) => found[Number(index)] ?? '') };
    }
  }
  return undefined;
}

/** A file of DVC's that can't be read: dvc names it, then what is wrong, and then shows the lines around. */
function brokenFile(said: readonly string[]): string | undefined {
  if (said.some((line) => line.startsWith('ERROR:'))) return undefined;
  const at = said.findIndex((line) => INVALID.test(line));
  const [, file, more] = INVALID.exec(said[at] ?? '') ?? [];
  if (file === undefined) return undefined;
  const invalid = `${file} is invalid${more}`;
  const rest = said.slice(at + 1);
  const end = rest.findIndex((line) => /^\s+\d+(?:\s|$)/.test(line));
  const reasons = rest.slice(0, end < 0 ? undefined : end).filter((line) => line.trim() !== '');
  const located = reasons.flatMap((line) => /^(.*?),(?: in)? line (\d+)(?:, column \d+)?/.exec(line) ?? []);
  const [, reason, number] = located.slice(-3);
  if (number !== undefined) return `${invalid}, line ${number}: ${reason}`;
  return reasons[0] === undefined ? `${invalid}.` : `${invalid}: ${reasons[0]}`;
}

/** Paths stand on lines of their own after the message. */
function filesIn(said: readonly string[]): string[] {
  // Hashes are told before the files that they are of.
  const from = said.findLastIndex((line) => /unsaved files|following targets|missing cache/i.test(line));
  if (from < 0) return [];
  const rest = said.slice(from + 1);
  const end = rest.findIndex((line) => /^(ERROR|WARNING|Is your cache|Having any)|^</.test(line));
  return rest.slice(0, end < 0 ? undefined : end).filter((line) => line.trim() !== '');
}
