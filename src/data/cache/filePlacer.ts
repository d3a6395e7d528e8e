import { randomBytes } from 'node:crypto';
import { chmod, constants, copyFile, link, mkdir, open, readdir, realpath, rename, rm, stat, symlink } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { LinkType } from './storage';

/** Of files that had to be made beside their place, since that lies in another file system. Nobody else names a file so. */
export const TEMPORARY = /^\.mltmp-[0-9a-f]{16}$/;
const WORKPLACES = /^ml-tracking-/;
/** Bytes that are copied at once. */
const PIECE = 2 ** 20;
/** What a file system says that can't make such a link. */
const CANNOT = new Set(['ENOTSUP', 'EOPNOTSUPP', 'ENOSYS', 'EXDEV', 'EINVAL', 'EPERM', 'EMLINK', 'ENOTTY', 'EBADF', 'EACCES']);

export interface Placing {
  readonly object: string;
  readonly target: string;
  readonly isExecutable: boolean;
  /** Called right before the file appears; throws where it must not. */
  readonly mayPlace: () => void;
  readonly onBytes: (bytes: number) => void;
  readonly signal: AbortSignal | undefined;
}

/** Makes files of the workspace from objects: at first elsewhere, in DVC's own folder for temporary files, and then renames them. */
export class FilePlacer {
  private readonly impossible = new Set<LinkType>();
  private workplace: Promise<string> | undefined;
  private mode: number | undefined;
  private made = 0;

  /** @param types to be tried in this order */
  constructor(
    private readonly root: string,
    private readonly types: readonly LinkType[],
  ) {}

  /** Puts an object's content at a path, whose folder is there; what is there is replaced. Rejects as `mayPlace` does. */
  async place({ object, target, isExecutable, mayPlace, onBytes, signal }: Placing): Promise<void> {
    const make = async (to: string): Promise<void> => {
      await this.make(object, to, onBytes, signal);
      if (isExecutable) await chmod(to, (await stat(to)).mode | 0o100);
      mayPlace();
    };
    let temporary = join(await this.ownFolder(), String(++this.made));
    try {
      await make(temporary);
      try {
        await rename(temporary, target);
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code !== 'EXDEV') throw error;
        await rm(temporary, { force: true });
        temporary = join(dirname(target), `.mltmp-${randomBytes(8).toString('hex')}`);
        await make(temporary);
        await rename(temporary, target);
      }
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

  private async make(object: string, to: string, onBytes: (bytes: number) => void, signal: AbortSignal | undefined): Promise<void> {
    const left = this.types.filter((type) => !this.impossible.has(type));
    for (const type of left) {
      try {
        return await this.makeAs(type, object, to, onBytes, signal);
      } catch (error) {
        await rm(to, { force: true });
        const { code } = error as NodeJS.ErrnoException;
        if (type === 'copy' || !CANNOT.has(code ?? '')) throw error;
        // One object may have too many links, or be somebody else's; that says nothing of the others.
        if (code !== 'EMLINK' && code !== 'EPERM' && code !== 'EACCES') this.impossible.add(type);
      }
    }
    throw new Error(
      `The cache can't be linked as cache.type says (${this.types.join(', ')}). Allow copies: dvc config cache.type ${[...this.types, 'copy'].join(',')}`,
    );
  }

  private async makeAs(
    type: LinkType,
    object: string,
    to: string,
    onBytes: (bytes: number) => void,
    signal: AbortSignal | undefined,
  ): Promise<void> {
    switch (type) {
      case 'reflink':
        await copyFile(object, to, constants.COPYFILE_FICLONE_FORCE);
        return chmod(to, await this.ownMode());
      case 'copy':
        return copyInPieces(object, to, onBytes, signal);
      case 'hardlink':
        // A file system counts links, and empty files are many; so DVC gives each its own.
        if ((await stat(object)).size === 0) return (await open(to, 'wx')).close();
        return link(await realpath(object), to);
      case 'symlink':
        return symlink(object, to);
    }
  }

  /** The mode of files that this process makes; a thread can't ask for the umask. */
  private async ownMode(): Promise<number> {
    if (this.mode !== undefined) return this.mode;
    const probe = join(await this.ownFolder(), 'mode');
    await (await open(probe, 'w', 0o666)).close();
    this.mode = (await stat(probe)).mode & 0o777;
    await rm(probe, { force: true });
    return this.mode;
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

/** So that a large file can be stopped, and is seen to grow. */
async function copyInPieces(from: string, to: string, onBytes: (bytes: number) => void, signal: AbortSignal | undefined): Promise<void> {
  const source = await open(from, 'r');
  try {
    const target = await open(to, 'wx', 0o666);
    try {
      const buffer = Buffer.allocUnsafe(Math.min(PIECE, (await source.stat()).size + 1));
      for (;;) {
        signal?.throwIfAborted();
        const { bytesRead } = await source.read(buffer, 0, buffer.length, null);
        if (bytesRead === 0) return;
        await target.writeFile(buffer.subarray(0, bytesRead));
        onBytes(bytesRead);
      }
    } finally {
      await target.close();
    }
  } finally {
    await source.close();
  }
}
