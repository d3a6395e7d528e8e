import type { DatasetInput } from '../../core/dataset';
import type { ModelOutput, Run, RunInfo, RunStatus } from '../../core/run';
import { TagName } from '../../core/tagNames';
import type { Batch, NewRun, Page, RunQuery, Runs } from '../engine';
import type { Switchover } from './switchover';

export class FallbackRuns implements Runs {
  constructor(private readonly stores: Switchover) {}

  async create(run: NewRun): Promise<Run> {
    return this.stores.attempt(
      async ({ runs }) => this.seen(await runs.create(run)),
      async ({ runs }) => this.own(await runs.create({ ...run, experimentId: await this.stores.experiment(run.experimentId) })),
    );
  }

  async get(runId: string): Promise<Run> {
    return this.stores.attempt(
      async ({ runs }) => this.seen(await runs.get(runId)),
      async ({ runs }) => this.own(await runs.get(await this.stores.run(runId))),
    );
  }

  async search(query: RunQuery): Promise<Page<Run>> {
    return this.stores.attempt(
      ({ runs }) => runs.search(query),
      async ({ runs }) => {
        const experimentIds = await Promise.all(query.experimentIds.map((id) => this.stores.experiment(id)));
        const page = await runs.search({ ...query, experimentIds });
        return { ...page, items: page.items.map((run) => this.own(run)) };
      },
    );
  }

  async update(
    runId: string,
    change: { readonly status?: RunStatus; readonly endTime?: number; readonly name?: string },
  ): Promise<RunInfo> {
    return this.stores.attempt(
      async ({ runs }) => {
        const info = await runs.update(runId, change);
        const notes = this.stores.ledger.runs.get(runId);
        if (notes && change.name) notes.name = change.name;
        return info;
      },
      async ({ runs }) => runs.update(await this.stores.run(runId), change),
    );
  }

  async delete(runId: string): Promise<void> {
    await this.stores.attempt(
      ({ runs }) => runs.delete(runId),
      async ({ runs }) => runs.delete(await this.stores.run(runId)),
    );
  }

  async restore(runId: string): Promise<void> {
    await this.stores.attempt(
      ({ runs }) => runs.restore(runId),
      async ({ runs }) => runs.restore(await this.stores.run(runId)),
    );
  }

  async logBatch(runId: string, batch: Batch): Promise<void> {
    await this.stores.attempt(
      async ({ runs }) => {
        await runs.logBatch(runId, batch);
        this.stores.ledger.seeBatch(runId, batch);
        const name = batch.tags?.[TagName.runName];
        const notes = this.stores.ledger.runs.get(runId);
        if (notes && name) notes.name = name;
      },
      async ({ runs }) => runs.logBatch(await this.stores.run(runId), batch),
    );
  }

  async deleteTag(runId: string, key: string): Promise<void> {
    await this.stores.attempt(
      async ({ runs }) => {
        await runs.deleteTag(runId, key);
        this.stores.ledger.runs.get(runId)?.tags.delete(key);
      },
      async ({ runs }) => runs.deleteTag(await this.stores.run(runId), key),
    );
  }

  async logInputs(runId: string, inputs: readonly DatasetInput[], modelIds?: readonly string[]): Promise<void> {
    await this.stores.attempt(
      async ({ runs }) => {
        await runs.logInputs(runId, inputs, modelIds);
        this.stores.ledger.seeInputs(runId, inputs);
      },
      // The models that a run used are the server's.
      async ({ runs }) => runs.logInputs(await this.stores.run(runId), inputs),
    );
  }

  async logOutputs(runId: string, models: readonly ModelOutput[]): Promise<void> {
    await this.stores.attempt(
      ({ runs }) => runs.logOutputs(runId, models),
      async ({ runs }) => {
        const known = models.map(async ({ modelId, step }) => ({ modelId: await this.stores.madeModel(modelId), step }));
        await runs.logOutputs(await this.stores.run(runId), await Promise.all(known));
      },
    );
  }

  private own(run: Run): Run {
    this.stores.own(run.experimentId);
    return run;
  }

  private seen(run: Run): Run {
    this.stores.ledger.seeRun(run);
    return run;
  }
}
