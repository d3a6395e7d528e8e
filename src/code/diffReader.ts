import { createHash } from 'node:crypto';
import { lstat, readFile, readlink } from 'node:fs/promises';
import { join, resolve, sep } from 'node:path';
import { GitError, type Git, type GitOptions } from './git';
import { emptyTree } from './emptyTree';
import { parseDiff } from './parseDiff';
import { pathOf, type FileDifference, type Side, type SideFile } from './side';
import { quotedPath } from './treeEntry';

export interface DiffOptions extends GitOptions {
  /** Only these files and folders, relative to the root. */
  readonly paths?: readonly string[];
  /** Whether `paths` are git's pathspecs, with their patterns and magic, and not plain names. */
  readonly globs?: boolean;
  /** Also files that git doesn't track, as added, where a side is the working tree. */
  readonly untracked?: boolean;
  /** Whether lines are counted, which reads every changed file; true unless told. */
  readonly count?: boolean;
}

/** What differs between any two of commit, index and working tree, and the files' contents there. */
export class DiffReader {
  constructor(
    private readonly git: Git,
    private readonly restricted: boolean,
  ) {}

  async diff(
    root: string,
    from: Side,
    to: Side,
    { paths = [], globs = false, untracked = false, count = true, ...options }: DiffOptions = {},
  ): Promise<FileDifference[]> {
    const format = ['--raw', ...(count ? ['--numstat'] : []), '-z', '--no-abbrev', '--find-renames'];
    const sides = await this.sides(root, from, to);
    const wanted = untracked && (from.kind === 'workingTree') !== (to.kind === 'workingTree');
    const [tracked, others] = await Promise.all([
      sides && this.git.text(root, [...this.command(format, globs), ...sides, '--', ...paths], options),
      wanted ? this.untracked(root, paths, globs, options) : [],
    ]);
    const found = new Map(parseDiff(tracked ?? '').map((each) => [pathOf(each), each]));
    const gone = from.kind === 'workingTree';
    const again = others.filter((path) => found.has(path));
    const standing = await this.standing(root, again, options);
    for (const path of others) {
      // The other side may have the file although the index hasn't, so that git takes it for missing.
      const other = gone ? found.get(path)?.after : found.get(path)?.before;
      const { mode, hash } = standing.get(path) ?? { mode: '100644', hash: undefined };
      const file: SideFile = { path, mode, hash: undefined };
      const [before, after] = gone ? [file, other] : [other, file];
      const kind = other ? (mode.slice(0, 3) === other.mode.slice(0, 3) ? 'modified' : 'type changed') : gone ? 'deleted' : 'added';
      if (other && hash === other.hash && sameMode(mode, other.mode)) found.delete(path);
      else found.set(path, { kind, before, after, added: undefined, removed: undefined, binary: false });
    }
    return [...found.values()].sort((a, b) => (pathOf(a) < pathOf(b) ? -1 : 1));
  }

  async patch(root: string, from: Side, to: Side, { paths = [], ...options }: DiffOptions = {}): Promise<string> {
    const sides = await this.sides(root, from, to);
    if (!sides) return '';
    const format = ['--patch', '--no-color', '--find-renames', '--src-prefix=a/', '--dst-prefix=b/', '--submodule=log'];
    return this.git.text(root, [...this.command(format), ...sides, '--', ...paths], options);
  }

  async content(root: string, side: Side, file: string | SideFile, options?: GitOptions): Promise<Buffer | undefined> {
    const path = typeof file === 'string' ? file : file.path;
    if (typeof file !== 'string' && file.mode === '160000') return Buffer.from(`Subproject commit ${file.hash ?? 'unknown'}\n`);
    if (side.kind === 'workingTree') return fileContent(root, path);
    if (typeof file !== 'string' && file.hash !== undefined) return this.git.bytes(root, ['cat-file', 'blob', file.hash], options);
    const name = side.kind === 'index' ? `:0:${path}` : `${side.revision}:${path}`;
    const hash = (await this.git.text(root, ['rev-parse', '--verify', '--quiet', '--end-of-options', name], options)).trim();
    return hash === '' ? undefined : this.git.bytes(root, ['cat-file', 'blob', hash], options);
  }

  /** The options undo whatever the person's configuration does to a diff's form, and start no program. */
  private command(format: readonly string[], globs = false): string[] {
    const submodules = this.restricted ? 'dirty' : 'none';
    return [...literal(globs), 'diff', ...format, '--no-ext-diff', '--no-textconv', '--no-relative', `--ignore-submodules=${submodules}`];
  }

  /** Undefined where both sides are the same. */
  private async sides(root: string, from: Side, to: Side): Promise<string[] | undefined> {
    const names = await Promise.all([this.name(root, from), this.name(root, to)]);
    const [before, after] = names;
    if (from.kind === 'revision' && to.kind === 'revision') return [before ?? '', after ?? ''];
    if (from.kind === to.kind) return undefined;
    if (from.kind === 'revision') return to.kind === 'index' ? ['--cached', before ?? ''] : [before ?? ''];
    if (to.kind === 'revision') return from.kind === 'index' ? ['-R', '--cached', after ?? ''] : ['-R', after ?? ''];
    return from.kind === 'index' ? [] : ['-R'];
  }

  /** A hash, so that no name is taken for an option; before the first commit HEAD is the empty tree. */
  private async name(root: string, side: Side): Promise<string | undefined> {
    if (side.kind !== 'revision') return undefined;
    const ask = async (...args: string[]): Promise<string> => (await this.git.text(root, ['rev-parse', ...args])).trim();
    const hash = await ask('--verify', '--quiet', '--end-of-options', `${side.revision}^{tree}`);
    if (hash !== '') return hash;
    if (side.revision === 'HEAD') return emptyTree(await ask('--show-object-format'));
    throw new GitError('failed', `There is no commit, branch or tag ${side.revision} here.`);
  }

  /** The files of a side that git knows of, and in the working tree also those that it doesn't, by pathspecs. */
  async files(root: string, side: Side, pathspecs: readonly string[], options?: GitOptions): Promise<string[]> {
    if (side.kind !== 'revision') {
      const others = side.kind === 'workingTree' ? ['--others', '--exclude-standard'] : [];
      const output = await this.git.text(root, ['ls-files', '--cached', ...others, '-z', '--', ...pathspecs], options);
      return [...new Set(output.split('\0').filter(Boolean))];
    }
    const name = (await this.name(root, side)) ?? '';
    const empty = emptyTree(name.length === 64 ? 'sha256' : 'sha1');
    const all = await this.git.text(
      root,
      ['diff-tree', '-r', '--name-only', '--no-renames', '-z', empty, name, '--', ...pathspecs],
      options,
    );
    return all.split('\0').filter(Boolean);
  }

  /** What these files of the working tree are, and what git would call their contents. */
  private async standing(
    root: string,
    paths: readonly string[],
    options: GitOptions,
  ): Promise<ReadonlyMap<string, { readonly mode: string; readonly hash: string }>> {
    if (paths.length === 0) return new Map();
    const format = (await this.git.text(root, ['rev-parse', '--show-object-format'], options)).trim();
    const found = new Map<string, { mode: string; hash: string }>();
    const files: { readonly path: string; readonly mode: string }[] = [];
    for (const path of paths) {
      const info = await lstat(join(root, path)).catch(() => undefined);
      // Git reads what a link leads to; its own content is where it leads.
      if (info?.isSymbolicLink())
        found.set(path, { mode: '120000', hash: blobHash(format, await readlink(join(root, path), { encoding: 'buffer' })) });
      else if (info) files.push({ path, mode: info.mode & 0o100 && process.platform !== 'win32' ? '100755' : '100644' });
    }
    if (files.length === 0) return found;
    const input = files.map(({ path }) => `${quotedPath(path)}\n`).join('');
    const hashes = (await this.git.text(root, ['hash-object', '--stdin-paths'], { ...options, input })).split('\n');
    files.forEach(({ path, mode }, index) => found.set(path, { mode, hash: hashes[index] ?? '' }));
    return found;
  }

  private async untracked(root: string, paths: readonly string[], globs: boolean, options: GitOptions): Promise<string[]> {
    const output = await this.git.text(
      root,
      [...literal(globs), 'ls-files', '--others', '--exclude-standard', '-z', '--', ...paths],
      options,
    );
    return output.split('\0').filter((path) => path !== '' && !path.endsWith('/'));
  }
}

/** Windows has no bit that makes a file a program. */
function sameMode(one: string, other: string): boolean {
  return one === other || (process.platform === 'win32' && one.startsWith('100') && other.startsWith('100'));
}

function blobHash(format: string, content: Buffer): string {
  return createHash(format === 'sha256' ? 'sha256' : 'sha1')
    .update(`blob ${content.length}\0`)
    .update(content)
    .digest('hex');
}

function literal(globs: boolean): string[] {
  return globs ? [] : ['--literal-pathspecs'];
}

/** What stands in the working tree: a link's target, a file's bytes; undefined where there is nothing, or a folder. */
async function fileContent(root: string, path: string): Promise<Buffer | undefined> {
  const file = resolve(root, path);
  if (!file.startsWith(root.endsWith(sep) ? root : root + sep)) throw new GitError('failed', `${path} is outside of ${root}.`);
  const info = await lstat(join(root, path)).catch(() => undefined);
  if (info?.isSymbolicLink()) return Buffer.from(await readlink(file));
  return info?.isFile() ? readFile(file) : undefined;
}
