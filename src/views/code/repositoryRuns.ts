import { setImmediate as nextTurn } from 'node:timers/promises';
import type { CodeReader } from '../../code/reader';
import type { Refs } from '../../code/repository';
import type { Run } from '../../core/run';
import { runsAtCommit, runsByBranch, runsByCommit, type BranchRuns, type Graph, type RunsByCommit } from '../../lineage/commitRuns';
import { containment } from '../../lineage/containment';
import { runCode } from '../../lineage/runCode';
import type { PlacedRun } from './historyRows';

/** The runs of one repository, in the order of its commits. */
export interface RepositoryRuns {
  readonly byCommit: RunsByCommit;
  readonly graph: Graph;
  /** The headline metric that the settings name. */
  readonly key: string | undefined;
  readonly byBranch: ReadonlyMap<string, BranchRuns>;
  at(commit: string): readonly PlacedRun[];
  /** The place of a run's store. */
  locationOf(run: Run): string;
}

/** All runs as they are known, each with the place of its store. */
export interface KnownRuns {
  /** Another one for other runs. */
  readonly version: number;
  readonly runs: readonly (readonly [location: string, run: Run])[];
}

interface Made {
  readonly graph: Graph;
  readonly branches: string;
  readonly version: number;
  readonly key: string | undefined;
  readonly runs: Promise<RepositoryRuns>;
}

/** Puts runs to their commits and branches. What was read of a repository is kept until its branches move, what was reckoned until runs change. */
export class RunOrder {
  private readonly graphs = new Map<string, { readonly tips: string; readonly graph: Promise<Graph> }>();
  private readonly made = new Map<string, Made>();

  async of(
    reader: CodeReader,
    { root, refs, head }: { readonly root: string; readonly refs: Refs; readonly head: string | undefined },
    known: KnownRuns,
    key: string | undefined,
  ): Promise<RepositoryRuns> {
    const graph = await this.graph(reader, root, refs, head);
    const branches = refs.local.map(({ name, tip }) => `${tip} ${name}`).join('\n');
    const before = this.made.get(root);
    if (before?.graph === graph && before.branches === branches && before.version === known.version && before.key === key)
      return before.runs;
    const runs = ordered(refs, known.runs, graph, key);
    this.made.set(root, { graph, branches, version: known.version, key, runs });
    return runs;
  }

  private graph(reader: CodeReader, root: string, refs: Refs, head: string | undefined): Promise<Graph> {
    const remote = [...refs.remotes.values()].flat();
    const all = [...refs.local, ...remote]
      .map(({ tip }) => tip)
      .concat(
        refs.tags.map(({ commit }) => commit),
        head ?? [],
      );
    const tips = [...new Set(all)].sort();
    const name = tips.join(' ');
    const known = this.graphs.get(root);
    if (known?.tips === name) return known.graph;
    const graph = reader.graph(root, tips);
    this.graphs.set(root, { tips: name, graph });
    graph.catch(() => this.graphs.delete(root));
    return graph;
  }
}

/** In steps, between which the editor goes on. */
async function ordered(refs: Refs, known: KnownRuns['runs'], graph: Graph, key: string | undefined): Promise<RepositoryRuns> {
  const locations = new Map<string, string>();
  const own: Run[] = [];
  for (const [location, run] of known) {
    const commit = runCode(run).commit?.toLowerCase();
    // A copy in another store is the same run.
    if (commit === undefined || (commit.length >= 40 && !graph.has(commit)) || locations.has(run.runId)) continue;
    own.push(run);
    locations.set(run.runId, location);
  }
  const byCommit = runsByCommit(own, graph.keys());
  await nextTurn();
  const containing = containment(refs.local, graph);
  await nextTurn();
  const locationOf = (run: Run): string => locations.get(run.runId) ?? '';
  return {
    byCommit,
    graph,
    key,
    byBranch: runsByBranch(refs.local, own, graph, key, containing),
    at: (commit) => runsAtCommit(commit, byCommit, graph, key).map((each) => ({ ...each, location: locationOf(each.run) })),
    locationOf,
  };
}
