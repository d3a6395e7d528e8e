import { join, posix } from 'node:path';
import type { FileChange, SubmoduleChange } from '../../code/repository';
import { CommandId } from '../../host/commandIds';
import type { Translator, TreeRow } from '../treeRow';
import { changeQuery, CODE_SCHEME } from './codeDecoration';
import type { ChangeGroup } from './codeTarget';
import { visible } from './codeText';

/** What the lists of changed files need beside what git tells. */
export interface FileSurroundings {
  /** Reads what is different in a submodule, when its row is opened. */
  readonly inside?: (change: FileChange, above: string) => Promise<readonly TreeRow[]>;
  /** The untracked folders, as `git status` names them, that are repositories of their own. */
  readonly nested?: ReadonlySet<string>;
  /** Reads what is in an untracked folder, when its row is opened. */
  readonly below?: (folder: string) => Promise<readonly TreeRow[]>;
  /** Whether its folder is the row above, and need not be named. */
  readonly isInside?: boolean;
}

/** A tracked file that differs; a click shows how. */
export function changeRow(
  root: string,
  group: 'staged' | 'changed',
  change: FileChange,
  l10n: Translator,
  { inside }: FileSurroundings = {},
): TreeRow {
  const { path, from = path, kind, within } = change;
  const row = fileRow(root, group, path, kind, { from: change.from });
  if (!change.submodule)
    return { ...row, action: { kind: 'diff', root, path, from, staged: group === 'staged', deleted: kind === 'deleted' } };
  const told = within && kind === 'modified' ? submoduleText(within, l10n) : '';
  const about = { kind: 'submodule', root, group, path, ...(within && { from: within.from, to: within.to }) } as const;
  return {
    ...row,
    description: [row.description ?? '', told].filter((part) => part !== '').join(' · ') || undefined,
    tooltip: [row.tooltip, l10n.t('a submodule'), told].filter((part) => part !== '').join('\n'),
    spoken: [row.spoken, l10n.t('a submodule'), told].filter((part) => part !== '').join(', '),
    icon: { id: 'file-submodule' },
    context: `codeFile ${group} submodule`,
    action: { kind: 'command', command: CommandId.openSubmodule, title: l10n.t('Open Changes'), args: [{ about }] },
    ...(inside && kind !== 'deleted' && { load: () => inside(change, row.id) }),
  };
}

/** @param nested whether it is a folder with a repository of its own, which this one neither takes nor deletes */
export function untrackedRow(
  root: string,
  path: string,
  nested: boolean,
  l10n: Translator,
  { below, isInside = false }: FileSurroundings = {},
): TreeRow {
  const folder = path.endsWith('/');
  const alone = fileRow(root, 'untracked', path, 'untracked', { open: !folder });
  const row = isInside ? { ...alone, description: undefined } : alone;
  if (!nested) return folder && below ? { ...row, load: () => below(path) } : row;
  return {
    ...row,
    description: [row.description ?? '', l10n.t('a repository of its own')].filter((part) => part !== '').join(' · '),
    icon: { id: 'repo' },
    context: 'codeNested',
  };
}

/** In git's own words: `new commits, modified content`. */
function submoduleText({ commits, modified, untracked }: SubmoduleChange, l10n: Translator): string {
  return [
    ...(commits ? [l10n.t('new commits')] : []),
    ...(modified ? [l10n.t('modified content')] : []),
    ...(untracked ? [l10n.t('untracked content')] : []),
  ].join(', ');
}

export function fileRow(
  root: string,
  group: ChangeGroup,
  path: string,
  kind: string,
  { open = false, from }: { open?: boolean; from?: string | undefined } = {},
): TreeRow & { readonly tooltip: string; readonly spoken: string } {
  const folder = path.endsWith('/');
  const plain = path.replace(/\/$/, '');
  const parent = posix.dirname(plain);
  const where = parent === '.' ? '' : parent;
  return {
    id: `${root}|${group}|${path}`,
    label: visible(posix.basename(plain)) + (folder ? '/' : ''),
    description: visible(from === undefined ? where : `${from} → ${plain}`) || undefined,
    tooltip: `${visible(from === undefined ? plain : `${from} → ${plain}`)}\n${kind}`,
    resource: { path: join(root, plain), scheme: CODE_SCHEME, query: changeQuery(kind), folder },
    context: `codeFile ${group}`,
    about: { kind: 'file', root, group, path, ...(from !== undefined && { from }) },
    spoken: `${visible(plain)}, ${kind}`,
    ...(open ? { action: { kind: 'open' as const, path: join(root, plain) } } : {}),
  };
}
