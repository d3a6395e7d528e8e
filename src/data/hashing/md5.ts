import { createHash } from 'node:crypto';
import { open } from 'node:fs/promises';
import type { HashName } from '../records/dvcFile';

/** What is read at once; DVC's legacy hash depends on it. */
const CHUNK = 2 ** 20;
/** So much of a chunk decides whether it is text. */
const PROBE = 512;

/**
 * A file's MD5 in hex. `md5-dos2unix` takes CRLF as LF in every chunk of 1 MiB that looks like text, as DVC 2 did: a CRLF
 * across two chunks stays. Reads through libuv, and the event loop turns between chunks.
 */
export async function hashFile(path: string, name: HashName, signal?: AbortSignal): Promise<string> {
  const hash = createHash('md5');
  const file = await open(path, 'r');
  try {
    const { size } = await file.stat();
    const buffer = Buffer.allocUnsafe(Math.min(CHUNK, Math.max(size + 1, 4096)));
    for (;;) {
      signal?.throwIfAborted();
      const length = await fill(file, buffer);
      if (length === 0) break;
      const chunk = buffer.subarray(0, length);
      hash.update(name === 'md5-dos2unix' && isText(chunk.subarray(0, PROBE)) ? withoutCarriageReturns(chunk) : chunk);
    }
  } finally {
    await file.close();
  }
  return hash.digest('hex');
}

/** Reads until the buffer is full or the file ends, since a short read would shift the chunks. */
async function fill(file: Awaited<ReturnType<typeof open>>, buffer: Buffer): Promise<number> {
  let length = 0;
  while (length < buffer.length) {
    const { bytesRead } = await file.read(buffer, length, buffer.length - length, null);
    if (bytesRead === 0) break;
    length += bytesRead;
  }
  return length;
}

/** DVC's guess: no NUL, and at most 30 % of bytes that are no printable ASCII or usual white space. */
export function isText(block: Buffer): boolean {
  let strange = 0;
  for (const byte of block) {
    if (byte === 0) return false;
    const text = (byte >= 32 && byte < 127) || byte === 10 || byte === 13 || byte === 9 || byte === 12 || byte === 8;
    if (!text) strange++;
  }
  return strange <= 0.3 * block.length;
}

/** CRLF as LF; a CR elsewhere stays. */
export function withoutCarriageReturns(chunk: Buffer): Buffer {
  const result = Buffer.allocUnsafe(chunk.length);
  let length = 0;
  let from = 0;
  for (let at = chunk.indexOf('\r\n'); at >= 0; at = chunk.indexOf('\r\n', at + 1)) {
    length += chunk.copy(result, length, from, at);
    from = at + 1;
  }
  length += chunk.copy(result, length, from);
  return result.subarray(0, length);
}
