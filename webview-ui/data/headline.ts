import type { DataReport, FileCounts } from '../../src/protocol/data';

/** What differs, most important first, in a few words each; empty where nothing does. */
export function headline(report: DataReport, counts: FileCounts | undefined): string[] {
  const { rows, columns, balance, item } = report;
  // Where rows can't be compared by their content, their number may still tell.
  const count = rows
    ? undefined
    : report.facts.find(({ name, change }) => name.toLowerCase() === `${item}s` && change !== undefined)?.change;
  const of = (state: string): number => columns.filter((column) => column.state === state).length;
  const differing = balance?.differing ?? 0;
  const files = counts ? (['changed', 'added', 'removed', 'renamed'] as const).filter((kind) => counts[kind] > 0) : [];
  return [
    ...files.map((kind) => `${plural(counts![kind], 'file')} ${kind}`),
    ...(rows && rows.onlyAfter > 0 ? [plural(rows.onlyAfter, `new ${item}`)] : []),
    ...(rows && rows.onlyBefore > 0 ? [`${plural(rows.onlyBefore, item)} gone`] : []),
    ...(count !== undefined && !counts ? [`${count} ${item}s`] : []),
    ...(of('added') > 0 ? [`${plural(of('added'), 'column')} added`] : []),
    ...(of('removed') > 0 ? [`${plural(of('removed'), 'column')} removed`] : []),
    ...(of('changed') > 0 ? [`${plural(of('changed'), 'column')} changed`] : []),
    ...(differing > 0 && report.facts.some(({ before }) => before !== undefined) ? ['class counts differ'] : []),
  ];
}

/** `1 file`, `1,200 files`. */
export function plural(count: number, noun: string): string {
  return `${count.toLocaleString('en-US')} ${noun}${count === 1 ? '' : 's'}`;
}
