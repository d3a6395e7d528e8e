import { randomUUID } from 'node:crypto';
import { readFile, rename, rm, writeFile } from 'node:fs/promises';

/** Files as they were before an action, so that it can be taken back: small ones that DVC writes, never data. */
export class RecordSnapshot {
  private after: ReadonlyMap<string, Buffer | undefined> = new Map();

  private constructor(private readonly before: ReadonlyMap<string, Buffer | undefined>) {}

  static async of(files: readonly string[]): Promise<RecordSnapshot> {
    return new RecordSnapshot(await contents([...new Set(files)]));
  }

  /** To be called when the action has ended; what changes from then on is somebody else's. */
  async close(): Promise<void> {
    this.after = await contents([...this.before.keys()]);
  }

  /** Whether the action has changed any of them. */
  get isChanged(): boolean {
    return [...this.before].some(([file, was]) => !same(was, this.after.get(file)));
  }

  /** Puts back what the action changed. Rejects, and touches nothing, where somebody has changed it since. */
  async restore(): Promise<void> {
    const now = await contents([...this.before.keys()]);
    const changed = [...this.before].filter(([file, was]) => !same(was, this.after.get(file)));
    const touched = changed.find(([file]) => !same(now.get(file), this.after.get(file)));
    if (touched) throw new Error(`${touched[0]} has changed since, so that this can't be undone.`);
    for (const [file, was] of changed) {
      if (was === undefined) await rm(file, { force: true });
      else await replace(file, was);
    }
  }
}

async function contents(files: readonly string[]): Promise<Map<string, Buffer | undefined>> {
  const read = async (file: string): Promise<[string, Buffer | undefined]> => {
    try {
      return [file, await readFile(file)];
    } catch (error) {
      const { code } = error as NodeJS.ErrnoException;
      if (code === 'ENOENT' || code === 'ENOTDIR') return [file, undefined];
      throw error;
    }
  };
  return new Map(await Promise.all(files.map(read)));
}

function same(a: Buffer | undefined, b: Buffer | undefined): boolean {
  return a === undefined || b === undefined ? a === b : a.equals(b);
}

async function replace(file: string, content: Buffer): Promise<void> {
  const temporary = `${file}.${randomUUID().slice(0, 8)}.tmp`;
  await writeFile(temporary, content);
  await rename(temporary, file);
}
