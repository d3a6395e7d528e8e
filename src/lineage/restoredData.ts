import { existsSync } from 'node:fs';
import { rm, writeFile } from 'node:fs/promises';
import { join, relative, sep } from 'node:path';
import type { GitOptions } from '../code/git';
import type { CodeReader } from '../code/reader';
import { messageOf } from '../core/errors';
import { pastableLine } from '../core/shellLine';
import { brokenText, type Transfers } from '../data/cache/transfers';
import { readConfig, readConfigFile, type DvcConfig } from '../data/records/config';
import type { ConfigValue } from '../data/records/configFile';
import { configText } from '../data/records/configText';
import { isWithin } from '../data/records/recordPath';
import { leadsOut } from '../data/records/recordSource';
import { findDvcRoot } from '../data/records/repository';

/** Data that could not be had, and why. */
export interface MissingData {
  /** Relative to the working tree, with `/`. */
  readonly path: string;
  /** One line that says what to do. */
  readonly message: string;
}

/** The data of a restored working tree. */
export interface RestoredData {
  /** Outs that are there as the commit records them, relative to the working tree. */
  readonly checkedOut: readonly string[];
  /** Files that were made. */
  readonly files: number;
  /** Objects that were copied from a remote. */
  readonly fetched: number;
  readonly missing: readonly MissingData[];
  /** What else to know, a line each. */
  readonly notes: readonly string[];
}

interface Gathered {
  readonly checkedOut: string[];
  files: number;
  fetched: number;
  readonly missing: MissingData[];
  readonly notes: string[];
}

/**
 * Brings the data that a restored working tree's records name, from the cache of the repository that it is of, and from remotes that are
 * folders. The tree's own `.dvc/config.local` then names that cache, and the remotes, so that dvc finds them from there, too.
 */
export class DataRestorer {
  constructor(
    private readonly reader: CodeReader,
    private readonly transfers: Transfers,
  ) {}

  /**
   * @param root the repository's own working tree, absolute
   * @param tree the new working tree, absolute
   * @param records `.dvc` files and pipelines in it, relative to it
   * Rejects only where git or the disk can't be asked; being stopped is told in the answer, since the code is there.
   */
  async restore(root: string, tree: string, records: readonly string[], options: GitOptions = {}): Promise<RestoredData> {
    const gathered: Gathered = { checkedOut: [], files: 0, fetched: 0, missing: [], notes: [] };
    const found = await Promise.all(records.map((record) => findDvcRoot(join(tree, record, '..'))));
    const inner = [...new Set(found)].filter((each) => each !== undefined && isWithin(tree, each)) as string[];
    if (inner.length === 0 && records.length > 0)
      gathered.notes.push('The commit has no folder .dvc, so that nobody knows where its data is: `dvc init` there first.');
    for (const repository of inner.sort()) {
      try {
        options.signal?.throwIfAborted();
        // What is written there would land in the checkout that it was restored from, or anywhere.
        if (await leadsOut(tree, join(repository, '.dvc'))) {
          gathered.notes.push(
            `${join(relative(tree, repository), '.dvc')} is a link out of the restored folder, so its data was left out.`,
          );
          continue;
        }
        await this.link(join(root, relative(tree, repository)), repository, gathered, options);
        await this.bring(repository, tree, gathered, options.signal);
      } catch (error) {
        if (options.signal?.aborted) {
          gathered.notes.push('The data was stopped half-way: `dvc pull` brings the rest.');
          break;
        }
        gathered.notes.push(`${messageOf(error)} Then: dvc pull`);
      }
    }
    return gathered;
  }

  /** Has the new tree's repository use the cache, and the remotes, of the old one. */
  private async link(original: string, repository: string, gathered: Gathered, options: GitOptions): Promise<void> {
    if (!existsSync(join(original, '.dvc'))) return;
    const file = join(repository, '.dvc', 'config.local');
    const [theirs, ours] = [await readConfig(original), await readConfig(repository)];
    const byHand = pastableLine(['dvc', 'cache', 'dir', '--local', theirs.cacheFolder], process.platform) ?? 'dvc cache dir --local';
    if (existsSync(file)) {
      // Somebody has committed one, and it counts.
      if (theirs.cacheFolder !== ours.cacheFolder) gathered.notes.push(`.dvc/config.local came with the code: ${byHand}`);
      return;
    }
    const local = (await readConfigFile(join(original, '.dvc', 'config.local'))) ?? new Map<string, ReadonlyMap<string, ConfigValue>>();
    const sections = new Map([...local].map(([name, keys]) => [name, new Map(keys)]));
    const set = (section: string, key: string, value: string): void => {
      sections.set(section, (sections.get(section) ?? new Map<string, ConfigValue>()).set(key, value));
    };
    if (theirs.cacheFolder !== ours.cacheFolder) set('cache', 'dir', theirs.cacheFolder);
    for (const [name, folder] of movedRemotes(theirs, ours)) set(`remote "${name}"`, 'url', folder);
    if (sections.size === 0) return;
    // Names and passwords may stand in it.
    await writeFile(file, configText(sections), { mode: 0o600, flag: 'wx' });
    const path = relative(repository, file).split(sep).join('/');
    const isIgnored = (await this.reader.ignored(repository, options)).some(
      (each) => each === path || (each.endsWith('/') && path.startsWith(each)),
    );
    if (isIgnored) return;
    await rm(file);
    gathered.notes.push(`git does not ignore ${path}, so dvc is not told where the data is: ${byHand}`);
  }

  private async bring(repository: string, tree: string, gathered: Gathered, signal: AbortSignal | undefined): Promise<void> {
    const { outs, broken } = await this.transfers.run('pull', repository, {}, undefined, signal);
    const place = relative(tree, repository).split(sep).join('/');
    gathered.notes.push(...broken.map((each) => brokenText(tree, each)));
    for (const out of outs) {
      const path = place === '' ? out.path : `${place}/${out.path}`;
      if (out.outcome === 'done' || out.outcome === 'unchanged') gathered.checkedOut.push(path);
      else gathered.missing.push({ path, message: out.message ?? out.outcome });
      gathered.files += out.added + out.modified;
      gathered.fetched += out.objects;
    }
  }
}

/** Remotes that are folders, and that are named relative to where their configuration lies. */
function movedRemotes(theirs: DvcConfig, ours: DvcConfig): [name: string, folder: string][] {
  return ours.remotes.flatMap(({ name, folder }): [string, string][] => {
    const there = theirs.remotes.find((remote) => remote.name === name)?.folder;
    return there !== undefined && folder !== undefined && there !== folder ? [[name, there]] : [];
  });
}
