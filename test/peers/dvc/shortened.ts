/**
 * The shortest list that still fails, as far as leaving out parts of it finds it: halves first, then smaller parts, until no single item
 * can go. Each try is a repository made anew, so that a library's shrinking, which tries many more, would take an hour.
 */
export async function shortened<T>(items: readonly T[], fails: (items: readonly T[]) => Promise<boolean>): Promise<readonly T[]> {
  let best = items;
  for (let size = Math.ceil(items.length / 2); size >= 1;) {
    let at = 0;
    let hasShrunk = false;
    while (at < best.length) {
      const rest = [...best.slice(0, at), ...best.slice(at + size)];
      if (await fails(rest)) {
        best = rest;
        hasShrunk = true;
      } else at += size;
    }
    if (size > 1) size = Math.ceil(size / 2);
    else if (!hasShrunk) break;
  }
  return best;
}
