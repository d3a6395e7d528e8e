import { basename } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { isMap } from 'yaml';
import type { DataMetadata, MetadataField, MetadataList } from '../../core/dataMetadata';
import { invalid } from '../../core/errors';
import { isDict, isList, type PythonValue } from '../records/pythonValue';
import { readRecord } from '../records/record';
import type { RecordReading } from '../records/recordReading';
import { diskSource, type RecordSource } from '../records/recordSource';
import type { Stage, StageOut } from '../records/stage';
import { YamlFile } from '../records/yamlFile';
import { METADATA_KEYS, metadataOf } from './metadata';
import { placeInRecord, type MetadataPlace } from './metadataPlace';
import { YamlEdit, type YamlPath } from './yamlEdit';
import type { YamlEntry } from './yamlText';

/** What is to be said from now on; an empty text or list takes away what was said. What isn't named stays. */
export type MetadataChange = Partial<Pick<DataMetadata, MetadataField>>;

export interface DescribedOut {
  readonly stage: Stage;
  readonly out: StageOut;
}

const LISTS: ReadonlySet<string> = new Set<MetadataList>(['labels', 'preprocessing', 'transformations']);

/**
 * A record's text with an out described. The real reader reads the result before it is given: it says just what was asked for, and
 * everything else says what it did. Throws a TrackingError of one line where the file can't be edited without changing more.
 */
export async function editMetadata(root: string, text: string, { stage, out }: DescribedOut, change: MetadataChange): Promise<string> {
  const place = placeInRecord(text, stage, out);
  let result = text;
  for (const field of Object.keys(METADATA_KEYS) as MetadataField[])
    if (field in change) result = edited(result, place, METADATA_KEYS[field], entryOf(change[field], stage.name !== undefined));
  await check(root, [text, result], { stage, out }, change);
  return result;
}

function edited(text: string, place: MetadataPlace, path: YamlPath, entry: YamlEntry | undefined): string {
  const edit = new YamlEdit(text);
  const { keys } = place;
  if (edit.at(keys) === undefined && place.text) {
    if (entry === undefined) return text;
    return edit.open(
      place.text,
      path.reduceRight<YamlEntry>((inner, key) => ({ [key]: inner }), entry),
    );
  }
  const holdsOnlyThis = path.every((key, depth) => {
    const node = edit.at([...keys, ...path.slice(0, depth)]);
    return isMap(node) && node.items.length === 1 && node.has(key);
  });
  if (entry === undefined && holdsOnlyThis) return edit.close(keys.slice(0, -1));
  return edit.set([...keys, ...path], entry, keys.length);
}

/** A text of a pipeline must not be taken for a template. */
function entryOf(value: string | readonly string[] | undefined, isTemplate: boolean): YamlEntry | undefined {
  const written = (text: string): string => (isTemplate ? text.replaceAll('${', '\\${') : text);
  if (value === undefined || value.length === 0) return undefined;
  return typeof value === 'string' ? written(value) : value.map(written);
}

async function check(
  root: string,
  texts: readonly [before: string, after: string],
  described: DescribedOut,
  change: MetadataChange,
): Promise<void> {
  const { stage, out } = described;
  const [before, after] = await Promise.all(texts.map((text) => readAs(root, stage.file, text)));
  const now = after && outOf(after.stages, described);
  const wanted = { ...metadataOf(out), ...cleaned(change) };
  const isRight = now !== undefined && isDeepStrictEqual(metadataOf(now), wanted) && after?.broken.length === before?.broken.length;
  const places = texts.map((text) =>
    withoutMetadata(YamlFile.parse(text).value, placeInRecord(text, stage, out).keys, Object.keys(change) as MetadataField[]),
  );
  if (!isRight || !isDeepStrictEqual(places[0], places[1]))
    throw invalid(
      `${out.path} can't be described without changing more of ${basename(stage.file)} (line ${out.line}): edit the file by hand.`,
    );
}

/** As it is read again: a text that says nothing is none, a list without anything is empty. */
function cleaned(change: MetadataChange): MetadataChange {
  const read = (field: string, value: string | readonly string[] | undefined): string | readonly string[] | undefined =>
    LISTS.has(field) ? (value ?? []) : value === '' ? undefined : value;
  return Object.fromEntries(Object.entries(change).map(([field, value]) => [field, read(field, value)]));
}

function outOf(stages: readonly Stage[], { stage, out }: DescribedOut): StageOut | undefined {
  return stages
    .find(({ address }) => address === stage.address)
    ?.outs.find(({ target, kind }) => target === out.target && kind === out.kind);
}

/** Reads a record as if its text were another. */
function readAs(root: string, file: string, text: string): Promise<RecordReading> {
  const source: RecordSource = {
    ...diskSource,
    read: (path) => (path === file ? Promise.resolve(Buffer.from(text)) : diskSource.read(path)),
  };
  return readRecord(root, file, source);
}

/** A file's value but for what is said of an out: an out without anything said is the same as one that is only a text. */
function withoutMetadata(value: PythonValue, path: YamlPath, fields: readonly MetadataField[]): PythonValue {
  const [key, ...rest] = path;
  if (key === undefined) return fields.reduce<PythonValue>((left, field) => without(left, METADATA_KEYS[field]), value);
  if (isList(value)) return value.map((item, index) => (index === key ? withoutMetadata(item, rest, fields) : item));
  if (isDict(value)) return new Map([...value].map(([name, item]) => [name, name === key ? withoutMetadata(item, rest, fields) : item]));
  return value === key && rest.length === 0 ? new Map([[key, new Map()]]) : value;
}

function without(value: PythonValue, [key, ...rest]: readonly string[]): PythonValue {
  if (!isDict(value) || key === undefined) return value;
  const inner = rest.length === 0 ? undefined : without(value.get(key) ?? null, rest);
  const isGone = inner === undefined || inner === null || (isDict(inner) && inner.size === 0);
  return new Map(
    [...value].flatMap(([name, item]): [PythonValue, PythonValue][] => (name !== key ? [[name, item]] : isGone ? [] : [[name, inner]])),
  );
}
