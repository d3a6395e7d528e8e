import { basename, dirname } from 'node:path';
import type { RefFiles } from '../../code/refFiles';
import type { CodeStatus, Operation, Refs } from '../../code/repository';
import type { BranchRuns } from '../../lineage/commitRuns';
import type { ChangeGroup } from './codeTarget';
import { countText, visible } from './codeText';
import { changeRow, fileRow, untrackedRow, type FileSurroundings } from './fileRows';
import { refRows } from './refRows';
import type { Translator, TreeRow } from '../treeRow';

/** One repository as it was read. */
export interface RepositoryState {
  readonly status: CodeStatus;
  readonly refs: Refs;
  /** By branch, what was trained on it. */
  readonly branchRuns?: ReadonlyMap<string, BranchRuns>;
  /** Reads a branch's commits, when its row is opened. */
  readonly commitsOf?: (branch: string) => Promise<readonly TreeRow[]>;
  readonly files?: FileSurroundings;
  /** What stands beneath branches and tags. */
  readonly sections?: readonly TreeRow[];
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
    about: { kind: 'repository', root: repository.status.root },
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

function repositoryRows(state: RepositoryState, l10n: Translator): TreeRow[] {
  const { status, refs, sections = [] } = state;
  return [statusRow(status, l10n), changesRow(status, l10n, state.files), ...refRows(status.root, refs, l10n, state), ...sections];
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
  const place = worktreeText(status, l10n);
  const under = operation ? [operationText(operation, l10n)] : [];
  return {
    id: `${status.root}|status`,
    label: headText(status, l10n),
    description:
      [words.join(' ') || (head.kind === 'branch' ? l10n.t('no upstream') : ''), ...place].filter((word) => word !== '').join(' · ') ||
      undefined,
    tooltip: [status.root, ...place, headText(status, l10n), ...(upstream ? [upstream.name] : []), ...counted, ...under].join('\n'),
    icon: operation
      ? { id: 'git-merge', color: 'problemsWarningIcon.foreground' }
      : { id: head.kind === 'detached' ? 'git-commit' : 'git-branch' },
    context: operation ? `codeStatus underWay${isContinuable(status) ? ' continuable' : ''}` : 'codeStatus',
    about: { kind: 'repository', root: status.root },
    spoken: [headText(status, l10n), ...(upstream ? [upstream.name] : []), ...counted, ...under, ...place].join(', '),
  };
}

/** A linked worktree has its HEAD in `worktrees` of the repository that it belongs to. */
function worktreeText({ gitDir, commonDir }: CodeStatus, l10n: Translator): string[] {
  if (basename(dirname(gitDir)) !== 'worktrees') return [];
  return [l10n.t('worktree of {0}', visible(basename(commonDir) === '.git' ? basename(dirname(commonDir)) : basename(commonDir)))];
}

export function headText({ head, operation }: CodeStatus, l10n: Translator): string {
  if (head.kind === 'detached') return operation?.branch ?? l10n.t('detached at {0}', head.commit.slice(0, 8));
  return head.name;
}

function operationText({ kind, progress }: Operation, l10n: Translator): string {
  return progress === undefined ? l10n.t('{0} in progress', kind) : l10n.t('{0} in progress, {1}', kind, progress);
}

function changesRow(status: CodeStatus, l10n: Translator, files: FileSurroundings = {}): TreeRow {
  const { root, conflicted, staged, changed, untracked } = status;
  const count = conflicted.length + staged.length + changed.length + untracked.length;
  const groups = [
    group('conflicted', l10n.t('Conflicts'), conflicted, ({ path, kind }) => fileRow(root, 'conflicted', path, kind, { open: true })),
    group('staged', l10n.t('Staged'), staged, (change) => changeRow(root, 'staged', change, l10n, files)),
    group('changed', l10n.t('Changed'), changed, (change) => changeRow(root, 'changed', change, l10n, files)),
    group('untracked', l10n.t('Untracked'), untracked, (path) => untrackedRow(root, path, files.nested?.has(path) === true, l10n, files)),
  ].filter((row) => row !== undefined);

  function group<T extends { readonly path: string; readonly from?: string | undefined } | string>(
    id: ChangeGroup,
    label: string,
    listed: readonly T[],
    rowOf: (file: T) => TreeRow,
  ): TreeRow | undefined {
    if (listed.length === 0) return undefined;
    const rows = listed.slice(0, LISTED).map(rowOf);
    const more = listed.length - rows.length;
    const rest: TreeRow[] = more > 0 ? [{ id: `${root}|${id}|more`, label: l10n.t('{0} more', more), icon: { id: 'ellipsis' } }] : [];
    return {
      id: `${root}|${id}`,
      label,
      description: String(listed.length),
      icon: { id: id === 'conflicted' ? 'warning' : id === 'staged' ? 'pass' : id === 'untracked' ? 'question' : 'edit' },
      context: `codeGroup ${id}`,
      about: { kind: 'group', root, group: id, paths: listed.flatMap(pathsOf).filter((path) => !files.nested?.has(path)) },
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
    about: { kind: 'repository', root },
    ...(count > 0 ? { expanded: true, children: groups } : {}),
  };
}

/** Both names of what was renamed: each is a change of its own in the index. */
function pathsOf(file: string | { readonly path: string; readonly from?: string | undefined }): string[] {
  if (typeof file === 'string') return [file];
  return file.from === undefined ? [file.path] : [file.from, file.path];
}

/** Whether something waits to be continued from here. */
export function isContinuable({ operation }: CodeStatus): boolean {
  return operation !== undefined && operation.kind !== 'bisect';
}
