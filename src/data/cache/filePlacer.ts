import { randomBytes } from 'node:crypto';
import { linkSync, lstatSync, renameSync, unlinkSync } from 'node:fs';
import { chmod, mkdir, readdir, rm, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { isUnable, ObjectLinks } from './objectLinks';
import type { LinkType } from './storage';

/** Of files that had to be made beside their place, since that lies in another file system. Nobody else names a file so. */
export const TEMPORARY = /^\.mltmp-[0-9a-f]{16}$/;
const WORKPLACES = /^ml-tracking-/;

export interface Placing {
  readonly object: string;
  readonly target: string;
  /** Whether what stands there is to go; otherwise nothing is ever replaced. */
  readonly replaces: boolean;
  readonly isExecutable: boolean;
  /** Asked right before the file appears. */
  readonly mayPlace: () => boolean;
  readonly onBytes: (bytes: number) => void;
  readonly signal: AbortSignal | undefined;
}

/** Makes files of the workspace from objects: at first elsewhere, in DVC's own folder for temporary files, and then renames them. */
export class FilePlacer {
  private readonly links: ObjectLinks;
  private workplace: Promise<string> | undefined;
  private made = 0;

  /** @param types to be tried in this order */
  constructor(
    private readonly root: string,
    types: readonly LinkType[],
  ) {
    this.links = new ObjectLinks(types, () => this.ownFolder());
  }

  /** Puts an object's content at a path, whose folder is there. False where it may not, or something else has come there meanwhile. */
  async place(placing: Placing): Promise<boolean> {
    try {
      return await this.placeBy(join(await this.ownFolder(), String(++this.made)), placing);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EXDEV') throw error;
      return this.placeBy(join(dirname(placing.target), `.mltmp-${randomBytes(8).toString('hex')}`), placing);
    }
  }

  private async placeBy(
    temporary: string,
    { object, target, replaces, isExecutable, mayPlace, onBytes, signal }: Placing,
  ): Promise<boolean> {
    try {
      const type = await this.links.make(object, temporary, onBytes, signal);
      if (isExecutable) await chmod(temporary, (await stat(temporary)).mode | 0o100);
      signal?.throwIfAborted();
      // From here on without giving anybody else a turn.
      if (!mayPlace()) return false;
      if (replaces) replace(temporary, target);
      else return appear(temporary, target, type);
      return true;
    } finally {
      // Also after a rename: one between two links to the same file leaves both.
      await rm(temporary, { force: true });
    }
  }

  /** Takes the temporary files away. */
  async close(): Promise<void> {
    await this.sweep();
    this.workplace = undefined;
  }

  /** Also those of others, who were killed: who calls holds the repository's lock. */
  private async sweep(): Promise<void> {
    const folder = join(this.root, '.dvc', 'tmp');
    const names = await readdir(folder).catch(() => []);
    for (const name of names) if (WORKPLACES.test(name)) await rm(join(folder, name), { recursive: true, force: true });
  }

  private ownFolder(): Promise<string> {
    this.workplace ??= (async () => {
      await this.sweep();
      const folder = join(this.root, '.dvc', 'tmp', `ml-tracking-${process.pid}-${randomBytes(4).toString('hex')}`);
      await mkdir(folder, { recursive: true });
      return folder;
    })();
    return this.workplace;
  }
}

/** Gives a finished file its name, in place of the file that has it. */
function replace(from: string, to: string): void {
  try {
    renameSync(from, to);
  } catch (error) {
    // Windows replaces no file that is write-protected.
    if (process.platform !== 'win32' || !['EPERM', 'EACCES'].includes((error as NodeJS.ErrnoException).code ?? '')) throw error;
    unlinkSync(to);
    renameSync(from, to);
  }
}

/** Gives a finished file its name; false where something has that name. A rename would take its place, a link doesn't. */
function appear(from: string, to: string, type: LinkType): boolean {
  try {
    // Of a symbolic link some systems would link what it leads to.
    if (type !== 'symlink') {
      linkSync(from, to);
      return true;
    }
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'EEXIST') return false;
    if (code === 'EXDEV' || !isUnable(error)) throw error;
  }
  if (lstatSync(to, { throwIfNoEntry: false })) return false;
  renameSync(from, to);
  return true;
}
