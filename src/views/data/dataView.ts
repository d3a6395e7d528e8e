import { join } from 'node:path';
import {
  EventEmitter,
  FileDecoration,
  l10n,
  ThemeColor,
  window,
  workspace,
  type Event,
  type LogOutputChannel,
  type Uri,
  type WorkspaceFolder,
} from 'vscode';
import type { Disposable } from '../../core/disposable';
import { messageOf } from '../../core/errors';
import type { DataSource } from '../../data/source';
import type { DataStatus } from '../../data/status/status';
import { Disposables } from '../../host/disposables';
import type { Decoration } from '../code/codeDecoration';
import { DATA_SCHEME, fileDecorations, markDecoration } from './dataDecoration';
import { DataFollower } from './dataFollower';
import { dataRows } from './dataNode';
import { memberPart } from './memberRows';
import type { OutPart } from './outPart';
import type { StorageUsage } from './remoteRows';
import { problemRow } from '../problemRow';
import { RowTree } from '../rowTree';
import type { TreeRow } from '../treeRow';

/** What the welcome text asks for, as `mlTracking.data.state`. */
export type DataViewState = 'reading' | 'noRepository' | 'empty' | 'filled';

/** The Data view: what DVC tracks in the workspace and how it stands; marks the same files in the Explorer. Runs no program. */
export class DataView implements Disposable {
  private readonly held = new Disposables();
  readonly rows: RowTree;
  private readonly decorated = this.held.add(new EventEmitter<undefined>());
  private readonly follower = this.held.add(new DataFollower());
  private readonly gone = new AbortController();
  /** How many actions are at work. */
  private acting = 0;
  private statuses: readonly DataStatus[] = [];
  private problems: readonly TreeRow[] = [];
  private decorations: ReadonlyMap<string, Decoration> = new Map();

  /** The repositories were read again. */
  readonly onDidRead: Event<void>;

  constructor(
    private readonly reader: DataSource,
    private readonly folders: () => readonly WorkspaceFolder[],
    private readonly setState: (state: DataViewState) => void,
    private readonly log: LogOutputChannel,
    /** What stands beneath a tracked file or folder, from the top. */
    private readonly parts: readonly OutPart[] = [memberPart],
    /** What was kept of a repository's data. */
    private readonly keptOf?: (root: string) => Promise<readonly { readonly bytes: number }[]>,
  ) {
    this.rows = this.held.add(
      new RowTree(
        () => this.read(),
        (error) => this.log.error(`Data view: ${messageOf(error)}`),
      ),
    );
    this.onDidRead = this.rows.onDidRead;
    this.held.add(this.follower.onDidChange(() => this.refresh()));
    this.held.add(workspace.onDidChangeWorkspaceFolders(() => this.refresh()));
    this.held.add(
      window.registerFileDecorationProvider({
        onDidChangeFileDecorations: this.decorated.event,
        provideFileDecoration: (uri) => this.decorationOf(uri),
      }),
    );
  }

  /** Reads again soon, once for many requests; nothing while nobody has looked, and while an action of ours is at work. */
  refresh(): void {
    if (this.acting === 0) this.rows.refresh();
  }

  /** Does something that changes much, and reads once when it has ended. */
  async during<T>(work: () => Promise<T>): Promise<T> {
    this.acting++;
    try {
      return await work();
    } finally {
      this.acting--;
      await this.refreshNow();
    }
  }

  /** Reads again now, e.g. after an action. */
  async refreshNow(): Promise<void> {
    await this.rows.refreshNow();
  }

  /** The repositories as they were read last; reads where nobody has looked yet, and follows from then on. */
  async want(): Promise<readonly DataStatus[]> {
    await this.rows.want();
    return this.statuses;
  }

  private async read(): Promise<TreeRow[]> {
    const folders = this.folders().filter(({ uri }) => uri.scheme === 'file');
    const statuses: DataStatus[] = [];
    const problems: TreeRow[] = [];
    const found = folders.map(({ uri }) =>
      this.reader.roots(uri.fsPath).catch((error: unknown) => {
        problems.push(problemRow(uri.fsPath, uri.fsPath, error));
        return [];
      }),
    );
    const roots = [...new Set((await Promise.all(found)).flat())];
    if (this.gone.signal.aborted) return [];
    for (const root of roots) {
      try {
        statuses.push(await this.reader.status(root, this.gone.signal));
      } catch (error) {
        if (this.gone.signal.aborted) return [];
        problems.push(problemRow(root, root, error));
      }
    }
    for (const part of this.parts) await part.look?.(statuses);
    this.statuses = statuses;
    this.decorations = fileDecorations(statuses, join);
    this.decorated.fire(undefined);
    this.problems = problems;
    const rows = this.drawn();
    this.setState(rows.length > 0 ? 'filled' : roots.length > 0 ? 'empty' : 'noRepository');
    await this.follow(
      folders.map(({ uri }) => uri.fsPath),
      roots,
      statuses,
    );
    return rows;
  }

  /** What can't be followed, as a repository that has just gone, is shown nevertheless. */
  private async follow(...what: Parameters<DataFollower['follow']>): Promise<void> {
    try {
      await this.follower.follow(...what);
    } catch (error) {
      this.log.warn(`Data view: changes can't be followed: ${messageOf(error)}`);
    }
  }

  /** Draws what was read again, e.g. because a part has more to say. */
  redraw(): void {
    this.rows.redraw(() => this.drawn()).catch((error: unknown) => this.log.error(`Data view: ${messageOf(error)}`));
  }

  private drawn(): TreeRow[] {
    return [...dataRows(this.statuses, (root) => this.usageOf(root), l10n, this.parts), ...this.problems];
  }

  private async usageOf(root: string): Promise<StorageUsage> {
    const [cache, kept] = await Promise.all([this.reader.cacheUsage(root, this.gone.signal), this.keptOf?.(root)]);
    return { ...cache, ...(kept && { kept: { count: kept.length, bytes: kept.reduce((sum, { bytes }) => sum + bytes, 0) } }) };
  }

  private decorationOf({ scheme, fsPath, query }: Uri): FileDecoration | undefined {
    const decoration = scheme === DATA_SCHEME ? markDecoration(query) : scheme === 'file' ? this.decorations.get(fsPath) : undefined;
    return decoration && new FileDecoration(decoration.badge, decoration.tooltip, new ThemeColor(decoration.color));
  }

  dispose(): void {
    this.gone.abort();
    this.held.dispose();
  }
}
