import { createHash, randomBytes } from 'node:crypto';
import { mkdir, open, readdir, readFile, rename, rm, stat } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';

/** The parts of a stat cache that go by number, each with an entry for each path. */
export interface StatColumns {
  /** Four for each: inode, size, mtime and ctime in nanoseconds. */
  readonly identities: BigInt64Array<ArrayBuffer>;
  /** Sixteen bytes for each. */
  readonly digests: Buffer;
  /** Which kind of hash. */
  readonly names: Uint8Array<ArrayBuffer>;
}

/**
 * The file: 32 bytes (16 of magic with the version; the numbers of entries and of the paths' bytes, as 64-bit numbers), the identities, the
 * digests, the kinds, the paths in UTF-8, each ended by a NUL, and the MD5 of all that. Numbers are in this machine's order of bytes, which
 * the magic tells, too: the file is a memory of this machine's, and of no use to another.
 */
const MAGIC = Buffer.from(`mlt-stats-2-${new Uint8Array(new Uint16Array([1]).buffer)[0] === 1 ? 'le' : 'be'}\n\0`, 'latin1');
const HEAD = 32;
const SUM = 16;
const ROW = 4 * 8 + 16 + 1;

/** The name under which hashes are remembered in a `.tracking` folder. */
export function statCacheFile(root: string): string {
  return join(root, '.tracking', 'data-hashes.bin');
}

/** Undefined where the file is absent, cut off, damaged, or of another version. */
export async function readStatFile(file: string): Promise<{ paths: string[]; columns: StatColumns } | undefined> {
  const bytes = await readFile(file).catch(() => undefined);
  if (!bytes || bytes.length < HEAD + SUM || !bytes.subarray(0, MAGIC.length).equals(MAGIC)) return undefined;
  const count = Number(bytes.readBigUInt64LE(16));
  const pathBytes = Number(bytes.readBigUInt64LE(24));
  const end = HEAD + count * ROW + pathBytes;
  if (bytes.length !== end + SUM || !sumOf([bytes.subarray(0, end)]).equals(bytes.subarray(end))) return undefined;
  const names = HEAD + count * (ROW - 1);
  const paths = bytes.toString('utf8', names + count, end).split('\0');
  paths.pop();
  if (paths.length !== count) return undefined;
  // Copies, since numbers of 64 bits must begin at a multiple of 8 in their own memory.
  const identities = new BigInt64Array(new Uint8Array(bytes.subarray(HEAD, HEAD + count * 32)).buffer);
  const digests = Buffer.from(bytes.subarray(HEAD + count * 32, names));
  return { paths, columns: { identities, digests, names: new Uint8Array(bytes.subarray(names, names + count)) } };
}

/** Writes the first rows of the columns, one for each path, into a file of its own, which then takes the place of the one before. */
export async function writeStatFile(file: string, paths: readonly string[], columns: StatColumns): Promise<void> {
  const count = paths.length;
  const names = Buffer.from(paths.map((path) => `${path}\0`).join(''), 'utf8');
  const head = Buffer.alloc(HEAD);
  MAGIC.copy(head);
  head.writeBigUInt64LE(BigInt(count), 16);
  head.writeBigUInt64LE(BigInt(names.length), 24);
  const { identities } = columns;
  const parts = [
    head,
    Buffer.from(identities.buffer, identities.byteOffset, count * 32),
    columns.digests.subarray(0, count * 16),
    Buffer.from(columns.names.subarray(0, count)),
    names,
  ];
  await mkdir(dirname(file), { recursive: true });
  await removeLeftovers(file);
  const temporary = `${file}.${process.pid}.${randomBytes(4).toString('hex')}.tmp`;
  try {
    const handle = await open(temporary, 'wx');
    try {
      const all = [...parts, sumOf(parts)];
      const { bytesWritten } = await handle.writev(all);
      if (bytesWritten !== all.reduce((sum, { length }) => sum + length, 0)) throw new Error(`Could not write all of ${file}.`);
    } finally {
      await handle.close();
    }
    await rename(temporary, file);
  } catch (error) {
    await rm(temporary, { force: true });
    throw error;
  }
}

/** Those of processes that were killed while they wrote. */
async function removeLeftovers(file: string): Promise<void> {
  const folder = dirname(file);
  for (const name of await readdir(folder)) {
    if (!name.startsWith(`${basename(file)}.`) || !name.endsWith('.tmp')) continue;
    const stats = await stat(join(folder, name)).catch(() => undefined);
    if (stats && stats.mtimeMs < Date.now() - 3_600_000) await rm(join(folder, name), { force: true });
  }
}

function sumOf(parts: readonly Buffer[]): Buffer {
  const sum = createHash('md5');
  for (const part of parts) sum.update(part);
  return sum.digest();
}
