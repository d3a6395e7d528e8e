import { homedir } from 'node:os';
import { dirname, isAbsolute, join, resolve } from 'node:path';
import { homeFolder } from '../../core/homeFolder';
import { readBounded } from './boundedFile';
import { parseConfigFile, type ConfigFile, type ConfigValue } from './configFile';
import { RecordError } from './recordError';
import type { BrokenRecord } from './recordReading';
import { resolveRemotes, type DvcRemote } from './remotes';
import type { ParsingOptions } from './templateExpression';

export type { DvcRemote } from './remotes';

/** DVC's configuration of a repository, of all its files. */
export interface DvcConfig {
  /** Where it may stand, least important first; there or not. Absolute. */
  readonly files: readonly string[];
  /** Files that can't be read; DVC itself would refuse to do anything. */
  readonly broken: readonly BrokenRecord[];
  /** Absolute. */
  readonly cacheFolder: string;
  /** `cache.type`: ways to link a file to its object, to be tried in this order. */
  readonly linkTypes: readonly string[];
  /** `cache.shared = group`. */
  readonly isCacheShared: boolean;
  /** The name in lower case of `core.remote`. */
  readonly defaultRemote: string | undefined;
  readonly remotes: readonly DvcRemote[];
  readonly autostage: boolean;
  /** `core.no_scm`: DVC is told not to look for git. */
  readonly withoutGit: boolean;
  readonly hardlinkLock: boolean;
  /** `core.site_cache_dir`, as written. */
  readonly siteCacheFolder: string | undefined;
  /** `parsing.bool` and `parsing.list`. */
  readonly parsing: ParsingOptions;
  /** Any other setting, e.g. `value('core', 'checksum_jobs')`; sections and keys in lower case. */
  value(section: string, key: string): ConfigValue | undefined;
}

/** What names a path, relative to the file that says so; in each remote. */
const REMOTE_PATHS = new Set([
  'url',
  'gdrive_user_credentials_file',
  'gdrive_service_account_json_file_path',
  'credentialpath',
  'configpath',
  'keyfile',
  'cert_path',
  'key_path',
]);
/** A configuration is written by hand, and is some lines long. */
const MOST_BYTES = 2 ** 16;
const REMOTE_SECTION = /^\s*remote\s*"(.*)"\s*$/s;

/** DVC's configuration files for a repository, least important first. */
function configFiles(root: string, env: NodeJS.ProcessEnv, platform: NodeJS.Platform): string[] {
  const home = homeFolder(homedir);
  const local = env['LOCALAPPDATA'] ?? join(home, 'AppData', 'Local');
  const folders: Record<string, [string, string]> = {
    win32: [join(env['PROGRAMDATA'] ?? 'C:\\ProgramData', 'iterative', 'dvc'), join(local, 'iterative', 'dvc')],
    darwin: ['/Library/Application Support/dvc', join(home, 'Library', 'Application Support', 'dvc')],
  };
  const xdg: [string, string] = [
    join(env['XDG_CONFIG_DIRS']?.split(':')[0] || '/etc/xdg', 'dvc'),
    join(env['XDG_CONFIG_HOME'] || join(home, '.config'), 'dvc'),
  ];
  const [system, user] = folders[platform] ?? xdg;
  return [
    join(env['DVC_SYSTEM_CONFIG_DIR'] || system, 'config'),
    join(env['DVC_GLOBAL_CONFIG_DIR'] || user, 'config'),
    join(root, '.dvc', 'config'),
    join(root, '.dvc', 'config.local'),
  ];
}

/** Reads all of DVC's configuration of a repository; what can't be read is left out and told. */
export async function readConfig(root: string, env = process.env, platform = process.platform): Promise<DvcConfig> {
  const files = configFiles(root, env, platform);
  const broken: BrokenRecord[] = [];
  const sections = new Map<string, Map<string, ConfigValue>>();
  for (const file of files) {
    try {
      const text = await textOf(file);
      if (text !== undefined) merge(sections, parseConfigFile(text), dirname(file));
    } catch (error) {
      const message = error instanceof Error ? error.message : String(error);
      broken.push({ file, message, line: error instanceof RecordError ? error.line : 1 });
    }
  }
  const value = (section: string, key: string): ConfigValue | undefined => sections.get(section)?.get(key);
  const text = (section: string, key: string): string | undefined => {
    const found = value(section, key);
    return typeof found === 'string' && found !== '' ? found : undefined;
  };
  const isOn = (section: string, key: string): boolean => text(section, key)?.toLowerCase() === 'true';
  const types = value('cache', 'type') ?? 'reflink,copy';
  const defaultRemote = text('core', 'remote')?.toLowerCase();
  return {
    files,
    broken,
    cacheFolder: text('cache', 'dir') ?? join(root, '.dvc', 'cache'),
    linkTypes: (typeof types === 'string' ? types.split(',') : types).map((type) => type.trim()).filter((type) => type !== ''),
    isCacheShared: text('cache', 'shared')?.toLowerCase() === 'group',
    defaultRemote,
    remotes: resolveRemotes(remoteSections(sections), defaultRemote),
    autostage: isOn('core', 'autostage'),
    withoutGit: isOn('core', 'no_scm'),
    hardlinkLock: isOn('core', 'hardlink_lock'),
    siteCacheFolder: text('core', 'site_cache_dir'),
    parsing: {
      bool: text('parsing', 'bool')?.toLowerCase() === 'boolean_optional' ? 'boolean_optional' : 'store_true',
      list: text('parsing', 'list')?.toLowerCase() === 'append' ? 'append' : 'nargs',
    },
    value,
  };
}

/** One of DVC's configuration files, with what names a path made absolute; undefined where there is none. Throws RecordError. */
export async function readConfigFile(file: string): Promise<ConfigFile | undefined> {
  const text = await textOf(file);
  if (text === undefined) return undefined;
  const sections = new Map<string, Map<string, ConfigValue>>();
  merge(sections, parseConfigFile(text), dirname(file));
  return sections;
}

/** The cache's folder, absolute: `cache.dir` of the most important file that has it, else `.dvc/cache`. */
export async function readCacheFolder(root: string, env = process.env, platform = process.platform): Promise<string> {
  return (await readConfig(root, env, platform)).cacheFolder;
}

/** Undefined for a file that isn't there or can't be opened. Rejects for what is no plain file, or too large. */
async function textOf(file: string): Promise<string | undefined> {
  try {
    return (await readBounded(file, MOST_BYTES)).toString('utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== undefined) return undefined;
    throw error;
  }
}

function remoteSections(sections: ReadonlyMap<string, ReadonlyMap<string, ConfigValue>>): Map<string, ReadonlyMap<string, ConfigValue>> {
  return new Map(
    [...sections].flatMap(([section, keys]): [string, ReadonlyMap<string, ConfigValue>][] => {
      const name = REMOTE_SECTION.exec(section)?.[1];
      return name === undefined ? [] : [[name, keys]];
    }),
  );
}

/** Later files win, key by key. */
function merge(into: Map<string, Map<string, ConfigValue>>, file: ConfigFile, folder: string): void {
  for (const [name, keys] of file) {
    const section = into.get(name) ?? new Map<string, ConfigValue>();
    into.set(name, section);
    const isPath = (key: string): boolean => (name === 'cache' ? key === 'dir' : REMOTE_SECTION.test(name) && REMOTE_PATHS.has(key));
    for (const [key, value] of keys) section.set(key, typeof value === 'string' && isPath(key) ? absolute(value, folder) : value);
  }
}

function absolute(path: string, folder: string): string {
  if (path === '' || /^\w+:\/\//.test(path)) return path;
  const whole = path.replace(/^~(?=$|[\\/])/, homeFolder(homedir));
  return isAbsolute(whole) ? whole : resolve(folder, whole);
}
