/** 32 random bits at a call. */
export type RandomBits = () => number;

/**
 * A stream of random bits for a key of whole numbers: the same key, the same stream, on every machine.
 * Generator: sfc32 of the PractRand suite, seeded by murmur3's finalizer over the key.
 */
export function randomBits(...key: readonly number[]): RandomBits {
  const one = new Int32Array(1);
  const state = seeded(key);
  return () => {
    draw(state, one);
    return (one[0] as number) >>> 0;
  };
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

/**
 * Fills a dropout mask for a key: 0 with the probability `rate`, else 1 / (1 − rate). Without a branch, of which a processor
 * would guess every second one wrongly: the random bits are drawn into the mask itself and replaced by the bits of its floats.
 */
export function fillDropoutMask(mask: Float32Array, rate: number, ...key: readonly number[]): void {
  const bits = new Int32Array(mask.buffer, mask.byteOffset, mask.length);
  draw(seeded(key), bits);
  const threshold = Math.min(Math.ceil(rate * 2 ** 32), 2 ** 32 - 1) | 0;
  const kept = new Int32Array(Float32Array.of(1 / (1 - rate)).buffer)[0] as number;
  for (let index = 0; index < bits.length; index++) {
    const drawn = bits[index] as number;
    // −1 where drawn < threshold as numbers without a sign, else 0 (the borrow of a subtraction).
    const dropped = ((~drawn & threshold) | ((~drawn | threshold) & (drawn - threshold))) >> 31;
    bits[index] = kept & ~dropped;
  }
}

const WARM_UP = 8;

function seeded(key: readonly number[]): Int32Array {
  let hash = 0x9e3779b9;
  for (const part of key) hash = mix(hash ^ mix(part | 0)) + 0x85ebca6b;
  const state = Int32Array.of(mix(hash), mix(hash + 1), mix(hash + 2), 1);
  draw(state, new Int32Array(WARM_UP));
  return state;
}

/** Many at once, since training draws one for every feature of every image; `| 0` keeps them whole numbers to the engine. */
function draw(state: Int32Array, into: Int32Array): void {
  let a = (state[0] as number) | 0;
  let b = (state[1] as number) | 0;
  let c = (state[2] as number) | 0;
  let counter = (state[3] as number) | 0;
  for (let index = 0; index < into.length; index++) {
    const sum = (((a + b) | 0) + counter) | 0;
    counter = (counter + 1) | 0;
    a = b ^ (b >>> 9);
    b = (c + (c << 3)) | 0;
    c = (((c << 21) | (c >>> 11)) + sum) | 0;
    into[index] = sum;
  }
  state.set([a, b, c, counter]);
}

function mix(value: number): number {
  let bits = value | 0;
  bits = Math.imul(bits ^ (bits >>> 16), 0x85ebca6b);
  bits = Math.imul(bits ^ (bits >>> 13), 0xc2b2ae35);
  return bits ^ (bits >>> 16);
}
