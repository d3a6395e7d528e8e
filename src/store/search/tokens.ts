import { invalid } from '../../core/errors';
import { quote } from '../limits';

export type Token =
  /** Bare words keep their dots: `metrics.loss`. */
  | { readonly kind: 'word'; readonly text: string }
  /** In back quotes or double quotes. */
  | { readonly kind: 'quoted'; readonly text: string; readonly mark: '`' | '"' }
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'number'; readonly text: string }
  | { readonly kind: 'symbol'; readonly text: string };

const PATTERN =
  /\s*(?:(?<number>[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?(?![\w.]))|(?<word>[\p{L}\p{N}_][\p{L}\p{N}_./:-]*)|(?<text>'(?:[^']|'')*')|(?<back>`[^`]*`)|(?<double>"[^"]*")|(?<symbol><=|>=|!=|<>|==|[=<>(),]))/uy;

/** Far more than a list of many ids takes; whatever is longer would keep everybody else waiting. */
const LONGEST = 1_000_000;

/** Cuts a filter or an order into its tokens. */
export function tokenize(source: string): Token[] {
  if (source.length > LONGEST) throw invalid(`A filter or an order has at most ${LONGEST} characters: this one has ${source.length}.`);
  const tokens: Token[] = [];
  let position = 0;
  while (source.slice(position).trim() !== '') {
    PATTERN.lastIndex = position;
    const match = PATTERN.exec(source);
    if (!match) throw invalid(`Invalid filter ${quote(source)}: it can't be read from ${quote(source.slice(position).trim())} on.`);
    position = PATTERN.lastIndex;
    const { number, word, text, back, double, symbol } = match.groups!;
    if (number !== undefined) tokens.push({ kind: 'number', text: number });
    else if (word !== undefined) tokens.push({ kind: 'word', text: word });
    else if (text !== undefined) tokens.push({ kind: 'text', text: text.slice(1, -1).replaceAll("''", "'") });
    else if (back !== undefined) tokens.push({ kind: 'quoted', text: back.slice(1, -1), mark: '`' });
    else if (double !== undefined) tokens.push({ kind: 'quoted', text: double.slice(1, -1), mark: '"' });
    else tokens.push({ kind: 'symbol', text: symbol! });
  }
  return tokens;
}
