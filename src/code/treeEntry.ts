/** A file of a tree or of the index. */
export interface TreeEntry {
  readonly mode: string;
  readonly hash: string;
  /** 0, or 1 to 3 for the sides of a conflict. */
  readonly stage: number;
  readonly path: string;
  /** Bytes, where they were asked for. */
  readonly size: number | undefined;
}

/** Reads `git ls-files --stage -z`. */
export function parseIndexEntries(output: string): TreeEntry[] {
  return records(output, /^(\d+) ([0-9a-f]+) (\d)\t([^]*)$/, ([, mode = '', hash = '', stage = '0', path = '']) => ({
    mode,
    hash,
    stage: Number(stage),
    path,
    size: undefined,
  }));
}

/** Reads `git ls-tree -r --long -z`. */
export function parseTreeEntries(output: string): TreeEntry[] {
  return records(output, /^(\d+) \w+ ([0-9a-f]+) +(\d+|-)\t([^]*)$/, ([, mode = '', hash = '', size = '-', path = '']) => ({
    mode,
    hash,
    stage: 0,
    path,
    size: size === '-' ? undefined : Number(size),
  }));
}

function records(output: string, pattern: RegExp, entryOf: (match: RegExpExecArray) => TreeEntry): TreeEntry[] {
  return output.split('\0').flatMap((record) => {
    const match = pattern.exec(record);
    return match ? [entryOf(match)] : [];
  });
}

/** For `git update-index -z --index-info`: sets the entries, after taking everything out that stands at `removed`. */
export function indexInfo(entries: readonly TreeEntry[], removed: readonly string[] = []): string {
  const none = '0'.repeat(entries[0]?.hash.length ?? 40);
  return [
    ...removed.map((path) => `0 ${none} 0\t${path}\0`),
    ...entries.map(({ mode, hash, stage, path }) => `${mode} ${hash} ${stage}\t${path}\0`),
  ].join('');
}

/** A path as git reads it from a line: in quotes, with escapes, where it could be taken for something else. */
export function quotedPath(path: string): string {
  // eslint-disable-next-line no-control-regex
  if (!/[\u0000-\u001f]|^"/.test(path)) return path;
  // eslint-disable-next-line no-control-regex
  return `"${path.replace(/["\\]/g, '\\$&').replace(/[\u0000-\u001f]/g, (character) => `\\${character.charCodeAt(0).toString(8).padStart(3, '0')}`)}"`;
}
