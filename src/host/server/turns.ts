import type { Disposable } from '../../core/disposable';

/** Does one thing after the other; what waits in the middle of its turn can be hurried. */
export class Turns implements Disposable {
  private waiting = new AbortController();
  private last: Promise<unknown> = Promise.resolve();
  private gone = false;

  /** Whether nothing is to be done any more. */
  get ended(): boolean {
    return this.gone;
  }

  /** Of the turn that is on: aborted when it is hurried. */
  get signal(): AbortSignal {
    return this.waiting.signal;
  }

  /** Resolves when it has been done, or when nothing is to be done any more. */
  take(work: () => Promise<void>): Promise<void> {
    const result = this.last.then(async () => {
      if (this.gone) return;
      if (this.signal.aborted) this.waiting = new AbortController();
      await work();
    });
    this.last = result.catch(() => undefined);
    return result;
  }

  /** Lets the turn that is on end early. */
  hurry(): void {
    this.waiting.abort();
  }

  /** Waits so many milliseconds, or until the turn is hurried. */
  pause(milliseconds: number): Promise<void> {
    const { signal } = this;
    return new Promise((resolve) => {
      const done = (): void => {
        clearTimeout(timer);
        signal.removeEventListener('abort', done);
        resolve();
      };
      const timer = setTimeout(done, milliseconds);
      signal.addEventListener('abort', done);
      if (signal.aborted) done();
    });
  }

  dispose(): void {
    this.gone = true;
    this.hurry();
  }
}
