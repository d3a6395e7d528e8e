import type { FileHashes } from '../hashing/fileHashes';
import { parseManifest } from '../hashing/manifest';
import type { ObjectFolder } from '../status/objectFolder';
import { membersOf } from './memberPaths';
import type { ObjectWriter } from './objectWriter';
import { manifestText, objectPath } from './objects';
import { isAsked, type TransferOut } from './transferOuts';

/** Objects that are copied at once. */
const AT_ONCE = 8;

/** One end of a transfer: a cache, or a remote. */
export interface Store {
  /** Absolute. */
  readonly folder: string;
  readonly objects: ObjectFolder;
}

export interface ObjectCounts {
  objects: number;
  bytes: number;
}

/** What an out's objects are, and which of them the one end lacks. */
export interface ObjectPlan {
  readonly out: TransferOut;
  /** Digests of what has to be copied; a folder's manifest comes last. */
  readonly copies: readonly { readonly digest: string; readonly size: number }[];
  /** What neither end has, or has damaged: the files that need it, relative to the root. */
  readonly missing: readonly string[];
  /** Objects at the end to be written that are not what their names say, and stand where copies have to go; absolute. */
  readonly damaged: readonly string[];
}

export interface TransferEnds {
  readonly from: Store;
  readonly to: Store;
  readonly hashes: FileHashes;
  readonly signal: AbortSignal | undefined;
}

/** Finds which of an out's objects have to be copied; copies nothing. Throws ManifestError, or the file system's error. */
export async function planObjects(out: TransferOut, ends: TransferEnds): Promise<ObjectPlan> {
  const { from, to, hashes, signal } = ends;
  const hashOf = (digest: string): { name: TransferOut['hashName']; digest: string } => ({ name: out.hashName, digest });
  // The names of the files that need an object, for whoever has to be told.
  const users = new Map<string, string>();
  if (out.isFolder) {
    const members = await anyManifest(out, from, to);
    if (!members) return { out, copies: [], missing: [out.path], damaged: [] };
    for (const [path, digest] of members) if (isAsked(out, path) && !users.has(digest)) users.set(digest, `${out.path}/${path}`);
  }
  users.set(out.digest, out.path);
  const digests = [...users.keys()];
  const there = await to.objects.intact(digests.map(hashOf));
  const lacking = digests.filter((_, index) => !there[index]);
  const here = await from.objects.intact(lacking.map(hashOf));
  const missing = lacking.filter((_, index) => !here[index]).map((digest) => users.get(digest) ?? digest);
  // A manifest that promises what isn't there would let others believe that all of it is.
  const copied = lacking.filter((digest, index) => here[index] && (digest !== out.digest || missing.length === 0));
  const sizes = await hashes.table(
    copied.map((digest) => objectPath(from.folder, out.hashName, digest)),
    signal,
  );
  const isThere = await to.objects.present(copied.map(hashOf));
  const damaged = copied.filter((_, index) => isThere[index]).map((digest) => objectPath(to.folder, out.hashName, digest));
  return { out, copies: copied.map((digest, index) => ({ digest, size: Number(sizes.at(index)?.size ?? 0n) })), missing, damaged };
}

/** Copies what a plan says. Throws DamagedObjectError, the file system's error, or the signal's reason; `counts` tells what was done. */
export async function copyObjects(
  plan: ObjectPlan,
  ends: TransferEnds,
  writer: ObjectWriter,
  counts: ObjectCounts,
  onDone: (files: number, bytes: number) => void,
): Promise<void> {
  const { out, copies } = plan;
  const copy = async (digest: string): Promise<void> => {
    const from = objectPath(ends.from.folder, out.hashName, digest);
    await writer.add(from, out.hashName, digest, (bytes) => onDone(0, bytes), ends.signal);
    counts.objects++;
    onDone(1, 0);
  };
  const members = copies.filter(({ digest }) => digest !== out.digest);
  for (let at = 0; at < members.length; at += AT_ONCE) {
    ends.signal?.throwIfAborted();
    const some = members.slice(at, at + AT_ONCE);
    const results = await Promise.allSettled(some.map(({ digest }) => copy(digest)));
    results.forEach((result, index) => (counts.bytes += result.status === 'fulfilled' ? (some[index]?.size ?? 0) : 0));
    const failed = results.find((result) => result.status === 'rejected');
    if (failed) throw failed.reason;
  }
  const own = copies.find(({ digest }) => digest === out.digest);
  if (!own) return;
  await copy(own.digest);
  counts.bytes += own.size;
}

/** A folder's members by the manifest of whichever end has it whole. Throws ManifestError. */
async function anyManifest(out: TransferOut, ...stores: readonly Store[]): Promise<Map<string, string> | undefined> {
  const hash = { name: out.hashName, digest: out.digest };
  for (const { folder, objects } of stores) {
    const [isIntact] = await objects.intact([hash]);
    if (isIntact) return membersOf(parseManifest(await manifestText(folder, out.hashName, out.digest)));
  }
  return undefined;
}
