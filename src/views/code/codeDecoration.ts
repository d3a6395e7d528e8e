/** The scheme of changed files' rows: git's own decorations tell nothing of staged against changed. */
export const CODE_SCHEME = 'ml-tracking-code';

/** A letter and a theme colour, and the words for them. */
export interface Decoration {
  readonly badge: string;
  readonly color: string;
  readonly tooltip: string;
}

const DECORATIONS: Readonly<Record<string, readonly [badge: string, color: string]>> = {
  modified: ['M', 'modified'],
  'type changed': ['T', 'modified'],
  added: ['A', 'added'],
  deleted: ['D', 'deleted'],
  renamed: ['R', 'renamed'],
  copied: ['C', 'added'],
  untracked: ['U', 'untracked'],
};

export function changeQuery(kind: string): string {
  return `change=${kind}`;
}

/** How a row with that query is marked; kinds that aren't known are conflicts. */
export function changeDecoration(query: string): Decoration | undefined {
  const kind = /^change=(.*)$/.exec(query)?.[1];
  if (kind === undefined) return undefined;
  const [badge, color] = DECORATIONS[kind] ?? ['!', 'conflicting'];
  return { badge, color: `gitDecoration.${color}ResourceForeground`, tooltip: kind };
}
