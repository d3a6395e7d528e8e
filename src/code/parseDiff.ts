import type { DifferenceKind, FileDifference, SideFile } from './side';

const KINDS: Readonly<Record<string, DifferenceKind>> = {
  M: 'modified',
  A: 'added',
  D: 'deleted',
  R: 'renamed',
  C: 'copied',
  T: 'type changed',
  U: 'conflicted',
};

/** Reads `git diff --raw --numstat -z --no-abbrev` and `git diff --raw -z --no-abbrev`, against any two sides. */
export function parseDiff(output: string): FileDifference[] {
  const found = new Map<string, FileDifference>();
  const records = output.split('\0');
  for (let i = 0; i < records.length; i++) {
    const record = records[i] ?? '';
    if (record.startsWith(':')) {
      const [, beforeMode = '', afterMode = '', beforeHash = '', afterHash = '', letter = ''] =
        /^:(\d+) (\d+) ([0-9a-f]+) ([0-9a-f]+) ([A-Z])\d*$/.exec(record) ?? [];
      const from = records[++i] ?? '';
      const path = letter === 'R' || letter === 'C' ? (records[++i] ?? '') : from;
      const kind = KINDS[letter] ?? 'modified';
      // A conflict is also listed as what the working tree has of it.
      if (found.get(path)?.kind === 'conflicted') continue;
      found.set(path, {
        kind,
        before: sideFile(from, beforeMode, beforeHash),
        after: sideFile(path, afterMode, afterHash),
        added: undefined,
        removed: undefined,
        binary: false,
      });
      continue;
    }
    const counts = /^(\d+|-)\t(\d+|-)\t([^]*)$/.exec(record);
    if (!counts) continue;
    const [, added = '', removed = '', name = ''] = counts;
    let path = name;
    if (name === '') {
      // A rename's two paths are records of their own.
      path = records[i + 2] ?? '';
      i += 2;
    }
    const known = found.get(path);
    if (known) found.set(path, { ...known, ...(added === '-' ? { binary: true } : { added: Number(added), removed: Number(removed) }) });
  }
  return [...found.values()];
}

function sideFile(path: string, mode: string, hash: string): SideFile | undefined {
  if (/^0+$/.test(mode)) return undefined;
  return { path, mode, hash: /^0+$/.test(hash) ? undefined : hash };
}
