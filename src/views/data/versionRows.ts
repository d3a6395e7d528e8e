import { formatAge, formatBytes, formatNumber } from '../../core/format';
import type { DataSource } from '../../data/source';
import type { OutStatus } from '../../data/status/status';
import type { RecordedNow, RecordedVersion, RecordedVersions } from '../../data/versions';
import { CommandId } from '../../host/commandIds';
import { bestValue } from '../../lineage/commitRuns';
import type { DataUse, VersionUses } from '../../lineage/dataRuns';
import type { RunsOfData } from '../../lineage/lineageReader';
import { visible } from '../code/codeText';
import { RUN_ICONS } from '../code/historyRows';
import { pagedRows } from '../rowPages';
import type { Translator, TreeRow } from '../treeRow';
import type { DataTarget } from './dataTarget';
import type { OutPart } from './outPart';

/** So many versions are shown at first, and by each “older”. */
const PAGE = 20;

/** Beneath tracked data: the versions that git has of it, and beneath each the runs that used it. */
export class VersionRows implements OutPart {
  private readonly histories = new Map<string, Promise<RecordedVersions>>();

  constructor(
    private readonly source: Pick<DataSource, 'versions'>,
    private readonly runs: RunsOfData,
    private readonly now: () => number = Date.now,
  ) {}

  /** Whether anybody has looked at versions since the last reading. */
  get isShown(): boolean {
    return this.histories.size > 0;
  }

  /** After each reading of the view they are read again, when they are looked at. */
  look(): Promise<void> {
    this.histories.clear();
    return Promise.resolve();
  }

  hasRows({ digest, committed }: OutStatus): boolean {
    return digest !== undefined || committed !== 'added';
  }

  rows(root: string, out: OutStatus, l10n: Translator): TreeRow[] {
    return [
      {
        id: `${root}|versions|${out.path}|${out.stage ?? ''}`,
        label: l10n.t('Versions'),
        icon: { id: 'history' },
        context: 'dataVersions',
        data: { kind: 'out', root, path: out.target, address: out.address },
        load: () => this.page(root, out, 0, l10n),
      },
    ];
  }

  private async page(root: string, out: OutStatus, from: number, l10n: Translator): Promise<TreeRow[]> {
    const history = await this.history(root, out, from + PAGE);
    const { known } = this.runs;
    const graph = await this.runs.ancestors(root, known.commitsFor({ root, path: out.path })).catch(() => new Map<string, string[]>());
    const uses = known.ofVersions({ root, path: out.path, history }, graph);
    const around: Surroundings = { root, out, history, uses, now: this.now(), l10n };
    const above = idOf(around);
    const rows = history.versions.slice(from, from + PAGE).map((_, index) => versionRow(from + index, around));
    const older: TreeRow = {
      id: `${above}|older|${from + PAGE}`,
      label: l10n.t('Older Versions'),
      icon: { id: 'ellipsis' },
      load: () => this.page(root, out, from + PAGE, l10n),
    };
    const isOlder = history.versions.length > from + PAGE || history.more;
    return [...(from === 0 ? currentRows(around) : []), ...rows, ...(isOlder ? [older] : lastRows(around))];
  }

  private history(root: string, out: OutStatus, most: number): Promise<RecordedVersions> {
    const key = JSON.stringify([root, out.target, most]);
    const known = this.histories.get(key) ?? this.source.versions(root, out.target, { most });
    this.histories.set(key, known);
    known.catch(() => this.histories.delete(key));
    return known;
  }
}

interface Surroundings {
  readonly root: string;
  readonly out: OutStatus;
  readonly history: RecordedVersions;
  readonly uses: VersionUses;
  readonly now: number;
  readonly l10n: Translator;
}

function idOf({ root, out }: Surroundings): string {
  return `${root}|version|${out.path}|${out.stage ?? ''}`;
}

/** What differs from the newest commit: the files, and the record. */
function currentRows(around: Surroundings): TreeRow[] {
  const { root, out, history, uses, l10n } = around;
  const rows: TreeRow[] = [];
  if (out.workspace === 'modified' || out.workspace === 'deleted')
    rows.push({
      id: `${idOf(around)}|files`,
      label: l10n.t('Working Tree'),
      description: out.workspace === 'deleted' ? l10n.t('deleted') : l10n.t('modified, not committed to DVC'),
      icon: { id: 'edit' },
      context: 'dataVersion files',
      data: { kind: 'out', root, path: out.target, address: out.address },
    });
  const { now, versions } = history;
  if (now) {
    const facts = factsOf(now, versions[0], uses.now, l10n);
    rows.push({
      id: `${idOf(around)}|now`,
      label: l10n.t('Committed to DVC, not to Git'),
      description: facts.join(' · '),
      tooltip: [l10n.t('What the record says now'), `${now.hashName} ${now.digest}`, ...facts].join('\n'),
      icon: { id: 'git-commit', color: 'gitDecoration.stageModifiedResourceForeground' },
      context: 'dataVersion now',
      data: targetOf(around, now, undefined),
      ...runChildren(`${idOf(around)}|now`, uses.now, around),
    });
  }
  if (!now && versions.length === 0) rows.push({ id: `${idOf(around)}|none`, label: l10n.t('No commit has it yet'), icon: { id: 'info' } });
  return rows;
}

function versionRow(index: number, around: Surroundings): TreeRow {
  const { out, history, uses, now, l10n } = around;
  const version = history.versions[index] as RecordedVersion;
  const before = history.versions.slice(index + 1).find(({ digest }) => digest !== undefined);
  const { commit, subject, author, time, tags, digest, hashName, inCache } = version;
  const id = `${idOf(around)}|${commit}`;
  const used = uses.byCommit.get(commit) ?? [];
  const isCurrent = digest !== undefined && digest === out.digest && history.versions.findIndex((each) => each.digest === digest) === index;
  const age = formatAge(time, now);
  const facts = [
    ...(tags.length > 0 ? [`(${tags.map(visible).join(', ')})`] : []),
    ...(isCurrent ? [l10n.t('current')] : []),
    ...(digest === undefined ? [l10n.t('no longer tracked')] : factsOf(version, before, used, l10n)),
    age,
    commit.slice(0, 8),
  ];
  const children = runChildren(id, used, around);
  return {
    id,
    label: visible(subject) || commit.slice(0, 8),
    description: facts.join(' · '),
    tooltip: [
      visible(subject),
      commit,
      `${visible(author)}, ${new Date(time).toLocaleString()}`,
      ...(tags.length > 0 ? [tags.map(visible).join(', ')] : []),
      ...(digest === undefined ? [l10n.t('no longer tracked')] : [visible(version.path), `${hashName} ${digest}`]),
      ...(digest === undefined ? [] : factsOf(version, before, used, l10n)),
      ...(inCache === true ? [l10n.t('in the cache')] : []),
      ...(out.stage === undefined || isCurrent
        ? []
        : [l10n.t('Made by the stage {0}: check out the commit to have it as it was.', out.stage)]),
    ].join('\n'),
    icon: iconOf(version, isCurrent, used),
    context: [
      'dataVersion',
      digest === undefined ? 'stopped' : 'recorded',
      ...(isCurrent ? ['current'] : []),
      inCache === false ? 'missing' : 'here',
      // Such data comes back with the commit, and so with the code that made it.
      ...(out.stage === undefined ? [] : ['made']),
    ].join(' '),
    spoken: [visible(subject), ...facts].join(', '),
    data: targetOf(around, version, before?.commit),
    action: {
      kind: 'command',
      command: CommandId.openCommit,
      title: l10n.t('Open Commit'),
      args: [{ about: { kind: 'commit', root: around.root, hash: commit, subject } }],
    },
    ...children,
  };
}

function iconOf({ digest, inCache }: RecordedVersion, isCurrent: boolean, used: readonly DataUse[]): NonNullable<TreeRow['icon']> {
  if (digest === undefined) return { id: 'circle-slash', color: 'disabledForeground' };
  if (inCache === false) return { id: 'cloud-download' };
  return { id: isCurrent ? 'pass' : 'git-commit', ...(used.length > 0 ? { color: 'charts.blue' } : {}) };
}

function targetOf(
  { root, out }: Surroundings,
  version: RecordedNow & { readonly commit?: string },
  before: string | undefined,
): DataTarget {
  const { digest, commit, path } = version;
  return { kind: 'version', root, path: out.target, digest, commit, recordedPath: path, before };
}

/** `4.2 MB (+1.2 MB) · 12 files (+2) · 3 runs · not in cache` */
function factsOf(version: RecordedNow, before: RecordedNow | undefined, used: readonly DataUse[], l10n: Translator): string[] {
  const { size, files, inCache } = version;
  const moreBytes = size === undefined || before?.size === undefined ? 0 : size - before.size;
  const moreFiles = files === undefined || before?.files === undefined ? 0 : files - before.files;
  return [
    ...(size === undefined ? [] : [formatBytes(size) + changed(moreBytes, formatBytes(Math.abs(moreBytes)))]),
    ...(files === undefined
      ? []
      : [(files === 1 ? l10n.t('1 file') : l10n.t('{0} files', files)) + changed(moreFiles, String(Math.abs(moreFiles)))]),
    ...(used.length === 0 ? [] : [runsText(used, l10n)]),
    ...(inCache === false ? [l10n.t('not in cache')] : []),
  ];
}

/** `3 runs, best 0.9021`: by the metric of the newest run that has one. */
function runsText(used: readonly DataUse[], l10n: Translator): string {
  const key = used.find(({ headline }) => headline !== undefined)?.headline?.key;
  const runs = used.map(({ run }) => run);
  const best = key === undefined ? undefined : bestValue(runs, key);
  if (used.length === 1) return best ? l10n.t('1 run, {0}', formatNumber(best.value)) : l10n.t('1 run');
  return best ? l10n.t('{0} runs, best {1}', used.length, formatNumber(best.value)) : l10n.t('{0} runs', used.length);
}

function changed(difference: number, text: string): string {
  return difference === 0 ? '' : ` (${difference > 0 ? '+' : '−'}${text})`;
}

function runChildren(id: string, used: readonly DataUse[], { now, l10n }: Surroundings): Pick<TreeRow, 'children' | 'expanded'> {
  return used.length === 0 ? {} : { children: pagedRows(`${id}|run`, used, l10n, (use) => runRow(id, use, now, l10n)) };
}

function runRow(above: string, { run, location, context, headline, by, digest }: DataUse, now: number, l10n: Translator): TreeRow {
  const [icon, color] = RUN_ICONS[run.status];
  const facts = [
    ...(headline
      ? [formatNumber(headline.value), headline.key]
      : [run.status === 'FINISHED' ? l10n.t('no metric') : run.status.toLowerCase()]),
    ...(context === undefined ? [] : [context]),
    formatAge(run.startTime, now),
    ...(by === 'commit' ? [l10n.t('by its commit')] : []),
  ];
  const target = { location, runId: run.runId };
  return {
    id: `${above}|run|${location}|${run.runId}`,
    label: visible(run.runName),
    description: facts.map(visible).join(' · '),
    tooltip: [
      visible(run.runName),
      ...facts.map(visible),
      by === 'digest'
        ? l10n.t('used this very content') + (digest === undefined ? '' : ` (${digest})`)
        : l10n.t('names this path, and its commit has this version'),
    ].join('\n'),
    icon: { id: icon, color },
    context: 'commitRun',
    spoken: [visible(run.runName), ...facts.map(visible)].join(', '),
    ...target,
    action: { kind: 'command', command: CommandId.openRun, title: l10n.t('Open Run'), args: [target] },
  };
}

/** What no commit has, though runs used it; and what can't be read. */
function lastRows(around: Surroundings): TreeRow[] {
  const { history, uses, l10n } = around;
  const { unrecorded } = uses;
  const id = `${idOf(around)}|unrecorded`;
  const rows: TreeRow[] = [];
  if (unrecorded.length > 0)
    rows.push({
      id,
      label: l10n.t('Never Recorded'),
      description: unrecorded.length === 1 ? l10n.t('used by 1 run') : l10n.t('used by {0} runs', unrecorded.length),
      tooltip: l10n.t('Runs that used this path with content that no commit has'),
      icon: { id: 'warning', color: 'problemsWarningIcon.foreground' },
      ...runChildren(id, unrecorded, around),
    });
  if (history.unread > 0)
    rows.push({
      id: `${idOf(around)}|unread`,
      label: history.unread === 1 ? l10n.t('1 commit cannot be read') : l10n.t('{0} commits cannot be read', history.unread),
      icon: { id: 'question' },
    });
  return rows;
}
