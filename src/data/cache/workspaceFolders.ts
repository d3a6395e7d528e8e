import { lstat, mkdir } from 'node:fs/promises';
import { dirname, relative, sep } from 'node:path';

/** A link where a folder has to be: what is written through it would land elsewhere. */
export class LinkInTheWayError extends Error {
  override readonly name = 'LinkInTheWayError';

  constructor(readonly path: string) {
    super(`${path} is a link. Nothing is written through it; put a folder in its place.`);
  }
}

/** The folders of a workspace in which files are made. None of them is a link, so that nothing is written outside the root. */
export class WorkspaceFolders {
  private readonly known = new Set<string>();

  constructor(private readonly root: string) {}

  /** Throws LinkInTheWayError where a folder between the root and the path, the path left out, is a link. */
  async check(path: string): Promise<void> {
    await this.walk(dirname(path), false);
  }

  /** Makes a folder, and those above it, below the root. Throws LinkInTheWayError, or the file system's error. */
  async make(folder: string): Promise<void> {
    if (!this.known.has(folder)) await this.walk(folder, true);
  }

  /** Forgets what was made: something may have been removed since. */
  forget(): void {
    this.known.clear();
  }

  private async walk(folder: string, makes: boolean): Promise<void> {
    let here = this.root;
    for (const part of relative(this.root, folder).split(sep)) {
      if (part === '') continue;
      here += sep + part;
      if (this.known.has(here)) continue;
      const stats = await lstat(here).catch((error: NodeJS.ErrnoException) => {
        if (error.code === 'ENOENT' || error.code === 'ENOTDIR') return undefined;
        throw error;
      });
      if (stats?.isSymbolicLink()) throw new LinkInTheWayError(here);
      if (!stats && !makes) return;
      if (!stats) {
        await mkdir(here).catch((error: NodeJS.ErrnoException) => {
          if (error.code !== 'EEXIST') throw error;
        });
      }
      if (makes) this.known.add(here);
    }
  }
}
