import type { Kept } from '../code/keeper';
import { isClean, RestoredTrees, type RestoredTree } from '../code/restoredTrees';
import { CodeRunner } from '../code/runner';
import { invalid } from '../core/errors';
import { formatAge } from '../core/format';
import { DataReader } from '../data/reader';
import { GitRevisions } from '../lineage/gitRevisions';
import { RestoredLosses } from '../lineage/restoredLosses';
import { withReader, type CodeFlags } from './codeCommand';
import { jsonText, table, type Output } from './output';

export interface KeptFlags extends CodeFlags {
  /** The id of what is brought back. */
  readonly restore?: string;
  readonly prune?: boolean;
  readonly days?: number;
  readonly newest?: number;
}

export interface WorktreeFlags extends CodeFlags {
  readonly prune?: boolean;
  /** The folder of the one that is removed. */
  readonly remove?: string;
  readonly ignored?: boolean;
}

/** What discarding and unstaging took away, which can be brought back; or brings one of them back, or gives up the oldest. */
export async function showKept(flags: KeptFlags, output: Output): Promise<void> {
  const { restore, prune, days, newest } = flags;
  if (restore !== undefined && prune) throw invalid('--restore and --prune are two things: give one of them');
  if (!prune && (days !== undefined || newest !== undefined)) throw invalid('--days and --newest belong to --prune');
  await withRunner(output, (runner) =>
    withReader(flags, async (_reader, root) => {
      if (prune) {
        const went = await runner.pruneDiscarded(root, { ...(days !== undefined && { days }), ...(newest !== undefined && { newest }) });
        if (output.json) output.out(jsonText(went));
        else output.say(went.length === 0 ? 'Nothing is old enough to be given up.\n' : `${went.length} no longer kept.\n`);
        return;
      }
      const kept = await runner.discarded(root);
      if (restore === undefined) {
        if (output.json) output.out(jsonText(kept));
        else if (kept.length === 0) output.say('Nothing is kept here: nothing was discarded.\n');
        else output.out(table(['ID', 'AGE', 'WHAT', 'FILES'], kept.map(keptCells)));
        return;
      }
      const found = kept.filter(({ id }) => id === restore || (restore.length >= 4 && id.startsWith(restore)));
      const [one] = found;
      if (!one || found.length > 1)
        throw invalid(`${one ? 'several are' : 'nothing is'} kept under ${restore}: \`ml-tracking code kept\` lists what is there`);
      const before = await runner.restoreDiscarded(root, one.id);
      if (output.json) output.out(jsonText({ restored: one, before }));
      else
        output.say(
          `${one.paths.length} ${one.paths.length === 1 ? 'file is' : 'files are'} back; what stood there is kept under ${before.id}.\n`,
        );
    }),
  );
}

function keptCells({ id, reason, time, paths }: Kept): string[] {
  const [first = '', ...more] = paths;
  return [id, formatAge(time, Date.now()), reason, more.length > 0 ? `${first} and ${more.length} more` : first];
}

/** The working trees that were made for runs; or takes those off the list that were deleted by hand, or removes one. */
export async function showWorktrees(flags: WorktreeFlags, output: Output): Promise<void> {
  const { prune, remove, ignored = false } = flags;
  if (prune && remove !== undefined) throw invalid('--prune and --remove are two things: give one of them');
  if (ignored && remove === undefined) throw invalid('--ignored belongs to --remove');
  await withRunner(output, (runner) =>
    withReader(flags, async (reader, root) => {
      const data = new DataReader(() => undefined, { revisions: new GitRevisions(reader) });
      const trees = new RestoredTrees(reader, runner, new RestoredLosses(data).find);
      if (remove !== undefined) {
        await trees.remove(root, remove, ignored ? { ignored: true } : {});
        if (output.json) output.out(jsonText({ removed: remove }));
        else output.say(`${remove} is removed.\n`);
        return;
      }
      const found = prune ? await trees.prune(root) : await trees.list(root);
      if (output.json) output.out(jsonText(found.map((tree) => ({ ...tree, run: tree.run ?? null, clean: isClean(tree) }))));
      else if (found.length === 0)
        output.say(prune ? 'None of them is gone.\n' : 'No working tree was made for a run here: `ml-tracking restore RUN` makes one.\n');
      else output.out(table(['RUN', 'AGE', 'STATE', 'FOLDER'], found.map(treeCells)));
    }),
  );
}

function treeCells(tree: RestoredTree): string[] {
  return [tree.run?.name ?? '', formatAge(tree.time, Date.now()), stateText(tree), tree.folder];
}

function stateText({ place, locked, changed, ignored, holdsCommits }: RestoredTree): string {
  if (place !== 'there') return place === 'gone' ? 'gone' : 'not to be reached';
  const parts = [
    ...(changed.length > 0 ? [`${changed.length} changed`] : []),
    ...(holdsCommits ? ['own commits'] : []),
    ...(locked ? ['locked'] : []),
  ];
  return `${parts.length > 0 ? parts.join(', ') : 'clean'}${ignored.length > 0 ? ', with ignored files' : ''}`;
}

async function withRunner<T>(output: Output, work: (runner: CodeRunner) => Promise<T>): Promise<T> {
  // Whoever types the command trusts the repository, as with git itself; what went is worth a line.
  const log = (line: string): void => void (/^(No longer kept|What was kept)/.test(line) && output.say(`${line}\n`));
  const runner = new CodeRunner(log, undefined, () => true);
  try {
    return await work(runner);
  } finally {
    runner.dispose();
  }
}
