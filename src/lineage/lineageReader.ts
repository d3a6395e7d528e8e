import { missing } from '../core/errors';
import type { LineageGraph } from '../core/lineageGraph';
import type { DataSource } from '../data/source';
import type { DataStatus } from '../data/status/status';
import type { Engine } from '../store/engine';
import type { Graph } from './commitRuns';
import { dataLineage, modelNode, runId as runNodeId, type ModelsOf } from './dataLineage';
import type { DataRuns } from './dataRuns';
import { limitLineage } from './lineageLimit';
import { dataId } from './pipelineLineage';
import { modelLineage, runLineage } from './runLineage';
import { modelsByRun, runOfModel, type ModelsByRun } from './runModels';

/** Who knows the runs that used data. */
export interface RunsOfData {
  readonly known: DataRuns;
  /** The commits that these come from, and they themselves. */
  ancestors(root: string, commits: readonly string[]): Promise<Graph>;
}

/** A graph, and the node that it is about. */
export interface CentredLineage {
  readonly graph: LineageGraph;
  readonly centre: string;
}

/** So many versions of a data set are looked at for the runs that used them. */
const VERSIONS = 200;

/** Makes graphs of lineage out of what repositories and stores tell; each is limited to what can be looked at. */
export class LineageReader {
  /** @param engineOf the store at a location; undefined where it isn't open */
  constructor(
    private readonly source: Pick<DataSource, 'versions'>,
    private readonly runs: RunsOfData,
    private readonly engineOf: (location: string) => Engine | undefined,
  ) {}

  /** Of tracked data, or of a file in a tracked folder. `path`: from the root, with `/`; `target` the same, absolute. */
  async ofData(status: DataStatus, path: string, target: string, signal?: AbortSignal): Promise<CentredLineage> {
    const history = await this.source.versions(status.root, target, { most: VERSIONS }, signal);
    const runs = this.runs.known;
    const ancestors = await this.runs.ancestors(status.root, runs.commitsFor({ root: status.root, path }));
    const graph = dataLineage({ status, runs, history, ancestors, models: await this.models(runs.locations) }, path);
    return { graph: limitLineage(graph, [dataId(path)]), centre: dataId(path) };
  }

  /** Of a run: back to where its data comes from, and on to the models that it made. */
  async ofRun(statuses: readonly DataStatus[], location: string, runId: string, headline?: string): Promise<CentredLineage> {
    const engine = this.engine(location);
    const run = await engine.runs.get(runId);
    const models = (await modelsByRun(engine)).get(runId) ?? [];
    const centre = runNodeId(location, runId);
    return { graph: limitLineage(runLineage([location, run], { statuses, models, headline }), [centre]), centre };
  }

  /** Of a registered model's version: back through its run to where that run's data comes from. */
  async ofModel(
    statuses: readonly DataStatus[],
    location: string,
    name: string,
    version: number,
    headline?: string,
  ): Promise<CentredLineage> {
    const engine = this.engine(location);
    const found = await engine.registry.getVersion(name, version);
    const runId = await runOfModel(engine, found);
    // The run may have been deleted for good.
    const run = runId === undefined ? undefined : await engine.runs.get(runId).catch(() => undefined);
    const graph = modelLineage(found, location, run && [location, run], { statuses, models: [], headline });
    const centre = modelNode(location, found).id;
    return { graph: limitLineage(graph, [centre]), centre };
  }

  private engine(location: string): Engine {
    const engine = this.engineOf(location);
    if (!engine) throw missing(`The store ${location} is not open.`);
    return engine;
  }

  private async models(locations: readonly string[]): Promise<ModelsOf> {
    const found = new Map<string, ModelsByRun>();
    for (const location of locations) {
      const engine = this.engineOf(location);
      if (engine) found.set(location, await modelsByRun(engine));
    }
    return (location, runId) => found.get(location)?.get(runId) ?? [];
  }
}
