import { lstat, readdir, stat } from 'node:fs/promises';
import { sep } from 'node:path';
import type { FileHashes } from '../hashing/fileHashes';
import { manifestDigest, type FoundEntry } from '../hashing/manifest';
import type { HashName } from '../records/hashName';
import { dvcRulesAt } from '../records/folderRules';
import type { IgnoreRules } from '../records/ignore';
import { toPosix } from '../records/recordPath';
import { diskSource, leadsOut } from '../records/recordSource';
import type { Hash, Members } from './dataIndex';

/** What is at a path now. */
export type PathState =
  | { readonly kind: 'absent' }
  /** A link that leads nowhere. */
  | { readonly kind: 'broken' }
  | { readonly kind: 'file'; readonly hash: Hash }
  | { readonly kind: 'folder'; readonly hash: Hash; readonly members: Members; readonly ignoreFiles: readonly string[] };

/** Hashes what is at paths now, each once for as long as one question takes. */
export class WorkspaceFiles {
  private readonly known = new Map<string, Promise<PathState>>();

  /**
   * @param rules the ignore rules that hold in a folder
   * @param within the folder out of which no link is followed, where nobody may trust what is in it
   */
  constructor(
    private readonly hashes: FileHashes,
    private readonly rules: (folder: string) => Promise<IgnoreRules>,
    private readonly signal?: AbortSignal,
    private readonly within?: string,
  ) {}

  /** Rejects where a file can't be read. */
  state(target: string, name: HashName): Promise<PathState> {
    const key = keyOf(target, name);
    const known = this.known.get(key) ?? this.look(target, name);
    this.known.set(key, known);
    return known;
  }

  /** Looks at many paths at once, which costs much less; what isn't simply a file is left to `state`. */
  async prepare(places: readonly { readonly target: string; readonly name: HashName }[]): Promise<void> {
    for (const name of ['md5', 'md5-dos2unix'] as const) {
      const targets = [...new Set(places.filter((place) => place.name === name).map(({ target }) => target))];
      const asked = await this.withoutLinksOut(targets.filter((target) => !this.known.has(keyOf(target, name))));
      // Where one of them can't be read, `state` finds out which.
      const digests = await this.hashes.digests(asked, name, this.signal).catch(() => []);
      this.signal?.throwIfAborted();
      asked.forEach((target, index) => {
        const digest = digests[index];
        if (digest !== undefined) this.known.set(keyOf(target, name), Promise.resolve({ kind: 'file', hash: { name, digest } }));
      });
    }
  }

  private async look(target: string, name: HashName): Promise<PathState> {
    await this.refuseLinkOut(target, 'it');
    const stats = await this.hashes.stats(target);
    if (!stats) return { kind: (await lstat(target).catch(() => undefined)) ? 'broken' : 'absent' };
    if ((stats.mode & 0o170000n) === 0o040000n) return this.folder(target, name);
    const digest = await this.hashes.digest(target, name, this.signal);
    return digest === undefined ? { kind: 'absent' } : { kind: 'file', hash: { name, digest } };
  }

  private async folder(target: string, name: HashName): Promise<PathState> {
    const { paths, folders } = await this.list(target, await this.rules(target));
    const digests = await this.hashes.digests(
      paths.map((path) => target + sep + nativePath(path)),
      name,
      this.signal,
    );
    const files: FoundEntry[] = [];
    for (const [index, path] of paths.entries()) {
      const digest = digests[index];
      if (digest !== undefined) files.push({ path, digest });
      // What isn't a file may be a link: to a folder, which DVC lists and doesn't follow, or to nowhere.
      else if (await isFolder(target + sep + nativePath(path))) folders.push(path);
      else files.push({ path, digest: undefined });
    }
    const ignoreFiles = paths.filter((path) => path === '.dvcignore' || path.endsWith('/.dvcignore'));
    return { kind: 'folder', hash: { name, digest: manifestDigest(files) }, members: { files, folders }, ignoreFiles };
  }

  private async list(target: string, rules: IgnoreRules): Promise<{ paths: string[]; folders: string[] }> {
    const paths: string[] = [];
    const folders: string[] = [];
    const visit = async (prefix: string, here: string, above: IgnoreRules): Promise<void> => {
      this.signal?.throwIfAborted();
      const entries = await readdir(here, { withFileTypes: true });
      const names = new Set(entries.map(({ name }) => name));
      // Another repository's data is its own.
      if (prefix !== '' && names.has('.dvc')) return;
      if (prefix !== '') folders.push(prefix.slice(0, -1));
      const inner = prefix !== '' && names.has('.dvcignore') ? await dvcRulesAt(diskSource, here, above) : above;
      for (const entry of entries) {
        const isDirectory = entry.isDirectory();
        if (inner.ignores(`${toPosix(here)}/${entry.name}`, isDirectory)) continue;
        if (entry.isSymbolicLink()) await this.refuseLinkOut(here + sep + entry.name, `its ${prefix}${entry.name}`);
        if (isDirectory) await visit(`${prefix}${entry.name}/`, here + sep + entry.name, inner);
        else paths.push(prefix + entry.name);
      }
    };
    await visit('', target, rules);
    return { paths, folders };
  }

  private async withoutLinksOut(targets: readonly string[]): Promise<readonly string[]> {
    const { within } = this;
    if (within === undefined) return targets;
    const areOut = await Promise.all(targets.map((target) => leadsOut(within, target)));
    return targets.filter((_, index) => !areOut[index]);
  }

  private async refuseLinkOut(path: string, what: string): Promise<void> {
    if (this.within !== undefined && (await leadsOut(this.within, path)))
      throw new Error(`${what} leads out of the repository, and is not looked at before you trust this workspace`);
  }
}

function keyOf(target: string, name: HashName): string {
  return `${name}:${target}`;
}

async function isFolder(path: string): Promise<boolean> {
  return (await stat(path).catch(() => undefined))?.isDirectory() ?? false;
}

function nativePath(path: string): string {
  return sep === '/' ? path : path.replaceAll('/', sep);
}
