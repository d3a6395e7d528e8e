/** Keeps answers for as long as what they were read from is the same, one of each name. */
export class KeptAnswers<T> {
  private readonly kept = new Map<string, { readonly state: string; readonly answer: Promise<T> }>();

  /** @param state what the answer depends on, as text; undefined where that can't be told, so that it is read each time */
  of(name: string, state: string | undefined, read: () => Promise<T>): Promise<T> {
    const known = this.kept.get(name);
    if (known && known.state === state) return known.answer;
    const answer = read();
    if (state === undefined) {
      this.kept.delete(name);
      return answer;
    }
    this.kept.set(name, { state, answer });
    const forget = (): void => {
      if (this.kept.get(name)?.answer === answer) this.kept.delete(name);
    };
    answer.catch(forget);
    return answer;
  }

  /** Everything is read anew when it is next asked for. */
  clear(): void {
    this.kept.clear();
  }
}
