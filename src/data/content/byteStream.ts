import { Readable } from 'node:stream';
import { createGunzip } from 'node:zlib';
import { invalid, messageOf } from '../../core/errors';
import type { ContentHandle } from './place';

const PIECE = 2 ** 20;
/** DEFLATE packs at most 1,032 to 1; data packed more than this many to one, and larger than the bound, is there to fill memory or disk. */
const MOST_RATIO = 500;
const SUSPICIOUS = 2 ** 30;

/** How far reading has come, in stored bytes. */
export type OnBytes = (bytes: number) => void;

/**
 * The bytes of a file in order, unpacked where it is gzip. A piece's memory may be used again for the next one.
 * @param name what the file is called in errors
 * @throws TrackingError for damaged or malicious gzip
 */
export async function* bytesOf(handle: ContentHandle, name: string, signal?: AbortSignal, onBytes?: OnBytes): AsyncGenerator<Uint8Array> {
  const stored = storedBytes(handle, signal, onBytes);
  const head = await handle.read(0, 2);
  if (head[0] !== 0x1f || head[1] !== 0x8b) {
    yield* stored;
    return;
  }
  const packed = Readable.from(stored, { objectMode: false });
  const unzip = createGunzip({ chunkSize: PIECE / 4 });
  packed.on('error', (error: Error) => void unzip.destroy(error));
  packed.pipe(unzip);
  let unpacked = 0;
  try {
    for await (const piece of unzip as AsyncIterable<Uint8Array>) {
      unpacked += piece.length;
      if (unpacked > SUSPICIOUS && unpacked > handle.size * MOST_RATIO)
        throw invalid(`${name} unpacks to more than ${MOST_RATIO} times its size; it is not read any further.`);
      yield piece;
    }
  } catch (error) {
    signal?.throwIfAborted();
    const code = error instanceof Error && 'code' in error ? String(error.code) : '';
    if (!code.startsWith('Z_')) throw error;
    throw invalid(
      `${name} ${code === 'Z_BUF_ERROR' ? 'is cut off' : 'is damaged'}: its gzip stream ends in an error (${messageOf(error)}).`,
    );
  } finally {
    packed.destroy();
    unzip.destroy();
  }
}

async function* storedBytes(
  handle: ContentHandle,
  signal: AbortSignal | undefined,
  onBytes: OnBytes | undefined,
): AsyncGenerator<Uint8Array> {
  for (let position = 0; position < handle.size;) {
    signal?.throwIfAborted();
    const piece = await handle.read(position, PIECE);
    if (piece.length === 0) return;
    position += piece.length;
    onBytes?.(position);
    yield piece;
  }
}

/** The first bytes of a file, unpacked where it is gzip. */
export async function beginningOf(handle: ContentHandle, name: string, length: number): Promise<Uint8Array> {
  const pieces: Uint8Array[] = [];
  let size = 0;
  for await (const piece of bytesOf(handle, name)) {
    pieces.push(Buffer.from(piece));
    size += piece.length;
    if (size >= length) break;
  }
  return Buffer.concat(pieces).subarray(0, length);
}
