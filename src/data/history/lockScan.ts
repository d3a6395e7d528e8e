import type { HashName } from '../records/hashName';

/** An out as a lock has it. */
export interface LockedOut {
  readonly stage: string;
  readonly digest: string;
  readonly hashName: HashName;
  readonly size: number | undefined;
  readonly files: number | undefined;
}

/** Text that YAML can't take for anything but itself, where DVC writes it without quotes. */
const PLAIN = /^(?!.*: )(?!.* #)[^\s'"#&*!|>{}[\],%@`?:-][^\r\n]*$/;
const ENTRY = /^(path|hash|md5|size|nfiles|isexec): (.+)$/;

/**
 * Finds an out in a `dvc.lock` of the one form that DVC writes, some hundred times faster than a YAML parser; undefined for any
 * other, which is then the parser's. `path` is as the lock has it.
 */
export function scanLock(text: string, path: string): LockedOut[] | undefined {
  if (!text.startsWith("schema: '2.0'\nstages:\n") || !PLAIN.test(path)) return undefined;
  const found: LockedOut[] = [];
  let stage = '';
  let inOuts = false;
  let entry: Map<string, string> | undefined;
  let isOdd = false;
  const close = (): void => {
    if (entry?.get('path') !== path) return;
    const digest = entry.get('md5') ?? '';
    const hash = entry.get('hash');
    const [size, files] = [entry.get('size'), entry.get('nfiles')].map(numberOf);
    if (!/^[0-9a-f]{32}(\.dir)?$/.test(digest) || (hash !== undefined && hash !== 'md5') || size === null || files === null) isOdd = true;
    else
      found.push({
        stage,
        digest,
        hashName: hash === undefined ? 'md5-dos2unix' : 'md5',
        size: size ?? undefined,
        files: files ?? undefined,
      });
  };
  for (const line of text.slice("schema: '2.0'\nstages:\n".length).split('\n')) {
    const isDeep = line.startsWith('      ');
    if ((isDeep && !inOuts) || line === '') continue;
    if (inOuts && (isDeep || line.startsWith('    - '))) {
      if (!isDeep) {
        close();
        entry = new Map();
      }
      const [, key, value = ''] = ENTRY.exec(line.slice(6)) ?? [];
      if (key === undefined || !entry || entry.has(key) || (key === 'path' && !PLAIN.test(value))) return undefined;
      entry.set(key, value);
      continue;
    }
    close();
    entry = undefined;
    inOuts = line === '    outs:';
    if (line.startsWith('    ')) continue;
    stage = /^ {2}(\S.*):$/.exec(line)?.[1] ?? '';
    if (!PLAIN.test(stage)) return undefined;
  }
  close();
  return isOdd ? undefined : found;
}

/** Undefined for none, null for what is no whole number. */
function numberOf(text: string | undefined): number | null | undefined {
  return text === undefined ? undefined : /^(0|[1-9]\d{0,14})$/.test(text) ? Number(text) : null;
}
