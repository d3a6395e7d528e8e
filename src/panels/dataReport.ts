import { formatBytes, formatEnd, formatNumber } from '../core/format';
import { isSame, type ContentComparison } from '../data/content/comparison';
import { pixelTable } from '../data/content/images/pixelTable';
import type { LabelCounts, Profile } from '../data/content/profile';
import { compareLabels } from '../data/content/stats/columnStats';
import type { Balance, ClassPair, ColumnPair, DataReport, Fact, PartSummary } from '../protocol/data';
import { pairColumns, wireNumbers, wirePair, type ProfilePair } from './columnPairs';

/** So many classes are told of, of more those that differ most. */
const MOST_CLASSES = 1_000;
/** Columns that come with the report: some milliseconds' work to send. */
export const FIRST_COLUMNS = 250;
const MOST_PROBLEMS = 20;

/** What the page shows of one version. */
export function profileReport(profile: Profile): DataReport {
  return report(undefined, profile, {
    isSame: false,
    rows: undefined,
    parts: (profile.parts ?? []).map((part) => ({ path: part.name, summary: sizeOf(part) })),
  });
}

/** What the page shows of two versions. Where the content of some files isn't here, only what their names and digests tell is compared. */
export function comparisonReport(comparison: ContentComparison): DataReport {
  const { before, after, rowContent, parts, files } = comparison;
  const isPartial = (before.lacking ?? 0) + (after.lacking ?? 0) > 0;
  const isUntouched = files && [files.added, files.removed, files.changed, files.renamed].every(({ length }) => length === 0);
  return report(isPartial ? bareOf(before) : before, isPartial ? bareOf(after) : after, {
    isSame: isPartial ? isUntouched === true : isSame(comparison),
    rows: rowContent,
    parts: parts.map(({ path, comparison: part }) => ({ path, summary: `${sizeOf(part.before)} → ${sizeOf(part.after)}` })),
  });
}

/** The columns after the first ones, in pieces. */
export function* furtherColumns(before: Profile | undefined, after: Profile): Generator<readonly ColumnPair[]> {
  const pairs = columnsOf(before, after);
  for (let from = FIRST_COLUMNS; from < pairs.length; from += FIRST_COLUMNS)
    yield pairs.slice(from, from + FIRST_COLUMNS).map((pair) => wirePair(pair, before !== undefined));
}

function columnsOf(before: Profile | undefined, after: Profile): ProfilePair[] {
  return pairColumns(before?.columns ?? [], after.columns ?? []);
}

/** Without what only its whole content tells. */
function bareOf(profile: Profile): Profile {
  const { images, duplicates, array, ...rest } = profile;
  return {
    ...rest,
    images: images && { ...images, sizes: [], omittedSizes: 0, pixels: undefined },
    array: array && { ...array, numbers: undefined },
    duplicates: duplicates && undefined,
  };
}

function report(
  before: Profile | undefined,
  after: Profile,
  told: Pick<DataReport, 'isSame' | 'rows'> & { readonly parts: readonly PartSummary[] },
): DataReport {
  const both = before ? [before, after] : [after];
  const [was, is] = [numbersOf(before), numbersOf(after)];
  return {
    ...told,
    facts: facts(before, after),
    item: itemOf(after),
    columns: columnsOf(before, after)
      .slice(0, FIRST_COLUMNS)
      .map((pair) => wirePair(pair, before !== undefined)),
    balance: balance(before?.labels, after.labels),
    values: was || is ? { before: was && wireNumbers(was), after: is && wireNumbers(is) } : undefined,
    valuesAre: after.images ? 'pixels' : 'values',
    hasImages: both.some(isImages),
    lacking: both.some(({ lacking }) => lacking !== undefined) ? { before: before?.lacking, after: after.lacking } : undefined,
    notes: unique(both.flatMap(({ notes }) => notes)),
    problems: unique(both.flatMap(({ problems }) => problems.map(problemText))).slice(0, MOST_PROBLEMS),
    problemCount: both.reduce((sum, { problemCount }) => sum + problemCount, 0),
  };
}

type Told = number | string | undefined;

/** Only what at least one version has. */
function facts(before: Profile | undefined, after: Profile): Fact[] {
  const isWhole = before?.lacking === undefined && after.lacking === undefined;
  const of: readonly (readonly [string, (profile: Profile) => Told, ((value: number) => string)?])[] = [
    ['Format', ({ format, dialect }) => FORMATS[format] + dialectWords(dialect)],
    ['Size', ({ bytes }) => (isWhole ? bytes : undefined), formatBytes],
    ['Files', ({ files, format }) => (format === 'folder' || format === 'images' ? files : undefined)],
    [`${itemOf(after)[0]!.toUpperCase()}${itemOf(after).slice(1)}s`, ({ rows }) => rows],
    ['Columns', ({ columnCount }) => columnCount],
    ['Shape', ({ array }) => array?.shape.join(' × ')],
    ['Type', ({ array }) => array?.type],
    ['Range', (profile) => rangeOf(profile)],
    ['Mean', (profile) => numbersOf(profile)?.mean, formatNumber],
    ['Image sizes', ({ images }) => (images && images.sizes.length > 0 ? imageSizes(images) : undefined)],
    ['Classes', ({ labels }) => labels?.counts.length],
    ['Duplicates', ({ duplicates }) => duplicates?.count],
    ['Problems', ({ problemCount }) => (problemCount > 0 ? problemCount : undefined)],
  ];
  return of.flatMap(([name, tell, say = count]) => {
    const [was, is] = [before && tell(before), tell(after)];
    if (was === undefined && is === undefined) return [];
    const text = (value: Told): string | undefined => (typeof value === 'number' ? say(value) : value);
    const differs = before !== undefined && was !== is;
    const change = differs && typeof was === 'number' && typeof is === 'number' ? signed(is - was, say) : undefined;
    return [{ name, before: text(was), after: text(is), differs, ...(change !== undefined && { change }) }];
  });
}

function signed(difference: number, say: (value: number) => string): string {
  return `${difference < 0 ? '−' : '+'}${say(Math.abs(difference))}`;
}

/** What one of its rows is called. */
function itemOf({ images, array }: Profile): string {
  if (images || (array && array.shape.length > 2)) return 'image';
  return array ? 'item' : 'row';
}

const FORMATS: Readonly<Record<Profile['format'], string>> = {
  ...{ csv: 'CSV', parquet: 'Parquet', jsonl: 'JSON lines', idx: 'IDX', npy: 'NumPy', images: 'Images', folder: 'Folder', other: 'Other' },
};

/** What is unusual about how a table is written. */
function dialectWords(dialect: Profile['dialect']): string {
  const words = [
    ...(dialect && dialect.delimiter !== ',' ? [delimiterWord(dialect.delimiter)] : []),
    ...(dialect?.encoding ? ['Windows-1252'] : []),
  ];
  return words.length > 0 ? ` (${words.join(', ')})` : '';
}

function delimiterWord(delimiter: string): string {
  return { '\t': 'tabs', ';': 'semicolons', '|': 'bars', ' ': 'spaces' }[delimiter] ?? delimiter;
}

function rangeOf(profile: Profile): string | undefined {
  const numbers = numbersOf(profile);
  return numbers && `${formatEnd(numbers, 'min')} to ${formatEnd(numbers, 'max')}`;
}

function imageSizes({ sizes, omittedSizes }: NonNullable<Profile['images']>): string {
  const shown = sizes.slice(0, 3).map(({ width, height, channels }) => `${width} × ${height}${channels > 2 ? ' colour' : ' grey'}`);
  const more = sizes.length - shown.length + omittedSizes;
  return [...shown, ...(more > 0 ? [`${more} more`] : [])].join(', ');
}

function numbersOf(profile: Profile | undefined): NonNullable<Profile['array']>['numbers'] {
  return profile?.array?.numbers ?? profile?.images?.pixels;
}

function balance(before: LabelCounts | undefined, after: LabelCounts | undefined): Balance | undefined {
  const named = after ?? before;
  if (!named) return undefined;
  const [old, young] = [before, after].map((each) => new Map(each?.counts.map(({ value, count: n }) => [value, n])));
  const values = [...new Set([...old!.keys(), ...young!.keys()])].sort(compareLabels);
  const classes = values.map((value) => ({ value, before: old!.get(value) ?? 0, after: young!.get(value) ?? 0 }));
  const differing = classes.filter((each) => each.before !== each.after).length;
  return {
    from: named.from,
    classes: before && after ? mostDiffering(classes) : classes.slice(0, MOST_CLASSES),
    total: classes.length,
    differing,
  };
}

/** In the order they are in. */
function mostDiffering(classes: readonly ClassPair[]): readonly ClassPair[] {
  if (classes.length <= MOST_CLASSES) return classes;
  const difference = ({ before, after }: ClassPair): number => Math.abs(before - after);
  const kept = new Set([...classes].sort((a, b) => difference(b) - difference(a)).slice(0, MOST_CLASSES));
  return classes.filter((each) => kept.has(each));
}

/** Whether samples can be asked for: pictures, arrays of them, tables of pixels. */
function isImages({ format, array, columns, columnCount }: Profile): boolean {
  if (format === 'images') return true;
  if (array) return array.shape.length === 3 || array.shape.length === 4;
  return format === 'csv' && columns?.length === columnCount && pixelTable((columns ?? []).map(({ name }) => name)) !== undefined;
}

function sizeOf({ rows, bytes, array }: Profile): string {
  return rows === undefined ? formatBytes(bytes) : `${count(rows)} ${array ? 'items' : rows === 1 ? 'row' : 'rows'}`;
}

function problemText({ path, line, row, message }: Profile['problems'][number]): string {
  const place = line === undefined ? (row === undefined ? path : `${path}, row ${row}`) : `${path}, line ${line}`;
  return `${place}: ${message}`;
}

function unique(texts: readonly string[]): string[] {
  return [...new Set(texts)];
}

/** With thousands apart, as people read long counts. */
function count(value: number): string {
  return value.toLocaleString('en-US');
}
