import { createHash, hash } from 'node:crypto';
import { readSync } from 'node:fs';
import { open } from 'node:fs/promises';
import type { HashName } from '../records/hashName';
import { CHUNK, chunksOf, READING } from './chunks';

/** So much of a chunk decides whether it is text. */
const PROBE = 512;
/** One for each thread, since nothing else happens there while it is in use. */
const buffer = Buffer.allocUnsafeSlow(CHUNK);

/**
 * The MD5 of an open file, from where it stands, in hex; empty when `isStopped` said so between two chunks. `md5-dos2unix` takes CRLF as
 * LF in every chunk of 1 MiB that looks like text, as DVC 2 did: a CRLF across two chunks stays. Holds up the thread meanwhile.
 */
export function digestOf(file: number, size: number, name: HashName, isStopped: () => boolean = () => false): string {
  let length = fill(file, size);
  // Most files fit at once, and one call costs less than three.
  if (size < CHUNK && length < CHUNK) return hash('md5', hashed(buffer.subarray(0, length), name), 'hex');
  const md5 = createHash('md5');
  for (; length > 0; length = fill(file, CHUNK)) {
    if (isStopped()) return '';
    md5.update(hashed(buffer.subarray(0, length), name));
  }
  return md5.digest('hex');
}

/**
 * Reads until the buffer is full or the file ends, since a short read would shift the chunks. What reaches the size that the file is said to
 * have isn't asked for more: whoever asks looks afterwards whether the file has changed.
 */
function fill(file: number, size: number): number {
  let length = 0;
  while (length < CHUNK) {
    const count = readSync(file, buffer, length, CHUNK - length, null);
    length += count;
    if (count === 0 || length === size) break;
  }
  return length;
}

/** A file's MD5 as `digestOf` gives it, without holding up the thread: the event loop turns between chunks. */
export async function hashFile(path: string, name: HashName, signal?: AbortSignal): Promise<string> {
  const file = await open(path, READING);
  try {
    const sum = new FileSum(name);
    for await (const chunk of chunksOf(file, signal)) sum.add(chunk);
    return sum.digest();
  } finally {
    await file.close();
  }
}

/** Adds up the chunks of a file to its MD5. */
export class FileSum {
  private readonly md5 = createHash('md5');

  constructor(private readonly name: HashName) {}

  add(chunk: Buffer): void {
    this.md5.update(hashed(chunk, this.name));
  }

  /** In hex. */
  digest(): string {
    return this.md5.digest('hex');
  }
}

/** What is hashed of a chunk. */
function hashed(chunk: Buffer, name: HashName): Buffer {
  return name === 'md5-dos2unix' && isText(chunk.subarray(0, PROBE)) ? withoutCarriageReturns(chunk) : chunk;
}

/** DVC's guess: no NUL, and at most 30 % of bytes that are no printable ASCII or usual white space. */
function isText(block: Buffer): boolean {
  let strange = 0;
  for (const byte of block) {
    if (byte === 0) return false;
    const text = (byte >= 32 && byte < 127) || byte === 10 || byte === 13 || byte === 9 || byte === 12 || byte === 8;
    if (!text) strange++;
  }
  return strange <= 0.3 * block.length;
}

/** CRLF as LF; a CR elsewhere stays. */
function withoutCarriageReturns(chunk: Buffer): Buffer {
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
