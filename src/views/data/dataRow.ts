import { basename, posix } from 'node:path';
import { formatBytes } from '../../core/format';
import type { DataError, OutStatus, RemovedOut } from '../../data/status/status';
import { visible } from '../code/codeText';
import { dataResource, markOf, type DataMark } from './dataDecoration';
import { rowWithChildren } from '../rowPages';
import type { OutPart } from './outPart';
import type { Translator, TreeRow } from '../treeRow';

/** By how something stands. */
export const MARK_ICONS: Readonly<Record<DataMark, { id: string; color?: string }>> = {
  added: { id: 'diff-added', color: 'gitDecoration.addedResourceForeground' },
  new: { id: 'diff-added', color: 'gitDecoration.addedResourceForeground' },
  recorded: { id: 'git-commit', color: 'gitDecoration.stageModifiedResourceForeground' },
  'not in remote': { id: 'cloud-upload' },
  unchanged: { id: 'pass', color: 'charts.green' },
  modified: { id: 'diff-modified', color: 'gitDecoration.modifiedResourceForeground' },
  deleted: { id: 'diff-removed', color: 'gitDecoration.deletedResourceForeground' },
  'not in cache': { id: 'warning', color: 'problemsWarningIcon.foreground' },
  unknown: { id: 'question' },
  error: { id: 'error', color: 'problemsErrorIcon.foreground' },
};

/** A tracked file or folder, with what the parts have to say of it beneath. */
export function outRow(root: string, out: OutStatus, l10n: Translator, parts: readonly OutPart[]): TreeRow {
  const name = posix.basename(out.path);
  const mark = markOf(out);
  const remarks = remarksOf(out, l10n);
  const facts = [
    // First, since a narrow sidebar cuts the rest off.
    ...(out.state === 'unchanged' ? [] : [stateText(out)]),
    ...remarks.slice(0, out.state === 'unchanged' ? 1 : 0).map(({ brief }) => brief),
    ...parts.flatMap((part) => part.remark?.(out, l10n) ?? []),
    ...(out.size === undefined ? [] : [formatBytes(out.size)]),
    ...(out.files === undefined ? [] : [out.files === 1 ? l10n.t('1 file') : l10n.t('{0} files', out.files)]),
  ];
  const row: TreeRow = {
    id: `${root}|out|${out.path}|${out.stage ?? ''}`,
    label: out.path.startsWith('../') ? visible(out.path) : visible(name) + (out.isFolder ? '/' : ''),
    description: facts.join(' · '),
    tooltip: [
      visible(out.path),
      stateText(out),
      ...remarks.map(({ whole }) => whole),
      ...(out.description === undefined ? [] : [out.description]),
      out.digest === undefined ? l10n.t('nothing committed yet') : `${out.hashName} ${out.digest}`,
      out.stage === undefined ? basename(out.recordedIn) : l10n.t('{0}, stage {1}', basename(out.recordedIn), out.stage),
    ].join('\n'),
    icon: MARK_ICONS[mark],
    resource: dataResource(name, mark, out.isFolder),
    context: contextOf(out),
    data: { kind: 'out', root, path: out.target, address: out.address },
    spoken: [visible(out.path), ...(out.state === 'unchanged' ? [stateText(out)] : []), ...facts].join(', '),
    action: { kind: 'open', path: out.recordedIn, line: out.line },
  };
  const filled = parts.filter((part) => part.hasRows(out));
  return filled.length > 0 ? rowWithChildren(row, () => filled.flatMap((part) => part.rows(root, out, l10n))) : row;
}

/** What is worth knowing beside the state: for a narrow sidebar, and whole. */
function remarksOf(out: OutStatus, l10n: Translator): { readonly brief: string; readonly whole: string }[] {
  const { committed, renamedFrom, inRemote, cached, source } = out;
  const same = (text: string): { brief: string; whole: string } => ({ brief: text, whole: text });
  return [
    ...(committed === 'added' ? [{ brief: l10n.t('new'), whole: l10n.t('new since the last commit') }] : []),
    ...(committed === 'modified' ? [{ brief: l10n.t('new version'), whole: l10n.t('new version since the last commit') }] : []),
    ...(committed === 'renamed' ? [{ brief: l10n.t('renamed'), whole: l10n.t('renamed from {0}', visible(renamedFrom ?? '')) }] : []),
    ...(inRemote === false ? [same(l10n.t('not in remote'))] : []),
    ...(cached ? [] : [same(l10n.t('kept by git'))]),
    ...(source ? [{ brief: l10n.t('imported'), whole: l10n.t('imported from {0}', visible(source.url)) }] : []),
  ];
}

/** Words for `when` clauses: the state, what the workspace holds, and what can be done. */
function contextOf({ state, workspace, inRemote, cached, stage, source }: OutStatus): string {
  const words = ['dataOut', state.replaceAll(' ', '-')];
  if (state === 'not in cache') words.push(`here-${workspace}`);
  if (inRemote === false) words.push('pushable');
  words.push(cached ? 'cached' : 'uncached', stage === undefined ? 'file' : 'stage');
  if (source) words.push('imported');
  return words.join(' ');
}

/** DVC's word; where the cache lacks the data, what the workspace holds too. */
function stateText({ state, workspace }: OutStatus): string {
  return state === 'not in cache' && workspace !== 'unchanged' ? `${state}, ${workspace}` : state;
}

/** Data that the last commit tracks, and the records here don't any more. */
export function removedRow(root: string, { path, isFolder }: RemovedOut, l10n: Translator): TreeRow {
  return {
    id: `${root}|removed|${path}`,
    label: visible(path) + (isFolder ? '/' : ''),
    description: l10n.t('no longer tracked'),
    icon: { id: 'diff-removed', color: 'gitDecoration.deletedResourceForeground' },
    context: 'dataRemoved',
  };
}

/** A file that can't be read, and why. */
export function errorRow(root: string, error: DataError, l10n: Translator): TreeRow {
  const where =
    basename(error.file) === posix.basename(error.path) ? l10n.t('line {0}', error.line) : `${basename(error.file)}:${error.line}`;
  return {
    id: `${root}|error|${error.path}|${error.line}|${error.message}`,
    label: visible(error.path),
    description: `${where} · ${error.message}`,
    tooltip: `${error.file}:${error.line}\n${error.message}`,
    icon: MARK_ICONS.error,
    context: 'dataError',
    action: { kind: 'open', path: error.file, line: error.line },
  };
}
