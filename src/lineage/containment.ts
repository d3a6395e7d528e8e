/**
 * Which branches, by their places in the list, contain a commit. All branches are followed at once, a bit for each, over commits by
 * their numbers: each is looked at a single time.
 * @param graph commits with their parents; of a parent that isn't there nothing is known
 */
export function containment(
  branches: readonly { readonly tip: string }[],
  graph: ReadonlyMap<string, readonly string[]>,
): (commit: string) => readonly number[] {
  const words = Math.ceil(branches.length / 32);
  const numbers = new Map<string, number>();
  for (const commit of graph.keys()) numbers.set(commit, numbers.size);
  const parents = [...graph.values()].map((names) => names.flatMap((name) => numbers.get(name) ?? []));
  const marks = new Uint32Array(numbers.size * words);
  branches.forEach(({ tip }, index) => {
    const own = numbers.get(tip);
    if (own === undefined) return;
    const word = own * words + (index >> 5);
    marks[word] = (marks[word] ?? 0) | (1 << (index & 31));
  });
  for (const commit of childrenFirst(parents)) {
    const own = commit * words;
    for (const parent of parents[commit] ?? []) {
      const its = parent * words;
      for (let word = 0; word < words; word++) marks[its + word] = (marks[its + word] ?? 0) | (marks[own + word] ?? 0);
    }
  }
  const known = new Map<string, readonly number[]>();
  return (commit) => {
    const found = known.get(commit) ?? containing(commit);
    known.set(commit, found);
    return found;
  };

  function containing(commit: string): number[] {
    const own = numbers.get(commit);
    const has = (tip: string, branch: number): boolean =>
      own === undefined ? tip === commit : ((marks[own * words + (branch >> 5)] ?? 0) & (1 << (branch & 31))) !== 0;
    return branches.flatMap(({ tip }, branch) => (has(tip, branch) ? [branch] : []));
  }
}

/** Every commit after all those that come from it. */
function childrenFirst(parents: readonly (readonly number[])[]): Uint32Array {
  const children = new Uint32Array(parents.length);
  for (const names of parents) for (const each of names) children[each] = (children[each] ?? 0) + 1;
  const order = new Uint32Array(parents.length);
  let size = 0;
  for (let commit = 0; commit < parents.length; commit++) if (children[commit] === 0) order[size++] = commit;
  for (let at = 0; at < size; at++) {
    for (const parent of parents[order[at] ?? 0] ?? []) {
      const left = (children[parent] ?? 0) - 1;
      children[parent] = left;
      if (left === 0) order[size++] = parent;
    }
  }
  return order.subarray(0, size);
}
