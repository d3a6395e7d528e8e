import { existsSync, statSync } from 'node:fs';
import { isAbsolute, join, relative } from 'node:path';
import { RelativePattern, Uri, workspace, type LogOutputChannel, type WorkspaceFolder } from 'vscode';
import type { Engine } from '../store/engine';
import { Store } from './store';

/** Opens the engine of a store's folder, making the store where there is none. */
export type OpenEngine = (location: string) => Promise<Engine>;

const DATABASE = 'tracking.db';

/** The store of one workspace folder: opened when it is there and asked for, closed when its database goes. */
export class FolderStore extends Store {
  /** Which file is open: another may take its name. */
  private inode: bigint | undefined;
  private wanted = false;

  constructor(
    readonly folder: WorkspaceFolder,
    location: string,
    private readonly makeEngine: OpenEngine,
    log: LogOutputChannel,
  ) {
    super(location, log);
    this.watchDatabase();
  }

  get name(): string {
    return this.folder.name;
  }

  get exists(): boolean {
    return existsSync(join(this.location, DATABASE));
  }

  async want(): Promise<void> {
    this.wanted = true;
    if (this.exists) await this.open();
  }

  override async create(): Promise<Engine> {
    this.wanted = true;
    return super.create();
  }

  async reload(): Promise<void> {
    if (this.state.kind === 'open' && this.inodeNow !== this.inode) await this.close();
    if (this.state.kind === 'failed') this.become({ kind: 'absent' });
    await this.want();
  }

  protected async openEngine(): Promise<Engine> {
    const engine = await this.makeEngine(this.location);
    this.inode = this.inodeNow;
    return engine;
  }

  private get inodeNow(): bigint | undefined {
    return statSync(join(this.location, DATABASE), { bigint: true, throwIfNoEntry: false })?.ino;
  }

  private watchDatabase(): void {
    const way = relative(this.folder.uri.fsPath, this.location).replaceAll('\\', '/');
    // Only a pattern below the workspace's folder hears of a store whose own folder comes later.
    const inside = way !== '' && way !== '..' && !way.startsWith('../') && !isAbsolute(way);
    const pattern = inside
      ? new RelativePattern(this.folder, `${way}/${DATABASE}`)
      : new RelativePattern(Uri.file(this.location), DATABASE);
    const watcher = this.held.add(workspace.createFileSystemWatcher(pattern, false, true, false));
    watcher.onDidCreate(() => this.wanted && void this.reload());
    watcher.onDidDelete(() => !this.exists && void this.close());
  }
}
