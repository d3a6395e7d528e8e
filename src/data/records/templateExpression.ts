import { isDict, isList, pythonRepr, pythonText, type PythonValue, PythonFloat } from './pythonValue';

/** Why templating fails; the caller knows where. */
export class TemplateError extends Error {
  override readonly name = 'TemplateError';
}

/** How `parsing.bool` and `parsing.list` of the configuration want a dict's values in a command. */
export interface ParsingOptions {
  readonly bool?: 'store_true' | 'boolean_optional';
  readonly list?: 'nargs' | 'append';
}

export interface Expression {
  readonly start: number;
  readonly end: number;
  readonly inner: string;
}

/** The `${…}` of a text that no backslash escapes. */
export function findExpressions(text: string): Expression[] {
  const found: Expression[] = [];
  // By hand: a pattern would look from each `${` to the end of a line that has no `}`.
  let [close, newline] = [-1, -1];
  for (let start = text.indexOf('${'); start >= 0;) {
    if (close < start) close = text.indexOf('}', start);
    if (close < 0) break;
    if (newline < start && newline !== Infinity) newline = indexOrInfinity(text, '\n', start);
    const isWhole = text[start - 1] !== '\\' && newline > close;
    if (isWhole) found.push({ start, end: close + 1, inner: text.slice(start + 2, close) });
    start = text.indexOf('${', isWhole ? close + 1 : start + 1);
  }
  return found;
}

function indexOrInfinity(text: string, part: string, from: number): number {
  const at = text.indexOf(part, from);
  return at < 0 ? Infinity : at;
}

// Blanks belong to the name before them, so that there is one way only to read a text.
const WELL_FORMED = /^[^.[\]]+(?:\.[^.[\]]+|\[[^.[\]]+\][ \t\r\n]*)*$/;

/** Throws TemplateError when an expression of a value, at any depth, isn't a dotted name such as `a.b[0]`. */
export function checkExpressions(value: PythonValue): void {
  if (typeof value === 'string') {
    for (const { inner } of findExpressions(value)) {
      if (!WELL_FORMED.test(inner)) throw new TemplateError(`“\${${inner}}” must be a name such as \${a.b[0]}`);
    }
  } else if (isDict(value)) {
    for (const [key, item] of value) {
      checkExpressions(key);
      checkExpressions(item);
    }
  } else if (isList(value)) for (const item of value) checkExpressions(item);
}

/** Whether a value has a `${…}` at any depth. */
export function hasExpression(value: PythonValue): boolean {
  if (typeof value === 'string') return findExpressions(value).length > 0;
  if (isDict(value)) return [...value].some(([key, item]) => hasExpression(key) || hasExpression(item));
  return isList(value) && value.some(hasExpression);
}

/** A value's text inside a longer one: booleans small, dicts as options of a command. Throws TemplateError for lists in lists. */
export function templateText(value: PythonValue, options: ParsingOptions = {}, platform = process.platform): string {
  if (typeof value === 'boolean') return String(value);
  if (!isDict(value)) return pythonText(value);
  const parts: string[] = [];
  for (const [key, item] of flatten(value)) {
    if (item === true) parts.push(`--${key}`);
    else if (item === false) {
      if (options.bool === 'boolean_optional') parts.push(`--no-${key}`);
    } else if (typeof item === 'string') parts.push(`--${key} ${shellQuoted(item, platform)}`);
    else if (isList(item)) {
      const texts = item.map((each) => {
        if (isList(each) || isDict(each)) throw new TemplateError(`“${key}” has a list in a list, which no command takes`);
        return typeof each === 'string' ? shellQuoted(each, platform) : pythonRepr(each);
      });
      if (options.list === 'append') parts.push(...texts.map((text) => `--${key} ${text}`));
      else if (texts.length > 0) parts.push(`--${key} ${texts.join(' ')}`);
    } else parts.push(`--${key} ${pythonText(item)}`);
  }
  return parts.join(' ').trimEnd();
}

/** A dict's values under dotted keys; empty dicts have none. */
function flatten(dict: ReadonlyMap<PythonValue, PythonValue>, prefix?: string): [string, PythonValue][] {
  return [...dict].flatMap(([key, item]): [string, PythonValue][] => {
    const name = prefix === undefined ? pythonText(key) : `${prefix}.${pythonText(key)}`;
    return isDict(item) ? flatten(item, name) : [[name, item]];
  });
}

/** As Python's `shlex.quote`, or `subprocess.list2cmdline` on Windows. */
function shellQuoted(text: string, platform: NodeJS.Platform): string {
  if (platform !== 'win32') return text !== '' && !/[^\w@%+=:,./-]/.test(text) ? text : `'${text.replaceAll("'", `'"'"'`)}'`;
  const inside = text.replace(/(\\*)"/g, '$1$1\\"');
  return text === '' || /[ \t]/.test(text) ? `"${inside.replace(/(\\+)$/, '$1$1')}"` : inside;
}

/** What a value is called in an error. */
export function kindOf(value: PythonValue): string {
  return isDict(value) ? 'a mapping' : isList(value) ? 'a list' : value instanceof PythonFloat ? 'a number' : `a ${typeof value}`;
}
