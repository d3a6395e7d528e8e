/** Metrics that are shown together under one heading. */
export interface MetricGroup {
  readonly id: string;
  readonly title: string;
  readonly isOpenAtFirst: boolean;
  readonly keys: readonly string[];
}

/** A map, since a metric's group may be called `constructor`. */
const KNOWN: ReadonlyMap<string, { readonly rank: number; readonly title: string }> = new Map([
  ['metrics', { rank: 0, title: 'Metrics' }],
  ['batch', { rank: 2, title: 'By batch' }],
  ['system', { rank: 3, title: 'System' }],
]);

const SPLIT = /^(train|training|val|valid|validation|test|eval)[_/]/;

/**
 * The metrics by heading: the model's own, those with a path's first part in common, by batch, system. Each sorted so that `loss` and
 * `val_loss` are neighbours, and curves come before single values.
 */
export function groupMetrics(keys: readonly string[], filter: string, isSingle: (key: string) => boolean): MetricGroup[] {
  const matches = matcher(filter);
  const groups = new Map<string, string[]>();
  for (const key of new Set(keys)) {
    if (!matches(key)) continue;
    const id = groupOf(key);
    groups.set(id, [...(groups.get(id) ?? []), key]);
  }
  return [...groups]
    .sort(([a], [b]) => rank(a) - rank(b) || a.localeCompare(b))
    .map(([id, members]) => ({
      id,
      title: titleOf(id),
      isOpenAtFirst: id !== 'system',
      keys: members.sort((a, b) => Number(isSingle(a)) - Number(isSingle(b)) || byName(a, b)),
    }));
}

export function groupOf(key: string): string {
  if (key.startsWith('system/')) return 'system';
  if (/^batch[_/]/.test(key)) return 'batch';
  const slash = key.indexOf('/');
  return slash > 0 && !SPLIT.test(key) ? key.slice(0, slash) : 'metrics';
}

function rank(group: string): number {
  return KNOWN.get(group)?.rank ?? 1;
}

function titleOf(group: string): string {
  return KNOWN.get(group)?.title ?? group;
}

function byName(a: string, b: string): number {
  const stem = (key: string) => key.replace(SPLIT, '').replace(/^acc$/, 'accuracy');
  return stem(a).localeCompare(stem(b)) || a.length - b.length || a.localeCompare(b);
}

/** A filter of words, each of which has to occur; letters' case does not matter. */
function matcher(filter: string): (key: string) => boolean {
  const words = filter.toLowerCase().split(/\s+/).filter(Boolean);
  return (key) => words.every((word) => key.toLowerCase().includes(word));
}
