import { existsSync } from 'node:fs';
import { relative, resolve, sep } from 'node:path';
import { fileURLToPath } from 'node:url';
import { CodeReader } from '../../code/reader';
import { invalid, missing } from '../../core/errors';
import { HashPool } from '../../data/hashing/hashPool';
import { DataReader } from '../../data/reader';
import { findDvcRoot } from '../../data/records/repository';
import type { DataAnswer, DataQuestion } from '../../data/source';
import { GitRevisions } from '../../lineage/gitRevisions';
import { cloudText, dataStatusText, diffText, statusText } from './dataText';
import { jsonText, type Output } from '../output';

export interface DataFlags {
  readonly repo?: string;
  readonly json?: boolean;
}

export interface CloudFlags extends DataFlags {
  readonly cloud?: boolean;
  readonly remote?: string;
  readonly quiet?: boolean;
}

export interface DataStatusFlags extends DataFlags {
  readonly granular?: boolean;
  readonly unchanged?: boolean;
  readonly untrackedFiles?: 'no' | 'all';
  readonly notInRemote?: boolean;
  readonly remote?: string;
  readonly renames: boolean;
}

export interface DataDiffFlags extends DataFlags {
  readonly showHash?: boolean;
  readonly hideMissing?: boolean;
}

/** As `dvc status`, with --cloud or --remote as `dvc status --cloud`. */
export async function showStatus(flags: CloudFlags, output: Output): Promise<void> {
  const say = flags.quiet ? { ...output, out: () => undefined } : output;
  if (flags.cloud || flags.remote !== undefined) {
    const { remote } = flags;
    const { answer } = await ask(flags, output, (root) => ({ kind: 'cloudStatus', root, ...(remote !== undefined && { remote }) }));
    say.out(output.json ? jsonText(answer) : cloudText(answer, remote));
    if (flags.quiet && Object.keys(answer).length > 0) process.exitCode = 1;
    return;
  }
  const { answer, stages, errors } = await ask(flags, output, (root, folder) => ({ kind: 'status', root, folder }));
  say.out(output.json ? jsonText(answer) : statusText(answer, stages, errors.length > 0));
  if (flags.quiet && Object.keys(answer).length > 0) process.exitCode = 1;
}

/** As `dvc data status`. */
export async function showDataStatus(flags: DataStatusFlags, output: Output): Promise<void> {
  const { granular = false, unchanged = false, notInRemote = false, untrackedFiles = 'no', renames, remote } = flags;
  if (remote !== undefined && !notInRemote) throw invalid('--remote only says something together with --not-in-remote');
  const wanted = {
    granular,
    unchanged,
    notInRemote,
    renames,
    untracked: untrackedFiles === 'all',
    ...(remote !== undefined && { remote }),
  };
  const { answer, errors } = await ask(flags, output, (root, folder) => ({ kind: 'dataStatus', root, folder, ...wanted }));
  output.out(output.json ? jsonText(answer) : dataStatusText(answer, errors.length > 0));
}

/** As `dvc diff`. */
export async function showDataDiff(from: string | undefined, to: string | undefined, flags: DataDiffFlags, output: Output): Promise<void> {
  const { showHash: hashes = false, hideMissing = false } = flags;
  const sides = { ...(from !== undefined && { from }), ...(to !== undefined && { to }) };
  const { answer, errors } = await ask(flags, output, (root) => ({ kind: 'diff', root, hashes, hideMissing, ...sides }));
  output.out(output.json ? jsonText(answer) : diffText(answer, errors.length > 0));
}

/** Asks about the repository that is meant. What can't be read, or told, is said beside the answer, and ends with exit code 1. */
async function ask<K extends DataQuestion['kind']>(
  flags: DataFlags,
  output: Output,
  questionOf: (root: string, folder: string) => DataQuestion & { readonly kind: K },
): Promise<DataAnswer<K>> {
  const folder = resolve(flags.repo ?? '.');
  const root = await findDvcRoot(folder);
  if (root === undefined) throw missing(`${folder} is in no DVC repository: make one with \`dvc init\`, or name a folder with --repo`);
  const hashWorker = fileURLToPath(new URL('../hashWorker.js', import.meta.url));
  const work = existsSync(hashWorker) ? new HashPool(hashWorker) : undefined;
  const silent = (): void => undefined;
  const reader = new DataReader(silent, { revisions: new GitRevisions(new CodeReader(silent)), work });
  const stop = new AbortController();
  const interrupt = (): void => stop.abort(new Error('Stopped.'));
  process.once('SIGINT', interrupt);
  try {
    const answer = await reader.answer<K>(questionOf(root, folder), stop.signal);
    for (const { file, line, message } of answer.errors)
      output.say(`${relative(process.cwd(), file).split(sep).join('/')}:${line}: ${message}\n`);
    for (const line of answer.unknown) output.say(`unknown: ${line}\n`);
    if (answer.errors.length > 0) process.exitCode = 1;
    return answer;
  } finally {
    process.removeListener('SIGINT', interrupt);
    reader.dispose();
    work?.dispose();
  }
}
