import { chmod, constants, copyFile, link, open, realpath, rm, stat, symlink } from 'node:fs/promises';
import { join } from 'node:path';
import { chunksOf } from '../hashing/chunks';
import type { LinkType } from './storage';

/** What a file system says that can't make such a link. */
const UNABLE = new Set(['ENOTSUP', 'EOPNOTSUPP', 'ENOSYS', 'EXDEV', 'EINVAL', 'EPERM', 'EMLINK', 'ENOTTY', 'EBADF', 'EACCES']);

/** Whether an error says that a kind of link can't be made there. */
export function isUnable(error: unknown): boolean {
  return UNABLE.has((error as NodeJS.ErrnoException).code ?? '');
}

/** Makes files from objects in the first way that the file system allows, and remembers which it doesn't. */
export class ObjectLinks {
  private readonly impossible = new Set<LinkType>();
  private mode: number | undefined;

  /**
   * @param types to be tried in this order
   * @param ownFolder where a file may be made to see what its mode is
   */
  constructor(
    private readonly types: readonly LinkType[],
    private readonly ownFolder: () => Promise<string>,
  ) {}

  /** Makes a file where there is none, and says how. Throws an Error of one line where no way is open, or the file system's error. */
  async make(object: string, to: string, onBytes: (bytes: number) => void, signal: AbortSignal | undefined): Promise<LinkType> {
    const left = this.types.filter((type) => !this.impossible.has(type));
    for (const type of left) {
      try {
        await this.makeAs(type, object, to, onBytes, signal);
        return type;
      } catch (error) {
        await rm(to, { force: true });
        if (type === 'copy' || !isUnable(error)) throw error;
        const { code = '' } = error as NodeJS.ErrnoException;
        // One object may have too many links, or be somebody else's; that says nothing of the others.
        if (!['EMLINK', 'EPERM', 'EACCES'].includes(code)) this.impossible.add(type);
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
        await protect(object);
        return link(await realpath(object), to);
      case 'symlink':
        await protect(object);
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
}

/** What the workspace shares with the cache must not be written to by mistake; DVC write-protects it, too, and goes on where it can't. */
async function protect(object: string): Promise<void> {
  if (((await stat(object)).mode & 0o222) !== 0) await chmod(object, 0o444).catch(() => undefined);
}

/** So that a large file can be stopped, and is seen to grow. */
async function copyInPieces(from: string, to: string, onBytes: (bytes: number) => void, signal: AbortSignal | undefined): Promise<void> {
  const source = await open(from, 'r');
  try {
    const target = await open(to, 'wx', 0o666);
    try {
      for await (const chunk of chunksOf(source, signal)) {
        await target.writeFile(chunk);
        onBytes(chunk.length);
      }
    } finally {
      await target.close();
    }
  } finally {
    await source.close();
  }
}
