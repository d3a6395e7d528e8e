import { isAlias, isMap, isScalar, isSeq, parseDocument, type Document, type Node, type Pair, type YAMLMap, type YAMLSeq } from 'yaml';
import { invalid } from '../../core/errors';
import { blockText, flowText, isList, scalarText, type YamlEntry, type YamlStyle } from './yamlText';

export type YamlPath = readonly (string | number)[];

/**
 * Changes one entry of a YAML file and leaves every other byte as it is: comments, order, line ends, a missing last newline. What the
 * text says afterwards is for the caller to check: an anchor may stand for the entry elsewhere, too.
 */
export class YamlEdit {
  private readonly document: Document;
  private readonly style: YamlStyle;

  /** Throws a TrackingError for what isn't YAML. */
  constructor(readonly text: string) {
    this.document = parseDocument(text, { schema: 'failsafe', version: '1.2', uniqueKeys: false, logLevel: 'silent' });
    const [error] = this.document.errors;
    if (error) throw invalid(error.message.split('\n')[0] ?? 'This is not YAML.');
    this.style = { eol: /\r?\n/.exec(text)?.[0] ?? '\n', dash: dashOf(this.document.contents, text) };
  }

  /** The node at a path; undefined where there is none. */
  at(path: YamlPath): Node | undefined {
    let node = this.document.contents as Node | null | undefined;
    for (const key of path) {
      if (isMap(node)) node = pairOf(node, String(key))?.value as Node | null | undefined;
      else if (isSeq(node)) node = node.items[key as number] as Node | null | undefined;
      else return undefined;
    }
    return node ?? undefined;
  }

  /** The text with the entry as it is to be; undefined takes it away, and what held nothing else, but for the first `kept` of the path. */
  set(path: YamlPath, entry: YamlEntry | undefined, kept = 0): string {
    const key = String(path.at(-1));
    const above = path.slice(0, -1);
    const holder = this.at(above);
    if (isAlias(holder)) throw invalid(`“${above.join('.')}” is an alias of another entry.`);
    if (isMap(holder)) {
      const pair = pairOf(holder, key);
      if (!pair) return entry === undefined ? this.text : this.insert(holder, key, entry);
      if (entry !== undefined) return this.replace(holder, pair, entry);
      return holder.items.length === 1 && above.length > kept
        ? this.set(above, undefined, kept)
        : this.remove(holder.items, holder.flow === true, pair);
    }
    if (holder !== undefined && !isEmpty(holder)) throw invalid(`“${above.join('.')}” holds something else than keys.`);
    return entry === undefined ? this.text : this.set(above, { [key]: entry });
  }

  /** Makes a mapping of an item of a list: `- a.csv` becomes `- a.csv:` with keys. */
  open(path: YamlPath, entry: YamlEntry): string {
    const item = this.at(path);
    if (!isScalar(item)) throw invalid(`“${path.join('.')}” is no text.`);
    const list = this.at(path.slice(0, -1));
    const [start, end] = [startOf(item), endOf(item, this.text)];
    const source = this.text.slice(start, end);
    if (isSeq(list) && list.flow) return this.spliced(start, end, `{${source}: ${flowText(entry)}}`);
    // A comment behind the item stays on its line.
    const line = this.lineEnd(end);
    return this.spliced(end, line, `:${this.text.slice(end, line)}${blockText(entry, this.column(start), this.style)}`);
  }

  /** Makes a text of an item of a list again whose only key holds nothing any more. */
  close(path: YamlPath): string {
    const item = this.at(path);
    const pair = isMap(item) && item.items.length === 1 ? item.items[0] : undefined;
    if (!pair || !isMap(item)) throw invalid(`“${path.join('.')}” has more than one key.`);
    const [start, end] = [endOf(pair.key as Node, this.text), pairEnd(pair, this.text)];
    // A comment behind the colon stays.
    const line = this.lineEnd(start);
    if (!item.flow) return this.spliced(start, end, line < end ? this.text.slice(this.text.indexOf(':', start) + 1, line) : '');
    const close = this.text.indexOf('}', end);
    return this.spliced(startOf(item), close + 1, this.text.slice(startOf(pair.key as Node), start));
  }

  private insert(holder: YAMLMap, key: string, entry: YamlEntry): string {
    const last = holder.items.at(-1);
    if (holder.flow || !last) {
      const at = last ? pairEnd(last, this.text) : startOf(holder) + 1;
      return this.spliced(at, at, `${last ? ', ' : ''}${key}: ${flowText(entry)}`);
    }
    const column = this.column(startOf((holder.items[0] as Pair).key as Node));
    const at = this.lineEnd(pairEnd(last, this.text));
    return this.spliced(at, at, `${this.style.eol}${' '.repeat(column)}${key}:${blockText(entry, column, this.style)}`);
  }

  private replace(holder: YAMLMap, pair: Pair, entry: YamlEntry): string {
    const value = pair.value as Node | null;
    if (isList(entry) && isSeq(value) && !value.flow) {
      const changed = this.changeItems(value, entry);
      if (changed !== undefined) return changed;
    }
    const key = pair.key as Node;
    const [start, end] = [endOf(key, this.text), pairEnd(pair, this.text)];
    const colon = this.text.indexOf(':', start) + 1;
    const text = holder.flow || flowOf(value) ? ` ${flowText(entry)}` : blockText(entry, this.column(startOf(key)), this.style);
    // An anchor or a tag before the value stays.
    const from = value && startOf(value) > colon && typeof entry === 'string' && isScalar(value) ? startOf(value) : colon;
    return this.spliced(from, Math.max(from, end), from === colon ? text : text.trimStart());
  }

  /** Takes lines out of a list and puts others at its end, where that is all; undefined where it isn't. */
  private changeItems(list: YAMLSeq, wanted: readonly string[]): string | undefined {
    const items = list.items as readonly (Node | null)[];
    const values = items.map((item) => (isScalar(item) && typeof item.value === 'string' ? item.value : undefined));
    const kept: number[] = [];
    for (const [index, value] of values.entries()) if (kept.length < wanted.length && value === wanted[kept.length]) kept.push(index);
    const [gone, fresh] = [items.map((_, index) => index).filter((index) => !kept.includes(index)), wanted.slice(kept.length)];
    const last = items.at(-1);
    if (kept.length === 0 || !last) return undefined;
    const prefixes = items.map((item) => (item ? this.text.slice(this.lineStart(startOf(item)), startOf(item)) : ''));
    if (prefixes.some((prefix) => !/^ *- +$/.test(prefix))) return undefined;
    const added = fresh.map((text) => `${this.style.eol}${prefixes.at(-1)}${scalarText(text, false)}`).join('');
    const edits = gone.map((index) => this.lines(startOf(items[index] as Node), endOf(items[index] as Node, this.text), index > 0));
    const at = this.lineEnd(endOf(last, this.text));
    let result = this.spliced(at, at, added);
    for (const [start, end] of edits.reverse()) result = result.slice(0, start) + result.slice(end);
    return result;
  }

  private remove(items: readonly Pair[], isFlow: boolean, pair: Pair): string {
    const index = items.indexOf(pair);
    const [before, after] = [items[index - 1], items[index + 1]];
    const [start, end] = [startOf(pair.key as Node), pairEnd(pair, this.text)];
    const next = after && startOf(after.key as Node);
    if (isFlow) {
      if (next !== undefined) return this.spliced(start, next, '');
      return this.spliced(before ? pairEnd(before, this.text) : start, end, '');
    }
    const isOwnLine = this.text.slice(this.lineStart(start), start).trim() === '';
    if (isOwnLine) return this.spliced(...this.lines(start, end, true), '');
    // Behind a dash, where the next key moves up to; but not over a comment.
    return this.spliced(start, next !== undefined && this.text.slice(end, next).trim() === '' ? next : end, '');
  }

  /** The lines from one place to another, with one line end: that behind them, or the one before them where the file ends with them. */
  private lines(start: number, end: number, mayTakeBefore: boolean): [start: number, end: number] {
    const [from, to] = [this.lineStart(start), this.lineEnd(end)];
    if (to < this.text.length) return [from, to + this.eolAt(to)];
    const before = mayTakeBefore && from > 0 ? (this.text[from - 2] === '\r' ? 2 : 1) : 0;
    return [from - before, to];
  }

  private spliced(start: number, end: number, text: string): string {
    return this.text.slice(0, start) + text + this.text.slice(end);
  }

  private column(offset: number): number {
    return [...this.text.slice(this.lineStart(offset), offset).replace('\ufeff', '')].length;
  }

  private lineStart(offset: number): number {
    return this.text.lastIndexOf('\n', offset - 1) + 1;
  }

  /** Where the line ends, without its line end. */
  private lineEnd(offset: number): number {
    const at = this.text.indexOf('\n', offset);
    if (at < 0) return this.text.length;
    return this.text[at - 1] === '\r' ? at - 1 : at;
  }

  private eolAt(offset: number): number {
    return this.text[offset] === '\r' ? 2 : 1;
  }
}

function pairOf(map: YAMLMap, key: string): Pair | undefined {
  return map.items.find((pair) => isScalar(pair.key) && pair.key.value === key);
}

function startOf(node: Node): number {
  return node.range?.[0] ?? 0;
}

function pairEnd({ key, value }: Pair, text: string): number {
  const keyEnd = endOf(key as Node, text);
  const node = value as Node | null;
  const isThere =
    node !== null && node !== undefined && !(isScalar(node) && (node.source ?? '') === '' && startOf(node) === node.range?.[1]);
  return isThere ? endOf(node, text) : text.indexOf(':', keyEnd) + 1;
}

/** Where what a node says ends; without comments and blank lines behind it. */
function endOf(node: Node, text: string): number {
  if (isMap(node) && !node.flow && node.items.length > 0) return pairEnd(node.items.at(-1) as Pair, text);
  const last = isSeq(node) && !node.flow ? (node.items.at(-1) as Node | null | undefined) : undefined;
  if (last) return endOf(last, text);
  const [start, end] = node.range ?? [0, 0];
  return start + text.slice(start, end).trimEnd().length;
}

function flowOf(node: Node | null): boolean {
  return (isMap(node) || isSeq(node)) && node.flow === true;
}

function isEmpty(node: Node): boolean {
  if (isMap(node) || isSeq(node)) return node.items.length === 0;
  return isScalar(node) && /^(?:~|null|Null|NULL)?$/.test(node.source ?? '');
}

/** How far the dashes of the file's first list stand behind its key: 0 in files that dvc wrote, 2 in many pipelines. */
function dashOf(node: Node | null, text: string): number {
  if (!isMap(node)) return 0;
  for (const pair of node.items) {
    const { key, value } = pair as Pair<Node, Node | null>;
    if (isSeq(value) && !value.flow && value.items.length > 0) {
      const column = (offset: number): number => offset - (text.lastIndexOf('\n', offset - 1) + 1);
      return Math.min(4, Math.max(0, column(startOf(value)) - column(startOf(key))));
    }
    const inner = isMap(value) && !value.flow ? dashOf(value, text) : 0;
    if (inner > 0) return inner;
  }
  return 0;
}
