import { randomBytes } from 'node:crypto';
import { lstat, mkdtemp, readlink, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { ActingGit } from './actingGit';
import { GitError, type GitOptions } from './git';
import { putBack } from './putBack';
import { indexInfo, parseIndexEntries, parseTreeEntries, quotedPath, type TreeEntry } from './treeEntry';

/** Where what was taken away is kept: commits of their own, which belong to no branch. */
export const KEPT_REFS = 'refs/ml-tracking/kept/';
const WORK = 'work/';
const STAGED = 'index/';

/** Something that an action took out of the working tree or the index, and that can be brought back. */
export interface Kept {
  readonly id: string;
  /** What took it, in a few words, e.g. `discard`. */
  readonly reason: string;
  /** Milliseconds since the epoch. */
  readonly time: number;
  readonly paths: readonly string[];
  /** The commit that holds it. */
  readonly commit: string;
}

interface Note {
  readonly reason: string;
  readonly time: number;
  readonly paths: readonly string[];
  /** Those that were not in the working tree. */
  readonly absent: readonly string[];
  /** Whether the working tree's files are part of it, and whether the index's entries are. */
  readonly work: boolean;
  readonly index: boolean;
}

/** What is to be kept of some paths, and why. */
interface Keep extends Pick<Note, 'reason' | 'work' | 'index'> {
  /** A commit that is not to be lost either. */
  readonly parent?: string | undefined;
  /** A folder where a file is told of counts as no file there: what is in it is kept, or safe, otherwise. */
  readonly folders?: boolean;
}

/** What a file was when it was kept; a later change shows. */
export interface Seen {
  readonly path: string;
  readonly size: number;
  readonly changed: number;
}

/** More than this is not copied into the object database, in bytes. */
const LIMIT = 1024 ** 3;

/** Keeps files of the working tree byte by byte, and entries of the index, in git's own object database. */
export class Keeper {
  constructor(private readonly git: ActingGit) {}

  /** @returns what was kept and what was seen, so that it can be made sure that nothing changed meanwhile. */
  async keep(
    root: string,
    paths: readonly string[],
    what: Keep,
    options?: GitOptions,
  ): Promise<{ readonly kept: Kept; readonly seen: readonly Seen[] }> {
    const { parent, folders = false, ...noted } = what;
    const [work, staged] = await Promise.all([
      what.work ? this.workEntries(root, paths, folders, options) : { entries: [], absent: [], seen: [] },
      what.index ? this.indexEntries(root, paths, options) : [],
    ]);
    const note: Note = { ...noted, paths, absent: work.absent, time: Date.now() };
    const entries = [
      ...work.entries.map((entry) => ({ ...entry, path: WORK + entry.path })),
      ...staged.map((entry) => ({ ...entry, stage: 0, path: `${STAGED}${entry.stage}/${entry.path}` })),
    ];
    const id = `${new Date(note.time).toISOString().replace(/\D/g, '').slice(0, 14)}-${randomBytes(4).toString('hex')}`;
    const tree = await this.tree(root, entries, options);
    const parents = parent === undefined ? [] : ['-p', parent];
    const commit = await this.git.line(root, ['commit-tree', tree, ...parents], {
      ...options,
      environment: AUTHOR,
      input: JSON.stringify(note),
    });
    await this.git.text(root, ['update-ref', KEPT_REFS + id, commit, ''], options);
    return { kept: { id, reason: note.reason, time: note.time, paths, commit }, seen: work.seen };
  }

  /** The entries of the index at these paths. */
  async indexEntries(root: string, paths: readonly string[], options?: GitOptions): Promise<TreeEntry[]> {
    // The whole index is read at once: a list of paths may be longer than a command may be.
    const wanted = new Set(paths);
    const all = parseIndexEntries(await this.git.text(root, ['ls-files', '--stage', '-z'], options));
    return all.filter(({ path }) => wanted.has(path));
  }

  /** Sets the index at these paths to what it was. */
  async putIndexBack(root: string, paths: readonly string[], entries: readonly TreeEntry[], options?: GitOptions): Promise<void> {
    if (paths.length === 0) return;
    await this.git.text(root, ['update-index', '-z', '--index-info'], { ...options, input: indexInfo(entries, paths) });
  }

  /** What is kept, newest first. */
  async list(root: string, options?: GitOptions): Promise<Kept[]> {
    const output = await this.git.text(root, ['for-each-ref', '--format=%(refname)%00%(objectname)%00%(contents)%00', KEPT_REFS], options);
    const fields = output.split('\0');
    const kept: Kept[] = [];
    for (let i = 0; i + 3 <= fields.length; i += 3) {
      const id = (fields[i] ?? '').trim().slice(KEPT_REFS.length);
      const note = noteOf(fields[i + 2] ?? '');
      if (note) kept.push({ id, reason: note.reason, time: note.time, paths: note.paths, commit: fields[i + 1] ?? '' });
    }
    return kept.sort((a, b) => b.time - a.time);
  }

  /** Puts everything back as it was; what stands there now is kept first. @returns under which id. */
  async restore(root: string, id: string, options?: GitOptions): Promise<Kept> {
    const ref = KEPT_REFS + id;
    const note = noteOf(await this.git.text(root, ['log', '-1', '--no-show-signature', '--format=%B', ref, '--'], options));
    if (!note) throw new GitError('failed', `Nothing is kept under ${id}.`);
    const { kept } = await this.keep(
      root,
      note.paths,
      { reason: `before bringing back ${id}`, work: note.work, index: note.index },
      options,
    );
    const entries = parseTreeEntries(await this.git.text(root, ['ls-tree', '-r', '--long', '-z', ref], options));
    if (note.work) {
      const work = entries.filter(({ path }) => path.startsWith(WORK)).map((entry) => ({ ...entry, path: entry.path.slice(WORK.length) }));
      await putBack(this.git, root, work, note.absent, options);
    }
    if (note.index) {
      const staged = entries.flatMap((entry) => {
        const [, stage = '', path = ''] = /^index\/(\d)\/([^]*)$/.exec(entry.path) ?? [];
        return path === '' ? [] : [{ ...entry, stage: Number(stage), path }];
      });
      await this.putIndexBack(root, note.paths, staged, options);
    }
    return kept;
  }

  private async workEntries(
    root: string,
    paths: readonly string[],
    folders: boolean,
    options: GitOptions | undefined,
  ): Promise<{ entries: TreeEntry[]; absent: string[]; seen: Seen[] }> {
    const files: { path: string; mode: string }[] = [];
    const links: TreeEntry[] = [];
    const absent: string[] = [];
    const seen: Seen[] = [];
    let bytes = 0;
    for (const path of paths) {
      const info = await lstat(join(root, path)).catch(() => undefined);
      // What git names by other bytes was read as another name, under which nothing is.
      if (!info && path.includes('\uFFFD'))
        throw new GitError(
          'failed',
          `The name of ${path} is not UTF-8, so that it cannot be kept: do this in a terminal, or rename it first.`,
        );
      if (!info || (folders && info.isDirectory())) absent.push(path);
      else if (info.isSymbolicLink()) links.push(await this.link(root, path, options));
      else if (info.isFile()) files.push({ path, mode: info.mode & 0o111 ? '100755' : '100644' });
      else throw new GitError('failed', `${path} is neither a file nor a link, so that it cannot be kept.`);
      if (info && !info.isDirectory()) seen.push({ path, size: info.size, changed: info.mtimeMs });
      bytes += info?.size ?? 0;
    }
    if (bytes > LIMIT)
      throw new GitError('too large', `The files have more than ${LIMIT / 1024 ** 3} GiB together, which is too much to be kept.`);
    if (files.length === 0) return { entries: links, absent, seen };
    const input = files.map(({ path }) => `${quotedPath(path)}\n`).join('');
    // As they are on the disk: no filter and no line ending is applied.
    const hashes = await this.git.line(root, ['hash-object', '-w', '--no-filters', '--stdin-paths'], {
      timeout: 300_000,
      ...options,
      input,
    });
    const named = hashes.split('\n');
    const entries = files.map(({ path, mode }, index): TreeEntry => ({ path, mode, hash: named[index] ?? '', stage: 0, size: undefined }));
    if (named.length !== files.length) throw new GitError('failed', 'git has not kept every file.');
    return { entries: [...entries, ...links], absent, seen };
  }

  private async link(root: string, path: string, options: GitOptions | undefined): Promise<TreeEntry> {
    const input = await readlink(join(root, path), { encoding: 'buffer' });
    const hash = await this.git.line(root, ['hash-object', '-w', '--stdin'], { ...options, input });
    return { path, mode: '120000', hash, stage: 0, size: undefined };
  }

  /** Writes a tree by way of an index of its own. */
  private async tree(root: string, entries: readonly TreeEntry[], options: GitOptions | undefined): Promise<string> {
    const folder = await mkdtemp(join(tmpdir(), 'ml-tracking-'));
    try {
      const environment = { GIT_INDEX_FILE: join(folder, 'index') };
      await this.git.text(root, ['read-tree', '--empty'], { ...options, environment });
      if (entries.length > 0) {
        await this.git.text(root, ['update-index', '--add', '-z', '--index-info'], { ...options, environment, input: indexInfo(entries) });
      }
      return await this.git.line(root, ['write-tree'], { ...options, environment });
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  }
}

const AUTHOR = {
  GIT_AUTHOR_NAME: 'ML Tracking',
  GIT_AUTHOR_EMAIL: 'ml-tracking@localhost',
  GIT_COMMITTER_NAME: 'ML Tracking',
  GIT_COMMITTER_EMAIL: 'ml-tracking@localhost',
};

function noteOf(text: string): Note | undefined {
  try {
    const note = JSON.parse(text) as Partial<Note>;
    const { reason = '', time = 0, paths = [], absent = [], work = false, index = false } = note;
    return { reason, time, paths, absent, work, index };
  } catch {
    return undefined;
  }
}
