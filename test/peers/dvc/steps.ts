/**
 * One thing that somebody does in a repository, as plain data, so that a sequence can be printed, kept and shortened. Every step can be
 * done in every state: what is in the way is replaced, what isn't there is left. Paths are relative to DVC's root; `{source}`, `{remote}`
 * and `{outside}` stand for folders beside the repository.
 */
export type Step =
  /** Compares all answers. */
  | 'ask'
  | { readonly write: string; readonly text: string }
  | { readonly append: string; readonly text: string }
  | { readonly remove: string }
  | { readonly touch: string }
  | { readonly chmod: string; readonly mode: string }
  | { readonly rename: string; readonly to: string }
  | { readonly folder: string }
  | { readonly link: string; readonly to: string }
  | { readonly dvc: readonly string[]; readonly in?: string }
  | { readonly git: readonly string[] }
  /** Takes an object, counted in the order of their names, out of the cache or the remote. */
  | { readonly drop: Store; readonly kind: 'file' | 'manifest'; readonly nth: number }
  /** Changes the content of an object, or only makes it writable, for which dvc looks at its content again. */
  | { readonly damage: Store; readonly nth: number; readonly how: 'content' | 'mode' };

export type Store = 'cache' | 'remote';

/** How the repository begins: DVC at git's root, below it, before the first commit, without git. */
export type Start = 'git' | 'below' | 'uncommitted' | 'without git';

export interface Case {
  readonly start: Start;
  readonly steps: readonly Step[];
}

/** As it is written down in a list of cases. */
export function printedCase(name: string, { start, steps }: Case): string {
  const lines = steps.map((step) => `      ${literal(step)},`);
  return [`  {`, `    name: ${quoted(name)},`, `    start: ${quoted(start)},`, '    steps: [', ...lines, '    ],', '  },'].join('\n');
}

function literal(value: unknown): string {
  if (typeof value === 'string') return quoted(value);
  if (Array.isArray(value)) return `[${value.map(literal).join(', ')}]`;
  if (typeof value !== 'object' || value === null) return String(value);
  return `{ ${Object.entries(value)
    .map(([key, each]) => `${key}: ${literal(each)}`)
    .join(', ')} }`;
}

/** Escaped where the eye can't tell: two forms of é, what isn't a letter of Latin, what can't be seen. */
function quoted(text: string): string {
  const escaped = JSON.stringify(text)
    .slice(1, -1)
    .replaceAll('\\"', '"')
    .replaceAll("'", "\\'")
    .replace(/[^\x20-\x7e]/gu, (char) => `\\u{${(char.codePointAt(0) ?? 0).toString(16)}}`);
  return `'${escaped}'`;
}
