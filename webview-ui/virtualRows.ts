/** Which rows of a long table are worth rendering, and how much room the others take. */
export interface RowWindow {
  readonly from: number;
  readonly to: number;
  readonly above: number;
  readonly below: number;
}

/** Rows have one height; some more than are seen are rendered, so that scrolling shows no gaps. Pixels. */
export function rowWindow(total: number, rowHeight: number, scrollTop: number, height: number, spare = 12): RowWindow {
  const from = Math.min(total, Math.max(0, Math.floor(scrollTop / rowHeight) - spare));
  const to = Math.min(total, Math.ceil((scrollTop + height) / rowHeight) + spare);
  return { from, to: Math.max(from, to), above: from * rowHeight, below: (total - Math.max(from, to)) * rowHeight };
}
