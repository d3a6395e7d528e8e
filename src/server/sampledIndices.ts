/**
 * Which of so many points MLflow keeps of a curve: the first of each of at most `most` parts, the earlier of which are longer by one
 * where they can't be equal, and the last point in place of the last part's first.
 */
export function sampledIndices(count: number, most: number): readonly number[] {
  if (count <= most) return Array.from({ length: count }, (_, index) => index);
  const [size, longer] = [Math.floor(count / most), count % most];
  const firsts = Array.from({ length: most }, (_, part) => part * size + Math.min(part, longer));
  return [...firsts.slice(0, -1), count - 1];
}
