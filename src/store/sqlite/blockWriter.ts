import type { FileHandle } from 'node:fs/promises';

/** How much is written at once. */
const BLOCK = 1024 * 1024;

/** Writes small pieces to a file in large blocks: while one is on its way to the disk, the next is gathered. */
export class BlockWriter {
  private pieces: Uint8Array[] = [];
  private size = 0;
  private writing: Promise<void> = Promise.resolve();

  constructor(private readonly file: FileHandle) {}

  /** Takes a piece, which must not be changed from now on; waits where the disk is slower than what comes. */
  async add(piece: Uint8Array): Promise<void> {
    // Some systems take an empty piece for the end of what they can write.
    if (piece.length === 0) return;
    this.pieces.push(piece);
    this.size += piece.length;
    if (this.size >= BLOCK) await this.flush();
  }

  /** Resolves when everything has been handed to the system. */
  async end(): Promise<void> {
    await this.flush();
    await this.writing;
  }

  private async flush(): Promise<void> {
    await this.writing;
    const { pieces, size } = this;
    if (size === 0) return;
    this.pieces = [];
    this.size = 0;
    this.writing = this.write(pieces, size);
    // Told to whoever adds or ends next.
    this.writing.catch(() => undefined);
  }

  private async write(pieces: readonly Uint8Array[], size: number): Promise<void> {
    const { bytesWritten } = await this.file.writev(pieces);
    // The system may take less than all, as where the disk is nearly full; the next try says why.
    if (bytesWritten < size) await this.file.writeFile(Buffer.concat(pieces, size).subarray(bytesWritten));
  }
}
