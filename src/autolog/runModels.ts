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
    const modelId = this.byPath.get(path)?.model_uuid ?? (await this.create(path, options.params ?? runParams));
    const description = { runId, modelId, path, createdAt: new Date(), signature: options.signature ?? signatureOf(model) };
    try {
      const files = [...Object.entries(options.extraFiles ?? {}), ...modelFiles(saved, description)];
      for (const [name, content] of files) await this.engine.artifacts.write(runId, `${path}/${name}`, content);
    } catch (error) {
      await this.engine.loggedModels.finalize(modelId, 'FAILED');
      throw error;
    }
    await this.engine.loggedModels.finalize(modelId, 'READY');
    this.byPath.set(path, modelHistoryEntry(saved, description));
    return modelId;
  }

  private async create(path: string, params: Readonly<Record<string, string>>): Promise<string> {
    const { experimentId, runId } = this.run;
    const model = { experimentId, name: path, modelType: 'tfjs_layers', sourceRunId: runId, runPath: path, params };
    return (await this.engine.loggedModels.create(model)).modelId;
  }
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
