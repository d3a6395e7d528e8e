/** How fast a training goes and how long it will take, smoothed over the last dozen batches or so. */
export class Pace {
  private rate = 0;
  private lastElapsed = 0;
  private validationTime: number | undefined;

  /** Counts of the whole training. */
  constructor(
    private readonly epochs: number,
    private readonly training: number,
    private readonly validation: number,
  ) {}

  /** Images a second; 0 before the first batch. */
  get imagesPerSecond(): number {
    return this.rate;
  }

  epochBegin(): void {
    this.lastElapsed = 0;
  }

  /** `size` images were trained on; `elapsed` milliseconds since the epoch began. */
  batchEnd(size: number, elapsed: number): void {
    const now = size / (Math.max(elapsed - this.lastElapsed, 0.01) / 1000);
    this.lastElapsed = elapsed;
    this.rate = this.rate === 0 ? now : this.rate * 0.92 + now * 0.08;
  }

  epochEnd(validationTime: number): void {
    this.validationTime = validationTime;
  }

  /** Seconds until the last epoch is validated. `epoch` counts from 0, `trained` images of it. */
  secondsLeft(epoch: number, trained: number): number {
    if (this.rate === 0) return 0;
    const images = (this.epochs - epoch) * this.training - trained;
    // Before it was measured: a validation has a third of a training step's work.
    const validation = this.validationTime === undefined ? this.validation / this.rate / 3 : this.validationTime / 1000;
    return images / this.rate + (this.epochs - epoch) * validation;
  }
}
