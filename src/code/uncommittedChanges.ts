import { copyFile, lstat, mkdtemp, rm, stat, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import type { LeftOut } from '../core/codeState';
import { GitError, type Git } from './git';
import { emptyTree } from './emptyTree';
import { parseDiff } from './parseDiff';
import { mayHoldSecret } from './secretFiles';
import { isSubmodule, pathOf } from './side';

/** A greater patch is left out of a run; the commit and the dirty flag are still kept. */
const PATCH_LIMIT = 20 * 1024 * 1024;
/** Files above this are left out: of the untracked ones always, of the changed ones where the patch is too large with them. */
const FILE_LIMIT = 1024 * 1024;
const UNTRACKED_FILES = 500;
const UNTRACKED_BYTES = 10 * 1024 * 1024;

export interface Uncommitted {
  readonly patch: string | undefined;
  /** How many untracked files are in the patch. */
  readonly untracked: number;
  readonly leftOut: readonly LeftOut[];
}

/** What a diff is taken from. */
interface Base {
  /** `HEAD`, or before the first commit the tree without files. */
  readonly from: string;
  readonly environment: Readonly<Record<string, string>>;
}

/** Writes down what differs from HEAD, small untracked files included, and touches nothing. */
export class UncommittedChanges {
  constructor(
    private readonly git: Git,
    private readonly patchLimit = PATCH_LIMIT,
  ) {}

  /**
   * @param dirty whether a tracked file differs
   * @param born whether there is a commit; before the first one everything differs from nothing
   */
  async read(root: string, dirty: boolean, born: boolean): Promise<Uncommitted> {
    const { wanted, leftOut } = await this.untracked(root);
    if (!dirty && wanted.length === 0) return { patch: undefined, untracked: 0, leftOut };
    const folder = await mkdtemp(join(tmpdir(), 'ml-tracking-'));
    try {
      const environment = wanted.length === 0 ? {} : await this.announced(root, folder, wanted);
      const from = born ? 'HEAD' : await this.emptyTree(root);
      const patch = await this.patch(root, folder, { from, environment });
      return { ...patch, untracked: patch.patch === undefined ? 0 : wanted.length, leftOut: [...patch.leftOut, ...leftOut] };
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  }

  private async emptyTree(root: string): Promise<string> {
    const format = (await this.git.text(root, ['rev-parse', '--show-object-format'])).trim();
    return emptyTree(format);
  }

  private async untracked(root: string): Promise<{ wanted: string[]; leftOut: LeftOut[] }> {
    const output = await this.git.text(root, ['ls-files', '--others', '--exclude-standard', '-z'], { timeout: 60_000 });
    const wanted: string[] = [];
    const leftOut: LeftOut[] = [];
    let bytes = 0;
    for (const path of output.split('\0')) {
      // One that ends so is a repository of its own.
      if (path === '' || path.endsWith('/')) continue;
      const info = await lstat(join(root, path)).catch(() => undefined);
      if (!info || !(info.isFile() || info.isSymbolicLink())) continue;
      const reason = mayHoldSecret(path)
        ? 'may hold a secret'
        : info.size > FILE_LIMIT
          ? 'too large'
          : wanted.length >= UNTRACKED_FILES || bytes + info.size > UNTRACKED_BYTES
            ? 'one of too many'
            : undefined;
      if (reason !== undefined) {
        // A data set of a hundred thousand files is not listed file by file.
        if (leftOut.length < UNTRACKED_FILES) leftOut.push({ path, reason });
        else if (reason === 'one of too many') break;
        continue;
      }
      bytes += info.size;
      wanted.push(path);
    }
    return { wanted, leftOut };
  }

  /** A copy of the index that knows the untracked files, so that a diff shows them. @returns the variable that names it. */
  private async announced(root: string, folder: string, paths: readonly string[]): Promise<Record<string, string>> {
    const index = (await this.git.text(root, ['rev-parse', '--git-path', 'index'])).replace(/\r?\n$/, '');
    const copy = join(folder, 'index');
    const original = resolve(root, index);
    try {
      const { mtimeMs } = await stat(original);
      await copyFile(original, copy);
      // Git looks into files that are as new as the index: a copy that were newer would hide what was written right after a commit.
      await utimes(copy, mtimeMs / 1000, Math.floor(mtimeMs / 1000));
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
    }
    const environment = { GIT_INDEX_FILE: copy };
    await this.git.text(root, ['--literal-pathspecs', 'add', '--intent-to-add', '--pathspec-from-file=-', '--pathspec-file-nul'], {
      environment,
      input: paths.map((path) => `${path}\0`).join(''),
    });
    return environment;
  }

  private async patch(root: string, folder: string, base: Base): Promise<{ patch: string | undefined; leftOut: LeftOut[] }> {
    try {
      return { patch: orUndefined(await this.text(root, folder, base, [])), leftOut: [] };
    } catch (error) {
      if (!isTooLarge(error)) throw error;
    }
    const large = await this.largeFiles(root, base);
    if (large.length === 0 || large.length > 100) return { patch: undefined, leftOut: [] };
    try {
      const others = ['.', ...large.map((path) => `:(exclude,literal,top)${path}`)];
      const patch = orUndefined(await this.text(root, folder, base, others));
      return { patch, leftOut: large.map((path): LeftOut => ({ path, reason: 'too large' })) };
    } catch (error) {
      if (isTooLarge(error)) return { patch: undefined, leftOut: [] };
      throw error;
    }
  }

  /** Changed files that are large before or after. */
  private async largeFiles(root: string, { from, environment }: Base): Promise<string[]> {
    const output = await this.git.text(
      root,
      ['diff', from, '--raw', '-z', '--no-abbrev', '--no-renames', '--no-ext-diff', '--no-relative'],
      {
        environment,
      },
    );
    const changed = parseDiff(output).filter(({ before, after }) => !isSubmodule(before) && !isSubmodule(after));
    const hashes = changed.map(({ before }) => before?.hash ?? '').filter((hash) => hash !== '');
    const sizes =
      hashes.length === 0
        ? ''
        : await this.git.text(root, ['cat-file', '--batch-check=%(objectname) %(objectsize)'], {
            input: hashes.map((hash) => `${hash}\n`).join(''),
          });
    const sizeOf = new Map(sizes.split('\n').map((line): [string, number] => [line.split(' ')[0] ?? '', Number(line.split(' ')[1])]));
    const found: string[] = [];
    for (const each of changed) {
      const now = (await lstat(join(root, pathOf(each))).catch(() => undefined))?.size ?? 0;
      if (Math.max(now, sizeOf.get(each.before?.hash ?? '') ?? 0) > FILE_LIMIT) found.push(pathOf(each));
    }
    return found;
  }

  private async text(root: string, folder: string, base: Base, paths: readonly string[]): Promise<string> {
    const bytes = await this.diff(root, [], base, paths);
    const text = bytes.toString('utf8');
    if (Buffer.from(text, 'utf8').equals(bytes)) return text;
    // A text file that isn't UTF-8 can't stand in a string as it is: taken as binary, it becomes ASCII and still applies.
    const attributes = join(folder, 'attributes');
    await writeFile(attributes, '* -diff\n');
    return (await this.diff(root, ['-c', `core.attributesFile=${attributes}`], base, paths)).toString('utf8');
  }

  /** The options undo whatever the person's configuration does to a diff's form, so that `git apply --index` takes it. */
  private diff(root: string, globals: readonly string[], { from, environment }: Base, paths: readonly string[]): Promise<Buffer> {
    return this.git.bytes(
      root,
      [
        ...globals,
        'diff',
        from,
        '--binary',
        '--full-index',
        '--no-color',
        '--no-ext-diff',
        '--no-textconv',
        '--no-renames',
        '--no-relative',
        '--src-prefix=a/',
        '--dst-prefix=b/',
        '--unified=3',
        '--submodule=short',
        '--ignore-submodules=dirty',
        '--',
        ...paths,
      ],
      { limit: this.patchLimit, timeout: 60_000, environment },
    );
  }
}

function isTooLarge(error: unknown): boolean {
  return error instanceof GitError && error.reason === 'too large';
}

function orUndefined(patch: string): string | undefined {
  return patch === '' ? undefined : patch;
}
