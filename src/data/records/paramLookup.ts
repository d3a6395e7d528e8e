import { OtherValue } from './plainValue';
import type { PlainValue } from './plainValue';
import { starred } from './wildcards';

/**
 * What a dotted name stands for in a params file; undefined where nothing does. A part of it may be a pattern (`*`, `?`, `[ab]`), `**`
 * stands for any depth, and lists count from 0, or from their ends. Throws where it fits more than one.
 */
export function lookUp(content: PlainValue, name: string): { readonly value: PlainValue } | undefined {
  if (name === '' || name === '/') return { value: content };
  const parts = name.replace(/^\.+/, '').split('.');
  if (parts.indexOf(ANY_DEPTH) !== parts.lastIndexOf(ANY_DEPTH)) throw new Error(`the parameter “${name}” has more than one “**”`);
  const [first] = parts;
  // By itself “**” stands for all that is in the file, but never for the whole of it.
  const found = first === ANY_DEPTH && parts.length === 1 ? matches(content, ['*', first]) : matches(content, parts);
  if (found.length > 1) throw new Error(`the parameter “${name}” fits more than one value`);
  return found[0];
}

const ANY_DEPTH = '**';

interface Found {
  readonly value: PlainValue;
}

function matches(value: PlainValue, parts: readonly string[]): Found[] {
  const [part, ...rest] = parts;
  if (part === undefined) return [{ value }];
  const here = childrenOf(value);
  if (part === ANY_DEPTH) return [...matches(value, rest), ...here.flatMap(({ value: child }) => matches(child, parts))];
  return here.filter(({ key, length }) => fits(key, length, part)).flatMap(({ value: child }) => matches(child, rest));
}

function childrenOf(value: PlainValue): { key: string | number; length: number; value: PlainValue }[] {
  const items = value instanceof OtherValue ? value.items : value;
  if (items === null || typeof items !== 'object') return [];
  if (Array.isArray(items)) return (items as readonly PlainValue[]).map((item, i) => ({ key: i, length: items.length, value: item }));
  return Object.entries(items as Readonly<Record<string, PlainValue>>).map(([key, item]) => ({ key, length: 0, value: item }));
}

function fits(key: string | number, length: number, pattern: string): boolean {
  if (typeof key === 'string') return key === pattern || (/[*?[]/.test(pattern) && globOf(pattern).test(key));
  if (/^\s*[+-]?\d+(?:_\d+)*\s*$/.test(pattern)) {
    const index = Number(pattern.replaceAll('_', ''));
    return index === key || length + index === key;
  }
  return globOf(pattern).test(String(key));
}

/** As Python's fnmatch: a bracket that isn't closed stands for itself. */
function globOf(pattern: string): RegExp {
  const parts = [''];
  for (const [part, not, set] of pattern.matchAll(/\*+|\?|\[(!?)(\]?[^\]]*)\]|[^]/g)) {
    if (part.startsWith('*')) parts.push('');
    else parts.push(`${parts.pop() ?? ''}${characterOf(part, not, set)}`);
  }
  try {
    return new RegExp(`^${starred(parts, '.', 'p', true)}$`, 's');
  } catch {
    // A range that runs backwards holds nothing.
    return /(?!)/;
  }
}

function characterOf(part: string, not: string | undefined, set: string | undefined): string {
  if (part === '?') return '.';
  if (set === undefined || part.length === 1) return part.replace(/[\\^$.*+?()[\]{}|/]/g, '\\$&');
  return `[${not === '!' ? '^' : ''}${set.replace(/[\\\]^]/g, '\\$&')}]`;
}
