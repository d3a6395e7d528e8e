import { constants } from 'node:fs';
import { open } from 'node:fs/promises';
import { formatBytes } from '../../core/format';

/** No record, lock, params file, configuration or file of rules is larger; a parser would fill the memory with what is. */
export const MOST_TEXT = 16 * 2 ** 20;

/**
 * Reads a file that nobody may trust: what is no plain file, such as a pipe or a device that a link leads to, is never waited for, and
 * what is larger than `most` bytes is not read. Rejects with an Error of one line for these, else with the file system's error.
 */
export async function readBounded(path: string, most = MOST_TEXT): Promise<Buffer> {
  const handle = await open(path, constants.O_RDONLY | (constants.O_NONBLOCK ?? 0));
  try {
    const info = await handle.stat();
    // Of a folder the file system says so itself.
    if (!info.isFile() && !info.isDirectory()) throw new Error('it is no plain file, and is not read');
    if (info.size > most) throw new Error(`it has ${formatBytes(info.size)}; no more than ${formatBytes(most)} are read`);
    return await handle.readFile();
  } finally {
    await handle.close();
  }
}
