import { basename, join } from 'node:path';
import { countStates, type DataState, type DataStatus, type OutStatus } from '../../data/status/status';
import { visible } from '../code/codeText';
import { dataResource } from './dataDecoration';
import { errorRow, outRow, removedRow } from './dataRow';
import { memberPart } from './memberRows';
import type { OutPart } from './outPart';
import { pipelineRows, stagesOf } from './pipelineRows';
import { remoteRows, type UsageOf } from './remoteRows';
import { PAGE, pagedRows, rowWithChildren } from '../rowPages';
import type { Translator, TreeRow } from '../treeRow';

/**
 * The Data view's rows: of one repository directly, of several beneath a row for each.
 * @param parts what stands beneath an out, from the top
 */
export function dataRows(
  statuses: readonly DataStatus[],
  usageOf: UsageOf,
  l10n: Translator,
  parts: readonly OutPart[] = [memberPart],
): TreeRow[] {
  const filled = statuses.filter(({ outs, errors, stages, removed }) => outs.length + errors.length + stages.length + removed.length > 0);
  const [only] = filled;
  if (statuses.length === 1) return only === undefined ? [] : [summaryRow(only, l10n), ...sectionRows(only, usageOf, l10n, parts)];
  return (filled.length > 0 ? statuses : []).map((status) =>
    rowWithChildren(
      {
        id: status.root,
        label: basename(status.root),
        description: summaryText(status, l10n),
        tooltip: status.root,
        icon: { id: 'database' },
        context: 'dataRepository',
        data: { kind: 'repository', root: status.root },
        expanded: true,
      },
      () => sectionRows(status, usageOf, l10n, parts),
    ),
  );
}

/** What is shown of one repository: what can't be read, the data by folder, and then a section for each other subject. */
function sectionRows(status: DataStatus, usageOf: UsageOf, l10n: Translator, parts: readonly OutPart[]): TreeRow[] {
  return [...repositoryRows(status, l10n, parts), ...pipelineRows(status, l10n), ...remoteRows(status, usageOf, l10n)];
}

/** `4 tracked · 1 modified`. */
export function summaryText(status: DataStatus, l10n: Translator): string {
  const stages = stagesOf(status).filter((stage) => stage.differences.length > 0 || !stage.isLocked).length;
  const lacking = status.outs.filter((out) => out.inRemote === false).length;
  return [
    l10n.t('{0} tracked', status.outs.length),
    ...differences(countStates(status), l10n),
    ...(stages === 1 ? [l10n.t('1 stage changed')] : stages > 1 ? [l10n.t('{0} stages changed', stages)] : []),
    ...(lacking > 0 ? [l10n.t('{0} not in remote', lacking)] : []),
  ].join(' · ');
}

function differences(counts: Readonly<Record<Exclude<DataState, 'unchanged'>, number>>, l10n: Translator): string[] {
  return [
    ...(counts.modified > 0 ? [l10n.t('{0} modified', counts.modified)] : []),
    ...(counts.deleted > 0 ? [l10n.t('{0} deleted', counts.deleted)] : []),
    ...(counts['not in cache'] > 0 ? [l10n.t('{0} not in cache', counts['not in cache'])] : []),
    ...(counts.unknown > 0 ? [l10n.t('{0} unknown', counts.unknown)] : []),
    ...(counts.error > 0 ? [l10n.t('{0} unreadable', counts.error)] : []),
  ];
}

function summaryRow(status: DataStatus, l10n: Translator): TreeRow {
  const clean =
    status.errors.length === 0 &&
    status.outs.every((out) => out.state === 'unchanged') &&
    stagesOf(status).every((stage) => stage.differences.length === 0);
  return {
    id: `${status.root}|summary`,
    label: summaryText(status, l10n),
    tooltip: `${summaryText(status, l10n)}\n${status.root}`,
    icon: { id: clean ? 'pass-filled' : 'database', ...(clean ? { color: 'charts.green' } : {}) },
    context: 'dataSummary',
    data: { kind: 'repository', root: status.root },
  };
}

interface Folder {
  readonly folders: Map<string, Folder>;
  /** The outs directly in it. */
  readonly outs: OutStatus[];
  /** All outs at or below it that are not as recorded. */
  readonly differing: OutStatus[];
}

const emptyFolder = (): Folder => ({ folders: new Map<string, Folder>(), outs: [], differing: [] });

/** Errors first, then the outs beneath their folders; folders that hold nothing but one folder are one row. */
function repositoryRows(status: DataStatus, l10n: Translator, parts: readonly OutPart[]): TreeRow[] {
  const { root, outs, errors, removed } = status;
  const top = emptyFolder();
  for (const out of outs) {
    let folder = top;
    for (const name of out.path.startsWith('../') ? [] : out.path.split('/').slice(0, -1)) {
      const next = folder.folders.get(name) ?? emptyFolder();
      folder.folders.set(name, next);
      folder = next;
      if (out.state !== 'unchanged') folder.differing.push(out);
    }
    folder.outs.push(out);
  }
  const many = outs.length > PAGE;
  return [
    ...pagedRows(`${root}|error`, errors, l10n, (error) => errorRow(root, error, l10n)),
    ...folderRows('', top),
    ...pagedRows(`${root}|removed`, removed, l10n, (each) => removedRow(root, each, l10n)),
  ];

  function folderRows(above: string, folder: Folder): TreeRow[] {
    // Of very many, those that ask for something come first.
    const ordered = folder.outs.length > PAGE ? changedFirst(folder.outs) : folder.outs;
    return [
      ...pagedRows(`${root}|folder|${above}`, [...folder.folders], l10n, ([name, each]) => folderRow(above, name, each)),
      ...pagedRows(`${root}|out|${above}`, ordered, l10n, (out) => outRow(root, out, l10n, parts)),
    ];
  }

  function folderRow(above: string, first: string, found: Folder): TreeRow {
    let name = first;
    let folder = found;
    for (let [only] = folder.folders; only && folder.outs.length === 0 && folder.folders.size === 1; [only] = folder.folders) {
      name += `/${only[0]}`;
      folder = only[1];
    }
    const path = above + name;
    const inside = folder;
    const row: TreeRow = {
      id: `${root}|folder|${path}`,
      label: visible(name),
      // What an opened folder shows itself.
      ...(many ? { description: differences(countStates({ outs: found.differing, errors: [] }), l10n).join(' · ') } : {}),
      tooltip: visible(path),
      resource: dataResource(basename(path), 'unchanged', true),
      context: 'dataFolder',
      data: { kind: 'folder', root, path: join(root, ...path.split('/')) },
      expanded: !many,
    };
    return rowWithChildren(row, () => folderRows(`${path}/`, inside));
  }
}

function changedFirst(outs: readonly OutStatus[]): OutStatus[] {
  const isUnchanged = ({ state }: OutStatus): boolean => state === 'unchanged';
  return [...outs.filter((out) => !isUnchanged(out)), ...outs.filter(isUnchanged)];
}
