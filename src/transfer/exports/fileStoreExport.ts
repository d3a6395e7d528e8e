import { createHash } from 'node:crypto';
import { mkdir } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { RunStatus } from '../../core/run';
import { TagName } from '../../core/tagNames';
import { type CopyProgress, type CopyReport, CopyTally } from '../copyReport';
import type { CopySource, SourceExperiment, SourceModel, SourceRegisteredModel, SourceRun } from '../source';
import { placeUnder } from './exportPath';
import { StoreFiles, pythonNumber } from './storeFiles';

export interface ExportOptions {
  /** Absent: all runs, also the deleted ones. */
  readonly runIds?: readonly string[];
  readonly signal?: AbortSignal;
  readonly onProgress?: (progress: CopyProgress) => void;
}

const STATUSES: readonly RunStatus[] = ['RUNNING', 'SCHEDULED', 'FINISHED', 'FAILED', 'KILLED'];
const MODEL_STATUSES = ['PENDING', 'READY', 'FAILED'];

/** Writes runs as a file store that MLflow 2 and 3 read. `place` is where the folder will be, which its URIs name. */
export async function exportFileStore(source: CopySource, folder: string, place: string, options: ExportOptions): Promise<CopyReport> {
  return new FileStoreExport(source, folder, pathToFileURL(place).href, options).write();
}

class FileStoreExport {
  private readonly tally = new CopyTally();
  private readonly ids = new Map<string, string>();
  private readonly files: StoreFiles;
  /** Runs' and models' ids → where their files will be. */
  private readonly places = new Map<string, string>();

  constructor(
    private readonly source: CopySource,
    private readonly folder: string,
    private readonly uri: string,
    private readonly options: ExportOptions,
  ) {
    this.files = new StoreFiles(source.problems, this.tally, options.signal);
  }

  async write(): Promise<CopyReport> {
    let stopped = false;
    try {
      await this.writeAll();
    } catch (error) {
      if (!this.options.signal?.aborted) throw error;
      stopped = true;
    }
    return this.tally.report(this.ids, this.source.problems.all, stopped);
  }

  private async writeAll(): Promise<void> {
    const chosen = this.options.runIds && new Set(this.options.runIds);
    const experiments = await this.source.experiments();
    const runIds = new Map<SourceExperiment, string[]>();
    for (const experiment of experiments) {
      const ids = (await this.source.runIds(experiment.experimentId)).filter((runId) => !chosen || chosen.has(runId));
      if (!chosen || ids.length > 0) runIds.set(experiment, ids);
    }
    const total = [...runIds.values()].reduce((sum, ids) => sum + ids.length, 0);
    await mkdir(join(this.folder, '.trash'), { recursive: true });
    await mkdir(join(this.folder, 'models'), { recursive: true });
    for (const [experiment, ids] of runIds) {
      const place = await this.files.attempt(`the experiment ${experiment.name}`, () => this.writeExperiment(experiment));
      if (place === undefined) continue;
      for (const runId of ids) await this.files.attempt(`the run ${runId}`, () => this.writeRun(runId, experiment, place, total));
      for (const model of await this.source.models(experiment.experimentId))
        if (!chosen || (model.sourceRunId !== undefined && chosen.has(model.sourceRunId)))
          await this.files.attempt(`the model ${model.modelId}`, () => this.writeModel(model, experiment, place));
    }
    for (const model of await this.source.registeredModels())
      await this.files.attempt(`the registered model ${model.name}`, () => this.writeRegistered(model, chosen));
  }

  private async writeExperiment(experiment: SourceExperiment): Promise<string> {
    const id = basename(experiment.experimentId);
    const place = placeUnder(experiment.lifecycleStage === 'deleted' ? join(this.folder, '.trash') : this.folder, id);
    await this.files.meta(place, {
      artifact_location: `${this.uri}/${id}`,
      creation_time: experiment.creationTime ?? null,
      experiment_id: id,
      last_update_time: experiment.creationTime ?? null,
      lifecycle_stage: experiment.lifecycleStage,
      name: experiment.name,
    });
    await this.files.texts(join(place, 'tags'), experiment.tags, `the experiment ${experiment.name}, the tag`);
    this.tally.experiments++;
    return place;
  }

  private async writeRun(runId: string, experiment: SourceExperiment, experimentPlace: string, total: number): Promise<void> {
    const run = await this.source.run(runId);
    this.options.onProgress?.({ done: this.tally.created, total, run: run.runName || runId, bytes: this.tally.bytes });
    const item = `the run ${run.runName || runId} (${runId})`;
    const place = placeUnder(experimentPlace, runId);
    const artifactUri = `${this.uri}/${basename(experiment.experimentId)}/${runId}/artifacts`;
    for (const name of ['metrics', 'params', 'artifacts', 'tags']) await mkdir(join(place, name), { recursive: true });
    await this.files.texts(
      join(place, 'params'),
      Object.fromEntries(run.params.map(({ key, value }) => [key, value])),
      `${item}, the param`,
    );
    await this.files.texts(join(place, 'tags'), { ...run.tags, [TagName.runName]: run.runName }, `${item}, the tag`);
    const metrics = this.files.metrics(join(place, 'metrics'), item);
    for await (const page of this.source.points(runId)) {
      this.options.signal?.throwIfAborted();
      await metrics.append(
        page.map((point) => ({ key: point.key, line: `${point.timestamp} ${pythonNumber(point.value)} ${point.step}` })),
      );
    }
    await this.writeLinks(run, place, experimentPlace);
    await this.files.copy(this.source.runFiles(runId), join(place, 'artifacts'), item);
    await this.files.meta(place, {
      artifact_uri: artifactUri,
      deleted_time: null,
      end_time: run.endTime ?? null,
      entry_point_name: '',
      experiment_id: basename(experiment.experimentId),
      lifecycle_stage: run.lifecycleStage,
      run_id: runId,
      run_name: run.runName,
      run_uuid: runId,
      source_name: '',
      source_type: 4,
      source_version: '',
      start_time: run.startTime,
      status: STATUSES.indexOf(run.status) + 1,
      tags: [],
      user_id: run.userId,
    });
    this.ids.set(runId, runId);
    this.places.set(runId, artifactUri);
    this.tally.created++;
  }

  /** Data sets stand in the experiment, once each; the run's inputs and outputs name them and models. Ids are made as MLflow makes them. */
  private async writeLinks(run: SourceRun, place: string, experimentPlace: string): Promise<void> {
    for (const { dataset, tags } of run.inputs) {
      const id = md5(dataset.name, dataset.digest);
      await this.files.meta(join(experimentPlace, 'datasets', id), {
        digest: dataset.digest,
        name: dataset.name,
        profile: dataset.profile ?? null,
        schema: dataset.schema ?? null,
        source: dataset.source,
        source_type: dataset.sourceType,
      });
      await this.files.meta(join(place, 'inputs', md5(id, run.runId)), {
        destination_id: id,
        destination_type: 'RUN',
        source_id: id,
        source_type: 'DATASET',
        tags,
      });
    }
    for (const modelId of run.modelInputs)
      await this.files.meta(join(place, 'inputs', md5(modelId, run.runId)), {
        destination_id: modelId,
        destination_type: 'RUN',
        source_id: modelId,
        source_type: 'MODEL',
        tags: {},
      });
    for (const { modelId, step } of run.modelOutputs)
      await this.files.meta(placeUnder(join(place, 'outputs'), modelId), {
        destination_id: modelId,
        destination_type: 'MODEL_OUTPUT',
        source_id: modelId,
        source_type: 'RUN_OUTPUT',
        step,
        tags: {},
      });
  }

  private async writeModel(model: SourceModel, experiment: SourceExperiment, experimentPlace: string): Promise<void> {
    const place = placeUnder(join(experimentPlace, 'models'), model.modelId);
    const item = `the model ${model.name} (${model.modelId})`;
    const experimentId = basename(experiment.experimentId);
    const artifactUri = `${this.uri}/${experimentId}/models/${model.modelId}/artifacts`;
    for (const name of ['metrics', 'params', 'tags', 'artifacts']) await mkdir(join(place, name), { recursive: true });
    await this.files.texts(join(place, 'params'), model.params, `${item}, the param`);
    await this.files.texts(join(place, 'tags'), model.tags, `${item}, the tag`);
    const metrics = this.files.metrics(join(place, 'metrics'), item);
    await metrics.append(
      model.measurements.map(({ key, timestamp, value, step, runId, datasetName, datasetDigest }) => {
        const isWord = datasetName !== undefined && datasetDigest !== undefined && !/\s/.test(`${datasetName}${datasetDigest}`);
        if (datasetName !== undefined && !isWord)
          this.source.problems.add(
            `${item}, the metric ${key}`,
            `It is written without its data set: MLflow's files take no name with a space.`,
          );
        const dataset = isWord ? ` ${datasetName} ${datasetDigest}` : '';
        return { key, line: `${timestamp} ${pythonNumber(value)} ${step} ${runId || model.sourceRunId || '-'}${dataset}` };
      }),
    );
    await this.files.copy(this.source.modelFiles(model.modelId), join(place, 'artifacts'), item);
    await this.files.meta(place, {
      artifact_location: artifactUri,
      creation_timestamp: model.creationTime,
      experiment_id: experimentId,
      last_updated_timestamp: model.creationTime,
      lifecycle_stage: 'active',
      model_id: model.modelId,
      model_type: model.modelType || null,
      name: model.name,
      source_run_id: model.sourceRunId ?? null,
      status: MODEL_STATUSES.indexOf(model.status) + 1,
      status_message: null,
    });
    this.places.set(model.modelId, artifactUri);
    this.tally.loggedModels++;
  }

  private async writeRegistered(model: SourceRegisteredModel, chosen: ReadonlySet<string> | undefined): Promise<void> {
    const versions = model.versions.filter((version) => !chosen || (version.runId !== undefined && chosen.has(version.runId)));
    if (chosen && versions.length === 0) return;
    const place = placeUnder(join(this.folder, 'models'), model.name);
    const item = `the registered model ${model.name}`;
    await this.files.meta(place, {
      aliases: {},
      creation_timestamp: model.creationTime ?? null,
      description: model.description || null,
      last_updated_timestamp: model.creationTime ?? null,
      name: model.name,
    });
    await this.files.texts(join(place, 'tags'), model.tags, `${item}, the tag`);
    const numbers = new Set(versions.map((version) => version.version));
    const aliases = Object.entries(model.aliases).filter(([, version]) => numbers.has(version));
    await this.files.texts(
      join(place, 'aliases'),
      Object.fromEntries(aliases.map(([alias, version]) => [alias, String(version)])),
      `${item}, the alias`,
    );
    for (const version of versions) {
      await this.files.meta(join(place, `version-${version.version}`), {
        creation_timestamp: version.creationTime ?? null,
        current_stage: version.stage,
        description: version.description || null,
        last_updated_timestamp: version.creationTime ?? null,
        name: model.name,
        run_id: version.runId ?? null,
        run_link: version.runLink || null,
        source: version.source,
        status: 'READY',
        status_message: null,
        storage_location: this.storageOf(version.source),
        user_id: version.userId || null,
        version: version.version,
      });
      await this.files.texts(
        join(place, `version-${version.version}`, 'tags'),
        version.tags,
        `${item}, version ${version.version}, the tag`,
      );
      this.tally.modelVersions++;
    }
  }

  /** Where a version's files are: what MLflow 2 asks for, which knows no logged models. */
  private storageOf(source: string): string {
    const named = /^(?:runs:\/([^/]+)(\/.+)|models:\/(m-[0-9a-f]{32}))$/.exec(source);
    const place = this.places.get(named?.[1] ?? named?.[3] ?? '');
    return place === undefined ? source : `${place}${encodeURI(named?.[2] ?? '')}`;
  }
}

function md5(...texts: readonly string[]): string {
  const hash = createHash('md5');
  for (const text of texts) hash.update(text, 'utf8');
  return hash.digest('hex');
}
