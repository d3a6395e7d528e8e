/** Powers of ten that are numbers without rounding. */
const POWERS = Array.from({ length: 16 }, (_, exponent) => 10 ** exponent);
const MOST_DIGITS = 15;

/** A number as it was written, and whether without a point. */
export interface Decimal {
  value: number;
  whole: boolean;
}

/**
 * Reads a number written plainly, with at most 15 digits: a sign, digits, a point. Up to there digits and power of ten are exact, and one
 * division rounds as reading the text would. Says false, and tells nothing, of anything else.
 */
export function readDecimal(bytes: Uint8Array, from: number, to: number, into: Decimal): boolean {
  const negative = bytes[from] === 45;
  let value = 0;
  let digits = 0;
  let point = -1;
  for (let at = negative ? from + 1 : from; at < to; at++) {
    const c = bytes[at]!;
    if (c === 46 && point < 0) {
      point = digits;
      continue;
    }
    if (c < 48 || c > 57 || ++digits > MOST_DIGITS) return false;
    value = value * 10 + (c - 48);
  }
  if (digits === 0) return false;
  const size = point < 0 ? value : value / POWERS[digits - point]!;
  into.value = negative ? -size : size;
  into.whole = point < 0;
  return true;
}
