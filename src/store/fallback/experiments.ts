import type { Experiment } from '../../core/experiment';
import type { Experiments, Page, SearchQuery, ViewType } from '../engine';
import type { Switchover } from './switchover';

export class FallbackExperiments implements Experiments {
  constructor(private readonly stores: Switchover) {}

  async create(name: string, tags?: Readonly<Record<string, string>>): Promise<string> {
    return this.stores.attempt(
      async ({ experiments }) => {
        const experimentId = await experiments.create(name, tags);
        this.stores.ledger.experiments.set(experimentId, name);
        return experimentId;
      },
      async ({ experiments }) => this.stores.own(await experiments.create(name, tags)),
    );
  }

  async get(experimentId: string): Promise<Experiment> {
    return this.stores.attempt(
      async ({ experiments }) => this.seen(await experiments.get(experimentId)),
      async ({ experiments }) => this.own(await experiments.get(await this.stores.experiment(experimentId))),
    );
  }

  async getByName(name: string): Promise<Experiment | undefined> {
    return this.stores.attempt(
      async ({ experiments }) => {
        const found = await experiments.getByName(name);
        return found && this.seen(found);
      },
      async ({ experiments }) => {
        const found = await experiments.getByName(name);
        return found && this.own(found);
      },
    );
  }

  async search(query?: SearchQuery & { readonly view?: ViewType }): Promise<Page<Experiment>> {
    const there = async (page: Page<Experiment>): Promise<Page<Experiment>> => ({
      ...page,
      items: page.items.map((item) => this.seen(item)),
    });
    const here = async (page: Page<Experiment>): Promise<Page<Experiment>> => ({
      ...page,
      items: page.items.map((item) => this.own(item)),
    });
    return this.stores.attempt(
      async ({ experiments }) => there(await experiments.search(query)),
      async ({ experiments }) => here(await experiments.search(query)),
    );
  }

  rename(experimentId: string, name: string): Promise<void> {
    return this.change(experimentId, (experiments, id) => experiments.rename(id, name));
  }

  delete(experimentId: string): Promise<void> {
    return this.change(experimentId, (experiments, id) => experiments.delete(id));
  }

  restore(experimentId: string): Promise<void> {
    return this.change(experimentId, (experiments, id) => experiments.restore(id));
  }

  setTag(experimentId: string, key: string, value: string): Promise<void> {
    return this.change(experimentId, (experiments, id) => experiments.setTag(id, key, value));
  }

  deleteTag(experimentId: string, key: string): Promise<void> {
    return this.change(experimentId, (experiments, id) => experiments.deleteTag(id, key));
  }

  private change(experimentId: string, action: (experiments: Experiments, id: string) => Promise<void>): Promise<void> {
    return this.stores.attempt(
      ({ experiments }) => action(experiments, experimentId),
      async ({ experiments }) => action(experiments, await this.stores.experiment(experimentId)),
    );
  }

  private seen(experiment: Experiment): Experiment {
    this.stores.ledger.experiments.set(experiment.experimentId, experiment.name);
    return experiment;
  }

  private own(experiment: Experiment): Experiment {
    this.stores.own(experiment.experimentId);
    return experiment;
  }
}
