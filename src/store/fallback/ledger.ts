import type { DatasetInput } from '../../core/dataset';
import type { LoggedModel } from '../../core/model';
import type { Run } from '../../core/run';
import type { Batch, NewLoggedModel } from '../engine';

/** What is remembered of a run that began on a server, so that it can go on elsewhere. */
export interface RunNotes {
  readonly experimentId: string;
  readonly userId: string;
  readonly startTime: number;
  name: string;
  readonly tags: Map<string, string>;
  readonly params: Map<string, string>;
  inputs: readonly DatasetInput[];
}

/** A model of this process, and the files that were sent of it since it was last finished. */
export interface ModelNotes {
  readonly model: NewLoggedModel;
  finished: boolean;
  readonly files: Map<string, Uint8Array | string>;
}

/** What a server has taken from this process, but for points and finished files. */
export class Ledger {
  /** Experiment id → name. */
  readonly experiments = new Map<string, string>();
  readonly runs = new Map<string, RunNotes>();
  readonly models = new Map<string, ModelNotes>();

  seeRun(run: Run): void {
    this.runs.set(run.runId, {
      experimentId: run.experimentId,
      userId: run.userId,
      startTime: run.startTime,
      name: run.runName,
      tags: new Map(Object.entries(run.tags)),
      params: new Map(run.params.map(({ key, value }) => [key, value])),
      inputs: run.inputs,
    });
  }

  seeBatch(runId: string, { params, tags }: Batch): void {
    const notes = this.runs.get(runId);
    for (const { key, value } of params ?? []) notes?.params.set(key, value);
    for (const [key, value] of Object.entries(tags ?? {})) notes?.tags.set(key, value);
  }

  seeInputs(runId: string, inputs: readonly DatasetInput[]): void {
    const notes = this.runs.get(runId);
    if (notes) notes.inputs = [...notes.inputs, ...inputs];
  }

  seeModel(model: LoggedModel, made: NewLoggedModel): void {
    this.models.set(model.modelId, { model: made, finished: false, files: new Map() });
  }

  /** Keeps a file of a model that is not finished: half of a model is of no use anywhere. */
  seeFile(runId: string, path: string, content: Uint8Array | string): void {
    for (const { model, files } of this.models.values())
      if (model.sourceRunId === runId && model.runPath !== undefined && path.startsWith(`${model.runPath}/`)) files.set(path, content);
  }

  /** Its files are the server's from now on, unless it is saved once more. */
  finishModel(modelId: string): void {
    const notes = this.models.get(modelId);
    if (!notes) return;
    notes.finished = true;
    notes.files.clear();
  }
}
