/** A seeded source of numbers that gives the same sequence on every platform. */
export interface Random {
  /** From 0 up to, not including, 1. */
  next(): number;
  /** Between two bounds. */
  between(low: number, high: number): number;
  /** Normally distributed around 0. */
  normal(deviation: number): number;
  /** A whole number from 0 up to, not including, `count`. */
  below(count: number): number;
}

/** Mulberry32 by Tommy Ettinger: 32 bits of state, plenty for pictures, nothing for secrets. */
export function seededRandom(seed: number): Random {
  let state = seed >>> 0;
  const next = (): number => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296;
  };
  return {
    next,
    between: (low, high) => low + (high - low) * next(),
    // Irwin–Hall: the sum of twelve even numbers is near enough, and needs no function that differs between platforms.
    normal: (deviation) => {
      let sum = -6;
      for (let i = 0; i < 12; i++) sum += next();
      return sum * deviation;
    },
    below: (count) => Math.floor(next() * count),
  };
}
