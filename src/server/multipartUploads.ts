import { createHash, randomBytes } from 'node:crypto';
import { createReadStream, createWriteStream } from 'node:fs';
import { mkdir, readFile, readdir, rename, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Transform } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { ReadableStream } from 'node:stream/web';
import { invalid, missing } from '../core/errors';
import type { ArtifactTree } from '../store/engine';
import { quote } from '../store/limits';

/** A part as the client names it at the end. */
export interface Part {
  readonly number: number;
  /** What the server answered with when it took the part. */
  readonly etag: string;
}

/** As many as object stores take. */
const MOST_PARTS = 10_000;
/** An upload of which nothing has been heard for so long was given up. */
const FORGOTTEN = 24 * 3_600_000;
/** How long the end of an upload is remembered, for clients that have not heard of it and ask again. */
const REMEMBERED = 600_000;
const ABOUT = 'upload.json';

/**
 * Files that come in parts, several at once, in any order. The parts lie in a folder of their own until the upload is
 * completed; only then the file is written where it belongs, in one go, by the tree and its rules.
 */
export class MultipartUploads {
  private readonly ending = new Map<string, Promise<void>>();

  constructor(
    private readonly tree: ArtifactTree,
    private readonly folder: string,
  ) {}

  /** @returns the new upload's id, which nobody can guess. */
  async create(path: string, parts: number): Promise<string> {
    if (!Number.isInteger(parts) || parts < 1 || parts > MOST_PARTS)
      throw invalid(`Invalid value ${parts} for parameter 'num_parts': 1 to ${MOST_PARTS}.`);
    // Refuses a path that breaks the rules, and runs and models that aren't there, before anything is sent.
    await this.tree.list(path);
    const id = randomBytes(16).toString('hex');
    await mkdir(this.place(id), { recursive: true, mode: 0o700 });
    await writeFile(join(this.place(id), ABOUT), JSON.stringify({ path, parts }));
    return id;
  }

  /** Keeps a part; the one that had its number before is replaced. @returns its etag. */
  async savePart(id: string, number: number, content: AsyncIterable<Uint8Array>): Promise<string> {
    const { parts } = await this.about(id);
    if (!Number.isInteger(number) || number < 1 || number > parts)
      throw invalid(`The upload ${id} has parts 1 to ${parts}, not ${number}.`);
    const temporary = join(this.place(id), `.${randomBytes(6).toString('hex')}`);
    const hash = createHash('sha256');
    const hashing = new Transform({
      transform: (chunk: Buffer, _encoding, done) => {
        hash.update(chunk);
        done(null, chunk);
      },
    });
    try {
      await pipeline(content, hashing, createWriteStream(temporary, { flags: 'wx', mode: 0o600 }));
      const etag = hash.digest('hex');
      await rename(temporary, join(this.place(id), `${number}-${etag}`));
      return etag;
    } catch (error) {
      await rm(temporary, { force: true });
      // Aborted in the meantime.
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') throw unknownUpload(id);
      throw error;
    }
  }

  /** Writes the file of all parts in their order; asked again, it answers for the first time. */
  async complete(id: string, path: string, parts: readonly Part[]): Promise<void> {
    const running = this.ending.get(id);
    if (running) return running;
    const end = this.write(id, path, parts);
    this.ending.set(id, end);
    // What has failed may be tried again.
    end.then(
      () => setTimeout(() => this.ending.delete(id), REMEMBERED).unref(),
      () => this.ending.delete(id),
    );
    return end;
  }

  /** Throws away all that was sent. */
  async abort(id: string, path: string): Promise<void> {
    await this.checkPath(id, path);
    await rm(this.place(id), { recursive: true, force: true, maxRetries: 3 });
  }

  /** Throws away the uploads that nobody has gone on with for a day. */
  async sweep(now = Date.now()): Promise<void> {
    for (const id of await readdir(this.folder).catch(() => [])) {
      if (!ID.test(id)) continue;
      const found = await stat(this.place(id)).catch(() => undefined);
      if (found && now - found.mtimeMs > FORGOTTEN) await rm(this.place(id), { recursive: true, force: true, maxRetries: 3 });
    }
  }

  private async write(id: string, path: string, parts: readonly Part[]): Promise<void> {
    await this.checkPath(id, path);
    const sent = new Set(await readdir(this.place(id)));
    if (parts.length === 0) throw invalid(`Missing value for required parameter 'parts'.`);
    const files = parts.map(({ number, etag }, index) => {
      if (index > 0 && number <= parts[index - 1]!.number) throw invalid('The parts of an upload must be named in their order, each once.');
      const name = `${number}-${etag.replace(/^"|"$/g, '')}`;
      if (!sent.has(name)) throw invalid(`Part ${number} of the upload ${id} was not sent, or has another etag than ${quote(etag)}.`);
      return join(this.place(id), name);
    });
    await this.tree.write(path, ReadableStream.from(contentOf(files)));
    await rm(this.place(id), { recursive: true, force: true, maxRetries: 3 });
  }

  private async checkPath(id: string, path: string): Promise<void> {
    const { path: own } = await this.about(id);
    if (own !== path) throw invalid(`The upload ${id} is not one of ${quote(path)}.`);
  }

  private async about(id: string): Promise<{ readonly path: string; readonly parts: number }> {
    if (!ID.test(id)) throw unknownUpload(id);
    const text = await readFile(join(this.place(id), ABOUT), 'utf8').catch(() => undefined);
    if (text === undefined) throw unknownUpload(id);
    return JSON.parse(text) as { path: string; parts: number };
  }

  private place(id: string): string {
    return join(this.folder, id);
  }
}

const ID = /^[0-9a-f]{32}$/;

async function* contentOf(files: readonly string[]): AsyncGenerator<Uint8Array> {
  for (const file of files) yield* createReadStream(file, { highWaterMark: 256 * 1024 }) as AsyncIterable<Uint8Array>;
}

function unknownUpload(id: string): Error {
  return missing(`There is no multipart upload ${quote(id)}: it was completed, aborted or given up.`);
}
