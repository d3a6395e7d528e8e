import type { Disposable } from '../core/disposable';

/** Runs an action once things have been asked for: at the end of the pause, so that the last request always counts. */
export class Debounce implements Disposable {
  private timer: NodeJS.Timeout | undefined;
  private running = false;
  private again = false;
  private gone = false;

  /** `pause` is in milliseconds. A request while the action runs makes it run once more. */
  constructor(
    private readonly pause: number,
    private readonly action: () => Promise<void>,
    private readonly failed: (error: unknown) => void,
  ) {}

  request(): void {
    if (this.gone) return;
    if (this.running) this.again = true;
    else this.timer ??= setTimeout(() => void this.run(), this.pause);
  }

  private async run(): Promise<void> {
    this.timer = undefined;
    this.running = true;
    try {
      await this.action();
    } catch (error) {
      if (!this.gone) this.failed(error);
    } finally {
      this.running = false;
    }
    if (this.again) {
      this.again = false;
      this.request();
    }
  }

  dispose(): void {
    this.gone = true;
    clearTimeout(this.timer);
  }
}
