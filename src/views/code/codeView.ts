import { sep } from 'node:path';
import { FileDecoration, l10n, ThemeColor, window, workspace, type Event, type LogOutputChannel, type WorkspaceFolder } from 'vscode';
import { GitError } from '../../code/git';
import type { CodeReader } from '../../code/reader';
import { readRefFiles } from '../../code/refFiles';
import type { Disposable } from '../../core/disposable';
import { messageOf } from '../../core/errors';
import { Disposables } from '../../host/disposables';
import { changeDecoration, CODE_SCHEME } from './codeDecoration';
import { CodeFollower } from './codeFollower';
import { codeRows, restrictedRows } from './codeNode';
import type { CodeRuns } from './codeRuns';
import { CodeSections, historyId, nestedRepositories, type BaseRun, type Repository } from './codeSections';
import { problemRow } from '../problemRow';
import { RowTree } from '../rowTree';
import type { TreeRow } from '../treeRow';

/** What the welcome texts ask for, as `mlTracking.code.state`. */
export type CodeViewState = 'reading' | 'noGit' | 'noRepository' | 'filled';

/** The Code view: branch, changes, branches, tags, history and dependencies of the workspace's repositories. Reads nothing until it is looked at. */
export class CodeView implements Disposable {
  private readonly held = new Disposables();
  readonly rows: RowTree;
  private readonly follower: CodeFollower;
  private readonly sections: CodeSections;
  private problems: readonly TreeRow[] = [];
  private found: readonly Repository[] = [];

  /** The repositories were read again. */
  readonly onDidRead: Event<void>;

  constructor(
    private readonly reader: CodeReader,
    private readonly folders: () => readonly WorkspaceFolder[],
    private readonly trusted: () => boolean,
    private readonly setState: (state: CodeViewState) => void,
    private readonly log: LogOutputChannel,
    runs?: CodeRuns,
  ) {
    this.sections = new CodeSections(reader, runs, (text) => log.warn(text), l10n);
    const failed = (error: unknown): void => this.log.error(`Code view: ${messageOf(error)}`);
    this.rows = this.held.add(new RowTree(() => this.read(), failed));
    this.onDidRead = this.rows.onDidRead;
    this.follower = this.held.add(new CodeFollower(failed));
    this.held.add(this.follower.onDidChange(() => this.refresh()));
    if (runs) this.held.add(runs.onDidChange(() => void this.redraw().catch(failed)));
    this.held.add(workspace.onDidChangeWorkspaceFolders(() => this.refresh()));
    this.held.add(workspace.onDidGrantWorkspaceTrust(() => this.refresh()));
    this.held.add(window.registerFileDecorationProvider({ provideFileDecoration: ({ scheme, query }) => decorationOf(scheme, query) }));
  }

  /** The repositories as they were read last. */
  get repositories(): readonly Repository[] {
    return this.found;
  }

  /** The repository that a folder is in, as it is now: what is shown may be older than what a person has just done. */
  async repositoryOf(folder: string): Promise<Repository> {
    const { root } = await this.reader.places(folder);
    return this.readRepository(root);
  }

  /** Reads once, and follows from then on, also where nobody looks at the view. */
  async want(): Promise<void> {
    await this.rows.want();
  }

  /** The innermost of the read repositories that a file is in. */
  repositoryAt(file: string): Repository | undefined {
    const around = this.found.filter(({ status: { root } }) => file.startsWith(root.endsWith(sep) ? root : root + sep));
    return around.sort((a, b) => b.status.root.length - a.status.root.length)[0];
  }

  /** Shows one page more of a list of commits. */
  async loadMore(list: string): Promise<void> {
    this.sections.loadMore(list);
    await this.redraw();
  }

  /** Turns History to one file or folder (ending in `/`), relative to the root, or back to all. @returns its row */
  async showHistoryOf(root: string, path: string | undefined): Promise<TreeRow | undefined> {
    await this.want();
    this.sections.showHistoryOf(root, path);
    await this.redraw();
    return this.rows.find(path === undefined ? historyId(root) : `${historyId(root)}|${path}`);
  }

  /** Whether some History shows one file's commits. */
  get ofFiles(): boolean {
    return this.sections.ofFiles;
  }

  /** Compares a repository's dependencies with a run, too, or no longer. @returns the row of the dependencies */
  async compareDependencies(root: string, run: BaseRun | undefined): Promise<TreeRow | undefined> {
    await this.want();
    this.sections.compareWith(root, run);
    await this.redraw();
    return this.rows.find(`${root}|dependencies`);
  }

  /** The run that a repository's dependencies are compared with. */
  baseOf(root: string): BaseRun | undefined {
    return this.sections.baseOf(root);
  }

  /** Reads everything anew, also what nothing tells to have moved. */
  readAnew(): void {
    this.sections.forget();
    this.refresh();
  }

  /** Reads again now, e.g. after an action. */
  async refreshNow(): Promise<void> {
    await this.rows.refreshNow();
  }

  /** Reads again soon, once for many requests; nothing while nobody has looked. */
  refresh(): void {
    this.rows.refresh();
  }

  /** Shows what is known already, with the runs as they are now. */
  private async redraw(): Promise<void> {
    if (this.trusted()) await this.rows.redraw(() => this.draw());
  }

  private async draw(): Promise<TreeRow[]> {
    const states = await Promise.all(this.found.map((repository) => this.sections.state(repository)));
    return [...codeRows(states, l10n), ...this.problems];
  }

  private async readRepository(folder: string): Promise<Repository> {
    const [status, refs] = await Promise.all([this.reader.status(folder), this.reader.branches(folder)]);
    return { status, refs, nested: await nestedRepositories(status) };
  }

  /** Never rejects: a repository that can't be read is a row that says why. */
  private async read(): Promise<TreeRow[]> {
    if (!this.trusted()) {
      this.setState('filled');
      const files = await Promise.all(this.fileFolders().map(({ uri }) => readRefFiles(uri.fsPath)));
      const known = new Map(files.flatMap((each) => (each ? [[each.root, each] as const] : [])));
      return restrictedRows([...known.values()], l10n);
    }
    const found = new Map<string, Repository>();
    const problems: TreeRow[] = [];
    let state: CodeViewState = 'noRepository';
    const folders = this.fileFolders();
    const read = await Promise.allSettled(folders.map(({ uri }) => this.readRepository(uri.fsPath)));
    for (const [index, result] of read.entries()) {
      if (result.status === 'fulfilled') {
        const { root } = result.value.status;
        if (!found.has(root)) found.set(root, result.value);
        continue;
      }
      const error: unknown = result.reason;
      const { name, uri } = folders[index] ?? { name: '', uri: undefined };
      if (error instanceof GitError && error.reason === 'not installed') state = 'noGit';
      else if (!(error instanceof GitError && error.reason === 'no repository')) problems.push(problemRow(uri?.fsPath ?? '', name, error));
    }
    this.found = [...found.values()];
    this.problems = problems;
    this.follower.follow(this.found.map(({ status }) => status));
    const rows = await this.draw();
    this.setState(rows.length > 0 ? 'filled' : state);
    return rows;
  }

  private fileFolders(): readonly WorkspaceFolder[] {
    return this.folders().filter(({ uri }) => uri.scheme === 'file');
  }

  dispose(): void {
    this.held.dispose();
  }
}

function decorationOf(scheme: string, query: string): FileDecoration | undefined {
  const decoration = scheme === CODE_SCHEME ? changeDecoration(query) : undefined;
  return decoration && new FileDecoration(decoration.badge, decoration.tooltip, new ThemeColor(decoration.color));
}
