import { plainScalar } from '../records/yamlScalar';

/** What can be put into a YAML file here. */
export type YamlEntry = string | readonly string[] | { readonly [key: string]: YamlEntry };

/** How a file is written: its line ends, and how far a list's dashes stand behind the key that holds it. */
export interface YamlStyle {
  readonly eol: string;
  readonly dash: number;
}

// Nothing that any parser could take for something else; older ones than DVC's read yes, no, on and off as booleans.
const PLAIN = /^[\p{L}\p{N}][\p{L}\p{N} _.,()/+%=;'’–-]*$/u;
const ODD = /^(?:y|n|yes|no|on|off)$/i;

/** A text on one line; without quotes where they aren't needed. */
export function scalarText(text: string, isFlow: boolean): string {
  const isPlain = !isFlow && PLAIN.test(text) && !text.endsWith(' ') && !ODD.test(text) && plainScalar(text) === text;
  if (isPlain) return text;
  // JSON leaves some raw that YAML wants escaped.
  return JSON.stringify(text).replace(
    /[\x7f-\x9f\u2028\u2029\ufeff\ufffe\uffff]/g,
    (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}

/** In brackets, on one line. */
export function flowText(entry: YamlEntry): string {
  if (typeof entry === 'string') return scalarText(entry, true);
  if (isList(entry)) return `[${entry.map(flowText).join(', ')}]`;
  return `{${Object.entries(entry)
    .map(([key, value]) => `${key}: ${flowText(value)}`)
    .join(', ')}}`;
}

/** What stands behind `key:`, where the key begins in a column. */
export function blockText(entry: YamlEntry, column: number, style: YamlStyle): string {
  if (typeof entry === 'string') return ` ${scalarText(entry, false)}`;
  const line = (indent: number, text: string): string => `${style.eol}${' '.repeat(indent)}${text}`;
  if (isList(entry)) return entry.map((item) => line(column + style.dash, `- ${scalarText(item, false)}`)).join('');
  return Object.entries(entry)
    .map(([key, value]) => line(column + 2, `${key}:${blockText(value, column + 2, style)}`))
    .join('');
}

export function isList(entry: YamlEntry): entry is readonly string[] {
  return Array.isArray(entry);
}
