import { realpath } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { missing } from '../../core/errors';
import type { MetricPoint } from '../../core/metric';
import { ArtifactPlaces, type ArtifactOwner } from '../artifactPlaces';
import { LocalFiles } from '../localFiles';
import { modelStatus } from '../mlflowTerms';
import { Problems } from '../problems';
import type { CopySource, SourceExperiment, SourceFile, SourceModel, SourceRegisteredModel, SourceRun } from '../source';
import { metaNumber, metaText } from './metaFile';
import { readRegistry } from './registryFolder';
import { RunFolders } from './runFolder';

const TRASH = '.trash';
const REGISTRY = 'models';
/** Folders of an experiment that hold no run. */
const RESERVED: ReadonlySet<string> = new Set(['tags', 'datasets', 'traces', 'models', 'assessments']);

interface Indexed {
  readonly folder: string;
  readonly experimentId: string;
}

/** Opens a file store of MLflow 1.x to 3.x: a folder as `mlruns/`. It is only read. */
export async function openFileStore(folder: string, problems = new Problems()): Promise<CopySource> {
  const root = await realpath(folder);
  return new FileStoreSource(root, folder, problems);
}

class FileStoreSource implements CopySource {
  private readonly files: LocalFiles;
  private readonly folders: RunFolders;
  private readonly places: ArtifactPlaces;
  private readonly knownModels = new Map<string, Indexed>();
  /** Runs' ids → where their files are said to be. */
  private readonly uris = new Map<string, string | undefined>();
  private index: Promise<ReadonlyMap<string, Indexed>> | undefined;

  constructor(
    private readonly root: string,
    readonly location: string,
    readonly problems: Problems,
  ) {
    this.files = new LocalFiles(root, problems);
    this.folders = new RunFolders(this.files, problems);
    this.places = new ArtifactPlaces(join(root, '..'), [root]);
  }

  async experiments(): Promise<readonly SourceExperiment[]> {
    const found: SourceExperiment[] = [];
    const trashed = await this.files.folders(join(this.root, TRASH));
    for (const id of [...(await this.files.folders(this.root)), ...trashed.map((name) => `${TRASH}/${name}`)]) {
      const experiment = id === TRASH || id === REGISTRY ? undefined : await this.experiment(id);
      if (experiment) found.push(experiment);
    }
    return found;
  }

  async runIds(experimentId: string, deleted = true): Promise<readonly string[]> {
    const started: { id: string; time: number }[] = [];
    for (const [id, place] of await this.indexed()) {
      if (place.experimentId !== experimentId) continue;
      const meta = await this.folders.meta(place.folder);
      if (meta && (deleted || metaText(meta, 'lifecycle_stage') !== 'deleted'))
        started.push({ id, time: metaNumber(meta, 'start_time') ?? 0 });
    }
    return started.sort((a, b) => a.time - b.time || (a.id < b.id ? -1 : 1)).map((run) => run.id);
  }

  async run(runId: string): Promise<SourceRun> {
    const { folder, experimentId } = await this.place(runId);
    const read = await this.folders.run(folder, experimentId, join(this.root, experimentId));
    if (!read) throw missing(`The run ${runId} can't be read.`);
    this.uris.set(runId, read.artifactUri);
    return read.run;
  }

  async *points(runId: string): AsyncIterable<readonly MetricPoint[]> {
    const { folder } = await this.place(runId);
    for await (const page of this.folders.points(join(folder, 'metrics'), 'run'))
      yield page.map(({ runId: _measuring, ...point }) => point);
  }

  async *runFiles(runId: string): AsyncIterable<SourceFile> {
    const { folder } = await this.place(runId);
    if (!this.uris.has(runId)) await this.run(runId);
    const owner = { kind: 'run', id: runId, uri: this.uris.get(runId) } as const;
    yield* this.artifacts(owner, join(folder, 'artifacts'), `the run ${runId}`);
  }

  async models(experimentId: string): Promise<readonly SourceModel[]> {
    const found: SourceModel[] = [];
    const parent = join(this.root, experimentId, 'models');
    for (const modelId of await this.files.folders(parent)) {
      const folder = join(parent, modelId);
      const meta = await this.folders.meta(folder);
      if (!meta) this.problems.add(this.files.name(folder), 'It has no meta.yaml that can be read, so the model is left out.');
      if (!meta || metaText(meta, 'lifecycle_stage') === 'deleted') continue;
      this.knownModels.set(modelId, { folder, experimentId });
      const measurements = [];
      for await (const page of this.folders.points(join(folder, 'metrics'), 'model'))
        for (const { key, value, timestamp, step, runId = '', datasetName, datasetDigest } of page)
          measurements.push({ key, value, timestamp, step, runId, datasetName, datasetDigest });
      found.push({
        modelId,
        experimentId,
        name: metaText(meta, 'name') ?? modelId,
        modelType: metaText(meta, 'model_type') ?? '',
        sourceRunId: metaText(meta, 'source_run_id'),
        runPath: undefined,
        status: modelStatus(metaText(meta, 'status')),
        creationTime: metaNumber(meta, 'creation_timestamp') ?? 0,
        params: await this.files.texts(join(folder, 'params')),
        tags: await this.files.texts(join(folder, 'tags')),
        measurements,
      });
    }
    return found;
  }

  async *modelFiles(modelId: string): AsyncIterable<SourceFile> {
    const place = this.knownModels.get(modelId);
    if (!place) return;
    const meta = await this.folders.meta(place.folder);
    const owner = { kind: 'model', id: modelId, uri: meta && metaText(meta, 'artifact_location') } as const;
    yield* this.artifacts(owner, join(place.folder, 'artifacts'), `the model ${modelId}`);
  }

  async registeredModels(): Promise<readonly SourceRegisteredModel[]> {
    return readRegistry(join(this.root, REGISTRY), this.files, this.folders, this.problems);
  }

  async close(): Promise<void> {
    // Nothing is kept open.
  }

  private async *artifacts(owner: ArtifactOwner, beside: string, item: string): AsyncIterable<SourceFile> {
    const place = await this.places.find(owner, beside);
    if (!place) return;
    if ('problem' in place) this.problems.add(item, place.problem);
    else yield* this.files.artifacts(place.folder, item);
  }

  private async experiment(id: string): Promise<SourceExperiment | undefined> {
    const folder = join(this.root, id);
    const meta = await this.folders.meta(folder);
    const name = basename(id);
    if (!meta) {
      // Some folder that has nothing to do with MLflow, or an experiment whose meta file was lost.
      if (![...(await this.indexed()).values()].some((run) => run.experimentId === id)) return undefined;
      this.problems.add(this.files.name(join(folder, 'meta.yaml')), `It is missing, so the experiment is named after its folder.`);
    }
    return {
      experimentId: id,
      name: (meta && metaText(meta, 'name')) ?? (name === '0' ? 'Default' : name),
      lifecycleStage: id.startsWith(`${TRASH}/`) || (meta && metaText(meta, 'lifecycle_stage') === 'deleted') ? 'deleted' : 'active',
      creationTime: meta && metaNumber(meta, 'creation_time'),
      tags: await this.files.texts(join(folder, 'tags')),
    };
  }

  private async place(runId: string): Promise<Indexed> {
    const place = (await this.indexed()).get(runId);
    if (!place) throw missing(`There is no run ${runId} in ${this.location}.`);
    return place;
  }

  private indexed(): Promise<ReadonlyMap<string, Indexed>> {
    return (this.index ??= this.findRuns());
  }

  private async findRuns(): Promise<Map<string, Indexed>> {
    const found = new Map<string, Indexed>();
    const trashed = await this.files.folders(join(this.root, TRASH));
    for (const experimentId of [...(await this.files.folders(this.root)), ...trashed.map((name) => `${TRASH}/${name}`)]) {
      if (experimentId === TRASH || experimentId === REGISTRY) continue;
      for (const runId of await this.files.folders(join(this.root, experimentId))) {
        const folder = join(this.root, experimentId, runId);
        if (RESERVED.has(runId) || !(await this.isRun(folder))) continue;
        const other = found.get(runId);
        if (other) this.problems.add(this.files.name(folder), `The same run is in ${this.files.name(other.folder)}; this one is left out.`);
        else found.set(runId, { folder, experimentId });
      }
    }
    return found;
  }

  /** A folder with a meta file is one; a folder that lacks it and looks like one is noted. */
  private async isRun(folder: string): Promise<boolean> {
    const names = new Set((await this.files.entries(folder)).map((entry) => entry.name));
    if (names.has('meta.yaml')) return true;
    if (['metrics', 'params', 'artifacts', 'tags'].some((name) => names.has(name)))
      this.problems.add(this.files.name(folder), 'It has no meta.yaml, so the run is left out.');
    return false;
  }
}
