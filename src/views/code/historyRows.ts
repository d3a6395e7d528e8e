import type { Commit } from '../../code/repository';
import { formatAge, formatNumber } from '../../core/format';
import type { RunAtCommit } from '../../lineage/commitRuns';
import { CommandId } from '../../host/commandIds';
import type { Translator, TreeRow } from '../treeRow';
import { visible } from './codeText';

/** A run as it hangs beneath its commit. */
export interface PlacedRun extends RunAtCommit {
  /** The place of its store. */
  readonly location: string;
}

export interface HistorySurroundings {
  /** Begins the rows' ids: one commit may stand in several lists. */
  readonly list: string;
  readonly root: string;
  readonly now: number;
  readonly runsAt: (commit: string) => readonly PlacedRun[];
  /** The file whose commits these are. */
  readonly path?: string;
  /** Whether there are more commits than these. */
  readonly more: boolean;
}

/** Commits, newest first, each with its runs beneath; a last row loads more. */
export function historyRows(commits: readonly Commit[], surroundings: HistorySurroundings, l10n: Translator): TreeRow[] {
  const { list, more } = surroundings;
  const rows = commits.map((commit) => commitRow(commit, surroundings, l10n));
  if (!more) return rows;
  const label = l10n.t('Load More Commits');
  const action = { kind: 'command', command: CommandId.loadMoreCommits, title: label, args: [list] } as const;
  return [...rows, { id: `${list}|more`, label, icon: { id: 'ellipsis' }, context: 'moreCommits', action }];
}

function commitRow(commit: Commit, { list, root, now, runsAt, path }: HistorySurroundings, l10n: Translator): TreeRow {
  const { hash, subject, author, time, refs } = commit;
  const runs = runsAt(hash);
  const names = refs.filter((ref) => ref !== 'HEAD' && !/\/HEAD$/.test(ref)).map((ref) => ref.replace(/^refs\/(heads|tags|remotes)\//, ''));
  const where = names.length > 0 ? `(${names.join(', ')})` : '';
  const about = { kind: 'commit', root, hash, subject, ...(path !== undefined && { path }) } as const;
  const id = `${list}|${hash}`;
  const counted = runs.length === 0 ? '' : runs.length === 1 ? l10n.t('1 run') : l10n.t('{0} runs', runs.length);
  const words = [where, hash.slice(0, 8), visible(author), formatAge(time, now)].filter((part) => part !== '');
  return {
    id,
    label: visible(subject) || hash.slice(0, 8),
    description: words.join(' · '),
    tooltip: [visible(subject), hash, `${visible(author)}, ${new Date(time).toLocaleString()}`, where, counted]
      .filter((part) => part !== '')
      .join('\n'),
    icon: { id: 'git-commit', ...(runs.length > 0 && { color: 'charts.blue' }) },
    context: 'commit',
    spoken: [visible(subject), ...words, counted].filter((part) => part !== '').join(', '),
    about,
    action: { kind: 'command', command: CommandId.openCommit, title: l10n.t('Open Commit'), args: [{ about }] },
    ...(runs.length > 0 && { expanded: true, children: runs.map((run) => runRow(`${id}|${run.run.runId}`, run, l10n)) }),
  };
}

/** By how a run stands. */
export const RUN_ICONS: Record<RunAtCommit['run']['status'], readonly [id: string, color: string]> = {
  RUNNING: ['sync~spin', 'charts.blue'],
  SCHEDULED: ['clock', 'charts.blue'],
  FINISHED: ['pass', 'testing.iconPassed'],
  FAILED: ['error', 'testing.iconFailed'],
  KILLED: ['circle-slash', 'disabledForeground'],
};

function runRow(id: string, placed: PlacedRun, l10n: Translator): TreeRow {
  const { run, location } = placed;
  const [icon, color] = RUN_ICONS[run.status];
  const text = resultText(placed, l10n);
  const target = { location, runId: run.runId };
  return {
    id,
    label: visible(run.runName),
    description: text,
    tooltip: [visible(run.runName), text].join('\n'),
    icon: { id: icon, color },
    context: 'commitRun',
    spoken: `${visible(run.runName)}, ${text}`,
    ...target,
    action: { kind: 'command', command: CommandId.openRun, title: l10n.t('Open Run'), args: [target] },
  };
}

/** `0.9897 ▲ +0.0021 · val_accuracy · better than at 1a2b3c4d`, what is long last. */
export function resultText({ run, headline, change }: RunAtCommit, l10n: Translator): string {
  if (!headline) return run.status === 'FINISHED' ? l10n.t('no metric') : run.status.toLowerCase();
  const value = formatNumber(headline.value);
  if (!change) return [value, headline.key].join(' · ');
  const since = change.since.slice(0, 8);
  if (change.better === undefined) return [`${value} =`, headline.key, l10n.t('same as at {0}', since)].join(' · ');
  const verdict = change.better ? l10n.t('better than at {0}', since) : l10n.t('worse than at {0}', since);
  return [`${value} ${deltaText(change.delta)}`, headline.key, verdict].join(' · ');
}

/** `▲ +0.0021` */
export function deltaText(delta: number): string {
  return `${delta > 0 ? '▲ +' : '▼ '}${formatNumber(delta)}`;
}
