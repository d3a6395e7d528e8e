import type { LoggedModel } from '../../core/model';
import type { LoggedModels, NewLoggedModel } from '../engine';
import type { Switchover } from './switchover';

export class FallbackLoggedModels implements LoggedModels {
  constructor(private readonly stores: Switchover) {}

  create(model: NewLoggedModel): Promise<LoggedModel> {
    return this.stores.attempt(
      async ({ loggedModels }) => {
        const made = await loggedModels.create(model);
        this.stores.ledger.seeModel(made, model);
        return made;
      },
      async ({ loggedModels }) => {
        const experimentId = await this.stores.experiment(model.experimentId);
        const run = model.sourceRunId === undefined ? {} : { sourceRunId: await this.stores.run(model.sourceRunId) };
        return loggedModels.create({ ...model, experimentId, ...run });
      },
    );
  }

  finalize(modelId: string, status: 'READY' | 'FAILED'): Promise<LoggedModel> {
    return this.stores.attempt(
      async ({ loggedModels }) => {
        const made = await loggedModels.finalize(modelId, status);
        this.stores.ledger.finishModel(modelId);
        return made;
      },
      async ({ loggedModels }) => loggedModels.finalize(await this.stores.model(modelId), status),
    );
  }

  get(...[modelId, ...more]: Parameters<LoggedModels['get']>): Promise<LoggedModel> {
    return this.both(modelId, (models, id) => models.get(id, ...more));
  }

  search(query: Parameters<LoggedModels['search']>[0]): ReturnType<LoggedModels['search']> {
    return this.stores.attempt(
      ({ loggedModels }) => loggedModels.search(query),
      async ({ loggedModels }) => {
        const experimentIds = await Promise.all(query.experimentIds.map((id) => this.stores.experiment(id)));
        const run = query.sourceRunId === undefined ? {} : { sourceRunId: await this.stores.run(query.sourceRunId) };
        return loggedModels.search({ ...query, experimentIds, ...run });
      },
    );
  }

  setTags(modelId: string, tags: Readonly<Record<string, string>>): Promise<void> {
    return this.both(modelId, (models, id) => models.setTags(id, tags));
  }

  deleteTag(modelId: string, key: string): Promise<void> {
    return this.both(modelId, (models, id) => models.deleteTag(id, key));
  }

  logParams(modelId: string, params: Readonly<Record<string, string>>): Promise<void> {
    return this.both(modelId, (models, id) => models.logParams(id, params));
  }

  delete(modelId: string): Promise<void> {
    return this.both(modelId, (models, id) => models.delete(id));
  }

  private both<T>(modelId: string, action: (models: LoggedModels, id: string) => Promise<T>): Promise<T> {
    return this.stores.attempt(
      ({ loggedModels }) => action(loggedModels, modelId),
      async ({ loggedModels }) => action(loggedModels, await this.stores.madeModel(modelId)),
    );
  }
}
