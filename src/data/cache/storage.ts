import { readFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import { dirname, isAbsolute, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { homeFolder } from '../../core/homeFolder';
import { configFiles, parseConfig, type ConfigSections } from '../records/config';

/** Ways in which a file of the workspace may come from the cache. */
export type LinkType = 'reflink' | 'hardlink' | 'symlink' | 'copy';
const LINK_TYPES: readonly string[] = ['reflink', 'hardlink', 'symlink', 'copy'];

/** Where a repository's data lies, as its configuration has it. */
export interface Storage {
  /** The cache's folder, absolute. */
  readonly cache: string;
  /** To be tried in this order. */
  readonly linkTypes: readonly LinkType[];
  /** Whether the group may write: `cache.shared`. */
  readonly isShared: boolean;
  /** `core.hardlink_lock`. */
  readonly hardlinkLock: boolean;
  readonly defaultRemote: string | undefined;
  /** Names in lower case to their URLs; the paths of folders of this machine are absolute. */
  readonly remotes: ReadonlyMap<string, string>;
}

/** Reads DVC's configuration of a repository. Throws an Error of one line for link types that DVC doesn't have. */
export async function readStorage(root: string, env = process.env, platform = process.platform): Promise<Storage> {
  const values = new Map<string, Map<string, string>>();
  for (const file of configFiles(root, env, platform)) {
    const text = await readFile(file, 'utf8').catch(() => undefined);
    if (text !== undefined) merge(values, parseConfig(text), dirname(file));
  }
  const types = (values.get('cache')?.get('type') ?? 'reflink,copy')
    .split(',')
    .map((type) => type.trim())
    .filter((type) => type !== '');
  const unknown = types.find((type) => !LINK_TYPES.includes(type));
  if (unknown !== undefined) throw new Error(`DVC's configuration names a link type “${unknown}”; there are ${LINK_TYPES.join(', ')}.`);
  return {
    cache: values.get('cache')?.get('dir') ?? join(root, '.dvc', 'cache'),
    linkTypes: types as LinkType[],
    isShared: values.get('cache')?.get('shared')?.toLowerCase() === 'group',
    hardlinkLock: ['true', 'yes', 'on', '1'].includes(values.get('core')?.get('hardlink_lock')?.toLowerCase() ?? ''),
    defaultRemote: values.get('core')?.get('remote')?.toLowerCase(),
    remotes: remotesIn(values),
  };
}

/** The folder of a remote that is one of this machine; undefined for all others. Throws an Error of one line for a name that is none. */
export function remoteFolder(storage: Storage, name: string): string | undefined {
  const seen = new Set<string>();
  let url = storage.remotes.get(name.toLowerCase());
  if (url === undefined) throw new Error(`There is no remote “${name}”. “dvc remote list” shows which there are.`);
  for (;;) {
    const reference = /^remote:\/\/([^/]+)\/?(.*)$/s.exec(url);
    if (!reference) return folderOf(url);
    const [, base = '', rest = ''] = reference;
    const above = seen.has(base) ? undefined : storage.remotes.get(base.toLowerCase());
    if (above === undefined) throw new Error(`The remote “${name}” stands on “${base}”, which there is not.`);
    seen.add(base);
    url = rest === '' ? above : `${above.replace(/[\\/]+$/, '')}/${rest}`;
  }
}

function folderOf(url: string): string | undefined {
  if (/^file:\/\//i.test(url)) return fileURLToPath(url);
  return isUrl(url) ? undefined : resolve(url);
}

/** A drive of Windows, `C:\…`, is none. */
function isUrl(text: string): boolean {
  return /^[a-z][\w+.-]+:\/\//i.test(text);
}

/** Later files win, key by key; what names a path is relative to the file that says so. */
function merge(into: Map<string, Map<string, string>>, sections: ConfigSections, folder: string): void {
  for (const [name, keys] of sections) {
    const section = into.get(name) ?? new Map<string, string>();
    into.set(name, section);
    const isPath = (key: string): boolean => (name === 'cache' && key === 'dir') || (isRemote(name) && key === 'url');
    for (const [key, value] of keys) section.set(key, isPath(key) && !isUrl(value) ? absolute(value, folder) : value);
  }
}

function absolute(path: string, folder: string): string {
  const whole = path.replace(/^~(?=$|[\\/])/, homeFolder(homedir));
  return isAbsolute(whole) ? whole : resolve(folder, whole);
}

function remotesIn(values: ReadonlyMap<string, ReadonlyMap<string, string>>): Map<string, string> {
  const remotes = new Map<string, string>();
  for (const [section, keys] of values) {
    const name = remoteName(section);
    const url = keys.get('url');
    if (name !== undefined && url !== undefined) remotes.set(name, url);
  }
  return remotes;
}

function isRemote(section: string): boolean {
  return remoteName(section) !== undefined;
}

/** Of a section `remote "name"`, which ConfigObj's quoting may wrap in further quotes. */
function remoteName(section: string): string | undefined {
  return /^['"]?remote\s+"(.*?)"['"]?$/.exec(section)?.[1];
}
