import type { HashName } from '../records/hashName';
import { readStatFile, writeStatFile, type StatColumns } from './statFile';
import type { FileIdentity } from './statTable';

/** A file changed within this time before it was hashed may change again without its times changing: on FAT they count by 2 s. */
const RACY = 2_000n * 1_000_000n;
const NAMES: readonly HashName[] = ['md5', 'md5-dos2unix'];
const DIGEST = 16;
const IDENTITY = 4;

/** Remembers files' hashes by path, inode, size and times in nanoseconds, so that what didn't change isn't read again. */
export class StatCache {
  private readonly places = new Map<string, number>();
  private columns: StatColumns = columnsFor(256);
  private length = 0;
  /** Places that have been asked for since the last `forgetUnseen`. */
  private seen = new Uint8Array(256);
  private changed = false;

  /** Whether nothing is known that wasn't written, or read, since. */
  get isSaved(): boolean {
    return !this.changed;
  }

  /** The digest of a file that has not changed since it was hashed. */
  find(path: string, stats: FileIdentity, hashName: HashName): string | undefined {
    const place = this.places.get(path);
    if (place === undefined) return undefined;
    this.seen[place] = 1;
    const { identities, digests, names } = this.columns;
    if (NAMES[names[place] ?? -1] !== hashName) return undefined;
    const at = place * IDENTITY;
    if (identities[at] !== BigInt.asIntN(64, stats.ino) || identities[at + 1] !== stats.size) return undefined;
    if (identities[at + 2] !== stats.mtimeNs || identities[at + 3] !== stats.ctimeNs) return undefined;
    return digests.toString('hex', place * DIGEST, (place + 1) * DIGEST);
  }

  /** Keeps a digest; `now` is when hashing began, in nanoseconds. A file that young is hashed again next time. */
  keep(path: string, stats: FileIdentity, hashName: HashName, digest: string, now = BigInt(Date.now()) * 1_000_000n): void {
    const youngest = stats.mtimeNs > stats.ctimeNs ? stats.mtimeNs : stats.ctimeNs;
    const name = NAMES.indexOf(hashName);
    if (youngest + RACY > now || name < 0 || path.includes('\0')) {
      if (this.places.delete(path)) this.changed = true;
      return;
    }
    const known = this.places.get(path);
    const place = known ?? this.length++;
    if (place >= this.seen.length) this.grow(place + 1);
    this.places.set(path, place);
    this.seen[place] = 1;
    this.columns.names[place] = name;
    this.columns.digests.write(digest, place * DIGEST, DIGEST, 'hex');
    [stats.ino, stats.size, stats.mtimeNs, stats.ctimeNs].forEach((value, column) => {
      this.columns.identities[place * IDENTITY + column] = value;
    });
    this.changed = true;
  }

  /** Takes what a file holds in place of what is known; one that is absent, damaged or another version's is passed over. */
  async load(file: string): Promise<void> {
    const found = await readStatFile(file);
    if (!found) return;
    this.places.clear();
    found.paths.forEach((path, place) => this.places.set(path, place));
    this.columns = found.columns;
    this.length = found.paths.length;
    this.seen = new Uint8Array(this.length);
    this.changed = false;
  }

  /** Writes what has changed since the last time, through a temporary file: of two that write, the later one's stays, whole. */
  async save(file: string): Promise<void> {
    if (!this.changed) return;
    this.changed = false;
    try {
      this.closeGaps();
      await writeStatFile(file, [...this.places.keys()], this.columns);
    } catch (error) {
      this.changed = true;
      throw error;
    }
  }

  /** Forgets files that nobody has asked for since the last call: they are gone, or no longer tracked. */
  forgetUnseen(): void {
    for (const [path, place] of this.places) {
      if (this.seen[place]) continue;
      this.places.delete(path);
      this.changed = true;
    }
    this.seen.fill(0);
  }

  /** Puts the entries into the order of their paths' keys, one behind the other. */
  private closeGaps(): void {
    const columns = columnsFor(this.places.size);
    const seen = new Uint8Array(this.places.size);
    let next = 0;
    for (const [path, place] of this.places) {
      copyRow(this.columns, place, columns, next);
      seen[next] = this.seen[place] ?? 0;
      this.places.set(path, next++);
    }
    this.columns = columns;
    this.seen = seen;
    this.length = next;
  }

  private grow(least: number): void {
    const length = Math.max(256, least * 2);
    const columns = columnsFor(length);
    columns.identities.set(this.columns.identities.subarray(0, this.length * IDENTITY));
    columns.digests.set(this.columns.digests.subarray(0, this.length * DIGEST));
    columns.names.set(this.columns.names.subarray(0, this.length));
    this.columns = columns;
    const seen = new Uint8Array(length);
    seen.set(this.seen);
    this.seen = seen;
  }
}

function columnsFor(length: number): StatColumns {
  return { identities: new BigInt64Array(length * IDENTITY), digests: Buffer.alloc(length * DIGEST), names: new Uint8Array(length) };
}

function copyRow(from: StatColumns, place: number, to: StatColumns, next: number): void {
  to.identities.set(from.identities.subarray(place * IDENTITY, (place + 1) * IDENTITY), next * IDENTITY);
  from.digests.copy(to.digests, next * DIGEST, place * DIGEST, (place + 1) * DIGEST);
  to.names[next] = from.names[place] ?? 0;
}
