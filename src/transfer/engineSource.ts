import type { ReadableStream } from 'node:stream/web';
import { messageOf } from '../core/errors';
import type { MetricPoint } from '../core/metric';
import type { Artifact } from '../core/run';
import type { Engine } from '../store/engine';
import { everyExperiment, everyItem } from '../store/pages';
import { Problems } from './problems';
import { portableSource, treePath } from './references';
import type { CopySource, SourceExperiment, SourceFile, SourceModel, SourceRegisteredModel, SourceRun } from './source';

const PAGE = 1_000;

/** Any store or server as a source; closing it leaves the engine open. */
export class EngineSource implements CopySource {
  readonly location: string;
  /** Where runs' and models' files are, once they have been asked for. */
  private readonly places = new Map<string, string>();

  constructor(
    private readonly engine: Engine,
    readonly problems = new Problems(),
  ) {
    this.location = engine.info.location;
  }

  async experiments(): Promise<readonly SourceExperiment[]> {
    return everyExperiment(this.engine, 'ALL');
  }

  async runIds(experimentId: string, deleted = true): Promise<readonly string[]> {
    const runs = await everyItem(async (pageToken) => {
      const page = await this.engine.runs.search({
        experimentIds: [experimentId],
        view: deleted ? 'ALL' : 'ACTIVE_ONLY',
        orderBy: ['attributes.start_time ASC'],
        maxResults: PAGE,
        pageToken,
      });
      return { items: page.items.map((run) => run.runId), nextPageToken: page.nextPageToken };
    });
    return runs;
  }

  async run(runId: string): Promise<SourceRun> {
    const run = await this.engine.runs.get(runId);
    this.places.set(runId, run.artifactUri);
    return { ...run, summaries: run.metrics };
  }

  async *points(runId: string): AsyncIterable<readonly MetricPoint[]> {
    for (const { key } of (await this.engine.runs.get(runId)).metrics) {
      let pageToken: string | undefined;
      do {
        const page = await this.engine.metrics.history(runId, key, { pageToken });
        yield page.items;
        pageToken = page.nextPageToken;
      } while (pageToken !== undefined);
    }
  }

  async *runFiles(runId: string): AsyncIterable<SourceFile> {
    const uri = this.places.get(runId) ?? (await this.engine.runs.get(runId)).artifactUri;
    const path = treePath(this.engine.info.artifactRoot, uri);
    if (path !== undefined) yield* this.treeFiles(path, `the run ${runId}`);
    else
      for await (const file of this.walk(`the run ${runId}`, '', (folder) => this.engine.artifacts.list(runId, folder)))
        yield { path: file.path, size: file.size, open: async () => streamOf(await this.engine.artifacts.read(runId, file.path)) };
  }

  async models(experimentId: string): Promise<readonly SourceModel[]> {
    const models = await everyItem((pageToken) => this.engine.loggedModels.search({ experimentIds: [experimentId], pageToken }));
    const found: SourceModel[] = [];
    for (const model of models) {
      this.places.set(model.modelId, model.artifactUri);
      found.push({ ...model, runPath: await this.pathInRun(model.sourceRunId, model.artifactUri), measurements: model.metrics });
    }
    return found;
  }

  async *modelFiles(modelId: string): AsyncIterable<SourceFile> {
    const uri = this.places.get(modelId) ?? (await this.engine.loggedModels.get(modelId)).artifactUri;
    const path = treePath(this.engine.info.artifactRoot, uri);
    if (path !== undefined) yield* this.treeFiles(path, `the model ${modelId}`);
    else this.problems.add(`the model ${modelId}`, `Its files are at ${uri}, which can't be read through ${this.location}.`);
  }

  async registeredModels(): Promise<readonly SourceRegisteredModel[]> {
    const found: SourceRegisteredModel[] = [];
    for (const model of await everyItem((pageToken) => this.engine.registry.searchModels({ pageToken }))) {
      const versions = await everyItem((pageToken) => this.engine.registry.searchVersions({ name: model.name, pageToken }));
      found.push({
        ...model,
        versions: versions
          .map((version) => ({ ...version, stage: version.currentStage, source: portableSource(version.source, version.runId) }))
          .sort((a, b) => a.version - b.version),
      });
    }
    return found;
  }

  async close(): Promise<void> {
    // The engine belongs to whoever opened it.
  }

  private async pathInRun(runId: string | undefined, uri: string): Promise<string | undefined> {
    // The usual place is told by its path alone, without asking for the run.
    if (runId === undefined || /\/models\/m-[^/]+\/artifacts\/?$/.test(uri)) return undefined;
    const run = await this.engine.runs.get(runId).catch(() => undefined);
    return run && treePath(run.artifactUri, uri);
  }

  private async *treeFiles(root: string, item: string): AsyncIterable<SourceFile> {
    for await (const file of this.walk(item, root, (folder) => this.engine.artifactTree.list(folder)))
      yield {
        path: file.path.slice(root.length + 1),
        size: file.size,
        open: async () => (await this.engine.artifactTree.open(file.path)).content,
      };
  }

  private async *walk(item: string, folder: string, list: (folder: string) => Promise<readonly Artifact[]>): AsyncIterable<Artifact> {
    let entries: readonly Artifact[];
    try {
      entries = await list(folder);
    } catch (error) {
      this.problems.add(`${item}, the files in '${folder}'`, messageOf(error));
      return;
    }
    for (const entry of entries)
      if (entry.isDirectory) yield* this.walk(item, entry.path, list);
      else yield entry;
  }
}

function streamOf(content: Uint8Array): ReadableStream<Uint8Array> {
  return new Blob([new Uint8Array(content)]).stream() as ReadableStream<Uint8Array>;
}
