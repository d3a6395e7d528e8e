import { constants } from 'node:fs';
import type { FileHandle } from 'node:fs/promises';

/** What is read at once; DVC's legacy hash depends on it. */
export const CHUNK = 2 ** 20;
/**
 * How a file is opened that was a regular one when it was looked at: should a pipe have taken its place since, opening it otherwise waits
 * until somebody writes there. Windows has no such flag, and no such pipes.
 */
export const READING = constants.O_RDONLY | ((constants as { readonly O_NONBLOCK?: number }).O_NONBLOCK ?? 0);

/** An open file in chunks of 1 MiB, the last one shorter; each is good until the next is asked for. Throws when stopped. */
export async function* chunksOf(file: FileHandle, signal?: AbortSignal): AsyncGenerator<Buffer> {
  const { size } = await file.stat();
  const own = Buffer.allocUnsafe(Math.min(CHUNK, Math.max(size + 1, 4096)));
  for (;;) {
    signal?.throwIfAborted();
    let length = 0;
    for (let count = 1; count > 0 && length < own.length; length += count) {
      count = (await file.read(own, length, own.length - length, null)).bytesRead;
    }
    if (length === 0) return;
    yield own.subarray(0, length);
  }
}
