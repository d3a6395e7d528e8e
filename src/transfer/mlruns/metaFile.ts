import { LineCounter, isAlias, isMap, isScalar, isSeq, parseDocument } from 'yaml';
import { invalid } from '../../core/errors';

/** The values of a meta file: texts as they are written, undefined for null, maps of texts. */
export type Meta = ReadonlyMap<string, string | undefined | ReadonlyMap<string, string>>;

const NOTHING = /^(?:~|null|Null|NULL)?$/;

/**
 * Reads a meta.yaml. Every value stays the text that is written: YAML's versions differ in what is a number or a truth
 * value, and ids are longer than numbers are exact. Aliases are refused, since a few of them can stand for gigabytes.
 */
export function parseMeta(text: string): Meta {
  const lines = new LineCounter();
  const document = parseDocument(text, { schema: 'failsafe', uniqueKeys: false, lineCounter: lines, logLevel: 'silent' });
  const [error] = document.errors;
  if (error) throw invalid(`It is no YAML at line ${lines.linePos(error.pos[0]).line}: ${error.message.split('\n')[0]}`);
  if (!isMap(document.contents)) throw invalid('It does not hold names with values.');
  const meta = new Map<string, string | undefined | ReadonlyMap<string, string>>();
  for (const { key, value } of document.contents.items) meta.set(textOf(key) ?? '', valueOf(value));
  return meta;
}

function valueOf(node: unknown): string | undefined | ReadonlyMap<string, string> {
  if (!isMap(node)) return isSeq(node) ? undefined : textOf(node);
  const inner = new Map<string, string>();
  for (const { key, value } of node.items) inner.set(textOf(key) ?? '', textOf(value) ?? '');
  return inner;
}

function textOf(node: unknown): string | undefined {
  if (isAlias(node)) throw invalid('It holds an alias, which no meta file of MLflow does.');
  if (!isScalar(node)) return undefined;
  const value = typeof node.value === 'string' ? node.value : '';
  return node.type === 'PLAIN' && NOTHING.test(value) ? undefined : value;
}

/** A value that is a text; undefined for an empty or absent one. */
export function metaText(meta: Meta, ...names: readonly string[]): string | undefined {
  for (const name of names) {
    const value = meta.get(name);
    if (typeof value === 'string' && value !== '') return value;
  }
  return undefined;
}

/** A whole number, as times are; undefined for anything else. */
export function metaNumber(meta: Meta, ...names: readonly string[]): number | undefined {
  const text = metaText(meta, ...names);
  if (text === undefined || !/^-?\d+(\.\d+)?$/.test(text)) return undefined;
  const value = Math.trunc(Number(text));
  return Number.isSafeInteger(value) ? value : undefined;
}

/** Names with texts, e.g. the tags of an input. */
export function metaMap(meta: Meta, name: string): Record<string, string> {
  const value = meta.get(name);
  return typeof value === 'object' ? Object.fromEntries(value) : {};
}
