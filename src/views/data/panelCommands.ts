import { basename, join, relative, sep } from 'node:path';
import { l10n, window, type QuickPickItem } from 'vscode';
import { formatAge, formatBytes } from '../../core/format';
import type { DataSource } from '../../data/source';
import type { DataStatus } from '../../data/status/status';
import type { RecordedNow, RecordedVersion } from '../../data/versions';
import { CommandId } from '../../host/commandIds';
import type { Commands } from '../../host/commands';
import { visible } from '../code/codeText';
import { VersionNode } from '../models/versionNode';
import { targetsOf } from '../runs/runTarget';
import { dataTargets, type DataTarget } from './dataTarget';
import type { DataView } from './dataView';
import type { GraphSubject } from './shownGraphs';

/** One version of data; without a revision what lies in the working tree. */
interface Side {
  readonly path: string;
  readonly revision: string | undefined;
  /** What the record says now, of the tracked path `target`. */
  readonly content?: { readonly target: string; readonly hashName: 'md5' | 'md5-dos2unix'; readonly digest: string };
  readonly name: string;
}

/** The tabs in which data is looked at; the panels room fills it. */
export interface DataTabs {
  openContent(subject: { readonly root: string; readonly label: string; readonly sides: readonly [Side] | readonly [Side, Side] }): void;
  openGraph(subject: GraphSubject): void;
}

type VersionTarget = DataTarget & { readonly kind: 'version' };

/** What the panels compare: versions with content, newest first, and what the record says where no commit has it. */
interface Known {
  readonly versions: readonly RecordedVersion[];
  readonly now: RecordedNow | undefined;
}

/** Shows what is in data, what differs between versions, and where it comes from. Changes nothing. */
export class PanelCommands {
  constructor(
    private readonly view: DataView,
    private readonly source: Pick<DataSource, 'versions'>,
    private readonly tabs: DataTabs,
  ) {}

  register(commands: Commands): void {
    commands.register(CommandId.compareDataVersions, (...args) => this.compare(args));
    commands.register(CommandId.showDataContent, (...args) => this.showContent(args));
    commands.register(CommandId.showDataGraph, (...args) => this.showGraph(args));
    commands.register(CommandId.showDataLineage, (...args) => this.showLineage(args));
  }

  private async compare(args: readonly unknown[]): Promise<void> {
    const title = l10n.t('Compare Data Versions');
    const versions = dataTargets(args).filter(
      (target): target is VersionTarget => target.kind === 'version' && target.digest !== undefined,
    );
    const [one, other] = versions;
    if (one && other && one.root === other.root) return this.compareTwo(one, other);
    const place = one ?? (await this.placeOf(args, title));
    if (!place) return;
    const { root, path } = place;
    const recorded = await this.recorded(root, path);
    const here = one && sideOf(one, recorded);
    const found = choices(root, path, recorded, here, one?.before);
    if (found.length === 0)
      return void window.showInformationMessage(
        l10n.t(
          'There is no other version of {0} yet: commit its record to git, and the next state can be compared with it.',
          visible(basename(path)),
        ),
      );
    const choice = await window.showQuickPick(found, {
      title: `${title}: ${visible(basename(path))}`,
      placeHolder: l10n.t('Compare {0} with…', here?.name ?? l10n.t('the working tree')),
      matchOnDescription: true,
    });
    if (choice) this.open(root, path, choice.before, choice.after);
  }

  /** The older one first. */
  private async compareTwo(one: VersionTarget, other: VersionTarget): Promise<void> {
    const recorded = await this.recorded(one.root, one.path);
    // What no commit has is the youngest.
    const place = ({ commit }: VersionTarget): number => recorded.versions.findIndex((version) => version.commit === commit);
    const [younger, older] = [one, other].sort((a, b) => place(a) - place(b)) as [VersionTarget, VersionTarget];
    this.open(one.root, one.path, sideOf(older, recorded), sideOf(younger, recorded));
  }

  private async showContent(args: readonly unknown[]): Promise<void> {
    const [target] = dataTargets(args);
    if (target?.kind === 'version') {
      const side = sideOf(target, await this.recorded(target.root, target.path));
      return this.tabs.openContent({ root: target.root, label: labelOf(target.root, target.path), sides: [side] });
    }
    const place = await this.placeOf(args, l10n.t('Show Data Content'));
    if (place) this.tabs.openContent({ root: place.root, label: labelOf(place.root, place.path), sides: [workingTree(place.path)] });
  }

  private async showGraph(args: readonly unknown[]): Promise<void> {
    const [target] = dataTargets(args);
    const root = target?.root ?? (await this.pickRepository(l10n.t('Show Pipeline Graph')))?.root;
    if (root !== undefined) this.tabs.openGraph({ kind: 'pipeline', root });
  }

  /** Of data, of a run, or of a version of a registered model: whatever row was clicked. */
  private async showLineage(args: readonly unknown[]): Promise<void> {
    const subject = modelOf(args[0]) ?? runOf(args[0]);
    if (subject) return this.tabs.openGraph(subject);
    const place = await this.placeOf(args, l10n.t('Show Lineage'));
    if (place) this.tabs.openGraph({ kind: 'data', root: place.root, path: place.path });
  }

  private open(root: string, path: string, before: Side, after: Side): void {
    this.tabs.openContent({ root, label: labelOf(root, path), sides: [before, after] });
  }

  private async recorded(root: string, path: string): Promise<Known> {
    const { versions, now } = await this.source.versions(root, path);
    return { versions: versions.filter(({ digest }) => digest !== undefined), now };
  }

  /** The data that a command is about: its row's, else what a person picks. */
  private async placeOf(args: readonly unknown[], title: string): Promise<{ readonly root: string; readonly path: string } | undefined> {
    const [target] = dataTargets(args);
    if (target && (target.kind === 'out' || target.kind === 'member' || target.kind === 'version')) return target;
    const items = (await this.view.want()).flatMap(({ root, outs }) =>
      outs.map(({ target: path, path: label, size }) => ({
        label: visible(label),
        description: size === undefined ? '' : formatBytes(size),
        place: { root, path },
      })),
    );
    if (items.length === 0) throw new Error(l10n.t('No data is tracked here yet.'));
    return (await window.showQuickPick(items, { title }))?.place;
  }

  private async pickRepository(title: string): Promise<DataStatus | undefined> {
    const repositories = await this.view.want();
    if (repositories.length === 0) throw new Error(l10n.t('There is no DVC repository in this workspace: initialize one first.'));
    if (repositories.length === 1) return repositories[0];
    const items = repositories.map((status) => ({ label: basename(status.root), description: status.root, status }));
    return (await window.showQuickPick(items, { title }))?.status;
  }
}

function modelOf(row: unknown): GraphSubject | undefined {
  if (!(row instanceof VersionNode)) return undefined;
  const { name, version } = row.version;
  return { kind: 'model', location: row.location, name, version };
}

function runOf(row: unknown): GraphSubject | undefined {
  const [run] = row === undefined ? [] : targetsOf([row]);
  return run && { kind: 'run', ...run };
}

interface Choice extends QuickPickItem {
  readonly before: Side;
  readonly after: Side;
}

/** What a version, or the working tree, can be compared with: the likeliest first. */
function choices(
  root: string,
  path: string,
  { versions: recorded, now: uncommitted }: Known,
  here: Side | undefined,
  previous: string | undefined,
): Choice[] {
  const now = Date.now();
  const tree = workingTree(path);
  const place = here?.content ? -1 : recorded.findIndex(({ commit }) => commit === here?.revision);
  const of = (version: RecordedVersion, index: number): Choice => {
    const side = versionSide(root, version);
    const isOlder = !here || index > place;
    return {
      label: visible(version.subject),
      description: [...version.tags, version.commit.slice(0, 8), formatAge(version.time, now)].join(' · '),
      ...(here && version.commit === previous ? { detail: l10n.t('the version before') } : {}),
      ...(isOlder ? { before: side, after: here ?? tree } : { before: here, after: side }),
    };
  };
  const versions = recorded.map(of).filter((_choice, index) => index !== place || place < 0);
  const older = versions.filter(({ detail }) => detail !== undefined);
  const unsaved = uncommitted && here?.content === undefined ? nowSide(path, uncommitted) : undefined;
  const record: Choice[] = unsaved
    ? [
        {
          label: l10n.t('Committed to DVC'),
          description: l10n.t('what the record says now'),
          ...(here ? { before: here, after: unsaved } : { before: unsaved, after: tree }),
        },
      ]
    : [];
  const head: Side = { path, revision: 'HEAD', name: 'HEAD' };
  const first: Choice[] = here
    ? [{ label: l10n.t('Working Tree'), description: l10n.t('what lies there now'), before: here, after: tree }]
    : recorded.length > 0
      ? [{ label: 'HEAD', description: l10n.t('as last committed to git'), before: head, after: tree }]
      : [];
  return [...older, ...first, ...record, ...versions.filter((choice) => !older.includes(choice))];
}

function sideOf({ root, path, commit, recordedPath }: VersionTarget, { versions, now }: Known): Side {
  const version = versions.find((each) => each.commit === commit);
  if (version) return versionSide(root, version);
  // Without a commit it is what the record says now; it may have been committed meanwhile, and be the newest version.
  if (commit === undefined) return (now && nowSide(path, now)) ?? (versions[0] ? versionSide(root, versions[0]) : workingTree(path));
  return { path: join(root, ...recordedPath.split('/')), revision: commit, name: commit.slice(0, 8) };
}

/** Undefined for content that no cache holds. */
function nowSide(path: string, { digest, hashName }: RecordedNow): Side | undefined {
  if (digest === undefined || (hashName !== 'md5' && hashName !== 'md5-dos2unix')) return undefined;
  return { path, revision: undefined, content: { target: path, hashName, digest }, name: l10n.t('Committed to DVC') };
}

function versionSide(root: string, { commit, subject, path }: RecordedVersion): Side {
  return { path: join(root, ...path.split('/')), revision: commit, name: `${commit.slice(0, 8)} · ${subject}` };
}

function workingTree(path: string): Side {
  return { path, revision: undefined, name: l10n.t('Working tree') };
}

function labelOf(root: string, path: string): string {
  return relative(root, path).split(sep).join('/');
}
