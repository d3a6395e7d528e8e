import type { ColumnPair } from '../../src/protocol/data';

/** The columns in whose names all words stand; on demand only those that differ. */
export function selectColumns(columns: readonly ColumnPair[], filter: string, onlyDiffering: boolean): readonly ColumnPair[] {
  const words = filter.toLowerCase().split(/\s+/).filter(Boolean);
  return columns.filter(
    ({ name, state }) => (!onlyDiffering || state !== 'unchanged') && words.every((word) => name.toLowerCase().includes(word)),
  );
}
