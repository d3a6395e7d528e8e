/**
 * At most so many of the steps given (ascending, repeats allowed), spread evenly; the first and the last are always among them
 * when two are allowed.
 */
export function sampledSteps(steps: readonly number[], most: number): ReadonlySet<number> {
  const distinct = [...new Set(steps)];
  if (distinct.length <= most) return new Set(distinct);
  const gap = (distinct.length - 1) / Math.max(1, most - 1);
  return new Set(Array.from({ length: most }, (_, index) => distinct[Math.round(index * gap)]!));
}
