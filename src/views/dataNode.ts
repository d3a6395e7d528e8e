import { basename, join } from 'node:path';
import { formatBytes } from '../core/format';
import { countStates, type DataError, type DataState, type DataStatus, type OutStatus } from '../data/status';
import { visible } from './codeNode';
import { DATA_SCHEME } from './dataDecoration';
import type { Translator, TreeRow } from './treeRow';

const ICONS: Readonly<Record<DataState, { id: string; color?: string }>> = {
  unchanged: { id: 'pass', color: 'charts.green' },
  modified: { id: 'diff-modified', color: 'gitDecoration.modifiedResourceForeground' },
  deleted: { id: 'diff-removed', color: 'gitDecoration.deletedResourceForeground' },
  'not in cache': { id: 'warning', color: 'problemsWarningIcon.foreground' },
  unknown: { id: 'question' },
  error: { id: 'error', color: 'problemsErrorIcon.foreground' },
};

/** So many changed files inside a tracked folder are listed; the rest is counted. */
const LISTED = 500;

/** The Data view's rows: of one repository directly, of several beneath a row for each. */
export function dataRows(statuses: readonly DataStatus[], l10n: Translator): TreeRow[] {
  const filled = statuses.filter(({ outs, errors }) => outs.length + errors.length > 0);
  const [only] = filled;
  if (filled.length === 1 && only) return [summaryRow(only, l10n), ...repositoryRows(only, l10n)];
  return filled.map((status) => ({
    id: status.root,
    label: basename(status.root),
    description: summaryText(status, l10n),
    tooltip: status.root,
    icon: { id: 'database' },
    context: 'dataRepository',
    expanded: true,
    children: repositoryRows(status, l10n),
  }));
}

/** `4 tracked · 1 modified`. */
export function summaryText(status: DataStatus, l10n: Translator): string {
  const counts = countStates(status);
  const parts = [
    l10n.t('{0} tracked', status.outs.length),
    ...(counts.modified > 0 ? [l10n.t('{0} modified', counts.modified)] : []),
    ...(counts.deleted > 0 ? [l10n.t('{0} deleted', counts.deleted)] : []),
    ...(counts['not in cache'] > 0 ? [l10n.t('{0} not in cache', counts['not in cache'])] : []),
    ...(counts.unknown > 0 ? [l10n.t('{0} unknown', counts.unknown)] : []),
    ...(counts.error > 0 ? [l10n.t('{0} unreadable', counts.error)] : []),
  ];
  return parts.join(' · ');
}

function summaryRow(status: DataStatus, l10n: Translator): TreeRow {
  const clean = status.errors.length === 0 && status.outs.every((out) => out.state === 'unchanged');
  return {
    id: `${status.root}|summary`,
    label: summaryText(status, l10n),
    tooltip: status.root,
    icon: { id: clean ? 'pass-filled' : 'database', ...(clean ? { color: 'charts.green' } : {}) },
    context: 'dataSummary',
  };
}

interface Folder {
  readonly folders: Map<string, Folder>;
  readonly rows: TreeRow[];
}

/** Errors first, then the outs beneath their folders; folders that hold nothing but one folder are one row. */
function repositoryRows(status: DataStatus, l10n: Translator): TreeRow[] {
  const top: Folder = { folders: new Map(), rows: [] };
  for (const out of status.outs) {
    let folder = top;
    for (const name of out.path.startsWith('../') ? [] : out.path.split('/').slice(0, -1)) {
      const next = folder.folders.get(name) ?? { folders: new Map<string, Folder>(), rows: [] };
      folder.folders.set(name, next);
      folder = next;
    }
    folder.rows.push(outRow(status.root, out, l10n));
  }
  return [...status.errors.map((error) => errorRow(status.root, error)), ...folderRows(status.root, '', top)];
}

function folderRows(root: string, above: string, { folders, rows }: Folder): TreeRow[] {
  const inner = [...folders].map(([first, found]): TreeRow => {
    let name = first;
    let folder = found;
    for (let [only] = folder.folders; only && folder.rows.length === 0 && folder.folders.size === 1; [only] = folder.folders) {
      name += `/${only[0]}`;
      folder = only[1];
    }
    const path = above + name;
    return {
      id: `${root}|folder|${path}`,
      label: visible(name),
      tooltip: visible(path),
      resource: { path: join(root, path), scheme: DATA_SCHEME, folder: true },
      context: 'dataFolder',
      expanded: true,
      children: folderRows(root, `${path}/`, folder),
    };
  });
  return [...inner, ...rows];
}

function outRow(root: string, out: OutStatus, l10n: Translator): TreeRow {
  const name = visible(out.path.split('/').at(-1) ?? out.path);
  const facts = [
    // First, since a narrow sidebar cuts the rest off.
    ...(out.state === 'unchanged' ? [] : [stateText(out)]),
    ...(out.size === undefined ? [] : [formatBytes(out.size)]),
    ...(out.files === undefined ? [] : [out.files === 1 ? l10n.t('1 file') : l10n.t('{0} files', out.files)]),
  ];
  const children = out.changes ? changedRows(root, out, l10n) : [];
  const id = `${root}|out|${out.path}|${out.stage ?? ''}`;
  return {
    id,
    label: out.path.startsWith('../') ? visible(out.path) : name + (out.isFolder ? '/' : ''),
    description: facts.join(' · '),
    tooltip: [
      visible(out.path),
      stateText(out),
      ...(out.description === undefined ? [] : [out.description]),
      out.digest === undefined ? l10n.t('nothing committed yet') : `${out.hashName} ${out.digest}`,
      out.stage === undefined ? basename(out.recordedIn) : l10n.t('{0}, stage {1}', basename(out.recordedIn), out.stage),
    ].join('\n'),
    icon: ICONS[out.state],
    resource: { path: out.target, scheme: DATA_SCHEME, folder: out.isFolder },
    context: `dataOut ${out.state.replaceAll(' ', '-')}`,
    spoken: [visible(out.path), ...(out.state === 'unchanged' ? [stateText(out)] : []), ...facts].join(', '),
    action: { kind: 'open', path: out.recordedIn, line: out.line },
    ...(children.length > 0 ? { children } : {}),
  };
}

/** DVC's word; where the cache lacks the data, what the workspace holds too. */
function stateText({ state, workspace }: OutStatus): string {
  return state === 'not in cache' && workspace !== 'unchanged' ? `${state}, ${workspace}` : state;
}

function changedRows(root: string, out: OutStatus, l10n: Translator): TreeRow[] {
  const { added = [], modified = [], deleted = [] } = out.changes ?? {};
  const all = [...modified.map((path) => ({ path, kind: 'modified' })), ...added.map((path) => ({ path, kind: 'added' }))];
  all.push(...deleted.map((path) => ({ path, kind: 'deleted' })));
  const rows = all.slice(0, LISTED).map(({ path, kind }): TreeRow => {
    const target = join(out.target, path);
    return {
      id: `${root}|member|${out.path}/${path}`,
      label: visible(path),
      description: kind,
      resource: { path: target, scheme: DATA_SCHEME },
      context: `dataMember ${kind}`,
      ...(kind === 'deleted' ? {} : { action: { kind: 'open' as const, path: target } }),
    };
  });
  const more = all.length - rows.length;
  if (more > 0) rows.push({ id: `${root}|member|${out.path}|more`, label: l10n.t('{0} more', more), icon: { id: 'ellipsis' } });
  return rows;
}

function errorRow(root: string, error: DataError): TreeRow {
  return {
    id: `${root}|error|${error.path}|${error.line}`,
    label: visible(error.path),
    description: `${basename(error.file)}:${error.line} ${error.message}`,
    tooltip: `${error.file}:${error.line}\n${error.message}`,
    icon: ICONS.error,
    context: 'dataError',
    action: { kind: 'open', path: error.file, line: error.line },
  };
}
