import type { StageOut } from '../records/stage';
import type { Hash } from '../status/dataIndex';
import type { Reading } from '../status/reading';
import type { FoundOut } from './recordHistory';

/** Whether the cache has all of each version, by digest; what it doesn't hold by intent is left out. */
export async function inCache(
  { cache }: Reading,
  out: StageOut | undefined,
  found: readonly FoundOut[],
): Promise<ReadonlyMap<string, boolean>> {
  if (out && (!out.cached || out.versioned)) return new Map();
  const kept = found.filter(({ hashName }) => hashName === 'md5' || hashName === 'md5-dos2unix');
  // A version of a folder is its manifest and all that it names; versions share most of their files.
  const needed = new Map<string, readonly Hash[] | undefined>();
  for (const { digest, hashName } of kept) {
    if (needed.has(digest)) continue;
    const own = { name: hashName, digest };
    const members = digest.endsWith('.dir') ? await cache.manifest(own) : [];
    needed.set(digest, members && [own, ...members.map((member) => ({ name: hashName, digest: member.digest }))]);
  }
  const objects = new Map([...needed.values()].flatMap((list) => list ?? []).map((object) => [`${object.name} ${object.digest}`, object]));
  const present = await cache.present([...objects.values()]);
  const there = new Set([...objects.keys()].filter((_, index) => present[index]));
  return new Map(
    [...needed].map(([digest, list]) => [digest, list?.every(({ name, digest: each }) => there.has(`${name} ${each}`)) ?? false]),
  );
}
