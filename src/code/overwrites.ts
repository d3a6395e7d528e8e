import { lstat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { ActingGit } from './actingGit';
import { GitError, type GitOptions } from './git';
import { few } from './gitMessages';
import { parseDiff } from './parseDiff';
import { quotedPath } from './treeEntry';

/**
 * Finds files of the working tree that git does not know and would write over: those that it ignores it takes for worthless, and
 * replaces them without a word. In a project that once tracked its data these are the data.
 */
export class Overwrites {
  constructor(private readonly git: ActingGit) {}

  /** Refuses ('would lose', 'in the way') where taking the files of a commit would write over one that is only here. @param only just these paths */
  async assertNone(root: string, commit: string, options?: GitOptions, only?: ReadonlySet<string>): Promise<void> {
    const files = await this.found(root, commit, options, only);
    if (files.length === 0) return;
    const ignored = await this.ignored(root, files, options);
    if (ignored.length > 0) {
      const message = `This would write over files that git ignores: move or rename them first (${few(ignored)}).`;
      throw new GitError('in the way', message, undefined, undefined, ignored);
    }
    const message = `This would overwrite files that git does not know: move them away, commit or stash them first (${few(files)}).`;
    throw new GitError('would lose', message, undefined, undefined, files);
  }

  /** What stands where the commit has files that the index doesn't have, and is something else; a folder with a `/` at its end. */
  async found(root: string, commit: string, options?: GitOptions, only?: ReadonlySet<string>): Promise<string[]> {
    const output = await this.git.text(
      root,
      ['diff-index', '--cached', '--raw', '--diff-filter=D', '--no-renames', '--no-abbrev', '--ignore-submodules=all', '-z', commit, '--'],
      options,
    );
    const missing = parseDiff(output).flatMap(({ before }) => (before && (!only || only.has(before.path)) ? [before] : []));
    const known = new Map<string, Promise<string | undefined>>();
    const found = new Set<string>();
    const same: { readonly path: string; readonly hash: string }[] = [];
    for (const { path, hash = '' } of missing) {
      const standing = await this.standing(root, path, known);
      if (standing === 'file') same.push({ path, hash });
      else if (standing === 'folder') {
        if (await this.holdsUnknown(root, path, options)) found.add(`${path}/`);
      } else if (standing !== undefined) found.add(standing);
    }
    for (const path of await this.different(root, same, options)) found.add(path);
    return [...found].sort();
  }

  /** `file` or `folder` for what is at a path, the path of what is above it and no folder, or undefined for nothing. */
  private async standing(root: string, path: string, known: Map<string, Promise<string | undefined>>): Promise<string | undefined> {
    const above = dirname(path);
    if (above !== '.') {
      const standing = known.get(above) ?? this.standing(root, above, known);
      known.set(above, standing);
      const what = await standing;
      if (what === 'file') return above;
      if (what !== 'folder') return what;
    }
    const info = await lstat(join(root, path)).catch(() => undefined);
    return info && (info.isDirectory() ? 'folder' : 'file');
  }

  private async holdsUnknown(root: string, path: string, options: GitOptions | undefined, which: readonly string[] = []): Promise<boolean> {
    return (await this.git.text(root, ['--literal-pathspecs', 'ls-files', '--others', ...which, '-z', '--', path], options)) !== '';
  }

  /** Those that git ignores, and the folders with something in them that it does: stashing leaves them where they are. */
  private async ignored(root: string, paths: readonly string[], options: GitOptions | undefined): Promise<string[]> {
    const input = paths.map((path) => `${path}\0`).join('');
    const ignored = new Set((await this.git.lineOrNothing(root, ['check-ignore', '-z', '--stdin'], { ...options, input })).split('\0'));
    const found: string[] = [];
    for (const path of paths)
      if (ignored.has(path) || (path.endsWith('/') && (await this.holdsUnknown(root, path, options, IGNORED)))) found.push(path);
    return found;
  }

  /** Those whose content is another one. */
  private async different(
    root: string,
    files: readonly { readonly path: string; readonly hash: string }[],
    options: GitOptions | undefined,
  ): Promise<string[]> {
    const plain: { readonly path: string; readonly hash: string }[] = [];
    const others: string[] = [];
    for (const file of files)
      if ((await lstat(join(root, file.path)).catch(() => undefined))?.isFile()) plain.push(file);
      else others.push(file.path);
    if (plain.length === 0) return others;
    const input = plain.map(({ path }) => `${quotedPath(path)}\n`).join('');
    const hashes = (await this.git.text(root, ['hash-object', '--stdin-paths'], { timeout: 300_000, ...options, input })).split('\n');
    return [...others, ...plain.filter(({ hash }, index) => hashes[index] !== hash).map(({ path }) => path)];
  }
}

const IGNORED = ['--ignored', '--exclude-standard'];
