import { headlineMetric, lowerIsBetter } from '../core/metric';
import type { Run } from '../core/run';
import { containment } from './containment';
import { runCode } from './runCode';

/** Commits with their parents; as `CodeReader.graph` gives it. */
export type Graph = ReadonlyMap<string, readonly string[]>;

/** The metric that stands for a run: its last value. */
export interface Headline {
  readonly key: string;
  readonly value: number;
}

/** How a metric moved from one commit's runs to another's. */
export interface MetricChange {
  readonly key: string;
  /** The best value at the commit that is compared with. */
  readonly before: number;
  readonly after: number;
  readonly delta: number;
  /** Undefined where nothing moved. */
  readonly better: boolean | undefined;
  /** The commit that is compared with. */
  readonly since: string;
}

export interface RunAtCommit {
  readonly run: Run;
  readonly headline: Headline | undefined;
  /** Against the best run of the nearest earlier commit whose runs have the metric; undefined where there is none. */
  readonly change: MetricChange | undefined;
}

/** By commit, the runs that were trained at it, newest first. */
export type RunsByCommit = ReadonlyMap<string, readonly Run[]>;

/** @param commits full hashes: a run that only knows the beginning of one is found by it */
export function runsByCommit(runs: readonly Run[], commits: Iterable<string> = []): RunsByCommit {
  const found = new Map<string, Run[]>();
  let known: readonly string[] | undefined;
  for (const run of runs) {
    const named = runCode(run).commit?.toLowerCase();
    if (named === undefined) continue;
    if (named.length < 40) known ??= [...commits];
    const commit = named.length < 40 ? (known?.find((each) => each.startsWith(named)) ?? named) : named;
    const others = found.get(commit);
    if (others) others.push(run);
    else found.set(commit, [run]);
  }
  for (const list of found.values()) list.sort((a, b) => b.startTime - a.startTime);
  return found;
}

/** @param key the metric that is asked for; a run without it shows its own */
export function headlineOf(run: Run, key?: string): Headline | undefined {
  const metric = run.metrics.find((each) => each.key === key) ?? headlineMetric(run.metrics);
  return metric && { key: metric.key, value: metric.last.value };
}

/** The best last value of a metric among runs; undefined where none has it. */
export function bestValue(runs: readonly Run[], key: string): { readonly run: Run; readonly value: number } | undefined {
  let best: { run: Run; value: number } | undefined;
  for (const run of runs) {
    const value = run.metrics.find((metric) => metric.key === key)?.last.value;
    if (value === undefined || Number.isNaN(value)) continue;
    if (!best || (lowerIsBetter(key) ? value < best.value : value > best.value)) best = { run, value };
  }
  return best;
}

/** The runs of a commit, each with how its headline metric moved since the nearest earlier commit that has runs with it. */
export function runsAtCommit(commit: string, runs: RunsByCommit, graph: Graph, key?: string): RunAtCommit[] {
  return (runs.get(commit) ?? []).map((run) => {
    const headline = headlineOf(run, key);
    const earlier = headline && nearestEarlier(commit, graph, (each) => bestValue(runs.get(each) ?? [], headline.key) !== undefined);
    const before = headline && earlier !== undefined ? bestValue(runs.get(earlier) ?? [], headline.key) : undefined;
    const change = headline && earlier !== undefined && before ? changeOf(headline.key, before.value, headline.value, earlier) : undefined;
    return { run, headline, change };
  });
}

export function changeOf(key: string, before: number, after: number, since: string): MetricChange {
  const delta = after - before;
  const better = delta === 0 || Number.isNaN(delta) ? undefined : delta < 0 === lowerIsBetter(key);
  return { key, before, after, delta, better, since };
}

/** The nearest ancestor, by the number of steps, that fits; the commit itself is not asked. */
export function nearestEarlier(commit: string, graph: Graph, fits: (commit: string) => boolean): string | undefined {
  const seen = new Set([commit]);
  let generation: readonly string[] = graph.get(commit) ?? [];
  while (generation.length > 0) {
    const next: string[] = [];
    for (const each of generation) {
      if (seen.has(each)) continue;
      seen.add(each);
      if (fits(each)) return each;
      next.push(...(graph.get(each) ?? []));
    }
    generation = next;
  }
  return undefined;
}

/** What a branch's badge tells. */
export interface BranchRuns {
  readonly count: number;
  /** The best value of the metric that most of its runs show. */
  readonly best: (Headline & { readonly run: Run }) | undefined;
}

/**
 * The runs of each branch: those that name it, and those without a branch whose commit it contains. By the branch's name.
 * @param containing which branches, by their places in the list, contain a commit
 */
export function runsByBranch(
  branches: readonly { readonly name: string; readonly tip: string }[],
  runs: readonly Run[],
  graph: Graph,
  key?: string,
  containing = containment(branches, graph),
): ReadonlyMap<string, BranchRuns> {
  const lists = new Map<string, Run[]>(branches.map(({ name }) => [name, []]));
  const unnamed: (readonly [commit: string, run: Run])[] = [];
  for (const run of runs) {
    const { branch, commit } = runCode(run);
    if (branch !== undefined) lists.get(branch)?.push(run);
    else if (commit !== undefined) unnamed.push([commit.toLowerCase(), run]);
  }
  const each = branches.map(({ name }) => lists.get(name) ?? []);
  for (const [commit, run] of unnamed) for (const branch of containing(commit)) each[branch]?.push(run);
  const keys = new Map(runs.map((run) => [run, headlineOf(run, key)?.key]));
  return new Map(branches.map(({ name }) => [name, summary(lists.get(name) ?? [], keys)]));
}

/** @param keys by run, the metric that it shows */
function summary(runs: readonly Run[], keys: ReadonlyMap<Run, string | undefined>): BranchRuns {
  const counts = new Map<string, number>();
  for (const run of runs) {
    const shown = keys.get(run);
    if (shown !== undefined) counts.set(shown, (counts.get(shown) ?? 0) + 1);
  }
  const [common] = [...counts].sort(([, a], [, b]) => b - a);
  const best = common && bestValue(runs, common[0]);
  return { count: runs.length, best: best && { key: common[0], value: best.value, run: best.run } };
}
