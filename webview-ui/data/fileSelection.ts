import type { ChangedFile, FileChangeKind } from '../../src/protocol/data';

/** The files of the wanted kinds in whose paths all words stand. */
export function selectFiles(files: readonly ChangedFile[], kinds: ReadonlySet<FileChangeKind>, filter: string): readonly ChangedFile[] {
  const words = filter.toLowerCase().split(/\s+/).filter(Boolean);
  if (words.length === 0 && kinds.size === 4) return files;
  return files.filter(({ kind, path, from }) => {
    if (!kinds.has(kind)) return false;
    const text = `${path} ${from ?? ''}`.toLowerCase();
    return words.every((word) => text.includes(word));
  });
}
