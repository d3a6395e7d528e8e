/** The pauses before a server that has died is started again, in milliseconds; after the last, no more. */
const PAUSES = [0, 1000, 2000, 4000, 8000];
/** A server that lived so long has not died of what killed it before, in milliseconds. */
const HEALTHY = 60_000;

/** How often, and how soon, a server that keeps dying is started again. */
export class Restarts {
  private count = 0;
  private up: number | undefined;

  /** Tells that the server is up, at a moment in milliseconds. */
  started(now: number): void {
    this.up ??= now;
  }

  /** The pause before the next start; undefined: it has been tried often enough. */
  next(now: number): number | undefined {
    if (this.up !== undefined && now - this.up >= HEALTHY) this.count = 0;
    this.up = undefined;
    return PAUSES[this.count++];
  }

  forget(): void {
    this.count = 0;
    this.up = undefined;
  }
}
