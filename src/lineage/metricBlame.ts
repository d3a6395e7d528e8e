import type { Commit } from '../code/repository';
import type { Run } from '../core/run';
import { bestValue, changeOf, headlineOf, nearestEarlier, type Graph, type MetricChange, type RunsByCommit } from './commitRuns';

/** One change of the lines in question, and what it did to the headline metric. */
export interface BlamedChange {
  readonly commit: Commit;
  /** The runs at the nearest commit before the change that has any, newest first; empty where there is none. */
  readonly before: readonly Run[];
  /** The runs at the change itself, or else at the nearest commit after it (and before the next change), newest first. */
  readonly after: readonly Run[];
  /** The best after against the best before; undefined where one of them is missing. */
  readonly moved: MetricChange | undefined;
}

/**
 * What each change of some lines did to the metric.
 * @param changes the commits that changed the lines, newest first, as `CodeReader.lineHistory` gives them
 * @param head the commit from which is looked back
 */
export function metricBlame(changes: readonly Commit[], head: string, runs: RunsByCommit, graph: Graph, key?: string): BlamedChange[] {
  const line = mainline(head, graph);
  return changes.map((commit, index) => {
    const earlier = nearestEarlier(commit.hash, graph, (each) => runs.has(each));
    const later = firstRunAfter(commit.hash, changes[index - 1]?.hash, runs, graph, line);
    const [before, after] = [runs.get(earlier ?? '') ?? [], runs.get(later ?? '') ?? []];
    const newest = after[0] ?? before[0];
    const metric = newest && headlineOf(newest, key)?.key;
    const [old, now] = metric === undefined ? [] : [bestValue(before, metric), bestValue(after, metric)];
    const moved = metric !== undefined && old && now && earlier !== undefined ? changeOf(metric, old.value, now.value, earlier) : undefined;
    return { commit, before, after, moved };
  });
}

/** The last runs at a commit or before it: what a CodeLens shows above a script. */
export function lastRuns(head: string, runs: RunsByCommit, graph: Graph): readonly Run[] {
  const commit = runs.has(head) ? head : nearestEarlier(head, graph, (each) => runs.has(each));
  return runs.get(commit ?? '') ?? [];
}

/** From a commit on towards the head, as far as the next change of the lines. */
function firstRunAfter(
  commit: string,
  next: string | undefined,
  runs: RunsByCommit,
  graph: Graph,
  line: readonly string[],
): string | undefined {
  if (runs.has(commit)) return commit;
  const end = next === undefined ? -1 : entry(next, line, graph);
  for (let at = entry(commit, line, graph); at > end; at--) {
    const each = line[at];
    if (each !== undefined && runs.has(each)) return each;
  }
  return undefined;
}

/** Where a commit came into the line: the place of the oldest that has it. All newer ones have it too, so halving finds it. */
function entry(commit: string, line: readonly string[], graph: Graph): number {
  let [newest, oldest] = [-1, line.length - 1];
  while (newest < oldest) {
    const middle = Math.ceil((newest + oldest) / 2);
    const each = line[middle] ?? '';
    if (each === commit || nearestEarlier(each, graph, (other) => other === commit) !== undefined) newest = middle;
    else oldest = middle - 1;
  }
  return newest;
}

/** The head and its first parents, newest first. */
function mainline(head: string, graph: Graph): string[] {
  const line: string[] = [];
  for (let each: string | undefined = head; each !== undefined && line.length <= graph.size; each = graph.get(each)?.[0]) line.push(each);
  return line;
}
