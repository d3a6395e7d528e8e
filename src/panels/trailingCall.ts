import type { Disposable } from '../core/disposable';

/**
 * Makes one call of many: the first request starts the wait, and one call at its end serves all that came meanwhile. The last
 * request is never lost, and a steady stream of them never puts the call off.
 */
export class TrailingCall implements Disposable {
  private timer: ReturnType<typeof setTimeout> | undefined;

  constructor(
    private readonly call: () => void,
    /** Milliseconds. */
    private readonly wait: number,
  ) {}

  request(): void {
    this.timer ??= setTimeout(() => {
      this.timer = undefined;
      this.call();
    }, this.wait);
  }

  dispose(): void {
    clearTimeout(this.timer);
    this.timer = undefined;
  }
}
