import {
  EventEmitter,
  FileChangeType,
  FileSystemError,
  FileType,
  Uri,
  workspace,
  type Event,
  type FileChangeEvent,
  type FileStat,
} from 'vscode';
import type { FileSystemProvider } from 'vscode';
import type { CodeReader } from '../../code/reader';
import type { Disposable } from '../../core/disposable';
import { Disposables } from '../../host/disposables';
import { CONTENT_SCHEME, placeOf } from './contentUri';

/** So many contents are kept between the editor's two questions, how long a file is and what is in it. */
const KEPT = 20;
const FULL_HASH = /^[0-9a-f]{40,64}$/;

/**
 * Serves files as the index or a commit has them to the editor, byte by byte, so that pictures and other binary files are compared
 * as such. A file that a side doesn't have is empty.
 */
export class CodeContent implements FileSystemProvider, Disposable {
  private readonly held = new Disposables();
  private readonly changed = this.held.add(new EventEmitter<FileChangeEvent[]>());
  private readonly contents = new Map<string, Promise<Uint8Array>>();
  /** What was served of sides that move: the index, and branches such as HEAD. */
  private readonly moving = new Set<string>();
  private time = Date.now();

  readonly onDidChangeFile: Event<FileChangeEvent[]> = this.changed.event;

  constructor(
    private readonly reader: CodeReader,
    private readonly trusted: () => boolean,
  ) {
    this.held.add(workspace.registerFileSystemProvider(CONTENT_SCHEME, this, { isCaseSensitive: true, isReadonly: true }));
  }

  /** The repositories may have changed: what is open is read again. */
  refresh(): void {
    this.time = Math.max(this.time + 1, Date.now());
    const moved = [...this.moving];
    for (const each of moved) this.contents.delete(each);
    this.moving.clear();
    if (moved.length > 0) this.changed.fire(moved.map((each) => ({ type: FileChangeType.Changed, uri: Uri.parse(each) })));
  }

  async stat(uri: Uri): Promise<FileStat> {
    const { byteLength: size } = await this.content(uri);
    return { type: FileType.File, ctime: 0, mtime: this.moving.has(uri.toString()) ? this.time : 0, size };
  }

  async readFile(uri: Uri): Promise<Uint8Array> {
    return this.content(uri);
  }

  private content(uri: Uri): Promise<Uint8Array> {
    const key = uri.toString();
    const known = this.contents.get(key);
    if (known) return known;
    const read = this.read(uri);
    this.contents.set(key, read);
    read.catch(() => this.contents.delete(key));
    const [oldest] = this.contents.keys();
    if (this.contents.size > KEPT && oldest !== undefined) this.contents.delete(oldest);
    return read;
  }

  private async read(uri: Uri): Promise<Uint8Array> {
    const place = placeOf(uri);
    if (!place) throw FileSystemError.FileNotFound(uri);
    if (place.submodule !== undefined) return Buffer.from(`Subproject commit ${place.submodule}\n`);
    if (!this.trusted()) throw FileSystemError.NoPermissions(uri);
    if (place.side.kind !== 'revision' || !FULL_HASH.test(place.side.revision)) this.moving.add(uri.toString());
    return (await this.reader.content(place.root, place.side, place.path)) ?? new Uint8Array();
  }

  watch(): Disposable {
    return { dispose: () => undefined };
  }

  readDirectory(): [string, FileType][] {
    return [];
  }

  createDirectory(uri: Uri): never {
    throw FileSystemError.NoPermissions(uri);
  }

  writeFile(uri: Uri): never {
    throw FileSystemError.NoPermissions(uri);
  }

  delete(uri: Uri): never {
    throw FileSystemError.NoPermissions(uri);
  }

  rename(uri: Uri): never {
    throw FileSystemError.NoPermissions(uri);
  }

  dispose(): void {
    this.held.dispose();
  }
}
