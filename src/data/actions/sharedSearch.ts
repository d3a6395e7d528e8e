/** Work that several wait for: who turns away leaves it to the others, and when the last one has gone it is stopped. */
export class SharedSearch<T> {
  private readonly stop = new AbortController();
  private readonly found: Promise<T>;
  private waiting = 0;
  private isSettled = false;
  private isFailed = false;

  constructor(find: (signal: AbortSignal) => Promise<T>) {
    this.found = find(this.stop.signal).finally(() => (this.isSettled = true));
    // Those who wait are told.
    this.found.catch(() => (this.isFailed = true));
  }

  /** Whether it has found nothing, or was stopped. */
  get isVain(): boolean {
    return this.isFailed || this.stop.signal.aborted;
  }

  /** Rejects as the search does, and with the signal's reason where that comes first. */
  async wait(signal: AbortSignal | undefined): Promise<T> {
    signal?.throwIfAborted();
    this.waiting++;
    let leave: (() => void) | undefined;
    const left = new Promise<never>((_, reject) => {
      leave = () => reject(signal?.reason as Error);
      signal?.addEventListener('abort', leave, { once: true });
    });
    try {
      return await Promise.race([this.found, left]);
    } finally {
      if (leave) signal?.removeEventListener('abort', leave);
      if (--this.waiting === 0 && !this.isSettled) this.stop.abort();
    }
  }
}
