import { readFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { homeFolder } from '../../core/homeFolder';

/** A section's name (`core`, `cache`, `remote "x"`, in lower case) to its keys. */
export type ConfigSections = ReadonlyMap<string, ReadonlyMap<string, string>>;

/** Reads ConfigObj's form of an INI file, as far as DVC uses it. */
export function parseConfig(text: string): ConfigSections {
  const sections = new Map<string, Map<string, string>>();
  let current = new Map<string, string>();
  for (const raw of text.split(/\r?\n/)) {
    const line = raw.trim();
    if (line === '' || line.startsWith('#') || line.startsWith(';')) continue;
    const section = /^\[\s*(.*?)\s*\](\s*[#;].*)?$/.exec(line);
    if (section) {
      const name = unquote(section[1] ?? '').toLowerCase();
      current = sections.get(name) ?? new Map<string, string>();
      sections.set(name, current);
      continue;
    }
    const equals = line.indexOf('=');
    if (equals > 0) current.set(unquote(line.slice(0, equals).trim()).toLowerCase(), valueOf(line.slice(equals + 1).trim()));
  }
  return sections;
}

function valueOf(text: string): string {
  const quoted = /^(["'])(.*)\1\s*(#.*)?$/.exec(text);
  return quoted ? (quoted[2] ?? '') : text.replace(/\s+#.*$/, '');
}

function unquote(text: string): string {
  return /^(["'])(.*)\1$/.exec(text)?.[2] ?? text;
}

/** DVC's configuration files for a repository, least important first. */
export function configFiles(root: string, env: NodeJS.ProcessEnv, platform: NodeJS.Platform): string[] {
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
    join(env['DVC_SYSTEM_CONFIG_DIR'] ?? system, 'config'),
    join(env['DVC_GLOBAL_CONFIG_DIR'] ?? user, 'config'),
    join(root, '.dvc', 'config'),
    join(root, '.dvc', 'config.local'),
  ];
}

/** The cache's folder, absolute: `cache.dir` of the most important file that has it, else `.dvc/cache`. */
export async function readCacheFolder(root: string, env = process.env, platform = process.platform): Promise<string> {
  let folder = join(root, '.dvc', 'cache');
  for (const file of configFiles(root, env, platform)) {
    const text = await readFile(file, 'utf8').catch(() => undefined);
    const value = text === undefined ? undefined : parseConfig(text).get('cache')?.get('dir');
    if (value) folder = resolve(dirname(file), value.replace(/^~(?=$|[\\/])/, homeFolder(homedir)));
  }
  return folder;
}
