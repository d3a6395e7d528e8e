import { constants, existsSync, type Dirent } from 'node:fs';
import { open, readdir, realpath, stat } from 'node:fs/promises';
import { basename, dirname, join, sep } from 'node:path';
import { invalid, messageOf, missing } from '../../core/errors';
import { objectPath, readManifest } from '../cache/objects';
import type { HashName } from '../records/hashName';
import type { BytesPlace, ContentFile, ContentHandle, ContentPlace, ContentSource, PathPlace, VersionPlace } from './place';

const MOST_FILES = 2_000_000;
const NOT_DATA = new Set(['.git', '.hg', '.dvc', '.tracking', '__pycache__', '.ipynb_checkpoints', '.DS_Store', 'Thumbs.db', '.gitignore']);

/**
 * Opens what a place tells of.
 * @throws TrackingError where nothing is there
 */
export async function openPlace(place: ContentPlace): Promise<ContentSource> {
  if (place.kind === 'version') return new VersionSource(place);
  if (place.kind === 'bytes') return new BytesSource(place);
  const info = await stat(place.path).catch((error: unknown) => {
    throw missing(`There is no data at ${place.path}: ${messageOf(error)}`);
  });
  if (info.isDirectory()) return new FolderSource(place);
  if (!info.isFile()) throw invalid(`${place.path} is neither a file nor a folder.`);
  return new FileSource(place, info.size);
}

class FileSource implements ContentSource {
  readonly hashName = undefined;
  readonly isFolder = false;
  readonly name: string;

  constructor(
    private readonly place: PathPlace,
    private readonly size: number,
  ) {
    this.name = basename(place.path);
  }

  list(): Promise<readonly ContentFile[]> {
    return Promise.resolve([{ path: this.name, size: this.size, digest: undefined }]);
  }

  open(): Promise<ContentHandle> {
    return openFile(this.place.path);
  }

  sibling(fileName: string): ContentSource | undefined {
    const path = join(dirname(this.place.path), basename(fileName));
    return existsSync(path) ? new FileSource({ kind: 'path', path }, 0) : undefined;
  }
}

class FolderSource implements ContentSource {
  readonly hashName = undefined;
  readonly isFolder = true;
  readonly name: string;
  private root: string | undefined;

  constructor(private readonly place: PathPlace) {
    this.name = basename(place.path);
  }

  /** Links are followed to files that lie in the folder, not out of it: what a data set holds must not depend on what lies elsewhere. */
  async list(signal?: AbortSignal): Promise<readonly ContentFile[]> {
    const files: ContentFile[] = [];
    const visit = async (folder: string, prefix: string): Promise<void> => {
      signal?.throwIfAborted();
      const entries = (await readdir(folder, { withFileTypes: true })).filter(({ name }) => !NOT_DATA.has(name) && !isRecord(name));
      for (let from = 0; from < entries.length; from += 64) {
        const sizes = await Promise.all(entries.slice(from, from + 64).map((entry) => this.sizeOf(join(folder, entry.name), entry)));
        for (const [index, size] of sizes.entries())
          if (size !== undefined) files.push({ path: prefix + entries[from + index]!.name, size, digest: undefined });
        if (files.length > MOST_FILES) throw invalid(`${this.place.path} holds more than ${MOST_FILES} files.`);
      }
      for (const entry of entries) if (entry.isDirectory()) await visit(join(folder, entry.name), `${prefix}${entry.name}/`);
    };
    await visit(this.place.path, '');
    return files.sort((a, b) => (a.path < b.path ? -1 : 1));
  }

  async open(path: string): Promise<ContentHandle> {
    const file = join(this.place.path, path);
    if (!(await this.isInside(file))) throw invalid(`${path} is not in ${this.place.path}.`);
    return openFile(file);
  }

  sibling(): undefined {
    return undefined;
  }

  private async sizeOf(path: string, entry: Dirent): Promise<number | undefined> {
    if (!entry.isFile() && !(entry.isSymbolicLink() && (await this.isInside(path)))) return undefined;
    const info = await stat(path).catch(() => undefined);
    return info?.isFile() ? info.size : undefined;
  }

  private async isInside(path: string): Promise<boolean> {
    this.root ??= await realpath(this.place.path);
    const real = await realpath(path).catch(() => undefined);
    // DVC itself may link a folder's files into its cache.
    return real !== undefined && (real.startsWith(this.root + sep) || /[\\/](files[\\/]md5[\\/])?[0-9a-f]{2}[\\/][0-9a-f]{30}$/.test(real));
  }
}

class VersionSource implements ContentSource {
  readonly name: string;
  readonly isFolder: boolean;
  readonly hashName: HashName;
  private members: Map<string, string> | undefined;

  constructor(private readonly place: VersionPlace) {
    this.hashName = place.hashName;
    this.name = place.name;
    this.isFolder = place.digest.endsWith('.dir');
  }

  async list(signal?: AbortSignal): Promise<readonly ContentFile[]> {
    const files: ContentFile[] = [];
    const members = [...(await this.load())];
    for (let from = 0; from < members.length; from += 64) {
      signal?.throwIfAborted();
      const some = members.slice(from, from + 64);
      const sizes = await Promise.all(some.map(([, digest]) => stat(this.object(digest)).catch(() => undefined)));
      // What the cache lacks is named nonetheless: opening it tells so.
      some.forEach(([path, digest], index) => {
        const size = sizes[index]?.size;
        files.push({ path, size: size ?? 0, digest, ...(size === undefined && { isLacking: true }) });
      });
    }
    return files;
  }

  async open(path: string): Promise<ContentHandle> {
    const digest = (await this.load()).get(path);
    if (digest === undefined) throw missing(`${this.name} has no file ${path}.`);
    try {
      return await openFile(this.object(digest));
    } catch {
      throw missing(`The content of ${this.isFolder ? `${path} in ` : ''}${this.name} is not in the cache; fetch it (dvc fetch).`);
    }
  }

  sibling(fileName: string): ContentSource | undefined {
    const { siblings = {}, ...place } = this.place;
    const digest = Object.hasOwn(siblings, fileName) ? siblings[fileName] : undefined;
    return digest === undefined ? undefined : new VersionSource({ ...place, name: `${fileName} beside ${place.name}`, fileName, digest });
  }

  private object(digest: string): string {
    return objectPath(this.place.cache, this.place.hashName, digest);
  }

  private async load(): Promise<Map<string, string>> {
    if (this.members) return this.members;
    const { cache, hashName, digest, fileName, inside } = this.place;
    if (!this.isFolder) return (this.members = new Map([[fileName, digest]]));
    const manifest = await readManifest(cache, hashName, digest);
    if (!manifest) throw missing(`The list of files of ${this.name} is not in the cache; fetch it (dvc fetch).`);
    const prefix = inside ? `${inside}/` : '';
    const kept = manifest.filter(({ path }) => path.startsWith(prefix)).sort((a, b) => (a.path < b.path ? -1 : 1));
    return (this.members = new Map(kept.map((entry) => [entry.path.slice(prefix.length), entry.digest])));
  }
}

class BytesSource implements ContentSource {
  readonly hashName = undefined;
  readonly isFolder = false;
  readonly name: string;

  constructor(private readonly place: BytesPlace) {
    this.name = place.name;
  }

  list(): Promise<readonly ContentFile[]> {
    return Promise.resolve([{ path: this.place.fileName, size: this.place.bytes.length, digest: undefined }]);
  }

  open(): Promise<ContentHandle> {
    const { bytes } = this.place;
    const read = (position: number, length: number) => Promise.resolve(bytes.slice(position, position + length));
    return Promise.resolve({ size: bytes.length, read, close: () => Promise.resolve() });
  }

  sibling(): undefined {
    return undefined;
  }
}

/** Files of git and DVC that lie beside data and are none. */
function isRecord(name: string): boolean {
  return name.endsWith('.dvc') || name.endsWith('.checks.yaml') || name === '.dvcignore' || name === '.gitattributes';
}

async function openFile(path: string): Promise<ContentHandle> {
  // Not to wait for a writer, were it a pipe by now.
  const handle = await open(path, constants.O_RDONLY | (constants.O_NONBLOCK ?? 0));
  const info = await handle.stat();
  if (!info.isFile()) {
    await handle.close();
    throw invalid(`${path} is not a file.`);
  }
  return {
    size: info.size,
    close: () => handle.close(),
    read: async (position, length) => {
      const buffer = new Uint8Array(Math.max(0, Math.min(length, info.size - position)));
      let filled = 0;
      while (filled < buffer.length) {
        const { bytesRead } = await handle.read(buffer, filled, buffer.length - filled, position + filled);
        if (bytesRead === 0) break;
        filled += bytesRead;
      }
      return filled === buffer.length ? buffer : buffer.slice(0, filled);
    },
  };
}
