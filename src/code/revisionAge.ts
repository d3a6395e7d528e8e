import type { CodeReader } from './reader';

/** Whether one revision is newer than another one: it comes from it, or, where neither does, its commit was made later. */
export async function isNewer(reader: CodeReader, root: string, one: string, other: string): Promise<boolean> {
  const [first] = await reader.log(root, { revision: one, max: 1 });
  const [second] = await reader.log(root, { revision: other, max: 1 });
  if (!first || !second || first.hash === second.hash) return false;
  const base = await reader.mergeBase(root, first.hash, second.hash);
  if (base === first.hash || base === second.hash) return base === second.hash;
  return first.time > second.time;
}
