import { l10n, type LogOutputChannel } from 'vscode';
import { DependencyReader } from '../../code/dependencies/dependencyReader';
import type { CodeReader } from '../../code/reader';
import type { CodeStatus, Refs } from '../../code/repository';
import { revision, WORKING_TREE } from '../../code/side';
import { messageOf } from '../../core/errors';
import type { TreeRow } from '../treeRow';
import type { RepositoryState } from './codeNode';
import type { CodeRuns, RepositoryRuns } from './codeRuns';
import { dependencyRows } from './dependencyRows';
import { historyRows } from './historyRows';

/** So many commits are read at a time. */
const PAGE = 50;

/** A repository as git tells it. */
export interface Repository {
  readonly status: CodeStatus;
  readonly refs: Refs;
}

/** What the Code view shows of a repository beside its status and refs: its runs, its history, its dependencies. */
export class CodeSections {
  private readonly dependencies: DependencyReader;
  /** By list of commits, how many are shown. */
  private readonly shown = new Map<string, number>();

  constructor(
    private readonly reader: CodeReader,
    private readonly runs: CodeRuns | undefined,
    private readonly log: LogOutputChannel,
  ) {
    this.dependencies = new DependencyReader(reader);
  }

  /** One page more of a list, by its id, from the next drawing on. */
  loadMore(list: string): void {
    this.shown.set(list, (this.shown.get(list) ?? PAGE) + PAGE);
  }

  async state({ status, refs }: Repository): Promise<RepositoryState> {
    const { root, head } = status;
    const runs = await this.runsOf({ status, refs });
    const born = head.kind !== 'unborn';
    const sections: TreeRow[] = [
      {
        id: `${root}|history`,
        label: l10n.t('History'),
        description: born ? undefined : l10n.t('no commit yet'),
        icon: { id: 'history' },
        context: 'codeSection history',
        about: { kind: 'repository', root },
        ...(born && { load: () => this.history(root, `${root}|history`, 'HEAD', runs) }),
      },
      {
        id: `${root}|dependencies`,
        label: l10n.t('Dependencies'),
        icon: { id: 'package' },
        context: 'codeSection dependencies',
        about: { kind: 'repository', root },
        load: () => this.dependencyRows(root),
      },
    ];
    const commitsOf = (branch: string): Promise<TreeRow[]> =>
      this.history(root, `${root}|branch|${branch}|history`, `refs/heads/${branch}`, runs);
    return { status, refs, sections, commitsOf, ...(runs && { branchRuns: runs.byBranch }) };
  }

  /** Undefined where the runs can't be told: the code is shown without. */
  private async runsOf({ status, refs }: Repository): Promise<RepositoryRuns | undefined> {
    const { root, head } = status;
    try {
      return await this.runs?.of(this.reader, root, refs, head.kind === 'unborn' ? undefined : head.commit);
    } catch (error) {
      this.log.warn(`The runs of ${root}: ${messageOf(error)}`);
      return undefined;
    }
  }

  private async history(root: string, list: string, name: string, runs: RepositoryRuns | undefined): Promise<TreeRow[]> {
    const max = this.shown.get(list) ?? PAGE;
    const commits = await this.reader.log(root, { revision: name, max: max + 1 });
    const runsAt: RepositoryRuns['at'] = (commit) => runs?.at(commit) ?? [];
    return historyRows(commits.slice(0, max), { list, root, now: Date.now(), runsAt, more: commits.length > max }, l10n);
  }

  private async dependencyRows(root: string): Promise<TreeRow[]> {
    const [files, changes] = await Promise.all([
      this.dependencies.files(root, WORKING_TREE),
      this.dependencies.changes(root, revision('HEAD'), WORKING_TREE),
    ]);
    return dependencyRows(root, files, changes, l10n);
  }
}
