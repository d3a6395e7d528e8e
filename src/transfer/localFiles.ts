import { type Dirent, createReadStream, lstatSync, readFileSync, readdirSync } from 'node:fs';
import { realpath, stat } from 'node:fs/promises';
import { join, relative, sep, isAbsolute } from 'node:path';
import { Readable } from 'node:stream';
import type { ReadableStream } from 'node:stream/web';
import { messageOf } from '../core/errors';
import type { Problems } from './problems';
import type { SourceFile } from './source';

/** Texts that are larger than this are no params, tags or meta files. */
const MOST_TEXT = 4 * 1024 * 1024;

/** Whether a path lies in a folder, or is the folder; both absolute and without links. */
export function isInside(folder: string, path: string): boolean {
  const inside = relative(folder, path);
  return !(inside === '..' || inside.startsWith(`..${sep}`) || isAbsolute(inside));
}

/**
 * Reads files of a folder that somebody else has filled; what can't be read is noted, links are not followed. A file store
 * is very many small files: read synchronously they take a tenth of the time, and whoever imports has nothing else to do.
 */
export class LocalFiles {
  constructor(
    readonly root: string,
    private readonly problems: Problems,
  ) {}

  /** A file's or folder's name as problems tell it. */
  name(path: string): string {
    return relative(this.root, path).split(sep).join('/') || '.';
  }

  /** What lies directly in a folder, by name; nothing where there is none. */
  async entries(folder: string): Promise<Dirent[]> {
    try {
      const entries = readdirSync(folder, { withFileTypes: true });
      return entries.sort((a, b) => (a.name < b.name ? -1 : 1));
    } catch (error) {
      if (!isAbsent(error)) this.problems.add(this.name(folder), messageOf(error));
      return [];
    }
  }

  async folders(folder: string): Promise<string[]> {
    const found: string[] = [];
    for (const entry of await this.entries(folder))
      if (entry.isDirectory()) found.push(entry.name);
      else if (entry.isSymbolicLink()) this.problems.add(this.name(join(folder, entry.name)), 'It is a link, which is not followed.');
    return found;
  }

  /** A text; undefined where there is none, or none that can be read, which is noted. */
  async text(path: string): Promise<string | undefined> {
    try {
      const info = lstatSync(path);
      if (!info.isFile()) throw new Error('It is no ordinary file.');
      if (info.size > MOST_TEXT) throw new Error(`It has ${info.size} bytes: too many for a text.`);
      return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(readFileSync(path));
    } catch (error) {
      if (!isAbsent(error)) this.problems.add(this.name(path), error instanceof TypeError ? 'It is no UTF-8 text.' : messageOf(error));
      return undefined;
    }
  }

  /** The files under a folder by the keys that they stand for: their paths with `/`. */
  async *keys(folder: string, prefix = ''): AsyncIterable<{ readonly key: string; readonly path: string }> {
    for (const entry of await this.entries(folder)) {
      const path = join(folder, entry.name);
      const key = `${prefix}${entry.name}`;
      if (entry.isDirectory()) yield* this.keys(path, `${key}/`);
      else if (entry.isFile()) yield { key, path };
      else this.problems.add(this.name(path), 'It is neither file nor folder, and is left out.');
    }
  }

  /** Key → text of all files under a folder. */
  async texts(folder: string): Promise<Record<string, string>> {
    const found: [string, string][] = [];
    for await (const { key, path } of this.keys(folder)) {
      const text = await this.text(path);
      if (text !== undefined) found.push([key, text]);
    }
    return Object.fromEntries(found);
  }

  /** All files under an artifact folder. A link to a file inside it is taken for the file; other links are noted. */
  async *artifacts(folder: string, item: string): AsyncIterable<SourceFile> {
    const root = await realpath(folder).catch(() => undefined);
    if (root !== undefined) yield* this.walk(root, root, '', item);
  }

  private async *walk(root: string, folder: string, prefix: string, item: string): AsyncIterable<SourceFile> {
    for (const entry of await this.entries(folder)) {
      const path = `${prefix}${entry.name}`;
      const place = join(folder, entry.name);
      if (entry.isDirectory()) {
        yield* this.walk(root, place, `${path}/`, item);
        continue;
      }
      const real = entry.isSymbolicLink() ? await realpath(place).catch(() => undefined) : place;
      const info = real !== undefined && isInside(root, real) ? await stat(real).catch(() => undefined) : undefined;
      if (real !== undefined && info?.isFile()) yield { path, size: info.size, open: async () => streamOf(real) };
      else
        this.problems.add(
          `${item}, the file ${path}`,
          entry.isSymbolicLink() ? 'It is a link that leads out of the artifacts, to a folder, or nowhere.' : 'It is no ordinary file.',
        );
    }
  }
}

function streamOf(path: string): ReadableStream<Uint8Array> {
  return Readable.toWeb(createReadStream(path)) as ReadableStream<Uint8Array>;
}

export function isAbsent(error: unknown): boolean {
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  return code === 'ENOENT' || code === 'ENOTDIR';
}
