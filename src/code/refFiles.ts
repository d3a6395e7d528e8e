import { constants } from 'node:fs';
import { open, readdir, stat } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import type { Head, LocalBranch, Refs, RemoteBranch, Tag } from './repository';

/** What a repository's own files say, without any program run. */
export interface RefFiles {
  readonly root: string;
  readonly head: Head;
  /** Without upstreams and subjects, which only git can tell. */
  readonly refs: Refs;
}

/** More refs than this are left out. */
const MOST = 5_000;
const HASH = /^[0-9a-f]{40,64}$/;
/** Larger files, in bytes, are nothing that git has made of so many refs. */
const LARGEST = 16 * 1024 * 1024;
/** How deep the folders of refs are followed. */
const DEEPEST = 20;

/** Reads HEAD and the refs of the repository that a folder is in, where git may not be run; undefined in no repository. */
export async function readRefFiles(folder: string): Promise<RefFiles | undefined> {
  const place = await findGitDir(resolve(folder));
  const headText = place && (await textOf(join(place.gitDir, 'HEAD')));
  if (!place || headText === undefined) return undefined;
  const common = await commonDirOf(place.gitDir);
  const hashes = new Map<string, string>();
  for (const line of ((await textOf(join(common, 'packed-refs'))) ?? '').split('\n').slice(0, MOST)) {
    const [, hash, ref] = /^([0-9a-f]{40,64}) (refs\/\S+)$/.exec(line) ?? [];
    if (hash !== undefined && ref !== undefined) hashes.set(ref, hash);
  }
  for (const kind of ['heads', 'remotes', 'tags']) await collect(common, `refs/${kind}`, hashes);
  const branch = /^ref: refs\/heads\/(.+)$/.exec(headText)?.[1];
  const commit = branch === undefined ? headText : hashes.get(`refs/heads/${branch}`);
  if (branch === undefined && !HASH.test(headText)) return undefined;
  return { root: place.root, head: headOf(branch, commit), refs: refsOf(hashes, branch) };
}

/** The folders that hold HEAD, and the branches, of the repository that a folder is in; undefined in no repository. */
export async function findGitFolders(
  folder: string,
): Promise<{ readonly root: string; readonly gitDir: string; readonly commonDir: string } | undefined> {
  const place = await findGitDir(resolve(folder));
  return place && { ...place, commonDir: await commonDirOf(place.gitDir) };
}

async function commonDirOf(gitDir: string): Promise<string> {
  const named = resolve(gitDir, (await textOf(join(gitDir, 'commondir'))) ?? '.');
  return leadsToOtherMachine(gitDir, named) ? gitDir : named;
}

function headOf(branch: string | undefined, commit: string | undefined): Head {
  if (branch === undefined) return { kind: 'detached', commit: commit ?? '' };
  return commit === undefined ? { kind: 'unborn', name: branch } : { kind: 'branch', name: branch, commit };
}

function refsOf(hashes: ReadonlyMap<string, string>, current: string | undefined): Refs {
  const local: LocalBranch[] = [];
  const remotes = new Map<string, RemoteBranch[]>();
  const tags: Tag[] = [];
  for (const [ref, tip] of [...hashes].sort(([a], [b]) => (a < b ? -1 : 1))) {
    const [, kind, name = ''] = /^refs\/(heads|remotes|tags)\/(.+)$/.exec(ref) ?? [];
    if (kind === 'heads') local.push({ name, tip, upstream: undefined, subject: '', current: name === current });
    else if (kind === 'tags') tags.push({ name, commit: tip, subject: '', annotated: false });
    else if (kind === 'remotes' && name.includes('/')) {
      const remote = name.slice(0, name.indexOf('/'));
      const branches = remotes.get(remote) ?? [];
      remotes.set(remote, branches);
      branches.push({ name: name.slice(remote.length + 1), remote, tip, subject: '' });
    }
  }
  return { local, remotes, tags };
}

/** The nearest `.git` at or above a folder: a folder, or a worktree's or submodule's file that names one. */
async function findGitDir(folder: string): Promise<{ root: string; gitDir: string } | undefined> {
  for (let root = folder; ; root = dirname(root)) {
    const found = await stat(join(root, '.git')).catch(() => undefined);
    if (found?.isDirectory()) return { root, gitDir: join(root, '.git') };
    const named = found?.isFile() ? /^gitdir: (.+)$/.exec((await textOf(join(root, '.git'))) ?? '')?.[1] : undefined;
    if (named !== undefined) return leadsToOtherMachine(root, resolve(root, named)) ? undefined : { root, gitDir: resolve(root, named) };
    if (dirname(root) === root) return undefined;
  }
}

/** Adds the loose refs below a folder; they count before packed ones. Links are not followed. */
async function collect(common: string, ref: string, hashes: Map<string, string>, depth = 0): Promise<void> {
  if (depth > DEEPEST) return;
  const entries = await readdir(join(common, ref), { withFileTypes: true }).catch(() => []);
  for (const entry of entries) {
    if (hashes.size >= MOST) return;
    const inner = `${ref}/${entry.name}`;
    if (entry.isDirectory()) await collect(common, inner, hashes, depth + 1);
    else if (entry.isFile()) {
      const hash = await textOf(join(common, inner));
      if (hash !== undefined && HASH.test(hash)) hashes.set(inner, hash);
    }
  }
}

/**
 * A file's text without the space around it; undefined where there is none. Nobody may trust these files: what is no plain file, such
 * as a pipe or a device that a link leads to, or is larger than any such file is, is not read.
 */
async function textOf(file: string): Promise<string | undefined> {
  const handle = await open(file, constants.O_RDONLY | (constants.O_NONBLOCK ?? 0)).catch(() => undefined);
  try {
    const info = await handle?.stat();
    if (!handle || !info?.isFile() || info.size > LARGEST) return undefined;
    return (await handle.readFile('utf8')).trim();
  } catch {
    return undefined;
  } finally {
    await handle?.close();
  }
}

/**
 * Whether a file of a folder names a place on another machine that the folder itself is not on: just by looking there Windows would
 * sign in with the person's name.
 */
export function leadsToOtherMachine(folder: string, place: string, platform: NodeJS.Platform = process.platform): boolean {
  const isShare = (path: string): boolean => /^[\\/]{2}/.test(path);
  return platform === 'win32' && isShare(place) && !isShare(folder);
}
