import { RecordError } from './recordError';

export type ConfigValue = string | readonly string[];
/** A section's name in lower case (`core`, `remote "x"`) to its keys in lower case. */
export type ConfigFile = ReadonlyMap<string, ReadonlyMap<string, ConfigValue>>;

type Sections = Map<string, Map<string, ConfigValue>>;
const TOP = '';
/** As deep as `%(x)s` may lead. */
const MOST = 10;
/** Values so long together as `%(x)s` makes them; a few lines that name each other would fill the memory. */
const MOST_EXPANDED = 10 * 2 ** 20;

/** Reads the INI form that DVC's configuration has: quotes, lists by commas, `%(key)s`, values over several lines. Throws RecordError. */
export function parseConfigFile(text: string): ConfigFile {
  const sections: Sections = new Map();
  const lines = text.replace(/^\uFEFF/, '').split(/\r\n|\r|\n/);
  let section = TOP;
  for (let i = 0; i < lines.length; i++) {
    const line = (lines[i] ?? '').trim();
    const number = i + 1;
    if (line === '' || line.startsWith('#')) continue;
    const marker = /^\[([^]*)\]\s*(?:#[^]*)?$/.exec(line);
    if (marker) {
      section = sectionName(marker[1] ?? '', number);
      if (sections.has(section)) throw new RecordError(`the section “${section}” is there twice`, number);
      sections.set(section, new Map());
      continue;
    }
    const equals = equalsIn(line);
    if (equals === undefined) throw new RecordError('expected “key = value” or “[section]”', number);
    const [key, rest] = [line.slice(0, equals).trimEnd(), line.slice(equals + 1).trimStart()];
    const quote = /^(?:"""|''')/.exec(rest)?.[0];
    let value: ConfigValue;
    if (quote === undefined) value = valueOf(rest, number);
    else [value, i] = longValue(lines, i, rest.slice(3), quote);
    const keys = sections.get(section) ?? new Map<string, ConfigValue>();
    if (keys.has(unquoted(key))) throw new RecordError(`“${key}” is there twice`, number);
    sections.set(section, keys.set(unquoted(key), value));
  }
  return lowered(interpolated(sections));
}

/** Where the `=` behind a key stands; undefined without a key. A key in quotes may hold one itself. */
function equalsIn(line: string): number | undefined {
  const [quote = ''] = line;
  if (quote !== '"' && quote !== "'") return line.indexOf('=') > 0 ? line.indexOf('=') : undefined;
  for (let end = line.indexOf(quote, 1); end > 0; end = line.indexOf(quote, end + 1)) {
    const behind = /[^\s]/g;
    behind.lastIndex = end + 1;
    const next = behind.exec(line);
    if (next?.[0] === '=') return next.index;
  }
  return undefined;
}

function sectionName(text: string, line: number): string {
  const name = text.trim();
  if (name.startsWith('[') || name === '') throw new RecordError('a section must be “[name]”', line);
  return unquoted(name);
}

/** A value of one line, with a comment behind it. */
function valueOf(text: string, line: number): ConfigValue {
  if (text.trim() === ',') return [];
  const items: string[] = [];
  let rest = text;
  let isList = false;
  for (;;) {
    rest = rest.trimStart();
    if (rest === '' || rest.startsWith('#')) break;
    const match = /^("|')([^]*?)\1\s*(?=,|#|$)/.exec(rest) ?? /^(?!["',#])()([^,#]*)/.exec(rest);
    if (!match) throw new RecordError(`can’t read the value “${text}”`, line);
    items.push(match[1] === '' ? (match[2] ?? '').trimEnd() : (match[2] ?? ''));
    rest = rest.slice(match[0].length);
    if (!rest.startsWith(',')) break;
    isList = true;
    rest = rest.slice(1);
  }
  return isList ? items : (items[0] ?? '');
}

/** A value between triple quotes, and the index of its last line. */
function longValue(lines: readonly string[], from: number, begin: string, quote: string): [string, number] {
  const parts: string[] = [];
  for (let i = from; i < lines.length; i++) {
    const part = i === from ? begin : (lines[i] ?? '');
    const end = part.indexOf(quote);
    if (end < 0) parts.push(part);
    else if (/^\s*(?:#.*)?$/.test(part.slice(end + 3))) return [[...parts, part.slice(0, end)].join('\n'), i];
    else break;
  }
  throw new RecordError(`a value doesn’t end with ${quote}`, from + 1);
}

/** With every `%(key)s` replaced by that key's value in the section, in `DEFAULT`, or above all sections. */
function interpolated(sections: Sections): Sections {
  const valueIn = (name: string, section: string): [string, string] | undefined => {
    for (const place of [section, 'DEFAULT', TOP]) {
      const value = sections.get(place)?.get(name);
      if (typeof value === 'string') return [value, place];
    }
    return undefined;
  };
  let expanded = 0;
  const expand = (text: string, section: string, depth: number): string =>
    text.replace(/%\(([^)]*)\)s/g, (_, name: string) => {
      const found = valueIn(name, section);
      if (!found || depth > MOST) throw new RecordError(`“%(${name})s” leads nowhere`, 1);
      // Counted at least once each: empty ones take their time, too.
      expanded += found[0].length + 1;
      if (expanded > MOST_EXPANDED) throw new RecordError(`“%(${name})s” and others stand for too long a text`, 1);
      return expand(found[0], found[1], depth + 1);
    });
  const whole = (value: ConfigValue, section: string): ConfigValue =>
    typeof value === 'string' ? expand(value, section, 0) : value.map((item) => expand(item, section, 0));
  return new Map([...sections].map(([section, keys]) => [section, new Map([...keys].map(([key, value]) => [key, whole(value, section)]))]));
}

function lowered(sections: Sections): ConfigFile {
  return new Map(
    [...sections].map(([name, keys]) => [name.toLowerCase(), new Map([...keys].map(([key, value]) => [key.toLowerCase(), value]))]),
  );
}

function unquoted(text: string): string {
  return /^(["'])([^]*)\1$/.exec(text)?.[2] ?? text;
}
