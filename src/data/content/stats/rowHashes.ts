/** Rows that are remembered at most: 128 MB would be more than a look at data may take, this is half of it. */
const MOST = 2 ** 21;
const EXAMPLES = 5;

/** Finds rows that repeat an earlier one by 64-bit hashes, among so many as are remembered. */
export class RowHashes {
  private table = new Int32Array(2 * 4096);
  private size = 0;
  private added = 0;
  count = 0;
  compared = 0;
  readonly examples: number[] = [];

  /** @param row from 1 */
  add(high: number, low: number, row: number): void {
    this.added++;
    if (this.size >= MOST) return;
    this.compared = row;
    // A pair of zeros marks a free place.
    const first = high === 0 && low === 0 ? 1 : high;
    if (!this.insert(first, low)) {
      this.count++;
      if (this.examples.length < EXAMPLES) this.examples.push(row);
    } else if (++this.size * 4 > this.table.length) this.grow();
  }

  get exact(): boolean {
    return this.compared === this.added;
  }

  /** Different rows of these that the others have, too; undefined where not all of either are remembered. */
  common(others: RowHashes): number | undefined {
    if (!this.exact || !others.exact) return undefined;
    let count = 0;
    for (let at = 0; at < this.table.length; at += 2) {
      const [high, low] = [this.table[at]!, this.table[at + 1]!];
      if ((high !== 0 || low !== 0) && others.has(high, low)) count++;
    }
    return count;
  }

  /** How many different rows there are. */
  get distinct(): number {
    return this.size;
  }

  private has(high: number, low: number): boolean {
    const mask = this.table.length / 2 - 1;
    for (let at = (high ^ (low >>> 7)) & mask; ; at = (at + 1) & mask) {
      const [here, there] = [this.table[2 * at]!, this.table[2 * at + 1]!];
      if (here === 0 && there === 0) return false;
      if (here === high && there === low) return true;
    }
  }

  private insert(high: number, low: number): boolean {
    const mask = this.table.length / 2 - 1;
    for (let at = (high ^ (low >>> 7)) & mask; ; at = (at + 1) & mask) {
      const here = this.table[2 * at]!;
      const there = this.table[2 * at + 1]!;
      if (here === 0 && there === 0) {
        this.table[2 * at] = high;
        this.table[2 * at + 1] = low;
        return true;
      }
      if (here === high && there === low) return false;
    }
  }

  private grow(): void {
    const before = this.table;
    this.table = new Int32Array(before.length * 2);
    for (let at = 0; at < before.length; at += 2) if (before[at] !== 0 || before[at + 1] !== 0) this.insert(before[at]!, before[at + 1]!);
  }
}

/** Mixes a number of 32 bits into one lane of a row's hash. */
export function mixFirst(hash: number, value: number): number {
  const mixed = Math.imul(hash ^ value, 0x9e3779b1);
  return (mixed << 13) | (mixed >>> 19);
}

/** The other lane. */
export function mixSecond(hash: number, value: number): number {
  const mixed = Math.imul(hash + value, 0x85ebca6b);
  return mixed ^ (mixed >>> 15);
}
