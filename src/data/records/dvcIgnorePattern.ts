import type { IgnoreRule } from './ignoreRule';
import { starred } from './wildcards';

/** So many stars may be tried in every way, which fits the odd set that holds a slash, too. */
const FEW = 2;

/** What no rule of DVC's may do: a set that isn't closed, a backslash at the end. */
class NoPattern extends Error {}

/**
 * The rules of a `.dvcignore`. They are git's as a library for Python takes them, which is not always as git does: a rule fits what lies
 * below as well, so that `!x` brings back everything under x; `x/**` fits x itself; at the top of the repository a star and a slash fit nothing.
 */
export function parseDvcIgnoreRules(text: string, isTop: boolean): IgnoreRule[] {
  return text.split(/\r\n|\r|\n/).flatMap((line) => ruleOf(line.trim(), isTop) ?? []);
}

function ruleOf(line: string, isTop: boolean): IgnoreRule | undefined {
  if (line === '' || line.startsWith('#') || line === '/') return undefined;
  const negated = line.startsWith('!');
  const pattern = negated ? line.slice(1) : line;
  // Below the top, this fits the folder of the .dvcignore itself, and so all that is in it.
  const isAll = !isTop && pattern === '**/';
  const foldersOnly = pattern.endsWith('/') && !isAll;
  try {
    const source = sourceOf(isTop ? topParts(pattern) : innerParts(pattern), foldersOnly, isTop);
    if (source === undefined) return undefined;
    const expression = new RegExp(source, 'u');
    const fits = (path: string, isFolder: boolean): boolean =>
      (isFolder || !foldersOnly) && (expression.test(path) || (isFolder && expression.test(`${path}/`)));
    return { negated, fits };
  } catch {
    return undefined;
  }
}

function topParts(pattern: string): string[] {
  const parts = pattern.split('/');
  if (parts[0] === '') return parts.slice(1);
  const isName = parts.length === 1 || (parts.length === 2 && parts[1] === '');
  return isName ? ['**', ...parts] : parts;
}

/** Below the top, DVC puts the folder's path before the rule first. */
function innerParts(pattern: string): string[] {
  const isAnchored = pattern.slice(0, -1).includes('/') && !pattern.startsWith('**/');
  const rest = pattern.replace(isAnchored ? /^\// : /^\*\*\//, '').replace(/^\\/, '');
  return [...(isAnchored ? [] : ['**']), ...rest.split('/')];
}

/** Undefined for a rule that fits nothing. */
function sourceOf(written: readonly string[], foldersOnly: boolean, isTop: boolean): string | undefined {
  const whole = written.map((part, i) => (part === '' && i === written.length - 1 ? '**' : part));
  const parts = whole.filter((part, i) => part !== '**' || whole[i - 1] !== '**');
  if (parts.length === 0) return undefined;
  const short = parts.join('/');
  if (isTop && ((short === '**' && foldersOnly) || short === '**/*/**')) return undefined;
  if (short === '**' || short === '**/*') return '';
  // DVC itself would try every way to share out the folders between them.
  if (parts.slice(1, -1).filter((part) => part === '**').length > FEW) return undefined;
  let source = '^';
  let needsSlash = false;
  for (const [i, part] of parts.entries()) {
    const isLast = i === parts.length - 1;
    if (part === '**') {
      source += i === 0 ? '(?:.+/)?' : isLast ? '/' : '(?:/[^/]+)*?';
      if (i > 0) needsSlash = true;
      continue;
    }
    source += `${needsSlash ? '/' : ''}${wholePart(part, `p${i}`)}${isLast ? '(?:/|$)' : ''}`;
    needsSlash = true;
  }
  return source;
}

/** @param name unique within the expression */
function wholePart(part: string, name: string): string {
  if (part === '*') return '[^/]+';
  const pieces = piecesOf(part);
  return pieces.length - 1 <= FEW ? pieces.join('[^/]*') : starred(pieces, '[^/]', name, true);
}

/** What stands before, between and behind the stars of a part. */
function piecesOf(part: string): string[] {
  const pieces: string[] = [];
  let source = '';
  for (let i = 0; i < part.length; i++) {
    const char = part[i] ?? '';
    if (char === '\\') {
      if (i + 1 === part.length) throw new NoPattern();
      source += literal(String.fromCodePoint(part.codePointAt(++i) ?? 0));
    } else if (char === '*') {
      pieces.push(source);
      source = '';
    } else if (char === '?') source += '[^/]';
    else if (char === '[') {
      const [all, not = '', set = ''] = /^\[([!^]?)(\]?[^\]]*)\]/u.exec(part.slice(i)) ?? [];
      if (all === undefined) throw new NoPattern();
      source += `[${not === '' ? '' : '^'}${set.replace(/[\\\][^]/g, '\\$&')}]`;
      i += all.length - 1;
    } else source += literal(char);
  }
  return [...pieces, source];
}

function literal(text: string): string {
  return text.replace(/[\\^$.*+?()[\]{}|/]/g, '\\$&');
}
