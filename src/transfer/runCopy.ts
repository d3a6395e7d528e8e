import type { DatasetInput } from '../core/dataset';
import { type Run, isTerminal } from '../core/run';
import { TagName } from '../core/tagNames';
import { type FilesThere, copyFiles } from './artifactCopy';
import { BatchWriter } from './batchWriter';
import { type CopyContext, attemptItem, isRefused } from './copyContext';
import type { ModelCopy } from './modelCopy';
import { PointCopy } from './pointCopy';
import type { RunTarget, RunTargets } from './runTargets';
import type { SourceRun } from './source';

/** Tags that tell of the process which writes the run where it comes from, or are kept by other means. */
const LEFT: ReadonlySet<string> = new Set([TagName.process, TagName.progress, TagName.runName]);

/** Copies one run with all that belongs to it; what is there already is left as it is. */
export class RunCopy {
  constructor(
    private readonly context: CopyContext,
    private readonly runs: RunTargets,
    private readonly models: ModelCopy,
  ) {}

  async copy(run: SourceRun): Promise<void> {
    const { runId } = run;
    const item = `the run ${run.runName || runId} (${runId})`;
    const place = await this.runs.ensure(runId, run);
    if (!place) return;
    const { target, tally } = this.context;
    if (place.run.lifecycleStage === 'deleted') {
      if (run.lifecycleStage === 'active')
        tally.notes.add(`${item} is deleted in ${target.info.location} and was left so: restore it there to have it copied again.`);
      tally.unchanged++;
      return;
    }
    const changed = await this.fill(run, place, item);
    if (run.lifecycleStage === 'deleted') await target.runs.delete(place.run.runId);
    if (place.existing)
      if (changed || run.lifecycleStage === 'deleted') tally.resumed++;
      else tally.unchanged++;
  }

  /** Copies everything but the lifecycle stage. @returns whether anything was written */
  private async fill(run: SourceRun, place: RunTarget, item: string): Promise<boolean> {
    const targetId = place.run.runId;
    const existing = place.existing ? place.run : undefined;
    const parent = run.tags[TagName.parentRunId];
    if (parent !== undefined) await this.runs.ensure(parent);
    for (const model of this.models.madeBy(run.runId)) await this.models.ensure(model.modelId);
    const stale = await this.models.stale(run.runId);

    const writer = new BatchWriter(this.context, targetId, item);
    await this.addParams(run, place.run, item, writer);
    await this.addTags(run, place, writer);
    // Before the points: these name the models that they measure.
    await this.addMeasurements(run, stale, writer);
    await attemptItem(this.context, `${item}, its metrics`, () =>
      new PointCopy(this.context, targetId, existing, item, stale).copy(run, writer),
    );
    await writer.flush();

    const linked = await attemptItem(this.context, `${item}, its data sets and models`, () => this.link(run, place.run));
    const uri = place.run.artifactUri;
    const files = await copyFiles(this.context, this.context.source.runFiles(run.runId), {
      item,
      uri,
      runId: targetId,
      there: filesOf(run, place),
    });
    const outdated = await this.dropOutdated(run, place.run);
    const ended = await this.end(run, place);
    return writer.written || linked === true || files || outdated || ended;
  }

  private async addParams(run: SourceRun, there: Run, item: string, writer: BatchWriter): Promise<void> {
    const known = new Map(there.params.map((param) => [param.key, param.value]));
    for (const { key, value } of run.params) {
      if (known.get(key) === value) continue;
      if (known.has(key))
        this.context.problems.add(`${item}, the param ${key}`, `It is there with another value, which stays: params can't be changed.`);
      else await writer.param(key, value);
    }
  }

  private async addTags(run: SourceRun, place: RunTarget, writer: BatchWriter): Promise<void> {
    for (const [key, value] of Object.entries(run.tags)) {
      if (LEFT.has(key) || (place.continued && (key === TagName.continues || key === TagName.copiedFrom))) continue;
      // Back where it was first logged, a run is no copy.
      if (key === TagName.copiedFrom && value === place.run.runId) continue;
      if (isBehind(run, place.run) && Object.hasOwn(place.run.tags, key)) continue;
      const rewritten = this.context.references.tag(key, value);
      if (place.run.tags[key] !== rewritten) await writer.tag(key, rewritten);
    }
  }

  private async addMeasurements(run: SourceRun, stale: ReadonlySet<string>, writer: BatchWriter): Promise<void> {
    for (const { modelId, metric } of this.models.measurements(run.runId, stale)) {
      const { key, value, timestamp, step, datasetName, datasetDigest } = metric;
      await writer.point({ key, value, timestamp, step, modelId: this.context.references.model(modelId), datasetName, datasetDigest });
    }
  }

  /** Data sets and models that the run has used or made. @returns whether any were new */
  private async link(run: SourceRun, there: Run): Promise<boolean> {
    const { target, references } = this.context;
    const known = new Map(there.inputs.map((input) => [inputKey(input), input]));
    const inputs = run.inputs
      .map((input) => ({ ...input, dataset: { ...input.dataset, source: references.text(input.dataset.source) } }))
      .filter((input) => !sameTags(input, known.get(inputKey(input))));
    const modelInputs = (await this.present(run.modelInputs)).filter((modelId) => !there.modelInputs.includes(modelId));
    if (inputs.length > 0 || modelInputs.length > 0) await this.logInputs(there.runId, inputs, modelInputs);
    const made = new Set(there.modelOutputs.map((output) => output.modelId));
    const outputs = [];
    for (const output of run.modelOutputs) {
      const [modelId] = await this.present([output.modelId]);
      if (modelId !== undefined && !made.has(modelId)) outputs.push({ modelId, step: output.step });
    }
    if (outputs.length > 0) await target.runs.logOutputs(there.runId, outputs);
    return inputs.length + modelInputs.length + outputs.length > 0;
  }

  /** All at once; where that is refused one by one, so that only what is refused is missing. */
  private async logInputs(runId: string, inputs: readonly DatasetInput[], modelIds: readonly string[]): Promise<void> {
    const { runs } = this.context.target;
    try {
      await runs.logInputs(runId, inputs, modelIds);
    } catch (error) {
      if (!isRefused(error) || inputs.length === 0) throw error;
      for (const input of inputs)
        await attemptItem(this.context, `the run ${runId}, the data set ${input.dataset.name}`, () => runs.logInputs(runId, [input]));
      if (modelIds.length > 0) await runs.logInputs(runId, [], modelIds);
    }
  }

  private async present(modelIds: readonly string[]): Promise<string[]> {
    const found: string[] = [];
    for (const modelId of modelIds) {
      const model = await this.models.ensure(modelId);
      if (model) found.push(model.modelId);
    }
    return found;
  }

  /** Takes away what was said of a run whose end was not known there: that it runs, or has died. @returns whether there was any of it */
  private async dropOutdated(run: SourceRun, there: Run): Promise<boolean> {
    if (!isTerminal(run.status)) return false;
    const outdated = [TagName.progress, TagName.error].filter((key) => Object.hasOwn(there.tags, key) && !Object.hasOwn(run.tags, key));
    for (const key of outdated) await this.context.target.runs.deleteTag(there.runId, key);
    return outdated.length > 0;
  }

  /** The status comes last: a run that has it is whole. */
  private async end(run: SourceRun, { run: there }: RunTarget): Promise<boolean> {
    const { runs } = this.context.target;
    if (isBehind(run, there)) return false;
    const status = run.status === there.status ? undefined : run.status;
    const endTime = run.endTime === there.endTime ? undefined : run.endTime;
    const name = run.runName === '' || run.runName === there.runName ? undefined : run.runName;
    if (status === undefined && endTime === undefined && name === undefined) return false;
    await runs.update(there.runId, {
      ...(status === undefined && endTime === undefined ? {} : { status: run.status }),
      ...(endTime === undefined ? {} : { endTime }),
      ...(name === undefined ? {} : { name }),
    });
    return true;
  }
}

/** Whether the target knows how the run ended and the source doesn't: then what is there is the newer. */
function isBehind(run: SourceRun, there: Run): boolean {
  return isTerminal(there.status) && !isTerminal(run.status);
}

/** A file of a run that had not ended when it was copied may have changed since, and kept its size. */
function filesOf(run: SourceRun, { run: there, existing }: RunTarget): FilesThere {
  if (!existing) return 'none';
  if (isBehind(run, there)) return 'kept';
  return isTerminal(there.status) && there.status === run.status && there.endTime === run.endTime ? 'bySize' : 'byContent';
}

function inputKey({ dataset }: DatasetInput): string {
  return JSON.stringify([dataset.name, dataset.digest]);
}

function sameTags(input: DatasetInput, there: DatasetInput | undefined): boolean {
  return there !== undefined && Object.entries(input.tags).every(([key, value]) => there.tags[key] === value);
}
