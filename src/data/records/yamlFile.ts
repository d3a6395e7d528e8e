import {
  LineCounter,
  isAlias,
  isMap,
  isScalar,
  isSeq,
  parseDocument,
  type Document,
  type Node,
  type Scalar,
  type YAMLError,
  type YAMLMap,
} from 'yaml';
import { RecordError } from './recordError';
import { OtherValue } from './plainValue';
import { PythonFloat, isDict, isList, toPlain, type PythonDict, type PythonValue } from './pythonValue';
import { numberOf, plainScalar, withFoldedBreaks } from './yamlScalar';

const TAG = 'tag:yaml.org,2002:';
/** Values that aliases may stand for in all: a few lines of aliases to aliases would fill the memory. */
const REPEATED = 100_000;

/** A YAML file as DVC's parser reads it, with the lines of its entries. */
export class YamlFile {
  private constructor(
    readonly value: PythonValue,
    private readonly places: ReadonlyMap<object, ReadonlyMap<PythonValue, Place>>,
  ) {}

  /** Throws RecordError, with the line. */
  static parse(text: string): YamlFile {
    const lines = new LineCounter();
    // No schema but the lexer's: what a plain word means is decided as DVC's parser does. And keys are told apart here: the library looks
    // for each among all others.
    const document = parseDocument(text, { lineCounter: lines, schema: 'failsafe', version: '1.2', uniqueKeys: false, logLevel: 'error' });
    const lineOf = (offset: number | undefined): number => Math.max(1, lines.linePos(offset ?? 0).line);
    const [error] = document.errors;
    if (error) throw conflictIn(text) ?? new RecordError(reasonOf(error), lineOf(error.pos[0]));
    const reading = new Reading(text, document, lineOf);
    return new YamlFile(reading.valueOf(document.contents), reading.places);
  }

  /** The line of an entry, from 1; the nearest known one above it where the path leads nowhere. */
  line(...path: readonly (string | number)[]): number {
    let here = this.value;
    let line = 1;
    for (const key of path) {
      if (!isDict(here) && !isList(here)) break;
      const place = this.places.get(here)?.get(key);
      if (place === undefined) break;
      line = place.line;
      here = (isDict(here) ? here.get(key) : here[key as number]) ?? null;
    }
    return line;
  }

  /** The text of an entry as it stands in the file: a digest of digits is a number otherwise. */
  source(holder: PythonDict, key: string): string | undefined {
    const value = holder.get(key);
    if (typeof value === 'string') return value;
    return value === undefined || value === null ? undefined : this.places.get(holder)?.get(key)?.source;
  }
}

/** The usual reason why a file can be read no longer. */
function conflictIn(text: string): RecordError | undefined {
  const at = text.search(/^<<<<<<< /m);
  if (at < 0) return undefined;
  return new RecordError(
    'a merge isn’t finished here: choose what stays, and take the marks “<<<<<<<” away',
    text.slice(0, at).split('\n').length,
  );
}

function reasonOf({ code, message }: YAMLError): string {
  if (code === 'MULTIPLE_DOCS') return 'it holds more than one document (“---”)';
  if (message.includes('call stack')) return 'it is nested too deeply';
  return message.split('\n')[0]?.replace(/ at line .*$/, '') ?? 'not YAML';
}

interface Place {
  readonly line: number;
  readonly source: string | undefined;
}

class Reading {
  readonly places = new Map<object, ReadonlyMap<PythonValue, Place>>();
  private readonly known = new Map<Node, PythonValue>();
  /** What each node comes to with its aliases written out; all of them together; and how much of that is of aliases. */
  private readonly sizes = new Map<Node, number>();
  private size = 0;
  private repeated = 0;

  constructor(
    private readonly file: string,
    private readonly document: Document,
    private readonly lineOf: (offset: number | undefined) => number,
  ) {}

  valueOf(node: Node | null | undefined): PythonValue {
    if (node === null || node === undefined) return null;
    const known = this.known.get(node);
    if (known !== undefined) return known;
    const before = this.size++;
    const value = this.build(node);
    this.sizes.set(node, this.size - before);
    this.known.set(node, value);
    return value;
  }

  private build(node: Node): PythonValue {
    if (isAlias(node)) {
      const target = node.resolve(this.document);
      if (!target) throw this.error(node, `no anchor “${node.source}”`);
      const value = this.valueOf(target);
      const size = this.sizes.get(target) ?? 0;
      this.size += size;
      this.repeated += size;
      if (this.repeated > REPEATED) throw this.error(node, `its aliases stand for more than ${REPEATED.toLocaleString('en')} values`);
      return value;
    }
    if (isScalar(node)) return this.scalar(node);
    if (isMap(node)) return this.dict(node);
    if (!isSeq(node)) return null;
    this.checkTag(node, ['seq', 'omap', 'pairs']);
    const places = new Map<PythonValue, Place>();
    const items = node.items.map((item, i) => {
      places.set(i, this.placeOf(item as Node | null, node));
      return this.valueOf(item as Node | null);
    });
    this.places.set(items, places);
    return items;
  }

  private dict(node: YAMLMap): PythonValue {
    this.checkTag(node, ['map', 'set', 'omap']);
    const own: [PythonValue, PythonValue, Place][] = [];
    const merged = new Map<PythonValue, [PythonValue, Place]>();
    const names = new Set<unknown>();
    for (const pair of node.items) {
      const key = pair.key as Node | null;
      if (isScalar(key) && names.size === names.add(key.value).size) throw this.error(key, 'Map keys must be unique');
      const value = pair.value as Node | null;
      if (isScalar(key) && key.type === 'PLAIN' && key.value === '<<') {
        for (const source of this.mergeSources(value ?? key)) {
          for (const [name, item] of source) merged.set(name, [item, this.places.get(source)?.get(name) ?? this.placeOf(key, node)]);
        }
      } else {
        const source = isScalar(value) ? value.source : undefined;
        own.push([this.keyOf(key), this.valueOf(value), { line: this.placeOf(key, node).line, source }]);
      }
    }
    const dict = new Map<PythonValue, PythonValue>();
    const places = new Map<PythonValue, Place>();
    const put = (key: PythonValue, value: PythonValue, place: Place): void => {
      dict.set(key, value);
      places.set(key, place);
    };
    for (const [key, [value, place]] of merged) put(key, value, place);
    for (const [key, value, place] of own) put(key, value, place);
    if (node.tag === `${TAG}set`) return new OtherValue('set', '', [...dict.keys()].map(toPlain));
    this.places.set(dict, places);
    return dict;
  }

  /** The dicts of a `<<`, those that lose first. */
  private mergeSources(node: Node): PythonDict[] {
    const value = this.valueOf(node);
    const sources = isList(value) ? [...value].reverse() : [value];
    return sources.map((source) => {
      if (!isDict(source)) throw this.error(node, '“<<” takes a mapping, or a list of them');
      return source;
    });
  }

  private keyOf(node: Node | null): PythonValue {
    const key = this.valueOf(node);
    if (isDict(key)) throw this.error(node ?? undefined, 'a mapping can’t be a key');
    // Python's 1 and 1.0 are one key; nobody writes both.
    if (key instanceof PythonFloat) return Number.isInteger(key.value) ? key.value : key;
    return isList(key) ? new OtherValue('tuple', '', key.map(toPlain)) : key;
  }

  private scalar(node: Scalar): PythonValue {
    const isPlain = node.type === 'PLAIN' || node.type === undefined || node.type === null;
    const [text, source] = this.textsOf(node, isPlain);
    switch (node.tag) {
      case undefined:
      case '!':
        if (isPlain && (source === '<<' || source === '=')) throw this.error(node, `“${source}” needs quotes`);
        return isPlain ? plainScalar(source) : text;
      case `${TAG}str`:
        return text;
      case `${TAG}null`:
        return null;
      case `${TAG}bool`:
        return /^(?:yes|true|on)$/i.test(text);
      case `${TAG}int`:
      case `${TAG}timestamp`:
        return plainScalar(text);
      case `${TAG}float`: {
        const value = numberOf(text);
        return typeof value === 'number' || typeof value === 'bigint' ? new PythonFloat(Number(value)) : (value ?? text);
      }
      case `${TAG}binary`:
        return new OtherValue('bytes', text.replace(/\s+/g, ''));
      default:
        throw this.error(node, `DVC doesn't know the tag “${String(node.tag)}”`);
    }
  }

  /** A scalar's text, and how it stands in the file where it has no quotes. */
  private textsOf(node: Scalar, isPlain: boolean): [string, string] {
    const raw = this.file.slice(node.range?.[0], node.range?.[1]);
    const text = withFoldedBreaks(typeof node.value === 'string' ? node.value : '', raw);
    return [text, isPlain && node.source !== undefined ? withFoldedBreaks(node.source, raw) : text];
  }

  private checkTag(node: YAMLMap | Node, known: readonly string[]): void {
    const tag = (node as { tag?: string }).tag;
    if (tag !== undefined && tag !== '!' && !known.some((name) => tag === TAG + name))
      throw this.error(node, `DVC doesn't know the tag “${tag}”`);
  }

  private placeOf(node: Node | null | undefined, holder: Node): Place {
    return { line: this.lineOf((node ?? holder).range?.[0]), source: isScalar(node) ? node.source : undefined };
  }

  private error(node: Node | undefined, message: string): RecordError {
    return new RecordError(message, this.lineOf(node?.range?.[0]));
  }
}
