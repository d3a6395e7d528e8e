export interface Problem {
  /** What could not be read or copied: a file, a run, a param of a run. */
  readonly item: string;
  /** One line that says why. */
  readonly message: string;
}

const MOST = 10_000;

/** What could not be read or copied, each item once for each reason; a hostile source can't fill the memory with them. */
export class Problems {
  private readonly found = new Map<string, Problem>();
  private dropped = 0;

  add(item: string, message: string): void {
    const key = JSON.stringify([item, message]);
    if (this.found.has(key)) return;
    if (this.found.size >= MOST) this.dropped++;
    else this.found.set(key, { item, message });
  }

  get all(): readonly Problem[] {
    const more = this.dropped === 0 ? [] : [{ item: '…', message: `and ${this.dropped} more` }];
    return [...this.found.values(), ...more];
  }
}
