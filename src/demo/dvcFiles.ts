import { createHash } from 'node:crypto';
import { chmod, constants, copyFile, mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';

/** A file with what DVC records of it. */
export interface RecordedFile {
  /** Relative to the folder it was asked for in, with `/`. */
  readonly path: string;
  readonly md5: string;
  /** Bytes. */
  readonly size: number;
}

/** Writes what `dvc init` would: a repository with no remote and no settings yet. */
export async function initDvc(root: string): Promise<void> {
  await mkdir(join(root, '.dvc'), { recursive: true });
  await writeFile(join(root, '.dvc', 'config'), '');
  await writeFile(join(root, '.dvc', '.gitignore'), '/config.local\n/tmp\n/cache\n');
  await writeFile(join(root, '.dvcignore'), '# Patterns of files that DVC leaves out, in the manner of .gitignore.\n');
}

/**
 * Puts files of one folder under DVC, as `dvc add` of DVC 3 would: a copy in the cache by its MD5, a `.dvc` file beside each, and the folder's
 * `.gitignore`.
 */
export async function addToDvc(root: string, files: readonly string[]): Promise<void> {
  for (const file of files) {
    const { md5, size } = await recordFile(dirname(file), basename(file));
    await intoDvcCache(root, file, md5);
    await writeFile(`${file}.dvc`, dvcFile(md5, size, basename(file)));
  }
  const folders = new Map<string, string[]>();
  for (const file of files) folders.set(dirname(file), [...(folders.get(dirname(file)) ?? []), basename(file)]);
  for (const [folder, names] of folders)
    await writeFile(
      join(folder, '.gitignore'),
      names
        .sort()
        .map((name) => `/${name}\n`)
        .join(''),
    );
}

/** What DVC records of a file; the path stays as it was given, relative to the folder. */
export async function recordFile(folder: string, path: string): Promise<RecordedFile> {
  const content = await readFile(join(folder, path));
  return { path, md5: createHash('md5').update(content).digest('hex'), size: content.length };
}

/** A hash as YAML: quoted where it would be read as a number. */
export function dvcHash(hash: string): string {
  return /^\d+(e\d+)?$/.test(hash) ? `'${hash}'` : hash;
}

/** The text of a `.dvc` file with one out, keys in the order in which DVC 3 writes them. */
export function dvcFile(md5: string, size: number, path: string): string {
  return `outs:\n- md5: ${dvcHash(md5)}\n  size: ${size}\n  hash: md5\n  path: ${path}\n`;
}

/** DVC trusts a file of its cache only while nobody may write to it. */
export async function intoDvcCache(root: string, file: string, md5: string): Promise<void> {
  const folder = join(root, '.dvc', 'cache', 'files', 'md5', md5.slice(0, 2));
  await mkdir(folder, { recursive: true });
  const partial = join(folder, `${md5.slice(2)}.tmp`);
  // A reflink where the file system has them: the second copy then takes no room.
  await copyFile(file, partial, constants.COPYFILE_FICLONE);
  await chmod(partial, 0o444);
  await rename(partial, join(folder, md5.slice(2)));
}
