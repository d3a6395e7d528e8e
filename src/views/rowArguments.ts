import { invalid } from '../core/errors';

/**
 * The rows that a command of a view's rows was called with, or what stands for them: those selected, where the clicked one is among them, else
 * that one.
 *
 * @throws TrackingError where a row was read again as it was clicked: VS Code passes none then, and what is done without it was not meant
 */
export function rowArguments(args: readonly unknown[]): readonly unknown[] {
  const [clicked, selected] = args;
  const rows: readonly unknown[] = Array.isArray(selected) && (selected as unknown[]).includes(clicked) ? selected : [clicked];
  if (args.length > 1 && rows.some((row) => row === undefined || row === null))
    throw invalid('The row was read again at that moment; choose it once more.');
  return rows;
}
