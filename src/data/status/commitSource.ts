import type { RecordEntry, RecordSource } from '../records/recordSource';
import type { RevisionFile, Revisions } from '../revisions';
import { pathWithin } from './recordedIndex';

/** What DVC reads of a commit before it knows of any other file. */
const RECORDS = ['.dvc', '/dvc.yaml', '/dvc.lock', '/.dvcignore', '/params.yaml'];

/** The files of a commit, as records are read from them. */
export class CommitSource implements RecordSource {
  private readonly ids = new Map<string, string>();
  private readonly folders = new Map<string, Map<string, RecordEntry>>();
  private readonly texts = new Map<string, Buffer>();

  private constructor(
    private readonly root: string,
    private readonly revisions: Revisions,
    files: readonly RevisionFile[],
    private readonly signal: AbortSignal | undefined,
  ) {
    for (const { path, id } of files) {
      this.ids.set(path, id);
      this.place(path, false);
    }
  }

  /** Reads all of the commit's records at once. */
  static async open(root: string, revisions: Revisions, commit: string, signal?: AbortSignal): Promise<CommitSource> {
    const source = new CommitSource(root, revisions, await revisions.files(root, commit, [''], signal), signal);
    const wanted = [...source.ids].flatMap(([path, id]) => (RECORDS.some((ending) => `/${path}`.endsWith(ending)) ? [id] : []));
    for (const [id, text] of await revisions.contents(root, wanted, signal)) source.texts.set(id, text);
    return source;
  }

  /** Whether the commit has anything below the root. */
  get isEmpty(): boolean {
    return this.ids.size === 0;
  }

  async read(path: string): Promise<Buffer | undefined> {
    const id = this.idOf(path);
    if (id === undefined) return undefined;
    const known = this.texts.get(id) ?? (await this.revisions.contents(this.root, [id], this.signal)).get(id);
    if (known) this.texts.set(id, known);
    return known;
  }

  list(folder: string): Promise<readonly RecordEntry[]> {
    const path = folder === this.root ? '' : pathWithin(this.root, folder);
    const entries = path === undefined ? undefined : this.folders.get(path);
    return Promise.resolve(entries ? [...entries.values()] : []);
  }

  signature(path: string): Promise<string | undefined> {
    return Promise.resolve(this.idOf(path));
  }

  private idOf(path: string): string | undefined {
    const inner = pathWithin(this.root, path);
    return inner === undefined ? undefined : this.ids.get(inner);
  }

  /** Enters a file, and the folders above it, where they are not known yet. */
  private place(path: string, isFolder: boolean): void {
    const slash = path.lastIndexOf('/');
    const [folder, name] = slash < 0 ? ['', path] : [path.slice(0, slash), path.slice(slash + 1)];
    const entries = this.folders.get(folder);
    if (entries) {
      entries.set(name, { name, isFolder });
      return;
    }
    this.folders.set(folder, new Map([[name, { name, isFolder }]]));
    if (folder !== '') this.place(folder, true);
  }
}
