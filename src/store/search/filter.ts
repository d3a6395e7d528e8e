import { invalid } from '../../core/errors';
import { quote } from '../limits';
import { type Grammar, resolveField } from './grammar';
import type { Comparison, Field, Operator } from './query';
import { type Token, tokenize } from './tokens';

const NUMBER_OPERATORS: ReadonlySet<Operator> = new Set<Operator>(['=', '!=', '<', '<=', '>', '>=']);
const TEXT_OPERATORS: ReadonlySet<Operator> = new Set<Operator>(['=', '!=', 'LIKE', 'ILIKE']);
/** SQLite nests expressions no deeper than 1,000, and takes patterns of 50,000 bytes. */
const MOST_CONDITIONS = 500;
const LONGEST_PATTERN = 10_000;
const SYMBOLS: Readonly<Record<string, Operator>> = {
  '=': '=',
  '==': '=',
  '!=': '!=',
  '<>': '!=',
  '<': '<',
  '<=': '<=',
  '>': '>',
  '>=': '>=',
};

/** Reads MLflow's filter grammar: conditions joined by AND. Anything it doesn't know is INVALID_PARAMETER_VALUE. */
export function parseFilter(source: string | undefined, grammar: Grammar): Comparison[] {
  if (source === undefined || source.trim() === '') return [];
  const reader = new FilterReader(source, grammar);
  const comparisons = [reader.comparison()];
  while (!reader.atEnd) {
    reader.and();
    comparisons.push(reader.comparison());
    if (comparisons.length > MOST_CONDITIONS) throw invalid(`A filter joins at most ${MOST_CONDITIONS} conditions.`);
  }
  return comparisons;
}

class FilterReader {
  private readonly tokens: readonly Token[];
  private position = 0;

  constructor(
    private readonly source: string,
    private readonly grammar: Grammar,
  ) {
    this.tokens = tokenize(source);
  }

  get atEnd(): boolean {
    return this.position >= this.tokens.length;
  }

  and(): void {
    if (this.word('OR')) throw this.fail('only AND joins conditions');
    if (!this.word('AND')) throw this.fail('AND is expected between two conditions');
  }

  comparison(): Comparison {
    const field = this.field();
    const operator = this.operator();
    this.checkOperator(field, operator);
    if (operator === 'IS NULL' || operator === 'IS NOT NULL') return { field, operator, values: [] };
    if (operator === 'IN' || operator === 'NOT IN') return { field, operator, values: this.list() };
    const value = this.value(field);
    if (operator.endsWith('LIKE') && (value as string).length > LONGEST_PATTERN)
      throw this.fail(`a pattern has at most ${LONGEST_PATTERN} characters`);
    return { field, operator, values: [value] };
  }

  private field(): Field {
    const token = this.next('a field is expected');
    if (token.kind === 'quoted') return resolveField(this.grammar, undefined, token.text);
    if (token.kind !== 'word') throw this.fail('a field is expected');
    const { prefix, key } = splitField(token.text);
    if (key !== '') return resolveField(this.grammar, prefix, key);
    const quoted = this.next('a key is expected');
    if (quoted.kind !== 'quoted') throw this.fail('a key is expected after the dot');
    return resolveField(this.grammar, prefix, quoted.text);
  }

  private operator(): Operator {
    if (this.word('LIKE')) return 'LIKE';
    if (this.word('ILIKE')) return 'ILIKE';
    if (this.word('IN')) return 'IN';
    if (this.word('NOT')) {
      if (this.word('IN')) return 'NOT IN';
      throw this.fail('IN is expected after NOT');
    }
    if (this.word('IS')) {
      const not = this.word('NOT');
      if (this.word('NULL')) return not ? 'IS NOT NULL' : 'IS NULL';
      throw this.fail('NULL is expected after IS');
    }
    const token = this.next('an operator is expected');
    const operator = token.kind === 'symbol' ? SYMBOLS[token.text] : undefined;
    if (!operator) throw this.fail(`${quote(token.text)} is no operator`);
    return operator;
  }

  private checkOperator(field: Field, operator: Operator): void {
    const allowed = field.numeric
      ? NUMBER_OPERATORS.has(operator)
      : (TEXT_OPERATORS.has(operator) && !(this.grammar.exact?.includes(field.key) && /LIKE/.test(operator))) ||
        ((operator === 'IN' || operator === 'NOT IN') && this.takesList(field)) ||
        ((operator === 'IS NULL' || operator === 'IS NOT NULL') && this.takesNull(field));
    if (!allowed) throw this.fail(`${operator} can't be used with ${field.entity} ${quote(field.key)}`);
  }

  private takesList({ entity, key }: Field): boolean {
    const { lists } = this.grammar;
    return lists === 'everything' || entity === 'dataset' || (entity === 'attribute' && lists.includes(key));
  }

  private takesNull({ entity }: Field): boolean {
    return this.grammar.nulls && (entity === 'param' || entity === 'tag');
  }

  private value(field: Field): string | number {
    const token = this.next('a value is expected');
    if (field.numeric) {
      const number = token.kind === 'symbol' || token.text.trim() === '' ? NaN : Number(token.text);
      if (Number.isNaN(number))
        throw this.fail(`${field.entity} ${quote(field.key)} is compared with a number, not with ${quote(token.text)}`);
      if (this.grammar.integers && !Number.isInteger(number))
        throw this.fail(`${field.entity} ${quote(field.key)} is compared with a whole number, not with ${quote(token.text)}`);
      return number;
    }
    if (token.kind === 'text' || (token.kind === 'quoted' && token.mark === '"')) return token.text;
    throw this.fail(`${field.entity} ${quote(field.key)} is compared with a text in single quotes, not with ${quote(token.text)}`);
  }

  private list(): string[] {
    this.symbol('(');
    const values: string[] = [];
    do {
      const token = this.next('a text is expected');
      if (token.kind !== 'text' && !(token.kind === 'quoted' && token.mark === '"')) throw this.fail('a list holds texts in single quotes');
      values.push(token.text);
    } while (this.optionalSymbol(','));
    this.symbol(')');
    return values;
  }

  private symbol(text: string): void {
    if (!this.optionalSymbol(text)) throw this.fail(`'${text}' is expected`);
  }

  private optionalSymbol(text: string): boolean {
    const token = this.tokens[this.position];
    if (token?.kind !== 'symbol' || token.text !== text) return false;
    this.position++;
    return true;
  }

  /** Takes the word if it stands here, in any case. */
  private word(text: string): boolean {
    const token = this.tokens[this.position];
    if (token?.kind !== 'word' || token.text.toUpperCase() !== text) return false;
    this.position++;
    return true;
  }

  private next(expected: string): Token {
    const token = this.tokens[this.position];
    if (!token) throw this.fail(expected);
    this.position++;
    return token;
  }

  private fail(reason: string): Error {
    return invalid(`Invalid filter ${quote(this.source)}: ${reason}.`);
  }
}

/** `metrics.val.loss` is the metric `val.loss`; a word without a dot is an attribute. */
export function splitField(word: string): { prefix: string | undefined; key: string } {
  const dot = word.indexOf('.');
  return dot < 0 ? { prefix: undefined, key: word } : { prefix: word.slice(0, dot), key: word.slice(dot + 1) };
}
