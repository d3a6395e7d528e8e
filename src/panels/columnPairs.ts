import type { ColumnProfile, NumberSummary } from '../data/content/profile';
import type { ColumnPair, WireColumn, WireNumbers } from '../protocol/data';

const MOST_TOP = 5;

/** Columns of a name; at least one of them. */
export interface ProfilePair {
  readonly before: ColumnProfile | undefined;
  readonly after: ColumnProfile | undefined;
}

/** The columns of both versions by name, in the later one's order, those that went at the places they had. */
export function pairColumns(before: readonly ColumnProfile[], after: readonly ColumnProfile[]): ProfilePair[] {
  const old = new Map(before.map((column) => [column.name, column]));
  const kept = after.map((column): ProfilePair => {
    const was = old.get(column.name);
    old.delete(column.name);
    return { before: was, after: column };
  });
  const gone = [...old.values()].sort((a, b) => a.position - b.position);
  const pairs: ProfilePair[] = [];
  let next = 0;
  for (const pair of kept) {
    for (; next < gone.length && gone[next]!.position - 1 <= pairs.length; next++) pairs.push({ before: gone[next], after: undefined });
    pairs.push(pair);
  }
  return [...pairs, ...gone.slice(next).map((column) => ({ before: column, after: undefined }))];
}

/** A pair as messages carry it. */
export function wirePair({ before, after }: ProfilePair, isComparison: boolean): ColumnPair {
  const [was, is] = [before && wireColumn(before), after && wireColumn(after)];
  const changed = was && is ? (isSameColumn(was, is) ? 'unchanged' : 'changed') : is ? 'added' : 'removed';
  return { name: (after ?? before)?.name ?? '', state: isComparison ? changed : 'unchanged', before: was, after: is };
}

function wireColumn({ type, position, missing, distinct, numbers, dates, top }: ColumnProfile): WireColumn {
  return {
    type,
    position,
    missing,
    distinct: distinct.count,
    distinctExact: distinct.exact,
    numbers: numbers && wireNumbers(numbers),
    dates: dates && [dates.min, dates.max],
    top: (top ?? []).slice(0, MOST_TOP).map(({ value, count }) => [value, count] as const),
  };
}

export function wireNumbers({ min, max, digits, mean, std, quantiles, histogram, exact }: NumberSummary): WireNumbers {
  return { min, max, ...(digits && { digits }), mean, std, median: quantiles.p50, histogram, exact };
}

function isSameColumn(before: WireColumn, after: WireColumn): boolean {
  return JSON.stringify({ ...before, position: 0 }) === JSON.stringify({ ...after, position: 0 });
}
