import { randomUUID } from 'node:crypto';
import { ReadableStream } from 'node:stream/web';
import { TrackingError } from '../core/errors';
import type { LoggedModel } from '../core/model';
import type { Run } from '../core/run';
import { TagName } from '../core/tagNames';
import type { Engine } from '../store/engine';
import type { TrackedModel } from './model';
import { type ModelHistoryEntry, modelFiles, modelHistoryEntry } from './modelArtifact';
import { takeModel } from './savedModel';
import { type ModelSignature, signatureOf } from './tensorSignature';

export interface LogModelOptions {
  /** Under the run's artifacts; also the model's name. */
  readonly path?: string;
  /** Absent: what the model itself tells. */
  readonly signature?: ModelSignature;
  /** Beside the model's own files; name → content. */
  readonly extraFiles?: Readonly<Record<string, string | Uint8Array>>;
  /** Absent: the run's. */
  readonly params?: Readonly<Record<string, string>>;
}

/** The models of one run: files under its artifacts, known to the store as logged models. */
export class RunModels {
  private readonly byPath: Map<string, ModelHistoryEntry>;
  private readonly places = new Map<string, ModelPlace>();

  constructor(
    private readonly engine: Engine,
    private readonly run: Run,
  ) {
    this.byPath = new Map(historyOf(run).map((entry) => [entry.artifact_path, entry]));
  }

  /** What the tag `mlflow.log-model.history` has to tell. */
  get history(): string {
    return JSON.stringify([...this.byPath.values()]);
  }

  /** Saves a model. One that was saved to the same path before is replaced, and keeps its id. */
  async save(model: TrackedModel, options: LogModelOptions, runParams: Readonly<Record<string, string>>): Promise<string> {
    const { runId } = this.run;
    const path = options.path ?? 'models';
    const saved = await takeModel(model);
    const place = this.places.get(path) ?? (await this.create(path, options.params ?? runParams));
    const { modelId } = place;
    const description = { runId, modelId, path, createdAt: new Date(), signature: options.signature ?? signatureOf(model) };
    try {
      const files = [...Object.entries(options.extraFiles ?? {}), ...modelFiles(saved, description)];
      for (const [name, content] of files) {
        await this.engine.artifacts.write(runId, `${path}/${name}`, content);
        if (place.folder !== undefined) await this.engine.artifactTree.write(`${place.folder}/${name}`, streamOf(content));
      }
    } catch (error) {
      if (place.isLogged) await this.engine.loggedModels.finalize(modelId, 'FAILED');
      throw error;
    }
    if (place.isLogged) await this.engine.loggedModels.finalize(modelId, 'READY');
    this.places.set(path, place);
    this.byPath.set(path, modelHistoryEntry(saved, description));
    return modelId;
  }

  private async create(path: string, params: Readonly<Record<string, string>>): Promise<ModelPlace> {
    const { experimentId, runId } = this.run;
    const known = this.byPath.get(path)?.model_uuid;
    if (known !== undefined) return placeOf(this.engine, this.run, known, await this.find(known));
    const model = { experimentId, name: path, modelType: 'tfjs_layers', sourceRunId: runId, runPath: path, params };
    try {
      const made = await this.engine.loggedModels.create(model);
      await this.engine.runs.logOutputs(runId, [{ modelId: made.modelId, step: 0 }]);
      return placeOf(this.engine, this.run, made.modelId, made);
    } catch (error) {
      if (!(error instanceof TrackingError) || error.code !== 'NOT_IMPLEMENTED') throw error;
      // Servers before MLflow 3 know models only as files of a run, by the tag with the history.
      return { modelId: randomUUID().replaceAll('-', ''), isLogged: false, folder: undefined };
    }
  }

  private async find(modelId: string): Promise<LoggedModel | undefined> {
    try {
      return await this.engine.loggedModels.get(modelId);
    } catch (error) {
      if (error instanceof TrackingError && (error.code === 'NOT_IMPLEMENTED' || error.code === 'RESOURCE_DOES_NOT_EXIST'))
        return undefined;
      throw error;
    }
  }
}

/** Where a model is kept, beside the folder of its run. */
interface ModelPlace {
  readonly modelId: string;
  readonly isLogged: boolean;
  /** In the artifact tree, where the store gives a model a folder of its own. */
  readonly folder: string | undefined;
}

function placeOf(engine: Engine, run: Run, modelId: string, model: LoggedModel | undefined): ModelPlace {
  const root = `${engine.info.artifactRoot}/`;
  const own = model !== undefined && !model.artifactUri.startsWith(`${run.artifactUri}/`) && model.artifactUri.startsWith(root);
  return { modelId, isLogged: model !== undefined, folder: own ? decodeURIComponent(model.artifactUri.slice(root.length)) : undefined };
}

function streamOf(content: Uint8Array | string): ReadableStream<Uint8Array> {
  return ReadableStream.from([typeof content === 'string' ? Buffer.from(content) : content]);
}

/** What a continued run has logged before. */
function historyOf(run: Run): ModelHistoryEntry[] {
  try {
    const history: unknown = JSON.parse(run.tags[TagName.modelHistory] ?? '[]');
    return Array.isArray(history) ? (history as ModelHistoryEntry[]) : [];
  } catch {
    return [];
  }
}
