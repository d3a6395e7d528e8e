import type { BigIntStats } from 'node:fs';
import { mkdir, open, readFile, rename, rm } from 'node:fs/promises';
import { dirname } from 'node:path';
import { setImmediate } from 'node:timers/promises';
import type { HashName } from '../records/dvcFile';

/** A file changed within this time before it was hashed may change again without its times changing: on FAT they count by 2 s. */
const RACY = 2_000n * 1_000_000n;
const VERSION = 'ml-tracking data stat cache 1';
/** Lines that are read or written before the event loop turns. */
const SLICE = 5_000;

interface Entry {
  readonly signature: string;
  readonly hashName: HashName;
  readonly digest: string;
}

/** Remembers files' hashes by path, inode, size and times in nanoseconds, so that what didn't change isn't read again. */
export class StatCache {
  private readonly entries = new Map<string, Entry>();
  private readonly seen = new Set<string>();
  private changed = false;

  /** Whether nothing is known that wasn't written, or read, since. */
  get isSaved(): boolean {
    return !this.changed;
  }

  /** The digest of a file that has not changed since it was hashed. */
  find(path: string, stats: BigIntStats, hashName: HashName): string | undefined {
    this.seen.add(path);
    const entry = this.entries.get(path);
    return entry?.hashName === hashName && entry.signature === signatureOf(stats) ? entry.digest : undefined;
  }

  /** Keeps a digest; `now` is when hashing began, in nanoseconds. A file that young is hashed again next time. */
  keep(path: string, stats: BigIntStats, hashName: HashName, digest: string, now = BigInt(Date.now()) * 1_000_000n): void {
    const youngest = stats.mtimeNs > stats.ctimeNs ? stats.mtimeNs : stats.ctimeNs;
    if (youngest + RACY > now) {
      if (this.entries.delete(path)) this.changed = true;
      return;
    }
    this.entries.set(path, { signature: signatureOf(stats), hashName, digest });
    this.changed = true;
  }

  /** Adds what a file holds; one that is absent, damaged or another version's is passed over. */
  async load(file: string): Promise<void> {
    const text = await readFile(file, 'utf8').catch(() => '');
    if (!text.startsWith(`${VERSION}\n`)) return;
    let lines = 0;
    for (let from = VERSION.length + 1; from < text.length;) {
      const end = text.indexOf('\n', from);
      if (end < 0) break;
      const [hashName, digest, signature, path] = text.slice(from, end).split('\t');
      if (path !== undefined && signature !== undefined && digest !== undefined && (hashName === 'md5' || hashName === 'md5-dos2unix')) {
        const name = pathOf(path);
        if (name !== undefined) this.entries.set(name, { signature, hashName, digest });
      }
      from = end + 1;
      if (++lines % SLICE === 0) await setImmediate();
    }
    this.changed = false;
  }

  /** Writes what has changed since the last time, through a temporary file. */
  async save(file: string): Promise<void> {
    if (!this.changed) return;
    this.changed = false;
    await mkdir(dirname(file), { recursive: true });
    const temporary = `${file}.${process.pid}.tmp`;
    try {
      const handle = await open(temporary, 'w');
      try {
        let lines = [VERSION];
        for (const [path, { hashName, digest, signature }] of this.entries) {
          lines.push([hashName, digest, signature, JSON.stringify(path)].join('\t'));
          if (lines.length < SLICE) continue;
          await handle.write(`${lines.join('\n')}\n`);
          lines = [];
        }
        if (lines.length > 0) await handle.write(`${lines.join('\n')}\n`);
      } finally {
        await handle.close();
      }
      await rename(temporary, file);
    } catch (error) {
      this.changed = true;
      await rm(temporary, { force: true });
      throw error;
    }
  }

  /** Forgets files that nobody has asked for since the last call: they are gone, or no longer tracked. */
  forgetUnseen(): void {
    for (const path of this.entries.keys()) {
      if (this.seen.has(path)) continue;
      this.entries.delete(path);
      this.changed = true;
    }
    this.seen.clear();
  }
}

function pathOf(json: string): string | undefined {
  try {
    const path: unknown = JSON.parse(json);
    return typeof path === 'string' ? path : undefined;
  } catch {
    return undefined;
  }
}

function signatureOf(stats: BigIntStats): string {
  return `${stats.ino}:${stats.size}:${stats.mtimeNs}:${stats.ctimeNs}`;
}
