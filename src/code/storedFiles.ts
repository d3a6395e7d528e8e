import type { Git, GitOptions } from './git';
import { untrackedNames, type UntrackedNames } from './untrackedNames';

/** A file of a commit. */
export interface StoredFile {
  /** From the folder that was asked about, with `/`. */
  readonly path: string;
  /** The content's name in the object database. */
  readonly hash: string;
}

/** What a commit did to a file. */
export interface StoredVersion {
  readonly commit: string;
  readonly subject: string;
  readonly author: string;
  /** Milliseconds since the epoch, of the commit. */
  readonly time: number;
  readonly tags: readonly string[];
  /** Undefined where the commit deleted the file. */
  readonly hash: string | undefined;
  /** The same in the commit's first parent; undefined where the commit made the file. */
  readonly before: string | undefined;
  /** The path that the file had then, from the folder that was asked about. */
  readonly path: string;
}

const UNTRACKED = ['ls-files', '--others', '--exclude-standard', '-z'];

/** Newlines can't be in any of these fields, NUL neither. */
const VERSION_FORMAT = '%x1e%H%x00%ct%x00%an%x00%D%x00%s%x00';

/** Lists the files that git stores, and reads many of them at once. */
export class StoredFileReader {
  constructor(private readonly git: Git) {}

  /** The files of a commit at or below a folder; submodules and links are none. */
  async list(folder: string, commit: string, options?: GitOptions): Promise<StoredFile[]> {
    return parseStoredFiles(await this.git.text(folder, ['ls-tree', '-r', '-z', commit], options));
  }

  /** Contents by their hashes, all by one process; what isn't there is left out. */
  async contents(folder: string, hashes: readonly string[], options?: GitOptions): Promise<Map<string, Buffer>> {
    if (hashes.length === 0) return new Map();
    const input = `${[...new Set(hashes)].join('\n')}\n`;
    return parseContents(await this.git.bytes(folder, ['cat-file', '--batch'], { ...options, input }));
  }

  /** The commits that changed a file, newest first; its renames are followed. */
  async versions(folder: string, path: string, most: number, options?: GitOptions): Promise<StoredVersion[]> {
    const args = [
      '--literal-pathspecs',
      'log',
      '--follow',
      // Of merges those that made something that none of their parents had.
      '-c',
      '--raw',
      '-z',
      '--relative',
      '--no-abbrev',
      '--no-color',
      '--encoding=UTF-8',
      '--no-ext-diff',
      '--no-textconv',
      '--decorate=full',
      `--format=${VERSION_FORMAT}`,
      `--max-count=${most}`,
      'HEAD',
      '--',
      path,
    ];
    return parseVersions(await this.git.text(folder, args, options));
  }

  /** Files that git neither tracks nor ignores, at or below a folder. */
  async untracked(folder: string, options?: GitOptions): Promise<string[]> {
    return (await this.git.text(folder, UNTRACKED, options)).split('\0').filter((path) => path !== '');
  }

  /** What of it is right in the folder. @param most so many are named */
  async untrackedNames(folder: string, most: number, options?: GitOptions): Promise<UntrackedNames> {
    return untrackedNames(await this.git.bytes(folder, UNTRACKED, options), most);
  }
}

/** Reads `git ls-tree -r -z`. */
export function parseStoredFiles(output: string): StoredFile[] {
  const files: StoredFile[] = [];
  for (const record of output.split('\0')) {
    const tab = record.indexOf('\t');
    const [mode, kind, hash] = record.slice(0, tab).split(' ');
    if (tab > 0 && kind === 'blob' && mode !== '120000' && hash !== undefined) files.push({ path: record.slice(tab + 1), hash });
  }
  return files;
}

/** Reads `git cat-file --batch`: `<hash> <kind> <size>`, the bytes, a newline. */
export function parseContents(output: Buffer): Map<string, Buffer> {
  const contents = new Map<string, Buffer>();
  for (let from = 0; from < output.length;) {
    const end = output.indexOf('\n', from);
    if (end < 0) break;
    const [hash = '', kind, size] = output.toString('utf8', from, end).split(' ');
    from = end + 1;
    if (size === undefined) continue;
    const to = from + Number(size);
    if (kind === 'blob') contents.set(hash, output.subarray(from, to));
    from = to + 1;
  }
  return contents;
}

/** Reads the log of one file with the format above and `--raw -z`. */
export function parseVersions(output: string): StoredVersion[] {
  const versions: StoredVersion[] = [];
  for (const record of output.split('\x1e').slice(1)) {
    const { version, isCopy } = parseVersion(record);
    if (version) versions.push(isCopy ? { ...version, before: undefined } : version);
    // git goes on with the file that was copied, which is another one: small files of a kind are copies of each other to git.
    if (isCopy) break;
  }
  return versions;
}

function parseVersion(record: string): { readonly version: StoredVersion | undefined; readonly isCopy: boolean } {
  const [commit = '', seconds, author = '', refs = '', subject = '', ...rest] = record.split('\0');
  // `:100644 100644 <old> <new> M`, then the path, or the paths before and after; of a merge a colon, a mode, and an old hash for each parent.
  const at = rest.findIndex((field) => /^\n*:/.test(field));
  const words = (rest[at] ?? '').trim().split(' ');
  const kind = words.at(-1) ?? '';
  const parents = /^:*/.exec(words[0] ?? '')?.[0].length ?? 1;
  const [old = '', hash = ''] = [words[parents + 1], words[2 * parents + 1]];
  const path = rest[at + (parents === 1 && /^[RC]/.test(kind) ? 2 : 1)];
  if (at < 0 || path === undefined) return { version: undefined, isCopy: false };
  const tags = refs.split(', ').flatMap((ref) => (ref.startsWith('tag: refs/tags/') ? [ref.slice('tag: refs/tags/'.length)] : []));
  const content = (name: string): string | undefined => (/^0*$/.test(name) ? undefined : name);
  const version = { commit, subject, author, time: Number(seconds) * 1000, tags, hash: content(hash), before: content(old), path };
  return { version, isCopy: parents === 1 && kind.startsWith('C') };
}
