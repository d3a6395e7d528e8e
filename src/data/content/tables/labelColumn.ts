import { invalid } from '../../../core/errors';
import type { ColumnProfile } from '../profile';

const USUAL_NAMES = new Set(['label', 'labels', 'class', 'target', 'y', 'species', 'category', 'digit']);
/** A last column with more values than this is hardly one of labels, unless it is told. */
const MOST_CLASSES = 100;

/**
 * The column that holds the labels: the one told, one with a usual name, else the last one if it has few different values and more rows
 * than those; undefined where none is like that.
 * @throws TrackingError for one told that isn't there
 */
export function labelColumn(
  columns: readonly ColumnProfile[],
  columnCount: number,
  told: string | number | undefined,
): ColumnProfile | undefined {
  if (told !== undefined) {
    const found = columns.find((column) => (typeof told === 'number' ? column.position === told : column.name === told));
    if (found) return found;
    throw invalid(`There is no column ${JSON.stringify(told)} to take labels from; there are ${columnCount} columns.`);
  }
  const named = columns.find(({ name, distinct }) => USUAL_NAMES.has(name.toLowerCase()) && distinct.exact);
  if (named) return named;
  const last = columns[columnCount - 1];
  if (!last || columnCount < 2) return undefined;
  const { type, distinct, kinds } = last;
  const counted = Object.values(kinds).reduce((sum, count) => sum + count, 0);
  const few = distinct.exact && distinct.count > 1 && distinct.count <= MOST_CLASSES && distinct.count * 2 <= counted;
  return few && (type === 'integer' || type === 'text' || type === 'boolean') ? last : undefined;
}
