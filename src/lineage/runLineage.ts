import type { LineageGraph } from '../core/lineageGraph';
import type { ModelVersion } from '../core/model';
import type { DataStatus, OutStatus } from '../data/status/status';
import { headlineOf } from './commitRuns';
import { modelNode, runNode } from './dataLineage';
import type { KnownRun } from './dataRuns';
import { LineageBuilder, partOf, relatives } from './lineageBuilder';
import { namedPaths } from './namedPaths';
import { OutPlaces } from './outPlaces';
import { dataId, pipelineLineage } from './pipelineLineage';
import { runCode } from './runCode';
import { isEmptyContent, usedData, type UsedData } from './usedData';

export interface RunLineageFacts {
  /** Of the repositories in which the run's data may be tracked. */
  readonly statuses: readonly DataStatus[];
  /** What the run has made. */
  readonly models: readonly ModelVersion[];
  /** The metric that stands for a run, where the settings name one. */
  readonly headline?: string | undefined;
}

/** What a run was made from (its data, with where that comes from, and its commit), and the models that it made. */
export function runLineage([location, run]: KnownRun, { statuses, models, headline }: RunLineageFacts): LineageGraph {
  const builder = new LineageBuilder();
  const id = builder.node(runNode({ location, run, headline: headlineOf(run, headline), context: undefined, digest: undefined }));
  for (const used of usedData(run)) {
    const place = placeOf(used, statuses, run);
    builder.edge(place ? addTracked(builder, used, place) : addUntracked(builder, used), id);
  }
  const { commit, branch, dirty } = runCode(run);
  if (commit !== undefined) {
    const facts = [...(branch === undefined ? [] : [branch]), ...(dirty ? ['with uncommitted changes'] : [])];
    const detail = facts.length > 0 ? facts.join(' · ') : undefined;
    builder.edge(builder.node({ id: `commit:${commit}`, kind: 'code', label: `commit ${commit.slice(0, 8)}`, detail }), id);
  }
  for (const version of models) builder.edge(id, builder.node(modelNode(location, version)));
  return builder.build();
}

/** What a registered version was made from. Without its run only its source is known. */
export function modelLineage(version: ModelVersion, location: string, known: KnownRun | undefined, facts: RunLineageFacts): LineageGraph {
  const builder = new LineageBuilder();
  if (known) builder.add(runLineage(known, { ...facts, models: [version] }));
  const id = builder.node(modelNode(location, version));
  if (!known && version.source !== '')
    builder.edge(builder.node({ id: `source:${version.source}`, kind: 'source', label: version.source }), id);
  return builder.build();
}

interface Place {
  readonly status: DataStatus;
  readonly out: OutStatus;
  /** From the root, with `/`: the out's own, or that of a file in it. */
  readonly path: string;
  readonly isCurrent: boolean;
}

/** The tracked data that has the content that was used (of several, the one that the run names), else the one that has the path. */
function placeOf({ digest, path }: UsedData, statuses: readonly DataStatus[], run: KnownRun[1]): Place | undefined {
  const holders = statuses.flatMap((status) => {
    const named = path === undefined ? [] : namedPaths(status.root, path, run);
    const outs = digest === undefined ? [] : status.outs.filter((out) => out.digest === digest);
    return outs.map((out) => ({ place: { status, out, path: out.path, isCurrent: true }, isNamed: named.includes(out.path) }));
  });
  // Nothing is told by what all empty files have in common.
  const holder = holders.find(({ isNamed }) => isNamed) ?? (isEmptyContent(digest) ? undefined : holders[0]);
  if (holder) return holder.place;
  if (path === undefined) return undefined;
  for (const status of statuses) {
    const outs = new OutPlaces(status.outs);
    for (const each of namedPaths(status.root, path, run)) {
      const out = outs.holding(each);
      if (out) return { status, out, path: each, isCurrent: false };
    }
  }
  return undefined;
}

function addTracked(builder: LineageBuilder, { digest, context }: UsedData, { status, out, path, isCurrent }: Place): string {
  const whole = pipelineLineage(status, [out.path]);
  const centre = dataId(out.path);
  const { before } = relatives(whole, [centre]);
  const isEarlier = !isCurrent && path === out.path;
  if (isEarlier) before.delete(centre);
  builder.add(partOf(whole, before));
  if (isCurrent) return centre;
  const facts = [
    ...(digest === undefined ? [] : [digest.slice(0, 8)]),
    ...(isEarlier && digest !== undefined ? ['another version'] : []),
    ...(context === undefined ? [] : [context]),
  ];
  const id = builder.node({
    id: `version:${path}:${digest ?? ''}`,
    kind: 'data',
    label: path,
    detail: facts.length > 0 ? facts.join(' · ') : undefined,
    target: { kind: 'file', path: out.recordedIn, line: out.line },
  });
  // A file lies in its folder; an earlier version was made by what makes it today.
  if (!isEarlier) builder.edge(centre, id);
  else for (const { from, to } of whole.edges) if (to === centre) builder.edge(from, id);
  return id;
}

function addUntracked(builder: LineageBuilder, { name, label, digest, path, context }: UsedData): string {
  const facts = [(digest ?? label).slice(0, 8), ...(context === undefined ? [] : [context]), 'not tracked'];
  return builder.node({ id: `used:${path ?? name}:${digest ?? label}`, kind: 'data', label: path ?? name, detail: facts.join(' · ') });
}
