import type { FileChanges } from './fileChanges';
import { endOf, type ColumnProfile, type ColumnType, type LabelCounts, type NumberSummary, type Profile } from './profile';
import { compareLabels } from './stats/columnStats';

export interface Change<T> {
  readonly before: T;
  readonly after: T;
}

/** A column that both versions have, and what of it differs; what is the same is undefined. */
export interface ColumnDifference {
  readonly name: string;
  readonly type: Change<ColumnType> | undefined;
  readonly position: Change<number> | undefined;
  /** Cells. */
  readonly missing: Change<number> | undefined;
  readonly distinct: Change<number> | undefined;
  readonly min: Change<number | string | undefined> | undefined;
  readonly max: Change<number | string | undefined> | undefined;
  readonly mean: Change<number | undefined> | undefined;
  readonly std: Change<number | undefined> | undefined;
}

/** A class, and how many of each version's rows or images are of it. */
export interface LabelDifference {
  readonly value: string;
  readonly before: number;
  readonly after: number;
  /** Of all of its version, from 0 to 1. */
  readonly shareBefore: number;
  readonly shareAfter: number;
}

/** Rows, or an array's items, by their content, each different one counted once. */
export interface RowDifference {
  readonly both: number;
  readonly onlyBefore: number;
  readonly onlyAfter: number;
}

/** What differs between two versions of data. */
export interface ContentComparison {
  readonly before: Profile;
  readonly after: Profile;
  readonly format: Change<string> | undefined;
  /** Rows, items or images. */
  readonly rows: Change<number> | undefined;
  /** Undefined where rows can't be compared: other columns, too many of them, or no table. */
  readonly rowContent: RowDifference | undefined;
  readonly columnsAdded: readonly string[];
  readonly columnsRemoved: readonly string[];
  readonly columns: readonly ColumnDifference[];
  /** Of an array. */
  readonly shape: Change<readonly number[]> | undefined;
  readonly elementType: Change<string> | undefined;
  /** Of an array's numbers or of images' pixels. */
  readonly range: Change<{ readonly min: number; readonly max: number; readonly mean: number }> | undefined;
  readonly imageSizes: Change<readonly string[]> | undefined;
  /** Every class of either, where the balance differs. */
  readonly labels: readonly LabelDifference[];
  readonly duplicates: Change<number> | undefined;
  /** Of folders. */
  readonly files: FileChanges | undefined;
  /** The data files of folders that both have and that differ. */
  readonly parts: readonly { readonly path: string; readonly comparison: ContentComparison }[];
}

/** Compares two profiles; `files`, `rowContent` and `parts` are told by who knows more than those. */
export function compareProfiles(
  before: Profile,
  after: Profile,
  known: Partial<Pick<ContentComparison, 'files' | 'rowContent' | 'parts'>> = {},
): ContentComparison {
  const [old, young] = [byName(before), byName(after)];
  return {
    before,
    after,
    format: change(before.format as string, after.format as string),
    rows: before.rows === undefined || after.rows === undefined ? undefined : change(before.rows, after.rows),
    rowContent: known.rowContent,
    columnsAdded: [...young.keys()].filter((name) => !old.has(name)),
    columnsRemoved: [...old.keys()].filter((name) => !young.has(name)),
    columns: [...young.values()].flatMap((column) => {
      const was = old.get(column.name);
      return was ? (columnDifference(was, column) ?? []) : [];
    }),
    shape: changeOf(before.array?.shape, after.array?.shape),
    elementType: changeOf(before.array?.type, after.array?.type),
    range: changeOf(range(before.array?.numbers ?? before.images?.pixels), range(after.array?.numbers ?? after.images?.pixels)),
    imageSizes: changeOf(sizes(before), sizes(after)),
    labels: compareBalance(before.labels, after.labels),
    duplicates: changeOf(before.duplicates?.count, after.duplicates?.count),
    files: known.files,
    parts: known.parts ?? [],
  };
}

/** Whether nothing differs that was looked at. */
export function isSame(comparison: ContentComparison): boolean {
  const { format, rows, rowContent, columnsAdded, columnsRemoved, columns, shape, elementType, range, imageSizes, labels, duplicates } =
    comparison;
  const { files, parts } = comparison;
  const single = [format, rows, shape, elementType, range, imageSizes, duplicates].every((each) => each === undefined);
  const lists = [columnsAdded, columnsRemoved, columns, labels, parts].every(({ length }) => length === 0);
  const content = !rowContent || rowContent.onlyBefore + rowContent.onlyAfter === 0;
  const untouched = !files || [files.added, files.removed, files.changed, files.renamed].every(({ length }) => length === 0);
  return single && lists && content && untouched;
}

/** Class by class, in order of the labels; empty where nothing differs. */
function compareBalance(before: LabelCounts | undefined, after: LabelCounts | undefined): LabelDifference[] {
  if (!before || !after) return [];
  const countsOf = ({ counts }: LabelCounts): Counts => new Map(counts.map(({ value, count }) => [value, count]));
  const [old, young] = [countsOf(before), countsOf(after)];
  const values = [...new Set([...old.keys(), ...young.keys()])].sort(compareLabels);
  if (values.every((value) => old.get(value) === young.get(value))) return [];
  const total = (counts: Counts): number =>
    Math.max(
      1,
      [...counts.values()].reduce((sum, count) => sum + count, 0),
    );
  const [all, allAfter] = [total(old), total(young)];
  return values.map((value) => {
    const [was, is] = [old.get(value) ?? 0, young.get(value) ?? 0];
    return { value, before: was, after: is, shareBefore: was / all, shareAfter: is / allAfter };
  });
}

type Counts = ReadonlyMap<string, number>;

function columnDifference(before: ColumnProfile, after: ColumnProfile): ColumnDifference | undefined {
  const exact = before.distinct.exact && after.distinct.exact;
  const parts = {
    type: change(before.type, after.type),
    position: change(before.position, after.position),
    missing: change(before.missing, after.missing),
    distinct: exact ? change(before.distinct.count, after.distinct.count) : undefined,
    min: change(endOf(before, 'min'), endOf(after, 'min')),
    max: change(endOf(before, 'max'), endOf(after, 'max')),
    mean: change(before.numbers?.mean, after.numbers?.mean),
    std: change(before.numbers?.std, after.numbers?.std),
  };
  return Object.values(parts).some((part) => part !== undefined) ? { name: after.name, ...parts } : undefined;
}

function byName({ columns }: Profile): Map<string, ColumnProfile> {
  return new Map((columns ?? []).map((column) => [column.name, column]));
}

function range(numbers: NumberSummary | undefined): { min: number; max: number; mean: number } | undefined {
  return numbers && { min: numbers.min, max: numbers.max, mean: numbers.mean };
}

function sizes({ images }: Profile): string[] | undefined {
  return images?.sizes.map(({ width, height, channels }) => `${width} × ${height} × ${channels}`).sort();
}

function change<T>(before: T, after: T): Change<T> | undefined {
  return Object.is(before, after) ? undefined : { before, after };
}

/** Undefined also where either is. */
function changeOf<T>(before: T | undefined, after: T | undefined): Change<T> | undefined {
  if (before === undefined || after === undefined) return undefined;
  return JSON.stringify(before) === JSON.stringify(after) ? undefined : { before, after };
}
