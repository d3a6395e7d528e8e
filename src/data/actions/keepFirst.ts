import type { FolderLayout } from '../cache/folderLayouts';
import { DvcError } from './dvcError';
import type { Kept } from './keptData';
import type { Loss } from './losses';

/** What was moved away, and the work that it was moved away for. */
export interface Keeping {
  /** Undefined where nothing would have been lost. */
  readonly kept: Kept | undefined;
  /** Does the work; gives back what was moved away where that fails. */
  during<T>(work: () => Promise<T>): Promise<T>;
}

/** Where it is kept, and how it comes back after a failure. */
export interface KeepingPlace {
  keep(files: readonly string[], layouts: readonly FolderLayout[]): Promise<Kept>;
  giveBack(kept: Kept): Promise<unknown>;
}

/**
 * Moves away what would be lost, where a person wants that, and notes how folders lie, which moves nothing.
 * @param wanted the word of a person
 * @throws DvcError 'would lose', with nothing touched, where nobody has said so
 */
export async function keepFirst(
  place: KeepingPlace,
  { losses, layouts }: { readonly losses: readonly Pick<Loss, 'file' | 'path'>[]; readonly layouts: readonly FolderLayout[] },
  wanted: boolean,
): Promise<Keeping> {
  if (losses.length > 0 && !wanted) {
    const [first] = losses;
    const rest = losses.length > 1 ? ` and ${losses.length - 1} more` : '';
    const paths = losses.map(({ path }) => path);
    throw new DvcError('would lose', `This would lose ${first?.path}${rest}, whose content is in no cache.`, undefined, paths);
  }
  const files = losses.map(({ file }) => file);
  const moved = files.length + layouts.length > 0 ? await place.keep(files, layouts) : undefined;
  const during = async <T>(work: () => Promise<T>): Promise<T> => {
    try {
      return await work();
    } catch (error) {
      if (moved) await place.giveBack(moved);
      throw error;
    }
  };
  return { kept: moved, during };
}
