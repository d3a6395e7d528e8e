import { basename, dirname, join } from 'node:path';
import { EventEmitter, RelativePattern, Uri, workspace, type Event } from 'vscode';
import type { Disposable } from '../../core/disposable';
import type { DataStatus } from '../../data/status/status';
import { Disposables } from '../../host/disposables';

/** More folders than this are followed by one watcher on the repository. */
const MOST = 100;
/** Files by which DVC says what is tracked. */
const RECORDS = '{*.dvc,dvc.lock,dvc.yaml,.dvcignore}';

/** Tells when tracked data, or what is recorded of it, may have changed, in whatever program. */
export class DataFollower implements Disposable {
  private readonly changed = new EventEmitter<void>();
  private watching = new Disposables();
  private followed = '';

  readonly onDidChange: Event<void> = this.changed.event;

  /** The repositories to follow, after each reading. */
  follow(roots: readonly string[], statuses: readonly DataStatus[]): void {
    const outs = statuses.flatMap((status) => status.outs);
    const files = new Set(outs.filter((out) => !out.isFolder).map((out) => out.target));
    const folders = new Set(outs.filter((out) => out.isFolder).map((out) => out.target));
    const key = JSON.stringify([roots, [...files], [...folders]]);
    if (key === this.followed) return;
    this.followed = key;
    this.watching.dispose();
    this.watching = new Disposables();
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
    this.watching.dispose();
    this.changed.dispose();
  }
}
