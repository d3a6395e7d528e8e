import { resolve } from 'node:path';
import type { ConfigValue } from './configFile';

/** A remote as the configuration has it. */
export interface DvcRemote {
  /** In lower case. */
  readonly name: string;
  /** With `remote://` followed; a folder of this machine is absolute. Empty where it leads nowhere. */
  readonly url: string;
  /** Absolute; undefined for what isn't a folder of this machine. */
  readonly folder: string | undefined;
  readonly isDefault: boolean;
  /** Keeps files under their names, in versions: no objects are there. */
  readonly isVersioned: boolean;
  /** Its settings with those of the remote it stands on. */
  readonly settings: ReadonlyMap<string, ConfigValue>;
}

type Settings = ReadonlyMap<string, ConfigValue>;

/** The remotes of a configuration, in its order. */
export function resolveRemotes(sections: ReadonlyMap<string, Settings>, defaultRemote: string | undefined): DvcRemote[] {
  return [...sections.keys()].map((name) => {
    const settings = settingsOf(sections, name, []) ?? new Map<string, ConfigValue>();
    const url = settings.get('url');
    const text = typeof url === 'string' ? url : '';
    const isOn = (key: string): boolean => String(settings.get(key) ?? '').toLowerCase() === 'true';
    return {
      name,
      url: text,
      folder: folderOf(text),
      isDefault: name === defaultRemote,
      isVersioned: isOn('version_aware') || isOn('worktree'),
      settings,
    };
  });
}

/** A remote's settings over those of the one that its `remote://` names; undefined where there is none. */
function settingsOf(sections: ReadonlyMap<string, Settings>, name: string, seen: readonly string[]): Settings | undefined {
  const own = sections.get(name);
  const url = own?.get('url');
  if (own === undefined || typeof url !== 'string' || seen.includes(name)) return undefined;
  const [, base, path = ''] = /^remote:\/\/([^/]+)\/*([^]*)$/i.exec(url) ?? [];
  if (base === undefined) return own;
  const below = settingsOf(sections, base.toLowerCase(), [...seen, name]);
  const baseUrl = below?.get('url');
  if (below === undefined || typeof baseUrl !== 'string') return new Map([...own, ['url', '']]);
  const whole = folderOf(baseUrl) === undefined ? `${baseUrl}/${path}` : resolve(baseUrl, path);
  return new Map([...below, ...own, ['url', whole]]);
}

function folderOf(url: string): string | undefined {
  if (url === '') return undefined;
  const path = url.replace(/^(?:file|local):\/\//i, '');
  return /^[a-z][\w+.-]+:\/\//i.test(path) ? undefined : resolve(path);
}
