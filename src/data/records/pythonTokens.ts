import { RecordError } from './recordError';

export interface PythonToken {
  readonly kind: 'name' | 'number' | 'string' | 'operator';
  /** As written; of a string with its prefix and quotes. */
  readonly text: string;
}

/** A statement's line, or what stands on one; several lines of the file where brackets or backslashes join them. */
export interface PythonLine {
  readonly tokens: readonly PythonToken[];
  /** From 1. */
  readonly line: number;
  /** The lines of its block. */
  readonly below: PythonLine[];
}

const NAME = /[\p{L}\p{Nl}_][\p{L}\p{Nl}\p{Mn}\p{Mc}\p{Nd}\p{Pc}]*/uy;
const NUMBER =
  /(?:0[xX][\da-fA-F_]+|0[oO][0-7_]+|0[bB][01_]+|(?:\d[\d_]*)?\.\d[\d_]*(?:[eE][+-]?\d[\d_]*)?|\d[\d_]*\.?(?:[eE][+-]?\d[\d_]*)?)[jJ]?/y;
const STRING_START = /(?:[rRbBuUfFtT]{0,2})("""|'''|"|')/y;
const OPERATOR = /\*\*=?|\/\/=?|>>=?|<<=?|!=|->|:=|[+\-*/%@&|^<>=]=|[+\-*/%@&|^~<>()[\]{},:.;=!]|\.\.\./y;
const SPACE = /[ \t\f]+|\\\r?\n|#[^\r\n]*/y;

/** The lines of a Python file as a tree of blocks. Throws RecordError where brackets, strings or blocks don't close. */
export function pythonLines(text: string): PythonLine[] {
  const top: PythonLine[] = [];
  const blocks: { indent: number; lines: PythonLine[] }[] = [{ indent: 0, lines: top }];
  for (const { tokens, line, indent } of logicalLines(text)) {
    const here = blocks.at(-1) as (typeof blocks)[number];
    if (indent > here.indent) {
      const head = here.lines.at(-1);
      if (head?.tokens.at(-1)?.text !== ':') throw new RecordError('unexpected indent', line);
      blocks.push({ indent, lines: head.below });
    } else {
      while ((blocks.at(-1)?.indent ?? 0) > indent) blocks.pop();
      if (blocks.at(-1)?.indent !== indent) throw new RecordError('this indent fits no block above', line);
    }
    blocks.at(-1)?.lines.push({ tokens, line, below: [] });
  }
  return top;
}

function* logicalLines(text: string): Generator<{ tokens: PythonToken[]; line: number; indent: number }> {
  let at = text.startsWith('\uFEFF') ? 1 : 0;
  let line = 1;
  let tokens: PythonToken[] = [];
  let [first, indent] = [1, 0];
  const open: string[] = [];
  const taken = (pattern: RegExp): string | undefined => {
    pattern.lastIndex = at;
    const match = pattern.exec(text);
    if (!match || match[0] === '') return undefined;
    at += match[0].length;
    return match[0];
  };
  while (at < text.length) {
    if (tokens.length === 0) {
      const lineStart = Math.max(text.lastIndexOf('\n', at - 1), text.lastIndexOf('\r', at - 1)) + 1;
      indent = widthOf(text.slice(lineStart, at).replace(/^\uFEFF/, ''));
      first = line;
    }
    const newline = /\r\n|\r|\n/y;
    if (taken(newline) !== undefined) {
      line++;
      if (open.length > 0 || tokens.length === 0) continue;
      yield { tokens, line: first, indent };
      tokens = [];
      continue;
    }
    const space = taken(SPACE);
    if (space !== undefined) {
      if (space.startsWith('\\')) line++;
      continue;
    }
    STRING_START.lastIndex = at;
    const string = STRING_START.exec(text);
    if (string) {
      const end = stringEnd(text, at + string[0].length, string[1] ?? '"');
      if (end === undefined) throw new RecordError('a string doesn’t end', line);
      const raw = text.slice(at, end);
      tokens.push({ kind: 'string', text: raw });
      line += raw.split(/\r\n|\r|\n/).length - 1;
      at = end;
      continue;
    }
    const name = taken(NAME);
    const number = name === undefined ? taken(NUMBER) : undefined;
    const operator = name === undefined && number === undefined ? (taken(/\.\.\./y) ?? taken(OPERATOR)) : undefined;
    if (name !== undefined) tokens.push({ kind: 'name', text: name });
    else if (number !== undefined) tokens.push({ kind: 'number', text: number });
    else if (operator !== undefined) {
      if ('([{'.includes(operator)) open.push(operator);
      if (')]}'.includes(operator) && '([{'.indexOf(open.pop() ?? '-') !== ')]}'.indexOf(operator)) {
        throw new RecordError(`“${operator}” closes nothing`, line);
      }
      tokens.push({ kind: 'operator', text: operator });
    } else throw new RecordError(`“${text[at] ?? ''}” has no place in Python`, line);
  }
  if (open.length > 0) throw new RecordError(`“${open.at(-1) ?? ''}” is never closed`, first);
  if (tokens.length > 0) yield { tokens, line: first, indent };
}

/** Where a string ends; undefined where it doesn't. Also in a raw one a backslash keeps a quote from ending it. */
function stringEnd(text: string, from: number, quote: string): number | undefined {
  for (let at = from; at < text.length; at++) {
    if (text[at] === '\\') at++;
    else if (text.startsWith(quote, at)) return at + quote.length;
    else if (quote.length === 1 && (text[at] === '\n' || text[at] === '\r')) return undefined;
  }
  return undefined;
}

/** Tabs go to the next multiple of eight. */
function widthOf(space: string): number {
  let width = 0;
  for (const char of space) width = char === '\t' ? (Math.floor(width / 8) + 1) * 8 : char === '\f' ? 0 : width + 1;
  return width;
}
