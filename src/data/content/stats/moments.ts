/** Mean and spread of numbers in one pass, by Welford's and Chan's formulas: stable where sums of squares are not. */
export class Moments {
  count = 0;
  min = Infinity;
  max = -Infinity;
  mean = 0;
  /** The sum of squared distances from the mean. */
  private squares = 0;

  /** Adds a finite number so many times. */
  add(value: number, times = 1): void {
    if (value < this.min) this.min = value;
    if (value > this.max) this.max = value;
    const count = this.count + times;
    const distance = value - this.mean;
    this.mean += (distance * times) / count;
    this.squares += distance * times * (value - this.mean);
    this.count = count;
  }

  /** Of a sample (n − 1). */
  get std(): number | undefined {
    return this.count > 1 ? Math.sqrt(this.squares / (this.count - 1)) : undefined;
  }
}
