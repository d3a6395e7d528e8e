import { existsSync } from 'node:fs';
import { CodeReader } from '../../code/reader';
import { formatBytes, formatEnd, formatNumber } from '../../core/format';
import { profileContent } from '../../data/content/contentProfile';
import { openPlace } from '../../data/content/contentSource';
import type { ContentPlace } from '../../data/content/place';
import type { ColumnProfile, Problem, Profile, ProfileOptions } from '../../data/content/profile';
import { placeOf } from '../../data/content/versionPlace';
import { GitRevisions } from '../../lineage/gitRevisions';
import { jsonText, table, type Output } from '../output';

export interface ReadingFlags {
  readonly delimiter?: string;
  readonly header?: boolean;
  readonly label?: string;
}

/** Columns that are listed; `--json` has all. */
const MOST_LISTED = 60;

/** What is in a data file or folder, or in a version of it. */
export async function showProfile(text: string, flags: ReadingFlags, output: Output): Promise<void> {
  const profile = await withPlaces([text], async ([place]) => profileContent(await openPlace(place!), optionsOf(flags)));
  output.out(output.json ? jsonText(profile) : profileText(profile));
}

/** Runs `work` with the places that are named: paths, or versions. */
export async function withPlaces<T>(names: readonly string[], work: (places: readonly ContentPlace[]) => Promise<T>): Promise<T> {
  const revisions = new GitRevisions(new CodeReader(() => undefined));
  try {
    const places: ContentPlace[] = [];
    for (const name of names) places.push(await placeOf(name, existsSync(name), revisions));
    return await work(places);
  } finally {
    revisions.dispose();
  }
}

export function optionsOf({ delimiter, header, label }: ReadingFlags): ProfileOptions {
  const told = delimiter === '\\t' || delimiter === 'tab' ? '\t' : delimiter;
  return { delimiter: told, header, label: label !== undefined && /^\d+$/.test(label) ? Number(label) : label };
}

/** As people read it. */
export function profileText(profile: Profile): string {
  const { format, name, files, bytes, parts, labels, duplicates, images, array, notes } = profile;
  const facts = [
    `${name}: ${format}, ${formatBytes(bytes)}${files > 1 ? ` in ${files} files` : ''}`,
    ...(profile.rows === undefined ? [] : [`rows        ${profile.rows}`]),
    ...(profile.columnCount === undefined ? [] : [`columns     ${profile.columnCount}`]),
    ...(array ? [`array       ${array.type} ${array.shape.join(' × ')}`] : []),
    ...(images
      ? images.sizes.slice(0, 5).map((size) => `images      ${size.count} of ${size.width} × ${size.height} × ${size.channels}`)
      : []),
    ...(images?.pixels ? [`pixels      ${images.pixels.min} to ${images.pixels.max}, mean ${formatNumber(images.pixels.mean)}`] : []),
    ...(array?.numbers && !images
      ? [`values      ${array.numbers.min} to ${array.numbers.max}, mean ${formatNumber(array.numbers.mean)}`]
      : []),
    ...(duplicates ? [`duplicates  ${duplicates.count}${duplicates.exact ? '' : ` among the first ${duplicates.compared}`}`] : []),
    ...(labels ? [`labels      ${labels.from}: ${labels.counts.map(({ value, count }) => `${value} ${count}`).join(', ')}`] : []),
    ...notes,
    ...problemLines(profile),
  ];
  const columns = profile.columns && profile.columns.length > 0 ? `\n${columnTable(profile.columns)}` : '';
  return `${facts.join('\n')}\n${columns}${(parts ?? []).map((part) => `\n${profileText(part)}`).join('')}`;
}

function columnTable(columns: readonly ColumnProfile[]): string {
  const rows = columns.slice(0, MOST_LISTED).map((column) => {
    const { name, type, missing, distinct, numbers, dates, top } = column;
    return [
      ...[name, type, String(missing), `${distinct.exact ? '' : '~'}${distinct.count}`],
      numbers ? formatEnd(numbers, 'min') : (dates?.min ?? ''),
      numbers ? formatEnd(numbers, 'max') : (dates?.max ?? ''),
      ...[numbers ? formatNumber(numbers.mean) : '', numbers?.std === undefined ? '' : formatNumber(numbers.std)],
      (top ?? [])
        .slice(0, 3)
        .map(({ value, count }) => `${value.slice(0, 20)} (${count})`)
        .join(', '),
    ];
  });
  const header = ['COLUMN', 'TYPE', 'MISSING', 'DISTINCT', 'MIN', 'MAX', 'MEAN', 'STD', 'MOST FREQUENT'];
  const text = table(header, rows, ['left', 'left', 'right', 'right', 'right', 'right', 'right', 'right', 'left']);
  return columns.length > MOST_LISTED ? `${text}and ${columns.length - MOST_LISTED} more columns (--json has all)\n` : text;
}

function problemLines({ problems, problemCount }: Profile): string[] {
  const place = ({ path, row, line }: Problem): string =>
    line !== undefined ? `${path}:${line}` : row !== undefined ? `${path} row ${row}` : path;
  const more = problemCount > problems.length ? [`and ${problemCount - problems.length} more problems`] : [];
  return [...problems.map((problem) => `problem     ${place(problem)}: ${problem.message}`), ...more];
}
