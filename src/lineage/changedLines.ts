/**
 * Where a line of a text stood in the text that it came from.
 * @param index from 0 on
 * @returns from 0 on; undefined where the line is new
 */
export function originalLine(before: readonly string[], now: readonly string[], index: number): number | undefined {
  const line = now[index];
  if (line === undefined) return undefined;
  // What is the same at the beginning and at the end has kept its place.
  let start = 0;
  while (start < before.length && start < now.length && before[start] === now[start]) start++;
  if (index < start) return index;
  let end = 0;
  while (end < before.length - start && end < now.length - start && before[before.length - 1 - end] === now[now.length - 1 - end]) end++;
  if (index >= now.length - end) return index - now.length + before.length;
  // Between them the same text counts where it is the only one.
  const places = before.flatMap((each, place) => (each === line && place >= start && place < before.length - end ? [place] : []));
  const doubles = now.slice(start, now.length - end).filter((each) => each === line).length;
  return places.length === 1 && doubles === 1 ? places[0] : undefined;
}
