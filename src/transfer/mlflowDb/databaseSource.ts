import { dirname, join } from 'node:path';
import { invalid, missing } from '../../core/errors';
import type { MetricPoint } from '../../core/metric';
import { type ArtifactOwner, ArtifactPlaces } from '../artifactPlaces';
import { LocalFiles } from '../localFiles';
import { Problems } from '../problems';
import type { CopySource, SourceExperiment, SourceFile, SourceModel, SourceRegisteredModel, SourceRun } from '../source';
import { readModels, readRegistry } from './modelTables';
import { ReadOnlyDatabase } from './readOnlyDatabase';
import { readExperiments, readPoints, readRun, readRunIds } from './runTables';

/** Where MLflow puts the files of a store whose database lies in a folder: beside it, in one of these. */
const ARTIFACT_FOLDERS = ['mlruns', 'mlartifacts', 'artifacts'];

/** Opens an `mlflow.db` of any version from 1.0 on. It is only read, also while MLflow's server has it open. */
export async function openDatabaseSource(file: string, problems = new Problems()): Promise<CopySource> {
  const database = await ReadOnlyDatabase.open(file);
  if (database.has('experiments') && database.has('runs')) return new DatabaseSource(database, file, problems);
  await database.close();
  throw invalid(`${file} is no database of MLflow's: it has no experiments and runs`);
}

class DatabaseSource implements CopySource {
  private readonly places: ArtifactPlaces;
  private readonly files: LocalFiles;
  /** Runs' and models' ids → where their files are said to be. */
  private readonly uris = new Map<string, string | undefined>();

  constructor(
    private readonly database: ReadOnlyDatabase,
    readonly location: string,
    readonly problems: Problems,
  ) {
    const folder = dirname(location);
    this.places = new ArtifactPlaces(
      folder,
      ARTIFACT_FOLDERS.map((name) => join(folder, name)),
    );
    this.files = new LocalFiles(folder, problems);
  }

  async experiments(): Promise<readonly SourceExperiment[]> {
    return readExperiments(this.database);
  }

  async runIds(experimentId: string, deleted = true): Promise<readonly string[]> {
    return readRunIds(this.database, experimentId, deleted);
  }

  async run(runId: string): Promise<SourceRun> {
    const found = readRun(this.database, runId, this.problems);
    if (!found) throw missing(`There is no run ${runId} in ${this.location}.`);
    this.uris.set(runId, found.artifactUri);
    return found.run;
  }

  async *points(runId: string): AsyncIterable<readonly MetricPoint[]> {
    yield* readPoints(this.database, runId, this.problems);
  }

  async *runFiles(runId: string): AsyncIterable<SourceFile> {
    if (!this.uris.has(runId)) await this.run(runId);
    yield* this.artifacts({ kind: 'run', id: runId, uri: this.uris.get(runId) }, `the run ${runId}`);
  }

  async models(experimentId: string): Promise<readonly SourceModel[]> {
    return readModels(this.database, experimentId).map(({ model, artifactUri }) => {
      this.uris.set(model.modelId, artifactUri);
      return model;
    });
  }

  async *modelFiles(modelId: string): AsyncIterable<SourceFile> {
    yield* this.artifacts({ kind: 'model', id: modelId, uri: this.uris.get(modelId) }, `the model ${modelId}`);
  }

  async registeredModels(): Promise<readonly SourceRegisteredModel[]> {
    return readRegistry(this.database, this.problems);
  }

  async close(): Promise<void> {
    await this.database.close();
  }

  private async *artifacts(owner: ArtifactOwner, item: string): AsyncIterable<SourceFile> {
    const place = await this.places.find(owner);
    if (!place) return;
    if ('problem' in place) this.problems.add(item, place.problem);
    else yield* this.files.artifacts(place.folder, item);
  }
}
