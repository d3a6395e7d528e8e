/**
 * Quantiles of a stream in little memory: levels of sorted halves, each item of level i standing for 2^i numbers (the merging sketch of
 * Agarwal and others, 2013). The half that stays alternates, so that the same stream gives the same answer.
 */
export class QuantileSketch {
  private readonly levels: { readonly items: Float64Array; size: number; odd: boolean }[] = [];

  /** @param width items of a level; the rank error is about log2(n / width) / (2 width) at worst, and mostly far less */
  constructor(private readonly width: number) {}

  /** Adds a number, so many times. */
  add(value: number, times = 1): void {
    for (let level = 0, left = times; left >= 1; level++, left = Math.floor(left / 2)) if (left % 2 === 1) this.put(level, value);
  }

  /** All that is left, in order, each with the number of those it stands for. */
  weighted(): { readonly values: Float64Array; readonly weights: Float64Array } {
    const all = this.levels.flatMap(({ items, size }, level) =>
      Array.from(items.subarray(0, size), (value) => [value, 2 ** level] as const),
    );
    all.sort((a, b) => a[0] - b[0]);
    return { values: Float64Array.from(all, ([value]) => value), weights: Float64Array.from(all, ([, weight]) => weight) };
  }

  private put(level: number, value: number): void {
    while (this.levels.length <= level) this.levels.push({ items: new Float64Array(this.width), size: 0, odd: false });
    const here = this.levels[level]!;
    here.items[here.size++] = value;
    if (here.size < this.width) return;
    here.items.sort();
    const from = here.odd ? 1 : 0;
    here.odd = !here.odd;
    here.size = 0;
    for (let at = from; at < this.width; at += 2) this.put(level + 1, here.items[at]!);
  }
}
