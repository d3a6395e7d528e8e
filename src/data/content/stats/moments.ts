/**
 * Mean and spread of numbers in one pass, by Welford's and Chan's formulas: stable where sums of squares are not. They are taken of the
 * distances from the first number, so that a small spread of huge ones counts in full; a bigint stands for a whole number that no number
 * holds exactly.
 */
export class Moments {
  count = 0;
  min: number | bigint = Infinity;
  max: number | bigint = -Infinity;
  private origin: number | bigint = 0;
  /** Of the distances from the origin. */
  private meanDistance = 0;
  /** The sum of squared distances from the mean. */
  private squares = 0;

  /** Adds a finite number so many times. */
  add(value: number | bigint, times = 1): void {
    if (this.count === 0) this.origin = value;
    if (value < this.min) this.min = value;
    if (value > this.max) this.max = value;
    const { origin } = this;
    const distance = typeof value === 'number' && typeof origin === 'number' ? value - origin : distanceOf(value, origin);
    const count = this.count + times;
    const fromMean = distance - this.meanDistance;
    this.meanDistance += (fromMean * times) / count;
    this.squares += fromMean * times * (distance - this.meanDistance);
    this.count = count;
  }

  get mean(): number {
    return Number(this.origin) + this.meanDistance;
  }

  /** Of a sample (n − 1). */
  get std(): number | undefined {
    return this.count > 1 ? Math.sqrt(this.squares / (this.count - 1)) : undefined;
  }
}

/** Rounded once, where both are whole, however long they are. */
function distanceOf(value: number | bigint, origin: number | bigint): number {
  return isWhole(value) && isWhole(origin) ? Number(BigInt(value) - BigInt(origin)) : Number(value) - Number(origin);
}

function isWhole(value: number | bigint): boolean {
  return typeof value === 'bigint' || Number.isInteger(value);
}
