import type { ConfigFile, ConfigValue } from './configFile';

/** A configuration file's text, as DVC reads it. Throws an Error for a value that the form can't hold. */
export function configText(file: ConfigFile): string {
  return [...file]
    .filter(([, keys]) => keys.size > 0)
    .map(([section, keys]) => {
      const lines = [...keys].map(([key, value]) => `    ${key} = ${valueText(value)}\n`);
      // Names with quotes in them, as of remotes, stand in others.
      return `[${section.includes('"') ? `'${section}'` : section}]\n${lines.join('')}`;
    })
    .join('');
}

function valueText(value: ConfigValue): string {
  if (typeof value === 'string') return quoted(value);
  return value.length === 0 ? ',' : value.length === 1 ? `${quoted(value[0] ?? '')},` : value.map(quoted).join(', ');
}

function quoted(text: string): string {
  if (/[\r\n]/.test(text) || /%\([^)]*\)s/.test(text)) throw new Error(`“${text}” can't stand in DVC's configuration.`);
  if (text !== '' && !/[,#'"]|^\s|\s$/.test(text)) return text;
  if (!text.includes('"')) return `"${text}"`;
  if (!text.includes("'")) return `'${text}'`;
  throw new Error(`“${text}” can't stand in DVC's configuration.`);
}
