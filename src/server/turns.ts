/**
 * Lets what reads something, changes it and writes it back take turns, where it concerns the same thing: two at a time would
 * overwrite each other. One server serves a store, so that its own turns are all there are.
 */
export class Turns {
  private readonly last = new Map<string, Promise<unknown>>();

  /** Runs a piece of work when all that was given before it for the same name has ended, however it did. */
  async take<T>(name: string, work: () => Promise<T>): Promise<T> {
    const turn = (this.last.get(name) ?? Promise.resolve()).then(work);
    // The next one waits for this one's end, not for its success.
    const end = turn.then(
      () => undefined,
      () => undefined,
    );
    this.last.set(name, end);
    try {
      return await turn;
    } finally {
      if (this.last.get(name) === end) this.last.delete(name);
    }
  }
}
