import { statSync, type BigIntStats } from 'node:fs';

/** What tells whether a file is still the one it was; times in nanoseconds since 1970. Node's `BigIntStats` are some. */
export interface FileIdentity {
  readonly ino: bigint;
  readonly size: bigint;
  readonly mtimeNs: bigint;
  readonly ctimeNs: bigint;
}

export interface FileStats extends FileIdentity {
  /** Type and permissions, as in `stat`. */
  readonly mode: bigint;
}

const COLUMNS = 5;
const TYPE = 0o170000n;

/** The stats of many files in one array, which costs little to make and to hand to another thread. Links are followed. */
export class StatTable {
  constructor(readonly values: BigInt64Array<ArrayBuffer>) {}

  static of(length: number): StatTable {
    return new StatTable(new BigInt64Array(length * COLUMNS));
  }

  get length(): number {
    return this.values.length / COLUMNS;
  }

  set(index: number, stats: FileStats): void {
    const at = index * COLUMNS;
    this.values[at] = stats.mode;
    this.values[at + 1] = stats.ino;
    this.values[at + 2] = stats.size;
    this.values[at + 3] = stats.mtimeNs;
    this.values[at + 4] = stats.ctimeNs;
  }

  /** Undefined where nothing is. */
  at(index: number): FileStats | undefined {
    const [mode = 0n, ino = 0n, size = 0n, mtimeNs = 0n, ctimeNs = 0n] = this.values.subarray(index * COLUMNS, (index + 1) * COLUMNS);
    return mode === 0n ? undefined : { mode, ino, size, mtimeNs, ctimeNs };
  }

  /** Puts another table's rows into this one, from a row on. */
  insert(from: number, rows: StatTable): void {
    this.values.set(rows.values, from * COLUMNS);
  }
}

/** Asks the file system, in this thread; undefined where nothing is. */
export function statsOf(path: string): BigIntStats | undefined {
  try {
    return statSync(path, { bigint: true, throwIfNoEntry: false });
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT' || code === 'ENOTDIR') return undefined;
    throw error;
  }
}

export function isRegular(stats: FileStats | undefined): stats is FileStats {
  return stats !== undefined && (stats.mode & TYPE) === 0o100000n;
}

export function isFolder(stats: FileStats | undefined): stats is FileStats {
  return stats !== undefined && (stats.mode & TYPE) === 0o040000n;
}

export function isSameFile(a: FileIdentity, b: FileIdentity): boolean {
  return a.ino === b.ino && a.size === b.size && a.mtimeNs === b.mtimeNs && a.ctimeNs === b.ctimeNs;
}
