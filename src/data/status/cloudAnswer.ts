import type { CloudStatusAnswer } from './answers';
import type { Hash } from './dataIndex';
import { nativePath } from './dataStatusAnswer';
import type { ObjectFolder } from './objectFolder';
import type { KeptOut } from './recordedIndex';

/** What `dvc push` would take, by content; a content that several paths have stands under the first of them. */
interface Wanted {
  readonly path: string;
  readonly hash: Hash;
}

/** Compares cache and remote, as `dvc status --cloud --json` does with a remote that is a folder. */
export async function cloudAnswer(outs: readonly KeptOut[], cache: ObjectFolder, remote: ObjectFolder): Promise<CloudStatusAnswer> {
  const wanted = new Map<string, Wanted>();
  const assumed = new Set<string>();
  const fetched = new Set<string>();
  const want = (path: string, hash: Hash): void => {
    if (!wanted.has(keyOf(hash))) wanted.set(keyOf(hash), { path: nativePath(path), hash });
  };
  for (const { path, hash, out, isPartial, isRepositoryImport } of outs) {
    // Outs with a remote of their own are not in this answer.
    if (!hash || isPartial || isRepositoryImport || !out.pushed || out.remote !== undefined) continue;
    if (!hash.digest.endsWith('.dir')) {
      want(path, hash);
      continue;
    }
    const own = await cache.manifest(hash);
    // DVC fetches the manifest, and has it from then on.
    const members = own ?? (await remote.manifest(hash));
    if (!members) continue;
    if (!own) fetched.add(keyOf(hash));
    want(path, hash);
    // A remote that has the manifest is taken to have all members.
    const [isThere] = await remote.present([hash]);
    if (isThere) assumed.add(keyOf(hash));
    for (const { digest, path: inner } of members) {
      const member = { name: hash.name, digest };
      want(`${path}/${inner}`, member);
      if (isThere) assumed.add(keyOf(member));
    }
  }
  const list = [...wanted.values()];
  const [here, there] = await Promise.all([cache, remote].map((folder) => folder.intact(list.map(({ hash }) => hash))));
  const answer: Record<string, string> = {};
  list.forEach(({ path, hash }, index) => {
    const [inCache, inRemote] = [here?.[index] || fetched.has(keyOf(hash)), there?.[index] || assumed.has(keyOf(hash))];
    if (inCache && !inRemote) answer[path] = 'new';
    else if (!inCache) answer[path] = inRemote ? 'deleted' : 'missing';
  });
  return answer;
}

function keyOf({ name, digest }: Hash): string {
  return `${name}:${digest}`;
}
