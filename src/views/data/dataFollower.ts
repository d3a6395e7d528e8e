import { stat } from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';
import { EventEmitter, RelativePattern, Uri, workspace, type Event } from 'vscode';
import type { Disposable } from '../../core/disposable';
import { findGitFolders } from '../../code/refFiles';
import type { DataStatus } from '../../data/status/status';
import { Disposables } from '../../host/disposables';
import { FolderWatches } from './folderWatches';

/** More folders than this are followed by one watcher on the repository. */
const MOST = 100;
/** Files by which DVC says what is tracked, and those that say what it has to be like. */
const RECORDS = '{*.dvc,dvc.lock,dvc.yaml,.dvcignore,*.checks.yaml}';

/** Tells when tracked data, or what is recorded of it, may have changed, in whatever program. */
export class DataFollower implements Disposable {
  private readonly changed = new EventEmitter<void>();
  private watching = new Disposables();
  private followed = '';
  private isGone = false;
  private readonly folders = new FolderWatches(() => this.changed.fire());

  readonly onDidChange: Event<void> = this.changed.event;

  /** The repositories to follow, after each reading. `folders` are the workspace's, where a repository may begin. */
  async follow(workspaceFolders: readonly string[], roots: readonly string[], statuses: readonly DataStatus[]): Promise<void> {
    const outs = statuses.flatMap((status) => status.outs);
    const stages = statuses.flatMap((status) => status.stages);
    const used = [...new Set(stages.flatMap(({ deps, params }) => [...deps, ...params].flatMap(({ target }) => target ?? [])))];
    const kinds = await Promise.all(
      used.map(async (path) => ({ path, isFolder: (await stat(path).catch(() => undefined))?.isDirectory() ?? false })),
    );
    const followed = [...outs.map(({ target, isFolder }) => ({ path: target, isFolder })), ...kinds];
    const folders = new Set(followed.filter(({ isFolder }) => isFolder).map(({ path }) => path));
    const files = new Set(followed.map(({ path }) => path).filter((path) => !folders.has(path)));
    // A relative one is so from where the configuration lies.
    const remotes = statuses.flatMap(({ root, remotes: all }) =>
      all.flatMap(({ isLocal, url }) => (isLocal ? [resolve(root, '.dvc', url)] : [])),
    );
    await this.folders.follow([...new Set([...statuses.map(({ cacheFolder }) => cacheFolder), ...remotes])], roots);
    const gits = (await Promise.all(roots.map(findGitFolders))).filter((found) => found !== undefined);
    const key = JSON.stringify([workspaceFolders, roots, [...files], [...folders], gits]);
    if (this.isGone || key === this.followed) return;
    this.followed = key;
    this.watching.dispose();
    this.watching = new Disposables();
    // A folder that is moved here, or back, comes with what is in it, and only it is told of.
    for (const folder of workspaceFolders) if (!roots.includes(folder)) this.watch(folder, '{,*/,*/*/}.dvc{,/config}');
    // What is recorded is compared with the last commit, whoever made it.
    for (const { gitDir, commonDir } of gits) {
      this.watch(gitDir, 'HEAD');
      this.watch(commonDir, '{packed-refs,refs/heads/**}');
    }
    for (const root of roots) {
      this.watch(root, `**/${RECORDS}`);
      this.watch(join(root, '.dvc'), '{config,config.local}');
      // What DVC does, also to the cache alone, shows in its locks.
      this.watch(join(root, '.dvc', 'tmp'), '{lock,rwlock,btime}');
    }
    const parents = new Set([...files, ...folders].map((target) => dirname(target)));
    if (parents.size + folders.size > MOST) {
      // Called for every file that changes anywhere, so it must not look at every folder.
      const inFolder = (path: string): boolean => folders.has(path) || (dirname(path) !== path && inFolder(dirname(path)));
      const concerns = (path: string): boolean => files.has(path) || inFolder(path);
      for (const root of roots) this.watch(root, '**', concerns);
    } else {
      for (const parent of parents) this.watch(parent, '*', (path) => files.has(path) || folders.has(path));
      for (const folder of folders) this.watch(folder, '**');
    }
  }

  private watch(folder: string, pattern: string, concerns: (path: string) => boolean = () => true): void {
    const watcher = this.watching.add(workspace.createFileSystemWatcher(new RelativePattern(Uri.file(folder), pattern)));
    const onEvent = ({ fsPath }: Uri): void => {
      if (concerns(fsPath) && basename(fsPath) !== '.DS_Store') this.changed.fire();
    };
    for (const event of [watcher.onDidChange, watcher.onDidCreate, watcher.onDidDelete]) this.watching.add(event(onEvent));
  }

  dispose(): void {
    this.isGone = true;
    this.folders.dispose();
    this.watching.dispose();
    this.changed.dispose();
  }
}
