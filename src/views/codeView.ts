import {
  EventEmitter,
  FileDecoration,
  l10n,
  ThemeColor,
  type TreeItem,
  window,
  workspace,
  type Event,
  type LogOutputChannel,
  type TreeDataProvider,
  type WorkspaceFolder,
} from 'vscode';
import { GitError } from '../code/git';
import type { CodeReader } from '../code/reader';
import { readRefFiles } from '../code/refFiles';
import type { Disposable } from '../core/disposable';
import { messageOf } from '../core/errors';
import { Debounce } from '../host/debounce';
import { Disposables } from '../host/disposables';
import { changeDecoration, CODE_SCHEME } from './codeDecoration';
import { CodeFollower } from './codeFollower';
import { codeRows, restrictedRows, type RepositoryState } from './codeNode';
import { rowItem } from './rowItem';
import type { TreeRow } from './treeRow';

/** What the welcome texts ask for, as `mlTracking.code.state`. */
export type CodeViewState = 'reading' | 'noGit' | 'noRepository' | 'filled';

/** The Code view: branch, changes, branches and tags of the workspace's repositories. Reads nothing until it is looked at. */
export class CodeView implements TreeDataProvider<TreeRow>, Disposable {
  private readonly held = new Disposables();
  private readonly changed = this.held.add(new EventEmitter<void>());
  private readonly follower: CodeFollower;
  private readonly reading: Debounce;
  private rows: Promise<TreeRow[]> | undefined;

  readonly onDidChangeTreeData: Event<void> = this.changed.event;

  constructor(
    private readonly reader: CodeReader,
    private readonly folders: () => readonly WorkspaceFolder[],
    private readonly trusted: () => boolean,
    private readonly setState: (state: CodeViewState) => void,
    private readonly log: LogOutputChannel,
  ) {
    const failed = (error: unknown): void => this.log.error(`Code view: ${messageOf(error)}`);
    this.reading = this.held.add(new Debounce(250, () => this.reread(), failed));
    this.follower = this.held.add(new CodeFollower(failed));
    this.held.add(this.follower.onDidChange(() => this.refresh()));
    this.held.add(workspace.onDidChangeWorkspaceFolders(() => this.refresh()));
    this.held.add(workspace.onDidGrantWorkspaceTrust(() => this.refresh()));
    this.held.add(window.registerFileDecorationProvider({ provideFileDecoration: ({ scheme, query }) => decorationOf(scheme, query) }));
  }

  /** Reads again soon, once for many requests; nothing while nobody has looked. */
  refresh(): void {
    if (this.rows) this.reading.request();
  }

  getTreeItem(row: TreeRow): TreeItem {
    return rowItem(row);
  }

  async getChildren(row?: TreeRow): Promise<TreeRow[]> {
    if (row) return [...(row.children ?? [])];
    return (this.rows ??= this.read());
  }

  private async reread(): Promise<void> {
    const rows = await this.read();
    this.rows = Promise.resolve(rows);
    this.changed.fire();
  }

  /** Never rejects: a repository that can't be read is a row that says why. */
  private async read(): Promise<TreeRow[]> {
    if (!this.trusted()) {
      this.setState('filled');
      const files = await Promise.all(this.fileFolders().map(({ uri }) => readRefFiles(uri.fsPath)));
      const known = new Map(files.flatMap((each) => (each ? [[each.root, each] as const] : [])));
      return restrictedRows([...known.values()], l10n);
    }
    const found = new Map<string, RepositoryState>();
    const problems: TreeRow[] = [];
    let state: CodeViewState = 'noRepository';
    for (const folder of this.fileFolders()) {
      try {
        const status = await this.reader.status(folder.uri.fsPath);
        if (!found.has(status.root)) found.set(status.root, { status, refs: await this.reader.branches(status.root) });
      } catch (error) {
        if (error instanceof GitError && error.reason === 'not installed') state = 'noGit';
        else if (!(error instanceof GitError && error.reason === 'no repository')) problems.push(problemRow(folder, error));
      }
    }
    const repositories = [...found.values()];
    this.follower.follow(repositories.map(({ status }) => status));
    const rows = [...codeRows(repositories, l10n), ...problems];
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

function problemRow(folder: WorkspaceFolder, error: unknown): TreeRow {
  return {
    id: `${folder.uri.fsPath}|problem`,
    label: folder.name,
    description: messageOf(error),
    tooltip: messageOf(error),
    icon: { id: 'error', color: 'problemsErrorIcon.foreground' },
    context: 'problem',
  };
}

function decorationOf(scheme: string, query: string): FileDecoration | undefined {
  const decoration = scheme === CODE_SCHEME ? changeDecoration(query) : undefined;
  return decoration && new FileDecoration(decoration.badge, decoration.tooltip, new ThemeColor(decoration.color));
}
