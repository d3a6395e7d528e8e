import { setTimeout as pause } from 'node:timers/promises';
import { l10n, type TreeView } from 'vscode';
import type { TreeRow } from './treeRow';

/** Milliseconds before each attempt: the editor reads rows in between. */
const PAUSES = [0, 0, 100, 300, 800];

/**
 * Shows a row, selected and opened. The editor has no row that it has not read yet, and while it reads it says so or passes over the row in
 * silence; then it is asked again.
 *
 * @param find the row as the tree has it by then
 * @param readAgain tells the editor of rows that it may not know of
 * @throws Error where the editor still knows of no such row at the last attempt
 */
export async function revealRow<T>(
  view: TreeView<T>,
  find: () => T | Promise<T>,
  idOf: (row: T) => string | undefined,
  readAgain?: () => void,
): Promise<void> {
  let problem: unknown;
  for (const [attempt, wait] of PAUSES.entries()) {
    if (wait > 0) await pause(wait);
    if (attempt > 0) readAgain?.();
    const row = await find();
    try {
      await view.reveal(row, { select: true, focus: true, expand: true });
      problem = undefined;
    } catch (error) {
      problem = error;
    }
    if (view.selection.some((selected) => idOf(selected) === idOf(row))) return;
  }
  if (problem !== undefined)
    throw new Error(l10n.t('The row cannot be shown while the list is being read: try once more.'), { cause: problem });
}

/** Shows a row that was just found. */
export function revealTreeRow(view: TreeView<TreeRow>, row: TreeRow): Promise<void> {
  return revealRow(
    view,
    () => row,
    ({ id }) => id,
  );
}
