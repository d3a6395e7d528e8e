import { invalid } from '../core/errors';

/** The rows that a command was called with, or what stands for them: those selected, where the clicked one is among them, else that one. */
export interface RowArguments {
  readonly rows: readonly unknown[];
  /** A button above the view was pressed: VS Code calls with the row that has the focus, and with nothing else. */
  readonly fromTitle: boolean;
}

/**
 * Reads what VS Code calls the command of a view with.
 *
 * @throws TrackingError where the row was read again as it was clicked: VS Code passes none then, and what is done without a row was not meant
 */
export function rowArguments(args: readonly unknown[]): RowArguments {
  const [clicked, selected] = args;
  if (args.length > 1 && (clicked === undefined || clicked === null))
    throw invalid('The row was read again at that moment; choose it once more.');
  const several: readonly unknown[] = Array.isArray(selected) && (selected as unknown[]).includes(clicked) ? selected : [clicked];
  return { rows: several, fromTitle: args.length === 1 && isDrawn(clicked) };
}

/** Whether it is a row of a view itself, and not only what one is about. */
function isDrawn(row: unknown): boolean {
  return typeof row === 'object' && row !== null && 'id' in row && 'label' in row;
}
