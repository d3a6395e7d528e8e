import { constants } from 'node:fs';
import { open, type FileHandle } from 'node:fs/promises';

const LARGEST = 1024 * 1024;
const KEPT = 256 * 1024;

/** A log that another process writes at its end, and that never grows without bounds. */
export class LogFile {
  constructor(readonly path: string) {}

  /** Opens it to be written at its end, whoever else does; only its owner may read it. */
  async forWriting(): Promise<{ readonly file: FileHandle; readonly size: number }> {
    await this.bound();
    const file = await open(this.path, 'a', 0o600);
    return { file, size: (await file.stat()).size };
  }

  /** What was written from a place on, the end of it where that is much. */
  async since(place: number): Promise<string> {
    const file = await open(this.path, constants.O_RDONLY);
    try {
      const { size } = await file.stat();
      const from = Math.max(Math.min(place, size), size - KEPT);
      const { buffer, bytesRead } = await file.read(Buffer.alloc(size - from), 0, size - from, from);
      return buffer.toString('utf8', 0, bytesRead);
    } finally {
      await file.close();
    }
  }

  /** Keeps only the end of a log that has become large. Who writes at its end goes on at the new one. */
  async bound(): Promise<void> {
    const file = await open(this.path, 'r+').catch(() => undefined);
    if (!file) return;
    try {
      const { size } = await file.stat();
      if (size <= LARGEST) return;
      const { buffer } = await file.read(Buffer.alloc(KEPT), 0, KEPT, size - KEPT);
      const tail = buffer.subarray(buffer.indexOf('\n') + 1);
      await file.truncate(0);
      await file.write(tail, 0, tail.length, 0);
    } finally {
      await file.close();
    }
  }
}
