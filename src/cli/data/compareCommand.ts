import { formatNumber } from '../../core/format';
import { isSame, type Change, type ColumnDifference, type ContentComparison } from '../../data/content/comparison';
import { compareContent } from '../../data/content/contentComparison';
import { openPlace } from '../../data/content/contentSource';
import type { FileChanges } from '../../data/content/fileChanges';
import { optionsOf, withPlaces, type ReadingFlags } from './profileCommand';
import { jsonText, table, type Output } from '../output';

const MOST_LISTED = 60;

/** What differs between two data files, folders or versions. */
export async function showComparison(a: string, b: string, flags: ReadingFlags, output: Output): Promise<void> {
  const comparison = await withPlaces([a, b], async ([before, after]) =>
    compareContent(await openPlace(before!), await openPlace(after!), optionsOf(flags)),
  );
  output.out(output.json ? jsonText(comparison) : comparisonText(comparison));
}

/** As people read it. */
export function comparisonText(comparison: ContentComparison): string {
  const encoding = encodingChange(comparison);
  if (isSame(comparison) && !encoding) return 'no differences\n';
  const { format, rows, rowContent, columnsAdded, columnsRemoved, columns, shape, elementType, range, imageSizes, duplicates } = comparison;
  const lines = [
    ...line('format', format, String),
    ...line('encoding', encoding, String),
    ...line('rows', rows, String),
    ...(rowContent ? [`row content: ${rowContent.onlyAfter} new, ${rowContent.onlyBefore} gone, ${rowContent.both} in both`] : []),
    ...line('shape', shape, (sizes) => sizes.join(' × ')),
    ...line('type', elementType, String),
    ...line('values', range, ({ min, max, mean }) => `${min} to ${max}, mean ${formatNumber(mean)}`),
    ...line('image sizes', imageSizes, (sizes) => sizes.join(', ')),
    ...line('duplicates', duplicates, String),
    ...(columnsAdded.length > 0 ? [`columns added: ${columnsAdded.join(', ')}`] : []),
    ...(columnsRemoved.length > 0 ? [`columns removed: ${columnsRemoved.join(', ')}`] : []),
  ];
  const parts = comparison.parts.map(({ path, comparison: part }) => `\n${path}\n${comparisonText(part)}`);
  return [
    lines.map((each) => `${each}\n`).join(''),
    columnTable(columns),
    labelTable(comparison),
    fileLines(comparison.files),
    ...parts,
  ].join('');
}

/** Of two tables: rows may be the same in another encoding. */
function encodingChange({ before, after }: ContentComparison): Change<string> | undefined {
  const [was, is] = [before, after].map(({ dialect }) => dialect && (dialect.encoding ? 'Windows-1252' : 'UTF-8'));
  return was !== undefined && is !== undefined && was !== is ? { before: was, after: is } : undefined;
}

function line<T>(name: string, change: Change<T> | undefined, text: (value: T) => string): string[] {
  return change ? [`${name}: ${text(change.before)} → ${text(change.after)}`] : [];
}

function columnTable(columns: readonly ColumnDifference[]): string {
  if (columns.length === 0) return '';
  const cell = (change: Change<unknown> | undefined): string => (change ? `${short(change.before)} → ${short(change.after)}` : '');
  const rows = columns
    .slice(0, MOST_LISTED)
    .map(({ name, type, missing, distinct, min, max, mean, std }) => [name, ...[type, missing, distinct, min, max, mean, std].map(cell)]);
  const more = columns.length > MOST_LISTED ? `and ${columns.length - MOST_LISTED} more columns (--json has all)\n` : '';
  return `\n${table(['COLUMN', 'TYPE', 'MISSING', 'DISTINCT', 'MIN', 'MAX', 'MEAN', 'STD'], rows)}${more}`;
}

function labelTable({ labels }: ContentComparison): string {
  if (labels.length === 0) return '';
  const percent = (share: number): string => `${(share * 100).toFixed(2)} %`;
  const rows = labels.map((label) => [
    label.value,
    String(label.before),
    String(label.after),
    percent(label.shareBefore),
    percent(label.shareAfter),
  ]);
  return `\n${table(['CLASS', 'BEFORE', 'AFTER', 'SHARE BEFORE', 'AFTER'], rows, ['left', 'right', 'right', 'right', 'right'])}`;
}

function fileLines(files: FileChanges | undefined): string {
  if (!files) return '';
  const { added, removed, changed, renamed, unchanged } = files;
  const lines = [
    ...added.map((path) => `added    ${path}`),
    ...removed.map((path) => `removed  ${path}`),
    ...changed.map((path) => `changed  ${path}`),
    ...renamed.map(({ from, to }) => `renamed  ${from} → ${to}`),
  ];
  const shown = lines.slice(0, MOST_LISTED).map((each) => `${each}\n`);
  const more = lines.length > MOST_LISTED ? `and ${lines.length - MOST_LISTED} more files (--json has all)\n` : '';
  return `\n${shown.join('')}${more}${unchanged} files unchanged\n`;
}

function short(value: unknown): string {
  if (typeof value === 'number') return formatNumber(value);
  return typeof value === 'string' ? value : '–';
}
