import type { LocalBranch, Refs } from '../../code/repository';
import { formatNumber } from '../../core/format';
import type { BranchRuns } from '../../lineage/commitRuns';
import type { Translator, TreeRow } from '../treeRow';
import { countText } from './codeText';

/** What is known of branches beside what git tells. */
export interface BranchSurroundings {
  readonly branchRuns?: ReadonlyMap<string, BranchRuns>;
  /** Reads a branch's commits, when its row is opened. */
  readonly commitsOf?: (branch: string) => Promise<readonly TreeRow[]>;
}

/** The sections of local branches, remote branches and tags. */
export function refRows(root: string, refs: Refs, l10n: Translator, { branchRuns, commitsOf }: BranchSurroundings = {}): TreeRow[] {
  const remotes = [...refs.remotes].map(([remote, branches]): TreeRow => ({
    id: `${root}|remote|${remote}`,
    label: remote,
    description: String(branches.length),
    icon: { id: 'cloud' },
    context: 'remote',
    ...(branches.length > 0 && {
      expanded: refs.remotes.size === 1,
      children: branches.map(({ name, tip, subject }) => ({
        id: `${root}|remote|${remote}|${name}`,
        label: name,
        description: `${tip.slice(0, 8)} ${subject}`.trim(),
        icon: { id: 'git-branch' },
        context: 'remoteBranch',
        about: { kind: 'remoteBranch', root, remote, name: `${remote}/${name}` },
      })),
    }),
  }));
  const tags = refs.tags.map(({ name, commit, subject }): TreeRow => ({
    id: `${root}|tag|${name}`,
    label: name,
    description: `${commit.slice(0, 8)} ${subject}`.trim(),
    icon: { id: 'tag' },
    context: 'gitTag',
    about: { kind: 'tag', root, name },
  }));
  const local = refs.local.map((branch) => localRow(root, branch, branchRuns?.get(branch.name), commitsOf, l10n));
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
      about: { kind: 'repository', root },
      ...(empty ? {} : { expanded, children }),
    };
  }
}

function localRow(
  root: string,
  { name, tip, upstream, subject, current }: LocalBranch,
  runs: BranchRuns | undefined,
  commitsOf: BranchSurroundings['commitsOf'],
  l10n: Translator,
): TreeRow {
  const against = upstream ? (upstream.gone ? l10n.t('{0} is gone', upstream.name) : countText(upstream)) : '';
  const trained = runs && runs.count > 0 ? runsText(runs, l10n) : '';
  const spoken = current ? l10n.t('{0}, current branch, {1}', name, subject) : `${name}, ${subject}`;
  return {
    id: `${root}|branch|${name}`,
    label: name,
    // As `git branch -vv` has it, but what counts most first.
    description: [against, trained, tip.slice(0, 8), upstream && !upstream.gone ? `[${upstream.name}]` : '', subject]
      .filter((part) => part !== '')
      .join(' '),
    tooltip: [
      name,
      tip,
      ...(upstream ? [`⇄ ${upstream.name} ${countText(upstream)}`.trim()] : []),
      subject,
      ...(trained === '' ? [] : [trained]),
    ].join('\n'),
    icon: current ? { id: 'check', color: 'charts.green' } : { id: 'git-branch' },
    context: current ? 'branch current' : 'branch',
    spoken: trained === '' ? spoken : `${spoken}, ${trained}`,
    about: { kind: 'branch', root, name, current },
    ...(commitsOf && { load: () => commitsOf(name) }),
  };
}

/** `[3 runs, best 0.9897 val_accuracy]` */
function runsText({ count, best }: BranchRuns, l10n: Translator): string {
  const counted = count === 1 ? l10n.t('1 run') : l10n.t('{0} runs', count);
  return `[${best ? l10n.t('{0}, best {1} {2}', counted, formatNumber(best.value), best.key) : counted}]`;
}
