const BITS = 11;
const REGISTERS = 1 << BITS;
const scratch = new DataView(new ArrayBuffer(8));

/** Estimates how many different values there were (HyperLogLog, 2,048 registers: a standard error of 2.3 %). */
export class DistinctSketch {
  private readonly registers = new Uint8Array(REGISTERS);

  add(value: number | bigint | string): void {
    const hash = typeof value === 'number' ? hashNumber(value) : hashText(String(value));
    const register = hash >>> (32 - BITS);
    const rank = Math.clz32((hash << BITS) | (1 << (BITS - 1))) + 1;
    if (rank > this.registers[register]!) this.registers[register] = rank;
  }

  get estimate(): number {
    let sum = 0;
    let empty = 0;
    for (const rank of this.registers) {
      sum += 2 ** -rank;
      if (rank === 0) empty++;
    }
    const raw = ((0.7213 / (1 + 1.079 / REGISTERS)) * REGISTERS * REGISTERS) / sum;
    if (raw <= 2.5 * REGISTERS && empty > 0) return Math.round(REGISTERS * Math.log(REGISTERS / empty));
    // With 32 bits, collisions of the hash itself begin to count.
    return Math.round(raw > 2 ** 32 / 30 ? -(2 ** 32) * Math.log(1 - raw / 2 ** 32) : raw);
  }
}

function hashNumber(value: number): number {
  scratch.setFloat64(0, value === 0 ? 0 : value);
  return mix(Math.imul(mix(scratch.getUint32(0)), 0x9e3779b1) ^ scratch.getUint32(4));
}

function hashText(text: string): number {
  let hash = 0x811c9dc5;
  for (let at = 0; at < text.length; at++) hash = Math.imul(hash ^ text.charCodeAt(at), 0x01000193);
  return mix(hash ^ text.length);
}

/** Spreads every bit over all the others. */
function mix(hash: number): number {
  let h = hash;
  h = Math.imul(h ^ (h >>> 16), 0x85ebca6b);
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35);
  return (h ^ (h >>> 16)) >>> 0;
}
