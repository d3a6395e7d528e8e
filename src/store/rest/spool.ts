import { createReadStream, createWriteStream } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { ReadableStream } from 'node:stream/web';
import { TrackingError, messageOf } from '../../core/errors';

/** Bytes that can be sent, and sent again when the first try fails. */
export interface Payload {
  readonly size: number;
  read(): Buffer | Readable;
}

/** What fits is kept in memory, more in a file. */
const IN_MEMORY = 4 * 1024 * 1024;

export function bytesPayload(content: Uint8Array | string): Payload {
  const bytes = typeof content === 'string' ? Buffer.from(content) : Buffer.from(content.buffer, content.byteOffset, content.byteLength);
  return { size: bytes.length, read: () => bytes };
}

/** A file of which so many bytes are sent, however it grows meanwhile. */
export function filePayload(path: string, size: number): Payload {
  return { size, read: () => (size === 0 ? Buffer.alloc(0) : Readable.from(bytesOf(path, size), { objectMode: false })) };
}

/** What fails here is the file's fault: nobody must take it for the server's. */
async function* bytesOf(path: string, size: number): AsyncGenerator<Uint8Array> {
  let read = 0;
  try {
    for await (const chunk of createReadStream(path, { end: size - 1 })) {
      read += (chunk as Buffer).length;
      yield chunk as Buffer;
    }
  } catch (error) {
    throw new TrackingError('INVALID_STATE', `${path} can't be read, so it is not uploaded: ${messageOf(error)}`, { cause: error });
  }
  if (read < size) throw new TrackingError('INVALID_STATE', `${path} became shorter while it was uploaded: upload it again.`);
}

/**
 * Takes a stream to its end before anything of it is sent: one that fails leaves no half of it anywhere, and servers want to know
 * the length first. Large ones wait in a temporary file, which is gone when `use` is done.
 */
export async function withSpooled<T>(content: ReadableStream<Uint8Array>, use: (payload: Payload) => Promise<T>): Promise<T> {
  const source = Readable.fromWeb(content);
  const first: Buffer[] = [];
  let size = 0;
  let folder: string | undefined;
  try {
    const rest = source[Symbol.asyncIterator]() as AsyncIterator<Uint8Array>;
    for (let next = await rest.next(); !next.done; next = await rest.next()) {
      first.push(Buffer.from(next.value));
      size += next.value.byteLength;
      if (size <= IN_MEMORY) continue;
      folder = await mkdtemp(join(tmpdir(), 'ml-tracking-'));
      const file = join(folder, 'artifact');
      await pipeline(
        following(first, rest, (bytes) => (size += bytes)),
        createWriteStream(file, { flags: 'wx', mode: 0o600 }),
      );
      return await use(filePayload(file, size));
    }
    return await use(bytesPayload(Buffer.concat(first)));
  } catch (error) {
    if (error instanceof TrackingError) throw error;
    throw new TrackingError('INTERNAL_ERROR', `The artifact could not be read to its end: ${messageOf(error)}`, { cause: error });
  } finally {
    source.destroy();
    if (folder !== undefined) await rm(folder, { recursive: true, force: true });
  }
}

async function* following(
  first: readonly Buffer[],
  rest: AsyncIterator<Uint8Array>,
  count: (bytes: number) => void,
): AsyncGenerator<Uint8Array> {
  yield* first;
  for (let next = await rest.next(); !next.done; next = await rest.next()) {
    count(next.value.byteLength);
    yield next.value;
  }
}
