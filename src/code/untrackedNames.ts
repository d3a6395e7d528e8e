import { setImmediate } from 'node:timers/promises';

/** What is untracked right in a folder. */
export interface UntrackedNames {
  /** The first ones; a folder's ends in `/`. */
  readonly names: readonly string[];
  /** Those of them that are repositories of their own. */
  readonly nested: ReadonlySet<string>;
  /** How many there are beside. */
  readonly more: number;
}

/** So many files are looked at before others have their turn. */
const SLICE = 5_000;
const [NUL, SLASH] = [0, 47];

/**
 * Reads `git ls-files --others -z`, which names every file at or below a folder, in the order of the paths' bytes. Below there may be a
 * million: they are passed over without being made text, and not in one go.
 */
export async function untrackedNames(output: Buffer, most: number): Promise<UntrackedNames> {
  const names: string[] = [];
  const nested = new Set<string>();
  let [more, seen, slash] = [0, 0, output.indexOf(SLASH)];
  let folder: Buffer = Buffer.alloc(0);
  for (let at = 0, end: number; at < output.length; at = end + 1) {
    if (++seen % SLICE === 0) await setImmediate();
    end = output.indexOf(NUL, at);
    if (end < 0) break;
    if (slash >= 0 && slash < at) slash = output.indexOf(SLASH, at);
    const below = slash >= 0 && slash < end;
    const name = output.subarray(at, below ? slash + 1 : end);
    if (below && name.equals(folder)) continue;
    if (below) folder = name;
    if (names.length === most) {
      more++;
      continue;
    }
    const text = name.toString('utf8');
    names.push(text);
    // Of a repository of its own git tells the folder and nothing in it.
    if (below && slash === end - 1) nested.add(text);
  }
  return { names, nested, more };
}
