import type { RunProgress } from '../core/progress';

const INTERVAL_MS = 1000;

/** Lets a run's progress through at most once a second; the latest one always arrives. */
export class ProgressTag {
  private latest: RunProgress | undefined;
  private timer: NodeJS.Timeout | undefined;
  private lastWritten = -Infinity;
  /** Whether anything was written that has to be taken away at the end. */
  written = false;

  constructor(
    private readonly write: (json: string) => void,
    private readonly now: () => number = () => performance.now(),
  ) {}

  report(progress: RunProgress): void {
    this.latest = progress;
    const wait = this.lastWritten + INTERVAL_MS - this.now();
    if (wait <= 0) this.send();
    else if (this.timer === undefined) {
      this.timer = setTimeout(() => this.send(), wait);
      this.timer.unref();
    }
  }

  stop(): void {
    clearTimeout(this.timer);
    this.timer = undefined;
    this.latest = undefined;
  }

  private send(): void {
    clearTimeout(this.timer);
    this.timer = undefined;
    if (!this.latest) return;
    this.lastWritten = this.now();
    this.written = true;
    this.write(JSON.stringify(this.latest));
    this.latest = undefined;
  }
}
