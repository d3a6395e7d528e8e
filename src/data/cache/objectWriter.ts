import { randomBytes } from 'node:crypto';
import { chmod, mkdir, open, readdir, rename, rm, stat } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import type { HashName } from '../records/hashName';
import { chunksOf, READING } from '../hashing/chunks';
import { FileSum } from '../hashing/md5';
import { objectPath } from './objects';

/** DVC's mode for objects, by which it knows that nobody has changed them since. */
const PROTECTED = 0o444;
/** Milliseconds after which a temporary file is of nobody who still writes. */
const STALE = 24 * 3_600_000;

/** An object whose content isn't what its name says. */
export class DamagedObjectError extends Error {
  override readonly name = 'DamagedObjectError';

  constructor(readonly path: string) {
    super(`${path} is damaged: its content is not what its name says.`);
  }
}

/** Writes objects into a cache, or into a remote that is a folder. */
export class ObjectWriter {
  private readonly prepared = new Map<string, Promise<void>>();

  constructor(
    private readonly folder: string,
    private readonly isShared: boolean,
  ) {}

  /**
   * Copies a file into the store under its digest. What was read is hashed on the way: a source that isn't what it should be gives
   * DamagedObjectError and no object. The object appears at once, whole, on the disk and write-protected.
   *
   * @param onBytes called with the bytes of each piece
   */
  async add(from: string, hashName: HashName, digest: string, onBytes: (bytes: number) => void, signal?: AbortSignal): Promise<void> {
    const to = objectPath(this.folder, hashName, digest);
    await this.prepare(dirname(to));
    const temporary = join(dirname(to), `.${basename(to)}.${randomBytes(8).toString('hex')}.tmp`);
    try {
      await copyHashed(from, temporary, hashName, digest, onBytes, signal);
      await rename(temporary, to);
    } catch (error) {
      await rm(temporary, { force: true });
      throw error;
    }
  }

  /** Makes an object's folder, once, and takes away what was left there by those who were killed. */
  private prepare(folder: string): Promise<void> {
    const known = this.prepared.get(folder) ?? this.makeFolder(folder);
    this.prepared.set(folder, known);
    return known;
  }

  private async makeFolder(folder: string): Promise<void> {
    const first = await mkdir(folder, { recursive: true });
    if (first !== undefined) {
      if (!this.isShared) return;
      // Those of a shared cache belong to the group, however the umask stands.
      for (let here = folder; here.length >= first.length; here = dirname(here)) await chmod(here, 0o2775);
      return;
    }
    for (const name of await readdir(folder)) {
      if (!/^\..*\.tmp$/.test(name)) continue;
      const file = join(folder, name);
      const stats = await stat(file).catch(() => undefined);
      if (stats && stats.mtimeMs < Date.now() - STALE) await rm(file, { force: true });
    }
  }
}

async function copyHashed(
  from: string,
  to: string,
  hashName: HashName,
  digest: string,
  onBytes: (bytes: number) => void,
  signal: AbortSignal | undefined,
): Promise<void> {
  const source = await open(from, READING);
  try {
    const target = await open(to, 'wx', 0o644);
    try {
      const sum = new FileSum(hashName);
      for await (const chunk of chunksOf(source, signal)) {
        sum.add(chunk);
        await target.writeFile(chunk);
        onBytes(chunk.length);
      }
      if (sum.digest() !== digest.replace(/\.dir$/, '')) throw new DamagedObjectError(from);
      // The name must not come to the disk before the content.
      await target.datasync();
      await target.chmod(PROTECTED);
    } finally {
      await target.close();
    }
  } finally {
    await source.close();
  }
}
