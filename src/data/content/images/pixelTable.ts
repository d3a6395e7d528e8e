/** Tables of fewer whole numbers are rarely pixels. */
const LEAST_SIDE = 8;
const MOST_SIDE = 1024;

/** How a table's rows are pictures: square grey ones, beside which a row has at most a label, first or last. */
export interface PixelTable {
  readonly side: number;
  /** The label's column from 0; undefined without one. */
  readonly label: number | undefined;
}

/**
 * Whether a table with these columns may be one of pixels, such as MNIST's with 784 of them and a label; undefined where it isn't.
 * @param label the label's column where it is told, by name or by position from 1
 */
export function pixelTable(names: readonly string[], label?: string | number): PixelTable | undefined {
  const bare = squareSide(names.length);
  if (bare !== undefined && label === undefined) return { side: bare, label: undefined };
  const side = squareSide(names.length - 1);
  if (side === undefined) return undefined;
  const told = typeof label === 'number' ? label - 1 : label === undefined ? -1 : names.indexOf(label);
  if (label !== undefined) return told < 0 || told >= names.length ? undefined : { side, label: told };
  return { side, label: /^(label|class|target|digit|y)$/i.test(names[0] ?? '') ? 0 : names.length - 1 };
}

function squareSide(count: number): number | undefined {
  const side = Math.round(Math.sqrt(count));
  return side * side === count && side >= LEAST_SIDE && side <= MOST_SIDE ? side : undefined;
}
