import { isMap, isScalar, isSeq, LineCounter, parseDocument, type Node } from 'yaml';
import type { Bounds, Demand } from './checks';

/** Reads a YAML text's nodes, and gathers what is wrong with them, each with its line. */
export class YamlReader {
  readonly errors: { readonly line: number; readonly message: string }[] = [];
  readonly root: unknown;
  private readonly counter = new LineCounter();

  constructor(text: string) {
    // Keys are told apart below: the library looks for each among all others, which takes forever in a file of very many.
    const document = parseDocument(text, { lineCounter: this.counter, uniqueKeys: false });
    for (const error of document.errors) this.wrong(this.counter.linePos(error.pos[0]).line, firstLine(error.message));
    this.root = document.contents;
  }

  wrong(line: number, message: string): undefined {
    this.errors.push({ line, message });
  }

  line(node: unknown): number {
    const start = (node as Node | null)?.range?.[0];
    return start === undefined ? 1 : this.counter.linePos(start).line;
  }

  /** A mapping's values by key, those that are known. */
  fields(node: unknown, what: string, known: readonly string[]): Map<string, { readonly node: unknown; readonly line: number }> {
    const found = new Map<string, { node: unknown; line: number }>();
    if (!isMap(node)) {
      this.wrong(this.line(node), `${what} must be a mapping${known.length > 0 ? ` with ${known.join(', ')}` : ''}`);
      return found;
    }
    for (const { key, value } of node.items) {
      const name = isScalar(key) ? String(key.value) : '';
      const line = this.line(key);
      if (found.has(name)) this.wrong(line, `${what} has ${JSON.stringify(name)} twice; keep one of them`);
      else if (known.length === 0 || known.includes(name)) found.set(name, { node: value, line });
      else this.wrong(line, `${what} has no ${JSON.stringify(name)}; it may have ${known.join(', ')}`);
    }
    return found;
  }

  scalar(node: unknown): unknown {
    return isScalar(node) ? node.value : undefined;
  }

  text(node: unknown, line: number, what: string): Demand<string> | undefined {
    const value = this.scalar(node);
    return typeof value === 'string' ? { value, line } : this.wrong(line, `${what} must be a text`);
  }

  boolean(node: unknown, line: number, what: string): Demand<boolean> | undefined {
    const value = this.scalar(node);
    return typeof value === 'boolean' ? { value, line } : this.wrong(line, `${what} must be true or false`);
  }

  oneOf<T extends string>(node: unknown, line: number, what: string, words: readonly T[]): Demand<T> | undefined {
    const value = words.find((word) => word === this.scalar(node));
    return value === undefined ? this.wrong(line, `${what} must be one of ${words.join(', ')}`) : { value, line };
  }

  count(node: unknown, line: number, what: string): Demand<number> | undefined {
    const value = this.scalar(node);
    return isCount(value) ? { value, line } : this.wrong(line, `${what} must be a whole number from 0 on`);
  }

  /** A number, or a date as text. */
  limit(node: unknown, line: number, what: string): Demand<number | string> | undefined {
    const value = this.scalar(node);
    if (typeof value === 'number' && Number.isFinite(value)) return { value, line };
    if (typeof value === 'string' && !Number.isNaN(Date.parse(value))) return { value, line };
    return this.wrong(line, `${what} must be a number, or a date such as 2026-01-31`);
  }

  /** A name, or a position from 1. */
  column(node: unknown, line: number, what: string): Demand<string | number> | undefined {
    const value = this.scalar(node);
    if (typeof value === 'string' || (isCount(value) && value > 0)) return { value, line };
    return this.wrong(line, `${what} must be a column's name, or its position from 1`);
  }

  /** `{ min, max }`, or a number that stands for both or, where `upTo`, for the most. */
  bounds(node: unknown, line: number, what: string, upTo = false): Demand<Bounds> | undefined {
    const value = this.scalar(node);
    if (typeof value === 'number' && Number.isFinite(value)) return { value: upTo ? { max: value } : { min: value, max: value }, line };
    if (!isMap(node)) return this.wrong(line, `${what} must be a number, or min and max such as { min: 1, max: 10 }`);
    const bounds: { min?: number; max?: number } = {};
    for (const [key, field] of this.fields(node, what, ['min', 'max'])) {
      const limit = this.scalar(field.node);
      if (typeof limit === 'number' && Number.isFinite(limit)) bounds[key as 'min' | 'max'] = limit;
      else this.wrong(field.line, `${key} of ${what} must be a number`);
    }
    if (bounds.min !== undefined && bounds.max !== undefined && bounds.min > bounds.max)
      return this.wrong(line, `min of ${what} is above its max`);
    return { value: bounds, line };
  }

  /** A list of texts, numbers and booleans, as text. */
  values(node: unknown, line: number, what: string): Demand<readonly string[]> | undefined {
    if (!isSeq(node)) return this.wrong(line, `${what} must be a list such as [a, b]`);
    const items = node.items.map((item) => this.scalar(item));
    const plain = items.every((item) => typeof item === 'string' || typeof item === 'number' || typeof item === 'boolean');
    return plain ? { value: items.map(String), line } : this.wrong(line, `${what} must be a list of texts or numbers`);
  }

  items(node: unknown, line: number, what: string): readonly unknown[] {
    if (isSeq(node)) return node.items;
    this.wrong(line, `${what} must be a list`);
    return [];
  }
}

function isCount(value: unknown): value is number {
  return typeof value === 'number' && Number.isSafeInteger(value) && value >= 0;
}

function firstLine(message: string): string {
  return (message.split('\n')[0] ?? message).replace(/ at line \d+, column \d+:?$/, '');
}
