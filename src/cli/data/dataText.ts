import { sep } from 'node:path';
import type { CloudStatusAnswer, DataChanges, DataStatusAnswer, DiffAnswer, DiffEntry, StatusAnswer } from '../../data/status/answers';

/** Stages, and below each what of it differs, with tabs. Of all these: `partly` where not everything could be read. */
export function statusText(answer: StatusAnswer, stages: number, partly = false): string {
  if (stages === 0 && !partly) return 'No data or pipelines are tracked here yet.\n';
  const lines: string[] = [];
  for (const [address, changes] of Object.entries(answer)) {
    lines.push(`${address}:`);
    for (const change of changes) {
      if (typeof change === 'string') lines.push(`\t${change}`);
      else for (const [kind, states] of Object.entries(change)) lines.push(`\t${kind}:`, ...stateLines(states, 2));
    }
  }
  if (lines.length === 0 && partly) return 'What could be read is up to date.\n';
  return lines.length === 0 ? 'Data and pipelines are up to date.\n' : `${lines.join('\n')}\n`;
}

/** What differs between cache and remote. */
export function cloudText(answer: CloudStatusAnswer, remote: string | undefined): string {
  const lines = stateLines(answer, 1);
  return lines.length === 0 ? `Cache and remote${remote === undefined ? '' : ` '${remote}'`} are in sync.\n` : `${lines.join('\n')}\n`;
}

type States = Readonly<Record<string, string | Readonly<Record<string, string>>>>;

function stateLines(states: States, depth: number): string[] {
  const indent = '\t'.repeat(depth);
  return Object.entries(states).flatMap(([name, state]) =>
    typeof state === 'string' ? [`${indent}${`${state}:`.padEnd(20)}${name}`] : [`${indent}${name}:`, ...stateLines(state, depth + 1)],
  );
}

const SECTIONS: readonly (readonly [keyof DataStatusAnswer, title: string, hints: readonly string[]])[] = [
  ['not_in_cache', 'Not in cache', ['get files with “dvc fetch <file>...”']],
  ['not_in_remote', 'Not in remote', ['send files with “dvc push <file>...”']],
  ['committed', 'Committed to DVC, not to git', ['git commit the .dvc files that have changed']],
  ['uncommitted', 'Not committed to DVC', ['take changes over with “dvc commit <file>...”', 'discard them with “dvc checkout <file>...”']],
  ['untracked', 'Untracked files', ['track them with “git add <file>...” or “dvc add <file>...”']],
  ['unchanged', 'Unchanged', []],
];

/** A section for each kind of difference. */
export function dataStatusText(answer: DataStatusAnswer, partly = false): string {
  const sections = SECTIONS.flatMap(([key, title, hints]) => {
    const found = answer[key];
    const items = Array.isArray(found) ? (found as readonly string[]) : changeLines((found ?? {}) as DataChanges);
    if (items.length === 0) return [];
    return [[`${title}:`, ...hints.map((hint) => `  (${hint})`), ...items.map((item) => `        ${item}`)].join('\n')];
  });
  return sections.length === 0 ? noChanges(partly) : `${sections.join('\n\n')}\n`;
}

function changeLines({ renamed = [], ...changes }: DataChanges): string[] {
  const lines = Object.entries(changes).flatMap(([state, paths]) => paths.map((path) => `${state}: ${path}`));
  return [...lines, ...renamed.map((each) => `renamed: ${each.old} -> ${each.new}`)];
}

/** A section for each kind of difference, and how many files each has. */
export function diffText(answer: DiffAnswer, partly = false): string {
  const counts: string[] = [];
  const sections = (['added', 'deleted', 'renamed', 'modified', 'not in cache'] as const).flatMap((state) => {
    const entries = (answer[state] ?? []).map((entry) => ({ hash: entry.hash, path: pathText(entry.path) }));
    if (entries.length === 0) return [];
    const files = entries.filter(({ path }) => !path.endsWith(sep)).length;
    if (files > 0) counts.push(`${files} ${state}`);
    const lines = entries.map(({ hash, path }) => `    ${hash === undefined ? '' : `${hashText(hash)}  `}${path}`);
    return [`${state[0]?.toUpperCase()}${state.slice(1)}:\n${lines.join('\n')}\n`];
  });
  if (sections.length === 0) return noChanges(partly);
  return `${sections.join('\n')}${counts.length > 0 ? `\nfiles summary: ${counts.join(', ')}\n` : ''}`;
}

function noChanges(partly: boolean): string {
  return partly ? 'No changes in what could be read.\n' : 'No changes.\n';
}

function pathText(path: string | { readonly old: string; readonly new: string }): string {
  return typeof path === 'string' ? path : `${path.old} -> ${path.new}`;
}

function hashText(hash: NonNullable<DiffEntry['hash']> | null): string {
  const short = (text: string | null): string => (text ?? '').slice(0, 8).padEnd(8, '-');
  return hash === null || typeof hash === 'string' ? short(hash) : `${short(hash.old)}..${short(hash.new)}`;
}
