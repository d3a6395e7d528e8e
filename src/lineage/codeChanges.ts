import { DependencyReader, type DependencyFileChange } from '../code/dependencies/dependencyReader';
import type { GitOptions } from '../code/git';
import type { CodeReader } from '../code/reader';
import type { Commit } from '../code/repository';
import type { CodeRunner } from '../code/runner';
import { revision, WORKING_TREE, type FileDifference, type Side } from '../code/side';
import type { Run } from '../core/run';
import type { Engine } from '../store/engine';
import { commitOf } from './missingCommit';
import { readPatch, runCode } from './runCode';

/** A run's code as it was when the run began, to be read by `CodeReader.content` and compared by `CodeReader.diff`. */
export interface RunSide {
  readonly side: Side;
  /** Undefined where nothing was committed yet. */
  readonly commit: string | undefined;
  /** Whether uncommitted changes are counted in. */
  readonly patched: boolean;
  /** Whether there were uncommitted changes that were not kept. */
  readonly incomplete: boolean;
}

/** How the code of two runs differs. */
export interface CodeChanges {
  readonly from: RunSide;
  readonly to: RunSide;
  /** Commits that `to` has and `from` doesn't, newest first; at most 500. */
  readonly commits: readonly Commit[];
  /** Commits that only `from` has: not empty where the one isn't simply later than the other. */
  readonly otherCommits: readonly Commit[];
  readonly files: readonly FileDifference[];
  readonly dependencies: readonly DependencyFileChange[];
}

const MOST_COMMITS = 500;

/** Compares the code of runs, uncommitted changes counted in. */
export class CodeComparer {
  private readonly dependencies: DependencyReader;

  constructor(
    private readonly reader: CodeReader,
    private readonly runner: CodeRunner,
  ) {
    this.dependencies = new DependencyReader(reader);
  }

  /** @param root the repository that has the run's commit */
  async sideOf(engine: Engine, run: Run, root: string, options?: GitOptions): Promise<RunSide> {
    const code = runCode(run);
    const commit = await commitOf(this.reader, root, run.runName, code);
    const patch = await readPatch(engine, run);
    const whole = patch === undefined && commit !== undefined;
    const tree = whole ? commit : await this.runner.patchedTree(root, commit, patch && Buffer.from(patch), options);
    return { side: revision(tree), commit, patched: patch !== undefined, incomplete: code.dirty === true && patch === undefined };
  }

  /** What changed from one run to another of the same store. */
  async betweenRuns(engine: Engine, from: Run, to: Run, root: string, options: GitOptions = {}): Promise<CodeChanges> {
    const [one, other] = [await this.sideOf(engine, from, root, options), await this.sideOf(engine, to, root, options)];
    return this.betweenSides(one, other, root, options);
  }

  /** What changed between two runs, whichever stores they are of. */
  async betweenSides(one: RunSide, other: RunSide, root: string, options: GitOptions = {}): Promise<CodeChanges> {
    const [files, commits, otherCommits, dependencies] = await Promise.all([
      this.reader.diff(root, one.side, other.side, options),
      this.between(root, one.commit, other.commit, options),
      this.between(root, other.commit, one.commit, options),
      this.dependencies.changes(root, one.side, other.side, options),
    ]);
    return { from: one, to: other, commits, otherCommits, files, dependencies };
  }

  /** What changed since a run, the working tree as it is now counted in. */
  async sinceRun(engine: Engine, run: Run, root: string, options: GitOptions = {}): Promise<Omit<CodeChanges, 'to'>> {
    const from = await this.sideOf(engine, run, root, options);
    const head = await this.reader.commit(root, 'HEAD');
    const [files, commits, otherCommits, dependencies] = await Promise.all([
      this.reader.diff(root, from.side, WORKING_TREE, { ...options, untracked: true }),
      this.between(root, from.commit, head, options),
      this.between(root, head, from.commit, options),
      this.dependencies.changes(root, from.side, WORKING_TREE, options),
    ]);
    return { from, files, commits, otherCommits, dependencies };
  }

  /** Commits that `to` has and `from` doesn't. */
  private between(root: string, from: string | undefined, to: string | undefined, { signal }: GitOptions): Promise<Commit[]> {
    if (to === undefined || from === to) return Promise.resolve([]);
    const revisions = from === undefined ? to : `${from}..${to}`;
    return this.reader.log(root, { revision: revisions, max: MOST_COMMITS, ...(signal && { signal }) });
  }
}
