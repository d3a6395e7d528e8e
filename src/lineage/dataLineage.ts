import { formatNumber, formatTime } from '../core/format';
import type { LineageGraph } from '../core/lineageGraph';
import type { ModelVersion } from '../core/model';
import type { DataStatus } from '../data/status/status';
import type { RecordedVersions } from '../data/versions';
import type { Graph } from './commitRuns';
import type { DataRuns, DataUse } from './dataRuns';
import { LineageBuilder, partOf, relatives, type NodeFacts } from './lineageBuilder';
import { OutPlaces } from './outPlaces';
import { dataId, pipelineLineage } from './pipelineLineage';

/** The registered versions that a run has made. */
export type ModelsOf = (location: string, runId: string) => readonly ModelVersion[];

export interface DataLineageFacts {
  readonly status: DataStatus;
  readonly runs: DataRuns;
  readonly models: ModelsOf;
  /** Of the data set that is asked about. */
  readonly history: RecordedVersions;
  /** The ancestors of the commits that `DataRuns.commitsFor` names. */
  readonly ancestors?: Graph;
}

/**
 * Where a data set comes from and what came of it: sources, stages, the runs that used any version of it or of what stages made of it, and
 * the models that those runs made. `path`: from the root, with `/`; of tracked data, or of a file in a tracked folder.
 */
export function dataLineage({ status, runs, models, history, ancestors }: DataLineageFacts, path: string): LineageGraph {
  const outs = new OutPlaces(status.outs);
  const out = outs.holding(path);
  const whole = pipelineLineage(status, out ? [out.path] : []);
  const centre = dataId(out?.path ?? path);
  const { before, after } = relatives(whole, [centre]);
  const builder = new LineageBuilder();
  builder.add(partOf(whole, new Set([...before, ...after])));
  if (!builder.has(dataId(path))) {
    builder.node({ id: dataId(path), kind: 'data', label: path });
    if (out) builder.edge(centre, dataId(path));
  }
  addVersions();
  for (const id of after) {
    const made = id === centre || !id.startsWith('data:') ? undefined : outs.at(id.slice('data:'.length));
    if (made?.digest !== undefined) addUses(builder, id, runs.using(made.digest, { root: status.root, path: made.path }), models);
  }
  return builder.build();

  function addVersions(): void {
    const uses = runs.ofVersions({ root: status.root, path, history }, ancestors);
    const current = history.now?.digest ?? history.versions.find(({ digest }) => digest !== undefined)?.digest;
    const makers = whole.edges.filter(({ to }) => to === centre).map(({ from }) => from);
    const older = (digest: string, detail: string): string => {
      const id = `version:${path}:${digest}`;
      if (!builder.has(id)) {
        builder.node({ id, kind: 'data', label: path, detail });
        for (const maker of makers) builder.edge(maker, id);
      }
      return id;
    };
    addUses(builder, dataId(path), uses.now, models);
    for (const { commit, digest, time, tags } of history.versions) {
      const used = uses.byCommit.get(commit) ?? [];
      if (digest === undefined || used.length === 0) continue;
      const detail = [digest.slice(0, 8), ...tags, `at ${commit.slice(0, 8)}`, formatTime(time).slice(0, 10)].join(' · ');
      addUses(builder, digest === current ? dataId(path) : older(digest, detail), used, models);
    }
    for (const use of uses.unrecorded) {
      const digest = use.digest ?? '';
      addUses(builder, older(digest, `${digest.slice(0, 8)} · never recorded`), [use], models);
    }
  }
}

export const runId = (location: string, id: string): string => `run:${JSON.stringify([location, id])}`;

/** Adds runs with the models that they made, behind what they used. */
function addUses(builder: LineageBuilder, from: string, uses: readonly DataUse[], models: ModelsOf): void {
  for (const use of uses) {
    const run = builder.node(runNode(use));
    builder.edge(from, run);
    for (const version of models(use.location, use.run.runId)) builder.edge(run, builder.node(modelNode(use.location, version)));
  }
}

/** `0.9897 test_accuracy · train · 9fb629c4` */
export function runNode({
  location,
  run,
  headline,
  context,
  digest,
  by,
}: Omit<DataUse, 'by'> & { readonly by?: DataUse['by'] }): NodeFacts {
  const facts = [
    ...(headline ? [`${formatNumber(headline.value)} ${headline.key}`] : []),
    ...(context === undefined ? [] : [context]),
    ...(digest === undefined ? (by === 'commit' ? ['by its commit'] : []) : [digest.slice(0, 8)]),
    ...(run.status === 'FINISHED' ? [] : [run.status.toLowerCase()]),
  ];
  return {
    id: runId(location, run.runId),
    kind: 'run',
    label: run.runName,
    detail: facts.length > 0 ? facts.join(' · ') : undefined,
    ...(run.status === 'FAILED' ? { state: 'error' as const } : {}),
    target: { kind: 'run', location, runId: run.runId },
  };
}

/** `digits v3`, with its aliases. */
export function modelNode(location: string, { name, version, aliases, currentStage }: ModelVersion): NodeFacts {
  const facts = [...aliases.map((alias) => `@${alias}`), ...(currentStage === 'None' ? [] : [currentStage])];
  return {
    id: `model:${JSON.stringify([location, name, version])}`,
    kind: 'model',
    label: `${name} v${version}`,
    detail: facts.length > 0 ? facts.join(' · ') : undefined,
    target: { kind: 'model', location, name, version: String(version) },
  };
}
