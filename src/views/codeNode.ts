import { basename, join, posix } from 'node:path';
import type { RefFiles } from '../code/refFiles';
import type { CodeStatus, FileChange, Operation, Refs, Upstream } from '../code/repository';
import { changeQuery, CODE_SCHEME } from './codeDecoration';
import type { Translator, TreeRow } from './treeRow';

/** One repository as it was read. */
export interface RepositoryState {
  readonly status: CodeStatus;
  readonly refs: Refs;
}

/** So many files of one kind are listed; the rest is counted. */
const LISTED = 1_000;

/** The Code view's rows: of one repository directly, of several beneath a row for each. */
export function codeRows(repositories: readonly RepositoryState[], l10n: Translator): TreeRow[] {
  const [only] = repositories;
  if (repositories.length === 1 && only) return repositoryRows(only, l10n);
  return repositories.map((repository) => ({
    id: repository.status.root,
    label: basename(repository.status.root),
    description: headText(repository.status, l10n),
    tooltip: repository.status.root,
    icon: { id: 'repo' },
    context: 'repository',
    expanded: true,
    children: repositoryRows(repository, l10n),
  }));
}

/** The rows where nothing may be executed: what the repositories' own files tell, and why it isn't more. */
export function restrictedRows(repositories: readonly RefFiles[], l10n: Translator): TreeRow[] {
  const sections = ({ root, head, refs }: RefFiles): TreeRow[] => [
    {
      id: `${root}|status`,
      label: head.kind === 'detached' ? l10n.t('detached at {0}', head.commit.slice(0, 8)) : head.name,
      tooltip: root,
      icon: { id: head.kind === 'detached' ? 'git-commit' : 'git-branch' },
      context: 'codeStatus',
    },
    ...refRows(root, refs, l10n),
  ];
  return [restrictedRow(l10n), ...repositories.flatMap(sections)];
}

function restrictedRow(l10n: Translator): TreeRow {
  return {
    id: 'restricted',
    label: l10n.t('Restricted Mode'),
    description: l10n.t('git is not run here until you trust the folder'),
    icon: { id: 'workspace-untrusted' },
    context: 'restricted',
    action: { kind: 'manageTrust' },
  };
}

function repositoryRows({ status, refs }: RepositoryState, l10n: Translator): TreeRow[] {
  return [statusRow(status, l10n), changesRow(status, l10n), ...refRows(status.root, refs, l10n)];
}

/** `main ⇄ origin/main`, with what is ahead and behind, and what is under way. */
function statusRow(status: CodeStatus, l10n: Translator): TreeRow {
  const { head, upstream, operation } = status;
  const counted = upstream && !upstream.gone ? [l10n.t('{0} ahead', upstream.ahead), l10n.t('{0} behind', upstream.behind)] : [];
  const words = [
    ...(upstream
      ? [upstream.gone ? l10n.t('{0} is gone', upstream.name) : `⇄ ${upstream.name}`, upstream.gone ? '' : countText(upstream)]
      : []),
    ...(head.kind === 'unborn' ? [l10n.t('no commit yet')] : []),
    ...(operation ? [operationText(operation, l10n)] : []),
  ].filter((word) => word !== '');
  const under = operation ? [operationText(operation, l10n)] : [];
  return {
    id: `${status.root}|status`,
    label: headText(status, l10n),
    description: words.join(' ') || (head.kind === 'branch' ? l10n.t('no upstream') : undefined),
    tooltip: [status.root, headText(status, l10n), ...(upstream ? [upstream.name] : []), ...counted, ...under].join('\n'),
    icon: operation
      ? { id: 'git-merge', color: 'problemsWarningIcon.foreground' }
      : { id: head.kind === 'detached' ? 'git-commit' : 'git-branch' },
    context: 'codeStatus',
    spoken: [headText(status, l10n), ...(upstream ? [upstream.name] : []), ...counted, ...under].join(', '),
  };
}

export function headText({ head, operation }: CodeStatus, l10n: Translator): string {
  if (head.kind === 'detached') return operation?.branch ?? l10n.t('detached at {0}', head.commit.slice(0, 8));
  return head.name;
}

function operationText({ kind, progress }: Operation, l10n: Translator): string {
  return progress === undefined ? l10n.t('{0} in progress', kind) : l10n.t('{0} in progress, {1}', kind, progress);
}

/** `↑1 ↓2`; nothing when level. */
export function countText({ ahead, behind }: Upstream): string {
  return [ahead > 0 ? `↑${ahead}` : '', behind > 0 ? `↓${behind}` : ''].filter((part) => part !== '').join(' ');
}

function changesRow(status: CodeStatus, l10n: Translator): TreeRow {
  const { root, conflicted, staged, changed, untracked } = status;
  const count = conflicted.length + staged.length + changed.length + untracked.length;
  const groups = [
    group('conflicted', l10n.t('Conflicts'), conflicted, ({ path, kind }) => fileRow(root, 'conflicted', path, kind, { open: true })),
    group('staged', l10n.t('Staged'), staged, (change) => changeRow(root, 'staged', change)),
    group('changed', l10n.t('Changed'), changed, (change) => changeRow(root, 'changed', change)),
    group('untracked', l10n.t('Untracked'), untracked, (path) =>
      fileRow(root, 'untracked', path, 'untracked', { open: !path.endsWith('/') }),
    ),
  ].filter((row) => row !== undefined);

  function group<T>(id: string, label: string, files: readonly T[], rowOf: (file: T) => TreeRow): TreeRow | undefined {
    if (files.length === 0) return undefined;
    const rows = files.slice(0, LISTED).map(rowOf);
    const more = files.length - rows.length;
    const rest: TreeRow[] = more > 0 ? [{ id: `${root}|${id}|more`, label: l10n.t('{0} more', more), icon: { id: 'ellipsis' } }] : [];
    return {
      id: `${root}|${id}`,
      label,
      description: String(files.length),
      icon: { id: id === 'conflicted' ? 'warning' : id === 'staged' ? 'pass' : id === 'untracked' ? 'question' : 'edit' },
      context: `codeGroup ${id}`,
      expanded: true,
      children: [...rows, ...rest],
    };
  }

  return {
    // The editor keeps a row as open or shut as it was by its id: with the first change it is another row, which opens.
    id: count === 0 ? `${root}|changes|none` : `${root}|changes`,
    label: l10n.t('Changes'),
    description: count === 0 ? l10n.t('none') : String(count),
    icon: { id: 'request-changes' },
    context: 'codeChanges',
    ...(count > 0 ? { expanded: true, children: groups } : {}),
  };
}

function changeRow(root: string, group: 'staged' | 'changed', change: FileChange): TreeRow {
  const path = join(root, change.path);
  const row = fileRow(root, group, change.path, change.kind, { from: change.from });
  if (change.submodule) return { ...row, icon: { id: 'file-submodule' } };
  const from = change.from === undefined ? path : join(root, change.from);
  return { ...row, action: { kind: 'diff', path, from, staged: group === 'staged', deleted: change.kind === 'deleted' } };
}

function fileRow(
  root: string,
  group: string,
  path: string,
  kind: string,
  { open = false, from }: { open?: boolean; from?: string },
): TreeRow {
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
    spoken: `${visible(plain)}, ${kind}`,
    ...(open ? { action: { kind: 'open' as const, path: join(root, plain) } } : {}),
  };
}

/** A name that can't break a line or turn the text round: control characters are shown as symbols. */
export function visible(name: string): string {
  return name
    .replace(/\p{Cc}/gu, (character) => (character < ' ' ? String.fromCharCode(0x2400 + character.charCodeAt(0)) : '\ufffd'))
    .replace(/[\u200e\u200f\u2028-\u202e\u2066-\u2069]/g, '\ufffd');
}

function refRows(root: string, refs: Refs, l10n: Translator): TreeRow[] {
  const remotes = [...refs.remotes].map(([remote, branches]) => ({
    id: `${root}|remote|${remote}`,
    label: remote,
    description: String(branches.length),
    icon: { id: 'cloud' },
    context: 'remote',
    ...(branches.length > 0 ? { expanded: refs.remotes.size === 1 } : {}),
    ...(branches.length > 0
      ? {
          children: branches.map(({ name, tip, subject }) => ({
            id: `${root}|remote|${remote}|${name}`,
            label: name,
            description: `${tip.slice(0, 8)} ${subject}`.trim(),
            icon: { id: 'git-branch' },
            context: 'remoteBranch',
          })),
        }
      : {}),
  }));
  const local = refs.local.map(({ name, tip, upstream, subject, current }): TreeRow => {
    const against = upstream ? (upstream.gone ? l10n.t('{0} is gone', upstream.name) : countText(upstream)) : '';
    return {
      id: `${root}|branch|${name}`,
      label: name,
      description: [against, tip.slice(0, 8), subject].filter((part) => part !== '').join(' '),
      tooltip: [name, tip, ...(upstream ? [`⇄ ${upstream.name} ${countText(upstream)}`.trim()] : []), subject].join('\n'),
      icon: current ? { id: 'check', color: 'charts.green' } : { id: 'git-branch' },
      context: current ? 'branch current' : 'branch',
      spoken: current ? l10n.t('{0}, current branch, {1}', name, subject) : `${name}, ${subject}`,
    };
  });
  const tags = refs.tags.map(({ name, commit, subject }): TreeRow => ({
    id: `${root}|tag|${name}`,
    label: name,
    description: `${commit.slice(0, 8)} ${subject}`.trim(),
    icon: { id: 'tag' },
    context: 'gitTag',
  }));
  return [
    section('branches', l10n.t('Local Branches'), 'git-branch', local, true),
    section('remotes', l10n.t('Remote Branches'), 'cloud', remotes, false),
    section('tags', l10n.t('Tags'), 'tag', tags, false),
  ];

  function section(id: string, label: string, icon: string, children: readonly TreeRow[], expanded: boolean): TreeRow {
    const empty = children.length === 0;
    return {
      id: `${root}|${id}`,
      label,
      description: empty ? l10n.t('none') : String(children.length),
      icon: { id: icon },
      context: `codeSection ${id}`,
      ...(empty ? {} : { expanded, children }),
    };
  }
}
