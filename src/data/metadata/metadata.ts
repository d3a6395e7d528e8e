import type { DataMetadata, MetadataField } from '../../core/dataMetadata';
import { OtherValue, type PlainValue } from '../records/plainValue';
import type { StageOut } from '../records/stage';

/**
 * Where DVC keeps each in an entry of `outs`: `desc`, `type` and `labels` are its own; `meta` is free for anybody, and these keys in it
 * are ours.
 */
export const METADATA_KEYS: Readonly<Record<MetadataField, readonly string[]>> = {
  description: ['desc'],
  type: ['type'],
  labels: ['labels'],
  source: ['meta', 'source'],
  preprocessing: ['meta', 'preprocessing'],
  transformations: ['meta', 'transformations'],
};

const OURS = new Set(['source', 'preprocessing', 'transformations']);

/** What an entry of `outs` says of its data. */
export function metadataOf({ description, type, labels, meta }: Pick<StageOut, 'description' | 'type' | 'labels' | 'meta'>): DataMetadata {
  const keys = isDict(meta) ? meta : {};
  const rest = Object.entries(keys)
    .filter(([key, value]) => !OURS.has(key) || !isReadable(key, value))
    .map(([key, value]): [string, unknown] => [key, jsonable(value)]);
  return {
    description: description === '' ? undefined : description,
    type: type === '' ? undefined : type,
    labels,
    source: textOf(keys['source']),
    preprocessing: listOf(keys['preprocessing']),
    transformations: listOf(keys['transformations']),
    other: { ...(meta === undefined || isDict(meta) ? {} : { meta: jsonable(meta) }), ...Object.fromEntries(rest) },
  };
}

function isReadable(key: string, value: PlainValue | undefined): boolean {
  return (
    value === null ||
    textOf(value) !== undefined ||
    (key !== 'source' && isList(value) && value.every((item) => textOf(item) !== undefined))
  );
}

/** A number or a date that somebody wrote without quotes is a text, too. */
function textOf(value: PlainValue | undefined): string | undefined {
  if (typeof value === 'string') return value === '' ? undefined : value;
  if (typeof value === 'number' || typeof value === 'bigint' || typeof value === 'boolean') return String(value);
  return value instanceof OtherValue && value.text !== '' ? value.text : undefined;
}

function listOf(value: PlainValue | undefined): readonly string[] {
  const text = textOf(value);
  if (text !== undefined) return [text];
  const texts = isList(value) ? value.map(textOf) : [];
  return texts.every((each) => each !== undefined) ? texts : [];
}

function jsonable(value: PlainValue): unknown {
  if (typeof value === 'bigint') return String(value);
  if (value instanceof OtherValue) return value.items.length > 0 ? value.items.map(jsonable) : value.text;
  if (isList(value)) return value.map(jsonable);
  if (isDict(value)) return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, jsonable(item)]));
  return value;
}

function isList(value: PlainValue | undefined): value is readonly PlainValue[] {
  return Array.isArray(value);
}

function isDict(value: PlainValue | undefined): value is { readonly [key: string]: PlainValue } {
  return typeof value === 'object' && value !== null && !Array.isArray(value) && !(value instanceof OtherValue);
}
