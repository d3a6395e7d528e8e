import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join, posix, relative } from 'node:path';
import { parse } from 'yaml';

interface RecordedOut {
  readonly path?: string;
  readonly md5?: string;
  /** Not there where text was hashed without carriage returns, as until 2.x: objects of its own. */
  readonly hash?: string;
}

/**
 * For each path that is tracked, the kind of its hash and the digest, with a colon between them. `dvc status --cloud` names each content
 * once: by the first of its paths that it comes across, which is a matter of the order in which the file system lists folders. So its
 * answers are compared by content.
 */
export function contentNames(root: string, stores: readonly string[]): ReadonlyMap<string, string> {
  const names = new Map<string, string>();
  for (const record of recordsIn(root)) {
    for (const { path, md5, hash = 'legacy' } of outsOf(record)) {
      if (path === undefined || md5 === undefined) continue;
      const from = relative(root, dirname(record));
      const name = posix.join(from, path);
      names.set(name, `${hash}:${md5}`);
      if (!md5.endsWith('.dir')) continue;
      for (const member of manifest(stores, md5)) names.set(posix.join(name, member.relpath), `${hash}:${member.md5}`);
    }
  }
  return names;
}

function recordsIn(root: string): string[] {
  return readdirSync(root, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && (entry.name.endsWith('.dvc') || entry.name === 'dvc.lock'))
    .map((entry) => join(entry.parentPath, entry.name));
}

function outsOf(file: string): RecordedOut[] {
  try {
    const record = parse(readFileSync(file, 'utf8')) as {
      outs?: RecordedOut[];
      wdir?: string;
      stages?: Record<string, { outs?: RecordedOut[] }>;
    };
    const outs = [...(record.outs ?? []), ...Object.values(record.stages ?? {}).flatMap((stage) => stage.outs ?? [])];
    return outs.map((out) => ({ ...out, path: posix.join(record.wdir ?? '.', out.path ?? '') }));
  } catch {
    return [];
  }
}

function manifest(stores: readonly string[], digest: string): { md5: string; relpath: string }[] {
  const places = stores.flatMap((store) => [join(store, 'files/md5'), store]);
  const path = places.map((place) => join(place, digest.slice(0, 2), digest.slice(2))).find(existsSync);
  try {
    return path === undefined ? [] : (JSON.parse(readFileSync(path, 'utf8')) as { md5: string; relpath: string }[]);
  } catch {
    return [];
  }
}
