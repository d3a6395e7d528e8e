import { stat } from 'node:fs/promises';
import { join, posix } from 'node:path';
import { DependencyReader, type DependencyFileChange } from '../../code/dependencies/dependencyReader';
import type { DependencyFile } from '../../code/dependencies/dependencyFile';
import type { CodeReader } from '../../code/reader';
import type { CodeStatus, Commit, Refs } from '../../code/repository';
import { notedTrees } from '../../code/restoredTrees';
import { revision, WORKING_TREE, type Side } from '../../code/side';
import { messageOf } from '../../core/errors';
import type { Translator, TreeRow } from '../treeRow';
import type { RepositoryState } from './codeNode';
import { visible } from './codeText';
import { dependencyRows, sinceRunRow, type DependencyBase } from './dependencyRows';
import { historyRows } from './historyRows';
import { KeptAnswers } from './keptAnswers';
import { dependencyState, refsState } from './repositoryState';
import type { RepositoryRuns } from './repositoryRuns';
import { restoredTreeRows } from './restoredTreeRows';
import { submoduleRows } from './submoduleRows';
import { untrackedRows } from './untrackedRows';

/** So many commits are read at a time. */
const PAGE = 50;

/** A repository as git tells it. */
export interface Repository {
  readonly status: CodeStatus;
  readonly refs: Refs;
  /** Those untracked folders, as `status` names them, that are repositories of their own. */
  readonly nested: ReadonlySet<string>;
}

/** A run that dependencies are compared with. */
export interface BaseRun {
  readonly runId: string;
  readonly runName: string;
  readonly side: Side;
  readonly incomplete: boolean;
}

/** Where the runs of a repository are found. */
export interface RunsSource {
  of(reader: CodeReader, root: string, refs: Refs, head: string | undefined): Promise<RepositoryRuns>;
}

interface Dependencies {
  readonly files: readonly DependencyFile[];
  readonly changes: readonly DependencyFileChange[];
}

/** What the Code view shows of a repository beside its status and refs: its runs, its history, its dependencies. What hasn't moved is not read again. */
export class CodeSections {
  private readonly dependencies: DependencyReader;
  /** By list of commits, how many are shown. */
  private readonly shown = new Map<string, number>();
  /** By repository, the file whose commits History shows. */
  private readonly files = new Map<string, string>();
  /** By repository, the run that Dependencies are compared with. */
  private readonly bases = new Map<string, BaseRun>();
  private readonly commits = new KeptAnswers<readonly Commit[]>();
  private readonly sinceHead = new KeptAnswers<Dependencies>();
  private readonly sinceRun = new KeptAnswers<readonly DependencyFileChange[]>();

  constructor(
    private readonly reader: CodeReader,
    private readonly runs: RunsSource | undefined,
    private readonly warn: (text: string) => void,
    private readonly l10n: Translator,
  ) {
    this.dependencies = new DependencyReader(reader);
  }

  /** One page more of a list, by its id, from the next drawing on. */
  loadMore(list: string): void {
    this.shown.set(list, (this.shown.get(list) ?? PAGE) + PAGE);
  }

  /** History shows the commits of one file or folder (ending in `/`), relative to the root; undefined: all. From the next drawing on. */
  showHistoryOf(root: string, path: string | undefined): void {
    if (path === undefined) this.files.delete(root);
    else this.files.set(root, path);
  }

  /** Whether some History shows one file's commits. */
  get ofFiles(): boolean {
    return this.files.size > 0;
  }

  /** From the next drawing on Dependencies are compared with a run, too. */
  compareWith(root: string, run: BaseRun | undefined): void {
    if (run) this.bases.set(root, run);
    else this.bases.delete(root);
  }

  baseOf(root: string): BaseRun | undefined {
    return this.bases.get(root);
  }

  /** Everything is read anew. */
  forget(): void {
    for (const kept of [this.commits, this.sinceHead, this.sinceRun]) kept.clear();
  }

  async state(repository: Repository): Promise<RepositoryState> {
    const { status, refs, nested } = repository;
    const { root } = status;
    const runs = await this.runsOf(repository);
    const restored = restoredTreeRows(root, await notedTrees(status.commonDir), Date.now(), this.l10n);
    const sections = [this.historySection(repository, runs), this.dependencySection(status), ...restored];
    const commitsOf = (branch: string): Promise<TreeRow[]> =>
      this.history(repository, { list: `${root}|branch|${branch}|history`, name: `refs/heads/${branch}` }, runs);
    const inside: NonNullable<RepositoryState['files']>['inside'] = (change, above) =>
      submoduleRows(this.reader, root, change, above, this.l10n);
    const below = (folder: string): Promise<TreeRow[]> => untrackedRows(this.reader, root, folder, this.l10n);
    return { status, refs, sections, commitsOf, files: { inside, nested, below }, ...(runs && { branchRuns: runs.byBranch }) };
  }

  private historySection(repository: Repository, runs: RepositoryRuns | undefined): TreeRow {
    const { root, head } = repository.status;
    const born = head.kind !== 'unborn';
    const path = this.files.get(root);
    const about = { kind: 'repository', root } as const;
    if (path === undefined || !born)
      return {
        id: historyId(root),
        label: this.l10n.t('History'),
        ...(!born && { description: this.l10n.t('no commit yet') }),
        icon: { id: 'history' },
        context: 'codeSection history',
        about,
        ...(born && { load: () => this.history(repository, { list: historyId(root), name: 'HEAD' }, runs) }),
      };
    const id = `${historyId(root)}|${path}`;
    return {
      id,
      label: this.l10n.t('History of {0}', visible(posix.basename(path))),
      description: posix.dirname(path) === '.' ? undefined : visible(posix.dirname(path)),
      tooltip: this.l10n.t('The commits that changed {0}', visible(path)),
      icon: { id: 'history', color: 'charts.blue' },
      context: 'codeSection history ofFile',
      about,
      expanded: true,
      load: () => this.history(repository, { list: id, name: 'HEAD', path }, runs),
    };
  }

  private dependencySection(status: CodeStatus): TreeRow {
    const { root } = status;
    return {
      id: `${root}|dependencies`,
      label: this.l10n.t('Dependencies'),
      icon: { id: 'package' },
      context: 'codeSection dependencies',
      about: { kind: 'repository', root },
      load: () => this.dependencyRows(status),
    };
  }

  /** Undefined where the runs can't be told: the code is shown without. */
  private async runsOf({ status: { root, head }, refs }: Repository): Promise<RepositoryRuns | undefined> {
    try {
      return await this.runs?.of(this.reader, root, refs, head.kind === 'unborn' ? undefined : head.commit);
    } catch (error) {
      this.warn(`The runs of ${root}: ${messageOf(error)}`);
      return undefined;
    }
  }

  private async history(
    { status, refs }: Repository,
    { list, name, path }: { readonly list: string; readonly name: string; readonly path?: string },
    runs: RepositoryRuns | undefined,
  ): Promise<TreeRow[]> {
    const { root } = status;
    const max = this.shown.get(list) ?? PAGE;
    const read = (): Promise<Commit[]> => this.reader.log(root, { revision: name, max: max + 1, ...(path !== undefined && { path }) });
    const commits = await this.commits.of(list, `${max} ${refsState(status, refs)}`, read);
    const runsAt: RepositoryRuns['at'] = (commit) => runs?.at(commit) ?? [];
    const more = commits.length > max;
    const around = { list, root, now: Date.now(), runsAt, more, ...(path !== undefined && { path }) };
    const rows = historyRows(commits.slice(0, max), around, this.l10n);
    return rows.length > 0 ? rows : [{ id: `${list}|none`, label: this.l10n.t('No commit has it yet'), icon: { id: 'info' } }];
  }

  private async dependencyRows(status: CodeStatus): Promise<TreeRow[]> {
    const { root } = status;
    const state = await dependencyState(status);
    const [{ files, changes }, base] = await Promise.all([
      this.sinceHead.of(root, state, async () => {
        const [found, changed] = await Promise.all([
          this.dependencies.files(root, WORKING_TREE),
          this.dependencies.changes(root, revision('HEAD'), WORKING_TREE),
        ]);
        return { files: found, changes: changed };
      }),
      this.dependencyBase(root, state),
    ]);
    const rows = dependencyRows(root, files, changes, this.l10n);
    return this.runs ? [...rows, sinceRunRow(root, base, this.l10n)] : rows;
  }

  private async dependencyBase(root: string, state: string | undefined): Promise<DependencyBase | undefined> {
    const base = this.bases.get(root);
    if (!base) return undefined;
    const { runId, runName, side, incomplete } = base;
    const changes = await this.sinceRun.of(root, state === undefined ? undefined : `${runId} ${state}`, () =>
      this.dependencies.changes(root, side, WORKING_TREE),
    );
    return { runId, runName, incomplete, changes };
  }
}

/** The id of the row above all commits. */
export function historyId(root: string): string {
  return `${root}|history`;
}

/** Which untracked folders are repositories of their own. */
export async function nestedRepositories({ root, untracked }: CodeStatus): Promise<ReadonlySet<string>> {
  const folders = untracked.filter((path) => path.endsWith('/')).slice(0, 1_000);
  const found = await Promise.all(
    folders.map(async (path) => ((await stat(join(root, path, '.git')).catch(() => undefined)) ? [path] : [])),
  );
  return new Set(found.flat());
}
