import { isSeq } from 'yaml';
import type { ContentFormat } from '../content/profile';
import { MOST_COLUMNS } from '../content/tables/tableStats';
import type { Checks, ColumnChecks, Demand } from './checks';
import { YamlReader } from './yamlReader';

const FORMATS: readonly ContentFormat[] = ['csv', 'parquet', 'jsonl', 'idx', 'npy', 'images', 'folder'];
const TYPES = ['integer', 'number', 'boolean', 'date', 'text'] as const;
const KEYS = [
  ...['format', 'header', 'delimiter', 'label', 'rows', 'columns', 'files', 'missing', 'duplicates', 'image', 'pixels', 'shape', 'type'],
  ...['labels', 'class_share', 'schema', 'parts'],
];
const COLUMN_KEYS = ['column', 'columns', 'type', 'min', 'max', 'missing', 'values', 'unique'];

/** What a checks file is called: the data's name and this. */
export const CHECKS_ENDING = '.checks.yaml';

export interface ParsedChecks {
  readonly checks: Checks;
  /** What is wrong with the file, in order of lines from 1; then the checks are not to be used. */
  readonly errors: readonly { readonly line: number; readonly message: string }[];
}

/** Reads a checks file's text; docs/data-checks.md describes the format. */
export function parseChecks(text: string): ParsedChecks {
  const reader = new YamlReader(text);
  if (reader.errors.length === 0 && reader.root === null) reader.wrong(1, `the file says nothing; it may have ${KEYS.join(', ')}`);
  const checks = reader.errors.length > 0 ? {} : checksOf(reader, reader.root, 'the file', true);
  return { checks, errors: [...reader.errors].sort((a, b) => a.line - b.line) };
}

type Writable<T> = { -readonly [K in keyof T]: T[K] };

function checksOf(reader: YamlReader, root: unknown, what: string, isTop: boolean): Checks {
  const checks: Writable<Checks> = {};
  for (const [key, { node, line }] of reader.fields(
    root,
    what,
    isTop ? KEYS : KEYS.filter((each) => each !== 'parts' && each !== 'files'),
  )) {
    switch (key) {
      case 'format':
        checks.format = reader.oneOf(node, line, key, FORMATS);
        break;
      case 'header':
        checks.header = reader.boolean(node, line, key);
        break;
      case 'delimiter':
        checks.delimiter = delimiterOf(reader, node, line);
        break;
      case 'label':
        checks.label = reader.column(node, line, key);
        break;
      case 'rows':
      case 'files':
      case 'pixels':
        checks[key] = reader.bounds(node, line, key);
        break;
      case 'missing':
      case 'duplicates':
        checks[key] = reader.bounds(node, line, key, true);
        break;
      case 'class_share':
        checks.classShare = reader.bounds(node, line, key);
        break;
      case 'columns':
        checks.columns = isSeq(node) ? reader.values(node, line, key) : reader.bounds(node, line, key);
        break;
      case 'image':
        checks.image = imageOf(reader, node, line);
        break;
      case 'shape':
        checks.shape = shapeOf(reader, node, line);
        break;
      case 'type':
        checks.type = reader.text(node, line, key);
        break;
      case 'labels':
        checks.labels = reader.values(node, line, key);
        break;
      case 'schema':
        checks.schema = reader.items(node, line, key).flatMap((item) => columnOf(reader, item) ?? []);
        break;
      case 'parts':
        checks.parts = partsOf(reader, node);
    }
  }
  return checks;
}

function delimiterOf(reader: YamlReader, node: unknown, line: number): Demand<string> | undefined {
  const found = reader.text(node, line, 'delimiter');
  return found && found.value.length !== 1 ? reader.wrong(line, 'delimiter must be one character, such as "," or "\\t"') : found;
}

function imageOf(reader: YamlReader, node: unknown, line: number): Checks['image'] {
  const value: { width?: number; height?: number; channels?: number } = {};
  for (const [key, field] of reader.fields(node, 'image', ['width', 'height', 'channels'])) {
    const count = reader.count(field.node, field.line, `${key} of image`);
    if (count) value[key as 'width' | 'height' | 'channels'] = count.value;
  }
  return { value, line };
}

function shapeOf(reader: YamlReader, node: unknown, line: number): Checks['shape'] {
  const value = reader.items(node, line, 'shape').map((item) => {
    const size = reader.scalar(item);
    if (size === null) return null;
    return reader.count(item, reader.line(item), 'a size of shape (null for any)')?.value ?? null;
  });
  return { value, line };
}

function columnOf(reader: YamlReader, node: unknown): ColumnChecks | undefined {
  const line = reader.line(node);
  const fields = reader.fields(node, 'an entry of schema', COLUMN_KEYS);
  const [one, range] = [fields.get('column'), fields.get('columns')];
  if (!one === !range) return reader.wrong(line, 'an entry of schema needs column (a name or a position) or columns (such as 1-784)');
  const column = one ? reader.column(one.node, one.line, 'column')?.value : rangeOf(reader, range?.node, range?.line ?? line);
  if (column === undefined) return undefined;
  const checks: Writable<ColumnChecks> = { column, line };
  for (const [key, field] of fields) {
    const what = `${key} of column ${columnName(column)}`;
    if (key === 'type') checks.type = reader.oneOf(field.node, field.line, what, TYPES);
    if (key === 'min' || key === 'max') checks[key] = reader.limit(field.node, field.line, what);
    if (key === 'missing') checks.missing = reader.count(field.node, field.line, what);
    if (key === 'values') checks.values = reader.values(field.node, field.line, what);
    if (key === 'unique') checks.unique = reader.boolean(field.node, field.line, what);
  }
  return checks;
}

function rangeOf(reader: YamlReader, node: unknown, line: number): { from: number; to: number } | undefined {
  const written = reader.scalar(node);
  const found = typeof written === 'string' ? /^(\d+)\s*-\s*(\d+)$/.exec(written) : undefined;
  const [from, to] = [Number(found?.[1]), Number(found?.[2])];
  if (from - to > 0 || !(from >= 1) || !Number.isSafeInteger(to))
    return reader.wrong(line, 'columns must be positions from 1, such as 1-784');
  return to - from < MOST_COLUMNS ? { from, to } : reader.wrong(line, `columns must be no more than ${MOST_COLUMNS} positions`);
}

/** How a column is called in results. */
export function columnName(column: ColumnChecks['column']): string {
  return typeof column === 'object' ? `${column.from}-${column.to}` : String(column);
}

function partsOf(reader: YamlReader, node: unknown): Checks['parts'] {
  const parts = new Map<string, { line: number; checks: Checks }>();
  for (const [path, field] of reader.fields(node, 'parts', []))
    parts.set(path, { line: field.line, checks: checksOf(reader, field.node, `part ${path}`, false) });
  return parts;
}
