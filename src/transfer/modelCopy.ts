import type { LoggedModel, ModelMetric } from '../core/model';
import { TagName } from '../core/tagNames';
import { copyFiles } from './artifactCopy';
import { type CopyContext, attemptItem, createOrFind, ifThere } from './copyContext';
import { MODEL_VERSIONS, treePath } from './references';
import { type RunTargets, quoted } from './runTargets';
import type { SourceModel } from './source';

/** Copies logged models, each once, before what refers to it. */
export class ModelCopy {
  private readonly asked = new Map<string, Promise<LoggedModel | undefined>>();
  /** Run → the models that it has made. */
  private readonly made = new Map<string, readonly SourceModel[]>();
  /** Run → model → how the run has measured it. */
  private readonly measured = new Map<string, Map<string, ModelMetric[]>>();

  constructor(
    private readonly context: CopyContext,
    private readonly runs: RunTargets,
    private readonly models: ReadonlyMap<string, SourceModel>,
    private readonly experimentOf: (experimentId: string) => Promise<string | undefined>,
  ) {
    for (const model of models.values()) {
      if (model.sourceRunId !== undefined) this.made.set(model.sourceRunId, [...(this.made.get(model.sourceRunId) ?? []), model]);
      for (const metric of model.measurements) {
        const ofRun = this.measured.get(metric.runId) ?? new Map<string, ModelMetric[]>();
        this.measured.set(metric.runId, ofRun);
        const known = ofRun.get(model.modelId);
        if (known) known.push(metric);
        else ofRun.set(model.modelId, [metric]);
      }
    }
  }

  /** The model as it is in the target; undefined where it can't be there, which is noted. */
  ensure(modelId: string): Promise<LoggedModel | undefined> {
    let model = this.asked.get(modelId);
    if (!model) this.asked.set(modelId, (model = this.copy(modelId)));
    return model;
  }

  get all(): Iterable<string> {
    return this.models.keys();
  }

  madeBy(runId: string): readonly SourceModel[] {
    return this.made.get(runId) ?? [];
  }

  /** Models whose measurements by a run the target doesn't know yet. */
  async stale(runId: string): Promise<ReadonlySet<string>> {
    const stale = new Set<string>();
    for (const [modelId, own] of this.measured.get(runId) ?? []) {
      const there = await this.ensure(modelId);
      if (there && own.some((metric) => !this.isThere(metric, there.metrics))) stale.add(modelId);
    }
    return stale;
  }

  /** The measurements by a run of some models, the newest last: where that is, all are. */
  measurements(runId: string, modelIds: ReadonlySet<string>): { readonly modelId: string; readonly metric: ModelMetric }[] {
    return [...(this.measured.get(runId) ?? [])]
      .filter(([modelId]) => modelIds.has(modelId))
      .flatMap(([modelId, metrics]) => metrics.map((metric) => ({ modelId, metric })))
      .sort((a, b) => a.metric.step - b.metric.step || a.metric.timestamp - b.metric.timestamp);
  }

  /** A store tells the newest measurement of each metric: one that is older than that is surely there, or of no interest. */
  private isThere(metric: ModelMetric, there: readonly ModelMetric[]): boolean {
    return there.some(
      (known) =>
        known.key === metric.key &&
        known.datasetName === metric.datasetName &&
        known.datasetDigest === metric.datasetDigest &&
        (known.step > metric.step || (known.step === metric.step && known.timestamp >= metric.timestamp)),
    );
  }

  private async copy(modelId: string): Promise<LoggedModel | undefined> {
    const model = this.models.get(modelId);
    if (!model) {
      const there = await ifThere(this.context.target.loggedModels.get(modelId));
      if (!there) this.context.problems.add(`the model ${modelId}`, 'It is not in the source, so what refers to it goes without it.');
      return there;
    }
    const item = `the model ${model.name} (${modelId})`;
    return attemptItem(this.context, item, () => this.copyModel(model, item));
  }

  private async copyModel(model: SourceModel, item: string): Promise<LoggedModel | undefined> {
    const { loggedModels } = this.context.target;
    const existing = await this.find(model);
    const there =
      existing ??
      (await createOrFind(
        () => this.create(model),
        () => this.find(model),
      ));
    if (!there) return undefined;
    if (there.lifecycleStage === 'deleted') {
      const { tally, target } = this.context;
      tally.notes.add(`${item} is deleted in ${target.info.location} and was left so.`);
      return undefined;
    }
    this.context.references.models.set(model.modelId, there.modelId);
    const params = difference(model.params, there.params);
    if (params) await loggedModels.logParams(there.modelId, params);
    const tags = difference(this.tagsOf(model), there.tags);
    if (tags) await loggedModels.setTags(there.modelId, tags);
    if (!(await this.liesInRun(model, there)))
      await copyFiles(this.context, this.context.source.modelFiles(model.modelId), {
        item,
        uri: there.artifactUri,
        runId: undefined,
        there: existing === undefined ? 'none' : existing.status === model.status && model.status !== 'PENDING' ? 'bySize' : 'byContent',
      });
    if (model.status !== 'PENDING' && there.status !== model.status) await loggedModels.finalize(there.modelId, model.status);
    return loggedModels.get(there.modelId);
  }

  private async find(model: SourceModel): Promise<LoggedModel | undefined> {
    const { target } = this.context;
    const origin = model.tags[TagName.copiedFrom] ?? model.modelId;
    const found =
      (await ifThere(target.loggedModels.get(model.modelId, true))) ??
      (origin === model.modelId ? undefined : await ifThere(target.loggedModels.get(origin, true)));
    if (found) return found;
    const experimentId = await this.experimentOf(model.experimentId);
    if (experimentId === undefined) return undefined;
    const page = await target.loggedModels.search({
      experimentIds: [experimentId],
      filter: `tags.\`${TagName.copiedFrom}\` = '${quoted(origin)}'`,
      maxResults: 1,
    });
    return page.items[0];
  }

  private async create(model: SourceModel): Promise<LoggedModel | undefined> {
    const { target, tally } = this.context;
    const experimentId = await this.experimentOf(model.experimentId);
    if (experimentId === undefined) return undefined;
    const made = model.sourceRunId === undefined ? undefined : await this.runs.ensure(model.sourceRunId);
    const sourceRunId = made?.run.lifecycleStage === 'active' ? made.run.runId : undefined;
    const created = await target.loggedModels.create({
      ...(target.info.keepsIds ? { modelId: model.modelId, creationTime: model.creationTime } : {}),
      experimentId,
      name: model.name,
      ...(model.modelType ? { modelType: model.modelType } : {}),
      ...(sourceRunId === undefined ? {} : { sourceRunId }),
      ...(sourceRunId === undefined || model.runPath === undefined ? {} : { runPath: model.runPath }),
      params: model.params,
      tags: this.tagsOf(model),
    });
    tally.loggedModels++;
    return created;
  }

  private tagsOf(model: SourceModel): Record<string, string> {
    const { references, target } = this.context;
    const here = references.models.get(model.modelId);
    const keepsVersions = target.info.keepsIds && (here === undefined || here === model.modelId);
    const tags = Object.entries(model.tags)
      // Back where it was first logged, a model is no copy. Its versions have other numbers elsewhere, where they are listed anew.
      .filter(([key, value]) => (key === TagName.copiedFrom ? value !== here : key !== MODEL_VERSIONS || keepsVersions))
      .map(([key, value]) => [key, references.tag(key, value)] as const);
    // A model that is found under an id that it had needs no tag to be found again.
    const isNamed = target.info.keepsIds || here === model.modelId || here === model.tags[TagName.copiedFrom];
    return { ...(isNamed ? {} : { [TagName.copiedFrom]: model.modelId }), ...Object.fromEntries(tags) };
  }

  /** A model in its run's folder is copied with the run's files, where the target knows such places. */
  private async liesInRun(model: SourceModel, there: LoggedModel): Promise<boolean> {
    if (model.runPath === undefined || there.sourceRunId === undefined) return false;
    const run = await this.context.target.runs.get(there.sourceRunId);
    return treePath(run.artifactUri, there.artifactUri) !== undefined;
  }
}

/** What isn't there, or is there with another value; undefined for nothing. */
function difference(wanted: Readonly<Record<string, string>>, there: Readonly<Record<string, string>>): Record<string, string> | undefined {
  const entries = Object.entries(wanted).filter(([key, value]) => !Object.hasOwn(there, key) || there[key] !== value);
  return entries.length === 0 ? undefined : Object.fromEntries(entries);
}
