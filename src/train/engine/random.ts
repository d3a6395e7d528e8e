/** 32 random bits at a call. */
export type RandomBits = () => number;

/**
 * A stream of random bits for a key of whole numbers: the same key, the same stream, on every machine.
 * Generator: sfc32 of the PractRand suite, seeded by murmur3's finalizer over the key.
 */
export function randomBits(...key: readonly number[]): RandomBits {
  let hash = 0x9e3779b9;
  for (const part of key) hash = mix(hash ^ mix(part | 0)) + 0x85ebca6b;
  let a = mix(hash);
  let b = mix(hash + 1);
  let c = mix(hash + 2);
  let counter = 1;
  const next = (): number => {
    const sum = (a + b + counter) | 0;
    counter = (counter + 1) | 0;
    a = b ^ (b >>> 9);
    b = (c + (c << 3)) | 0;
    c = ((c << 21) | (c >>> 11)) + sum;
    return sum >>> 0;
  };
  for (let warmUp = 0; warmUp < 8; warmUp++) next();
  return next;
}

/** The numbers from 0 to below `count` in a random order (Fisher–Yates). */
export function permutation(count: number, bits: RandomBits): Int32Array {
  const order = Int32Array.from({ length: count }, (_, index) => index);
  for (let last = count - 1; last > 0; last--) {
    const other = Math.floor((bits() / 2 ** 32) * (last + 1));
    const kept = order[last] as number;
    order[last] = order[other] as number;
    order[other] = kept;
  }
  return order;
}

/** Fills a dropout mask: 0 with the probability `rate`, else 1 / (1 − rate). */
export function fillDropoutMask(mask: Float32Array, rate: number, bits: RandomBits): void {
  const threshold = rate * 2 ** 32;
  const kept = 1 / (1 - rate);
  for (let index = 0; index < mask.length; index++) mask[index] = bits() < threshold ? 0 : kept;
}

function mix(value: number): number {
  let bits = value | 0;
  bits = Math.imul(bits ^ (bits >>> 16), 0x85ebca6b);
  bits = Math.imul(bits ^ (bits >>> 13), 0xc2b2ae35);
  return bits ^ (bits >>> 16);
}
