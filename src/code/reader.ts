import { normalize, resolve } from 'node:path';
import type { Disposable } from '../core/disposable';
import { DiffReader, type DiffOptions } from './diffReader';
import { GitError, type Git, type GitOptions, type LogLine } from './git';
import { LineHistoryReader, type LineCommit } from './lineHistory';
import { readOperation } from './operation';
import { LOG_FORMAT, parseLog, parseRefs, parseStatus, REF_FORMAT } from './parse';
import type { CodeStatus, Commit, Refs } from './repository';
import { Restraint } from './restraint';
import { SubmoduleCaution } from './submoduleCaution';
import type { FileDifference, Side, SideFile } from './side';
import { StoredFileReader, type StoredFile, type StoredVersion } from './storedFiles';
import type { UntrackedNames } from './untrackedNames';

export interface LogOptions {
  /** Number of commits; 50 unless told. */
  readonly max?: number;
  readonly skip?: number;
  /** A branch, tag, commit, or `A..B`; HEAD unless told. */
  readonly revision?: string;
  /** Only commits that changed this file or folder, relative to the root; a file's renames are followed. */
  readonly path?: string;
  readonly signal?: AbortSignal;
}

/** Commits with their parents, e.g. for finding the nearest one that has runs. */
export type CommitGraph = ReadonlyMap<string, readonly string[]>;

export interface ReaderOptions {
  /** Nothing that the repository's settings name is run, also not the filters without which git can't tell some changes. */
  readonly restricted?: boolean;
}

/** Asks git about repositories and changes nothing. Rejects with GitError. */
export class CodeReader implements Disposable {
  private readonly git: Git;
  private readonly diffs: DiffReader;
  private readonly lines: LineHistoryReader;
  private readonly stored: StoredFileReader;
  private readonly restricted: boolean;

  constructor(log: LogLine, binaries?: readonly string[], { restricted = false }: ReaderOptions = {}) {
    this.restricted = restricted;
    this.git = restricted ? new Restraint(log, binaries) : new SubmoduleCaution(log, binaries);
    this.diffs = new DiffReader(this.git, restricted);
    this.lines = new LineHistoryReader(this.git);
    this.stored = new StoredFileReader(this.git);
  }

  /** Branch, upstream, what is under way, and what differs, of the repository that a folder is in. */
  async status(folder: string, options?: GitOptions): Promise<CodeStatus> {
    // Status tells the whole repository's paths from its root on, wherever it is asked.
    const [{ places, operation }, output] = await Promise.all([
      this.placesAndOperation(folder, options),
      this.git.text(
        folder,
        [
          'status',
          '--porcelain=v2',
          '--branch',
          '-z',
          '--untracked-files=normal',
          '--ahead-behind',
          '--ignored=no',
          ...(this.restricted ? ['--ignore-submodules=dirty'] : []),
        ],
        options,
      ),
    ]);
    return { ...places, ...parseStatus(output), operation };
  }

  /** Local branches, remote branches by remote, and tags. */
  async branches(root: string, options?: GitOptions): Promise<Refs> {
    const [refs, remotes] = await Promise.all([
      this.git.text(
        root,
        ['for-each-ref', `--format=${REF_FORMAT}`, '--sort=refname', '--sort=-creatordate', 'refs/tags', 'refs/heads', 'refs/remotes'],
        options,
      ),
      this.git.text(root, ['remote'], options),
    ]);
    return parseRefs(
      refs,
      remotes.split(/\r?\n/).filter((name) => name !== ''),
    );
  }

  /** The URL of each remote, as git would fetch from it, without passwords being taken out. */
  async remoteUrls(root: string): Promise<ReadonlyMap<string, string>> {
    const names = (await this.git.text(root, ['remote'])).split(/\r?\n/).filter((name) => name !== '');
    const url = async (name: string): Promise<[string, string]> => [
      name,
      (await this.git.text(root, ['remote', 'get-url', '--', name])).trim(),
    ];
    return new Map(await Promise.all(names.map(url)));
  }

  /** Commits, newest first; none where there is no commit yet. */
  async log(root: string, { max = 50, skip = 0, revision = 'HEAD', path, signal }: LogOptions = {}): Promise<Commit[]> {
    const follow = path !== undefined && !path.endsWith('/');
    const args = [
      'log',
      '--decorate=full',
      '--no-color',
      '--encoding=UTF-8',
      '--no-ext-diff',
      '--no-textconv',
      '--no-patch',
      `--format=${LOG_FORMAT}`,
      // A file that is followed is lost sight of by `--skip`.
      ...(follow ? ['--follow', `--max-count=${skip + max}`] : [`--max-count=${max}`, `--skip=${skip}`]),
    ];
    const literal = path === undefined ? [] : ['--literal-pathspecs'];
    try {
      const output = await this.git.text(
        root,
        [...literal, ...args, '--end-of-options', revision, '--', ...(path === undefined ? [] : [path])],
        { ...(signal && { signal }) },
      );
      return parseLog(output).slice(follow ? skip : 0);
    } catch (error) {
      if (!(error instanceof GitError && error.reason === 'failed')) throw error;
      if (revision === 'HEAD' && (await this.isUnborn(root))) return [];
      if (/bad revision|unknown revision/.test(error.details)) {
        throw new GitError('failed', `There is no commit, branch or tag ${revision} here.`, { cause: error });
      }
      throw error;
    }
  }

  /** The parents of every commit that can be reached from these; unknown revisions are left out. */
  async graph(root: string, revisions: readonly string[] = ['HEAD'], options?: GitOptions): Promise<CommitGraph> {
    if (revisions.length === 0) return new Map();
    const output = await this.git.text(root, ['rev-list', '--parents', '--ignore-missing', '--stdin'], {
      ...options,
      input: `${revisions.join('\n')}\n--\n`,
    });
    return new Map(
      output
        .split('\n')
        .filter((line) => line !== '')
        .map((line) => {
          const [hash = '', ...parents] = line.split(' ');
          return [hash, parents];
        }),
    );
  }

  /** The full hash of the commit that a branch, tag or (shortened) hash means; undefined where there is none. */
  async commit(root: string, name: string): Promise<string | undefined> {
    return (await this.git.text(root, ['rev-parse', '--verify', '--quiet', '--end-of-options', `${name}^{commit}`])).trim() || undefined;
  }

  /** Whether a branch, a remote branch or a tag has a commit. */
  async isReachable(root: string, hash: string, options?: GitOptions): Promise<boolean> {
    const args = ['for-each-ref', '--count=1', '--format=%(refname)', `--contains=${hash}`, 'refs/heads', 'refs/remotes', 'refs/tags'];
    return (await this.git.text(root, args, options)) !== '';
  }

  /** Files, and folders (ending in `/`) of which all is so, that git is told to ignore. */
  async ignored(root: string, options?: GitOptions): Promise<string[]> {
    const args = ['ls-files', '--others', '--ignored', '--exclude-standard', '--directory', '-z'];
    return (await this.git.text(root, args, options)).split('\0').filter(Boolean);
  }

  /** The nearest commit that both come from; undefined where there is none. */
  async mergeBase(root: string, one: string, other: string): Promise<string | undefined> {
    const [first, second] = await Promise.all([this.commit(root, one), this.commit(root, other)]);
    if (first === undefined || second === undefined) return undefined;
    return (await this.git.text(root, ['merge-base', first, second])).trim() || undefined;
  }

  /** The files that two sides have differently, in the order of their names. */
  diff(root: string, from: Side, to: Side, options?: DiffOptions): Promise<FileDifference[]> {
    return this.diffs.diff(root, from, to, options);
  }

  /** The changes as a unified patch for reading, without colours. */
  patch(root: string, from: Side, to: Side, options?: DiffOptions): Promise<string> {
    return this.diffs.patch(root, from, to, options);
  }

  /** A file's content at one side; undefined where it isn't there. A submodule's is the line that git shows for it. */
  content(root: string, side: Side, file: string | SideFile, options?: GitOptions): Promise<Buffer | undefined> {
    return this.diffs.content(root, side, file, options);
  }

  /** The files of one side that match git's pathspecs; in the working tree also those that git doesn't track. */
  files(root: string, side: Side, pathspecs: readonly string[], options?: GitOptions): Promise<string[]> {
    return this.diffs.files(root, side, pathspecs, options);
  }

  /** The commits that changed these lines (from 1 on, both included) of a file as HEAD has it, newest first. */
  lineHistory(root: string, path: string, from: number, to: number, options?: GitOptions & { readonly max?: number }): Promise<Commit[]> {
    return this.lines.history(root, path, from, to, options);
  }

  /** For each line of a file in the working tree the commit that wrote it; undefined for what is not committed. */
  blame(root: string, path: string, options?: GitOptions): Promise<readonly (LineCommit | undefined)[]> {
    return this.lines.blame(root, path, options);
  }

  /** The files of a commit at or below a folder, their paths from there; submodules and links are none. */
  storedFiles(folder: string, commit: string, options?: GitOptions): Promise<StoredFile[]> {
    return this.stored.list(folder, commit, options);
  }

  /** Contents by their hashes, all by one process; what isn't there is left out. */
  storedContents(folder: string, hashes: readonly string[], options?: GitOptions): Promise<Map<string, Buffer>> {
    return this.stored.contents(folder, hashes, options);
  }

  /** The commits that changed a file, newest first, with what it was then; its renames are followed. */
  versions(folder: string, path: string, most: number, options?: GitOptions): Promise<StoredVersion[]> {
    return this.stored.versions(folder, path, most, options);
  }

  /** Files that git neither tracks nor ignores, at or below a folder, their paths from there. */
  untracked(folder: string, options?: GitOptions): Promise<string[]> {
    return this.stored.untracked(folder, options);
  }

  /** What of these is right in the folder, folders with a `/` at the end. @param most so many are named, the rest is counted */
  untrackedNames(folder: string, most: number, options?: GitOptions): Promise<UntrackedNames> {
    return this.stored.untrackedNames(folder, most, options);
  }

  /** Where the repository is that a folder is in. */
  async places(folder: string, options?: GitOptions): Promise<{ root: string; gitDir: string; commonDir: string }> {
    const ask = async (...names: string[]): Promise<string> =>
      (await this.git.text(folder, ['rev-parse', ...names], options)).replace(/\r?\n$/, '');
    const together = ['--show-toplevel', '--absolute-git-dir', '--git-common-dir'];
    let lines = (await ask(...together)).split(/\r?\n/);
    // A folder's name may hold a newline.
    if (lines.length !== together.length) lines = await Promise.all(together.map((option) => ask(option)));
    const [root = '', gitDir = '', commonDir = ''] = lines;
    return { root: normalize(root), gitDir: normalize(gitDir), commonDir: resolve(folder, commonDir) };
  }

  dispose(): void {
    this.git.dispose();
  }

  private async placesAndOperation(
    folder: string,
    options: GitOptions | undefined,
  ): Promise<{ places: Awaited<ReturnType<CodeReader['places']>>; operation: CodeStatus['operation'] }> {
    const places = await this.places(folder, options);
    return { places, operation: await readOperation(places.gitDir) };
  }

  private async isUnborn(root: string): Promise<boolean> {
    return (await this.git.text(root, ['rev-parse', '--verify', '--quiet', 'HEAD'])) === '';
  }
}
