import type { IgnoreRule } from './ignoreRule';
import { firstFit, starred } from './wildcards';

const NOTHING = '(?!)';
/** A folder's name with its slash, to be repeated. */
const FOLDERS = '(?:[^/]*/)';
/** What a class of POSIX holds, among bytes. */
const CLASSES: Readonly<Record<string, string>> = {
  alnum: '0-9A-Za-z',
  alpha: 'A-Za-z',
  blank: ' \\t',
  cntrl: '\\x00-\\x1f\\x7f',
  digit: '0-9',
  graph: '!-~',
  lower: 'a-z',
  print: ' -~',
  punct: '!-\\/:-@\\[-`{-~',
  space: '\\t-\\r ',
  upper: 'A-Z',
  xdigit: '0-9A-Fa-f',
};

/** A path's bytes, each as a character: git's `?` stands for one byte, of which an é has two. */
function bytesOf(path: string): string {
  return !/[\u0080-\uffff]/.test(path) ? path : Buffer.from(path, 'utf8').toString('latin1');
}

/** The rules of a file, as git reads it. */
export function parseGitIgnoreRules(text: string): IgnoreRule[] {
  return text
    .replace(/^\uFEFF/, '')
    .split(/\r?\n/)
    .flatMap((line) => ruleOf(bytesOf(line)) ?? []);
}

function ruleOf(line: string): IgnoreRule | undefined {
  if (line.startsWith('#')) return undefined;
  let pattern = withoutTrailingSpaces(line);
  const negated = pattern.startsWith('!');
  if (negated) pattern = pattern.slice(1);
  const foldersOnly = pattern.endsWith('/');
  if (foldersOnly) pattern = pattern.slice(0, -1);
  // Without a slash it is a name, at any depth.
  const isName = !pattern.includes('/');
  const path = pattern.replace(/^\//, '');
  if (path === '') return undefined;
  // What comes before the first special character is compared as it is; what follows is a pattern of its own, with its own beginning.
  const plain = isName ? 0 : (/^[^*?[\\]*/.exec(path)?.[0].length ?? 0);
  const source = literal(path.slice(0, plain)) + patternSource(path.slice(plain));
  const expression = new RegExp(`^${isName ? `${FOLDERS}*?` : ''}${source}$`, 's');
  return { negated, fits: (inside, isFolder) => (isFolder || !foldersOnly) && expression.test(bytesOf(inside)) };
}

/** Spaces at the end count only behind a backslash. */
function withoutTrailingSpaces(line: string): string {
  let end = 0;
  for (let i = 0; i < line.length; i++) {
    if (line[i] === '\\') i++;
    else if (line[i] === ' ') continue;
    end = i + 1;
  }
  return line.slice(0, end);
}

/** What stands between two `**` in a row: pieces with a star between each two. */
interface Chunk {
  /** How many folders may come before it; undefined for the first, before which nothing may. */
  readonly folders: '*' | '+' | undefined;
  readonly pieces: string[];
}

function patternSource(pattern: string): string {
  const chunks: Chunk[] = [{ folders: undefined, pieces: [''] }];
  let end = '';
  const put = (source: string): void => {
    const { pieces } = chunks.at(-1) as Chunk;
    pieces.push(`${pieces.pop() ?? ''}${source}`);
  };
  for (let i = 0; i < pattern.length;) {
    const char = pattern[i] ?? '';
    if (char === '*') {
      const stars = /^\*+/.exec(pattern.slice(i))?.[0].length ?? 1;
      const behind = pattern.slice(i + stars);
      const isOwnPart = (i === 0 || pattern[i - 1] === '/') && /^(?:$|\\?\/)/.test(behind);
      i += stars;
      if (stars < 2 || !isOwnPart) (chunks.at(-1) as Chunk).pieces.push('');
      else if (behind === '') end = '.*';
      else {
        const isPlain = behind.startsWith('/');
        chunks.push({ folders: isPlain ? '*' : '+', pieces: [''] });
        i += isPlain ? 1 : 2;
      }
    } else if (char === '?') {
      put('[^/]');
      i++;
    } else if (char === '[') {
      const set = readSet(pattern, i);
      if (set === undefined) return NOTHING;
      put(set.source);
      i = set.end;
    } else if (char === '\\') {
      if (i + 1 === pattern.length) return NOTHING;
      put(literal(pattern[i + 1] ?? ''));
      i += 2;
    } else {
      put(literal(char));
      i++;
    }
  }
  const sources = chunks.map(({ folders, pieces }, i) => {
    const isLast = i === chunks.length - 1;
    const source = starred(pieces, '[^/]', `s${i}`, isLast);
    if (folders === undefined) return source;
    return isLast ? `${FOLDERS}${folders}?${source}` : firstFit(`${FOLDERS}${folders}?${source}`, `c${i}`);
  });
  return `${sources.join('')}${end}`;
}

/** The set in brackets that begins at `from`; undefined where it doesn't end, or names a class that there isn't. */
function readSet(pattern: string, from: number): { source: string; end: number } | undefined {
  let at = from + 1;
  const negated = pattern[at] === '!' || pattern[at] === '^';
  if (negated) at++;
  let members = '';
  let before = '';
  for (let isFirst = true; isFirst || pattern[at] !== ']'; isFirst = false, at++) {
    let char = pattern[at];
    if (char === undefined) return undefined;
    const next = pattern[at + 1];
    if (char === '\\') {
      char = pattern[++at];
      if (char === undefined) return undefined;
      members += literal(char);
      before = char;
    } else if (char === '-' && before !== '' && next !== undefined && next !== ']') {
      char = pattern[++at];
      if (char === '\\') char = pattern[++at];
      if (char === undefined) return undefined;
      if (before <= char) members += `${literal(before)}-${literal(char)}`;
      before = '';
    } else if (char === '[' && next === ':') {
      const close = pattern.indexOf(']', at + 2);
      if (close < 0) return undefined;
      const name = pattern.slice(at + 2, close);
      if (name.endsWith(':')) {
        const held = CLASSES[name.slice(0, -1)];
        if (held === undefined) return undefined;
        members += held;
        at = close;
        before = '';
      } else {
        members += '\\[';
        before = '[';
      }
    } else {
      members += literal(char);
      before = char;
    }
  }
  const held = negated ? `[^/${members}]` : members === '' ? NOTHING : `(?!/)[${members}]`;
  return { source: held, end: at + 1 };
}

function literal(text: string): string {
  return text.replace(/[\\^$.*+?()[\]{}|/-]/g, '\\$&');
}
