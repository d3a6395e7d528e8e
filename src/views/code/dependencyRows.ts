import type { DependencyFile } from '../../code/dependencies/dependencyFile';
import type { DependencyFileChange } from '../../code/dependencies/dependencyReader';
import type { PackageChange, PackageChangeKind } from '../../code/dependencies/package';
import { join } from 'node:path';
import { CommandId } from '../../host/commandIds';
import type { Translator, TreeRow } from '../treeRow';
import { visible } from './codeText';

const ICONS: Record<PackageChangeKind, readonly [id: string, color: string]> = {
  up: ['arrow-up', 'charts.green'],
  down: ['arrow-down', 'charts.red'],
  added: ['add', 'charts.green'],
  removed: ['remove', 'charts.red'],
  changed: ['edit', 'charts.blue'],
};

/** What the dependencies are compared with beside the last commit. */
export interface DependencyBase {
  readonly runId: string;
  readonly runName: string;
  /** Whether uncommitted changes of the run were not kept, so that they can't be counted in. */
  readonly incomplete: boolean;
  readonly changes: readonly DependencyFileChange[];
}

/** The row beneath Dependencies that compares with a run: asks for one, or tells which packages moved since. */
export function sinceRunRow(root: string, base: DependencyBase | undefined, l10n: Translator): TreeRow {
  const about = { kind: 'repository', root } as const;
  if (!base) {
    const label = l10n.t('Since a run…');
    const action = { kind: 'command', command: CommandId.compareDependencies, title: label, args: [{ about }] } as const;
    const description = l10n.t('choose the run to compare with');
    return { id: `${root}|dependencies|run`, label, description, icon: { id: 'beaker' }, context: 'dependencyRun', about, action };
  }
  const { runId, runName, incomplete, changes } = base;
  const id = `${root}|dependencies|run|${runId}`;
  const packages = changes.flatMap((change) => change.packages);
  const moved = countsText(packages, l10n) || (changes.length > 0 ? l10n.t('no package moved') : l10n.t('nothing changed'));
  const words = [moved, ...(incomplete ? [l10n.t('without its uncommitted changes, which were not kept')] : [])];
  const label = l10n.t('Since {0}', visible(runName));
  return {
    id,
    label,
    description: words.join(' · '),
    icon: { id: 'beaker', color: 'charts.blue' },
    context: 'dependencyRun chosen',
    about,
    spoken: [label, ...words].join(', '),
    ...(changes.length > 0 && { expanded: true, children: changes.map((change) => changedRow(root, change, l10n, id)) }),
  };
}

/** The dependency files of the working tree, and what changed in each since the last commit. */
export function dependencyRows(
  root: string,
  files: readonly DependencyFile[],
  changes: readonly DependencyFileChange[],
  l10n: Translator,
): TreeRow[] {
  const changed = new Set(changes.map(({ path }) => path));
  const same = files.filter(({ path }) => !changed.has(path));
  const rows = [...changes.map((change) => changedRow(root, change, l10n)), ...same.map((file) => sameRow(root, file, l10n))];
  if (rows.length > 0) return rows;
  const label = l10n.t('No dependency file');
  return [
    { id: `${root}|dependencies|none`, label, description: l10n.t('such as requirements.txt or pyproject.toml'), icon: { id: 'info' } },
  ];
}

function sameRow(root: string, { path, packages, problem }: DependencyFile, l10n: Translator): TreeRow {
  return {
    id: `${root}|dependency|${path}`,
    label: visible(path),
    description: problem ?? l10n.t('{0} packages, as committed', packages.length),
    icon: { id: problem === undefined ? 'package' : 'warning' },
    context: 'dependencyFile',
    action: { kind: 'open', path: join(root, path) },
  };
}

/** @param since the row of the run that it is compared with */
function changedRow(root: string, change: DependencyFileChange, l10n: Translator, since?: string): TreeRow {
  const { path, kind, packages, problem } = change;
  const id = since === undefined ? `${root}|dependency|${path}|changed` : `${since}|${path}`;
  const told = since === undefined ? kindText(kind, l10n) : kind === 'changed' ? '' : kindText(kind, l10n);
  return {
    id,
    label: visible(path),
    description: problem ?? [countsText(packages, l10n) || l10n.t('no package moved'), told].filter((part) => part !== '').join(' · '),
    icon: { id: problem === undefined ? 'package' : 'warning', color: 'gitDecoration.modifiedResourceForeground' },
    context: 'dependencyFile changed',
    ...(kind !== 'removed' && { action: { kind: 'open', path: join(root, path) } as const }),
    ...(packages.length > 0 && { expanded: true, children: packages.map((each) => packageRow(id, each, l10n)) }),
  };
}

function packageRow(above: string, { name, ecosystem, kind, before, after }: PackageChange, l10n: Translator): TreeRow {
  const [icon, color] = ICONS[kind];
  const moved = `${before ?? ''} → ${after ?? ''}`;
  const text =
    kind === 'added' ? l10n.t('added {0}', after ?? '') : kind === 'removed' ? l10n.t('removed {0}', before ?? '') : visible(moved);
  return {
    id: `${above}|${ecosystem}|${name}`,
    label: visible(name),
    description: text.trim(),
    icon: { id: icon, color },
    context: 'package',
    spoken: `${visible(name)}, ${kind}, ${text}`,
  };
}

function kindText(kind: DependencyFileChange['kind'], l10n: Translator): string {
  return { added: l10n.t('added'), removed: l10n.t('removed'), changed: l10n.t('changed since the last commit') }[kind];
}

/** `2 up, 1 down` */
export function countsText(packages: readonly PackageChange[], l10n: Translator): string {
  const count = (kind: PackageChangeKind): number => packages.filter((each) => each.kind === kind).length;
  const texts: readonly (readonly [number, string])[] = [
    [count('up'), l10n.t('{0} up', count('up'))],
    [count('down'), l10n.t('{0} down', count('down'))],
    [count('added'), l10n.t('{0} added', count('added'))],
    [count('removed'), l10n.t('{0} removed', count('removed'))],
    [count('changed'), l10n.t('{0} otherwise', count('changed'))],
  ];
  return texts
    .filter(([number]) => number > 0)
    .map(([, text]) => text)
    .join(', ');
}
