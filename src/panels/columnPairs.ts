import type { ColumnProfile, NumberSummary } from '../data/content/profile';
import type { ColumnPair, WireColumn, WireNumbers } from '../protocol/data';

const MOST_TOP = 5;

/** The columns of both versions by name, in the later one's order, those that went at the places they had. */
export function columnPairs(
  before: readonly ColumnProfile[] | undefined,
  after: readonly ColumnProfile[],
  isComparison: boolean,
): ColumnPair[] {
  const old = new Map((before ?? []).map((column) => [column.name, column]));
  const pairs = after.map((column): ColumnPair => {
    const was = old.get(column.name);
    old.delete(column.name);
    const [wire, wireBefore] = [wireColumn(column), was && wireColumn(was)];
    const state = !isComparison ? 'unchanged' : !wireBefore ? 'added' : isSameColumn(wireBefore, wire) ? 'unchanged' : 'changed';
    return { name: column.name, state, before: wireBefore, after: wire };
  });
  for (const column of [...old.values()].sort((a, b) => a.position - b.position))
    pairs.splice(Math.min(column.position - 1, pairs.length), 0, {
      name: column.name,
      state: 'removed',
      before: wireColumn(column),
      after: undefined,
    });
  return pairs;
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

export function wireNumbers({ min, max, mean, std, quantiles, histogram, exact }: NumberSummary): WireNumbers {
  return { min, max, mean, std, median: quantiles.p50, histogram, exact };
}

function isSameColumn(before: WireColumn, after: WireColumn): boolean {
  return JSON.stringify({ ...before, position: 0 }) === JSON.stringify({ ...after, position: 0 });
}
