import { dirname, normalize, sep } from 'node:path';
import { EventEmitter, extensions, RelativePattern, Uri, workspace, type Event } from 'vscode';
import type { Disposable } from '../../core/disposable';
import { Disposables } from '../../host/disposables';

/** As much of the git extension's API, version 1, as tells that something changed. */
interface GitRepository {
  readonly rootUri: Uri;
  readonly state: { readonly onDidChange: Event<void> };
}
interface GitApi {
  readonly repositories: readonly GitRepository[];
  readonly onDidOpenRepository: Event<GitRepository>;
  readonly onDidCloseRepository: Event<GitRepository>;
}
interface GitExtension {
  readonly enabled: boolean;
  readonly onDidChangeEnablement: Event<boolean>;
  getAPI(version: 1): GitApi;
}

/** Where one repository's state lies. */
export interface RepositoryPlace {
  readonly root: string;
  readonly gitDir: string;
  readonly commonDir: string;
}

/** Tells when a repository may have changed: by VS Code's git extension where it has the repository open, else by watching a few files. */
export class CodeFollower implements Disposable {
  private readonly held = new Disposables();
  private readonly changed = this.held.add(new EventEmitter<void>());
  private readonly byGit = new Map<string, Disposable>();
  private readonly byFiles = new Map<string, Disposable>();
  private readonly extension = extensions.getExtension<GitExtension>('vscode.git');
  private api = new Disposables();
  private places: readonly RepositoryPlace[] = [];
  private begun = false;

  readonly onDidChange: Event<void> = this.changed.event;

  constructor(private readonly failed: (error: unknown) => void) {}

  /** The repositories to follow, after each reading. */
  follow(places: readonly RepositoryPlace[]): void {
    this.places = places;
    if (this.begun) {
      this.arrange();
      return;
    }
    this.begun = true;
    this.arrange();
    this.held.add(workspace.onDidSaveTextDocument(({ uri }) => this.onFile(uri)));
    this.held.add(workspace.onDidCreateFiles(({ files }) => files.forEach((uri) => this.onFile(uri))));
    this.held.add(workspace.onDidDeleteFiles(({ files }) => files.forEach((uri) => this.onFile(uri))));
    this.held.add(workspace.onDidRenameFiles(({ files }) => files.forEach(({ newUri }) => this.onFile(newUri))));
    if (this.extension) void this.useGit(this.extension.activate()).catch(this.failed);
  }

  private async useGit(activating: Thenable<GitExtension>): Promise<void> {
    const extension = await activating;
    this.held.add(extension.onDidChangeEnablement(() => this.connect(extension)));
    this.connect(extension);
  }

  private connect(extension: GitExtension): void {
    this.api.dispose();
    for (const held of this.byGit.values()) held.dispose();
    this.byGit.clear();
    this.api = this.held.add(new Disposables());
    if (extension.enabled) {
      const api = extension.getAPI(1);
      this.api.add(api.onDidOpenRepository((repository) => this.onOpen(repository)));
      this.api.add(api.onDidCloseRepository((repository) => this.onClose(repository)));
      for (const repository of api.repositories) this.listen(repository);
    }
    this.arrange();
  }

  private onOpen(repository: GitRepository): void {
    this.listen(repository);
    this.arrange();
    this.changed.fire();
  }

  private onClose({ rootUri }: GitRepository): void {
    const root = normalize(rootUri.fsPath);
    this.byGit.get(root)?.dispose();
    this.byGit.delete(root);
    this.arrange();
    this.changed.fire();
  }

  private listen(repository: GitRepository): void {
    const root = normalize(repository.rootUri.fsPath);
    this.byGit.get(root)?.dispose();
    this.byGit.set(
      root,
      repository.state.onDidChange(() => this.changed.fire()),
    );
  }

  /** Watches the git folders of those repositories that the git extension doesn't tell of. */
  private arrange(): void {
    const wanted = new Map(this.places.filter(({ root }) => !this.byGit.has(root)).map((place) => [place.root, place]));
    for (const [root, watching] of this.byFiles) {
      if (wanted.has(root)) continue;
      watching.dispose();
      this.byFiles.delete(root);
    }
    for (const [root, place] of wanted) if (!this.byFiles.has(root)) this.byFiles.set(root, this.watch(place));
  }

  private watch({ gitDir, commonDir }: RepositoryPlace): Disposable {
    const watching = new Disposables();
    const patterns = [
      new RelativePattern(Uri.file(gitDir), '{HEAD,index,MERGE_HEAD,CHERRY_PICK_HEAD,REVERT_HEAD,BISECT_LOG}'),
      new RelativePattern(Uri.file(gitDir), '{rebase-merge,rebase-apply}/*'),
      new RelativePattern(Uri.file(commonDir), '{packed-refs,config,FETCH_HEAD}'),
      new RelativePattern(Uri.file(commonDir), 'refs/**'),
    ];
    for (const pattern of patterns) {
      const watcher = watching.add(workspace.createFileSystemWatcher(pattern));
      for (const event of [watcher.onDidChange, watcher.onDidCreate, watcher.onDidDelete]) watching.add(event(() => this.changed.fire()));
    }
    return watching;
  }

  /** Changes made in this window: no watcher tells of them, and the git extension only seconds later. */
  private onFile({ scheme, fsPath }: Uri): void {
    if (scheme !== 'file') return;
    if (this.places.some(({ root }) => (dirname(fsPath) + sep).startsWith(root + sep))) this.changed.fire();
  }

  dispose(): void {
    this.held.dispose();
    for (const held of [...this.byGit.values(), ...this.byFiles.values()]) held.dispose();
  }
}
