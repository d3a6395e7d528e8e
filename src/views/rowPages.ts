import type { Translator, TreeRow } from './treeRow';

/** So many rows stand beneath one: the editor's own work on them, in one go, must stay short. */
export const PAGE = 500;

/** A row whose children are made when they are first asked for. */
export function rowWithChildren(row: TreeRow, make: () => readonly TreeRow[]): TreeRow {
  let made: readonly TreeRow[] | undefined;
  return {
    ...row,
    get children() {
      return (made ??= make());
    },
  };
}

/** Rows of a list; when they are too many, the rest stands beneath a last row, in the same way. `above` begins its id. */
export function pagedRows<T>(above: string, list: readonly T[], l10n: Translator, rowOf: (each: T) => TreeRow, from = 0): TreeRow[] {
  // A row for the rest would take as much room as the one row that is left.
  const end = list.length - from <= PAGE + 1 ? list.length : from + PAGE;
  const rows = list.slice(from, end).map(rowOf);
  if (end === list.length) return rows;
  const more: TreeRow = { id: `${above}|more|${end}`, label: l10n.t('{0} more', list.length - end), icon: { id: 'ellipsis' } };
  return [...rows, rowWithChildren(more, () => pagedRows(above, list, l10n, rowOf, end))];
}
