import type { OutStatus } from '../data/status/status';

/** Finds tracked data by its path from the repository's root, with `/`. */
export class OutPlaces {
  private readonly byPath = new Map<string, OutStatus>();
  private readonly below = new Map<string, OutStatus[]>();

  constructor(outs: readonly OutStatus[]) {
    for (const out of outs) {
      this.byPath.set(out.path, out);
      for (const folder of foldersAbove(out.path)) {
        const list = this.below.get(folder);
        if (list) list.push(out);
        else this.below.set(folder, [out]);
      }
    }
  }

  at(path: string): OutStatus | undefined {
    return this.byPath.get(path);
  }

  /** The out at a path, else the one that it lies in, else all that lie in it: DVC ties stages together by the same. */
  related(path: string): readonly OutStatus[] {
    const holder = this.holding(path);
    return holder ? [holder] : (this.below.get(path) ?? []);
  }

  /** The out at a path, or the nearest one that it lies in. */
  holding(path: string): OutStatus | undefined {
    return this.byPath.get(path) ?? foldersAbove(path).flatMap((folder) => this.byPath.get(folder) ?? [])[0];
  }
}

/** Nearest first. */
function foldersAbove(path: string): string[] {
  const folders: string[] = [];
  for (let at = path.lastIndexOf('/'); at > 0; at = path.lastIndexOf('/', at - 1)) folders.push(path.slice(0, at));
  return folders;
}
