import { messageOf } from '../core/errors';
import type { Experiment } from '../core/experiment';
import { everyItem } from '../store/pages';
import { type CopyContext, createOrFind, isFatal } from './copyContext';
import { originOf } from './references';
import type { SourceExperiment } from './source';

interface Place {
  readonly targetId: string;
  /** Whether a copy has made it, so that it may be deleted as its source is. */
  readonly ours: boolean;
}

/** Finds experiments by their names in the target, and makes those that aren't there. */
export class ExperimentCopy {
  private readonly places = new Map<string, Promise<Place | undefined>>();

  constructor(
    private readonly context: CopyContext,
    private readonly experiments: ReadonlyMap<string, SourceExperiment>,
    /** Whether a run of the source is in the target. */
    private readonly isThere: (runId: string) => Promise<boolean>,
  ) {}

  /** The experiment's id in the target; undefined where there can be none, which is noted. */
  async targetOf(experimentId: string): Promise<string | undefined> {
    let place = this.places.get(experimentId);
    if (!place) this.places.set(experimentId, (place = this.place(experimentId)));
    return (await place)?.targetId;
  }

  /** At the end: what is deleted in the source is deleted in the target, unless it holds what isn't ours. */
  async deleteDeleted(): Promise<void> {
    for (const [experimentId, asked] of this.places) {
      const place = await asked;
      const experiment = this.experiments.get(experimentId);
      if (!place || experiment?.lifecycleStage !== 'deleted' || !place.ours) continue;
      const now = await this.context.target.experiments.get(place.targetId);
      if (now.lifecycleStage === 'active' && (await this.holdsOnly(place.targetId, experimentId)).only)
        await this.context.target.experiments.delete(place.targetId);
    }
  }

  private async place(experimentId: string): Promise<Place | undefined> {
    const experiment = this.experiments.get(experimentId);
    const item = `the experiment ${experiment?.name ?? experimentId}`;
    if (!experiment) {
      this.context.problems.add(item, 'It is not in the source, so its runs are left out.');
      return undefined;
    }
    try {
      return await this.findOrCreate(experiment, item);
    } catch (error) {
      if (isFatal(error, this.context.signal)) throw error;
      this.context.problems.add(item, messageOf(error));
      return undefined;
    }
  }

  private async findOrCreate(experiment: SourceExperiment, item: string): Promise<Place | undefined> {
    const there = await this.context.target.experiments.getByName(experiment.name);
    if (there) return this.take(there, experiment, item);
    return createOrFind(
      () => this.create(experiment, item),
      async () => {
        const made = await this.context.target.experiments.getByName(experiment.name);
        return made && this.take(made, experiment, item);
      },
    );
  }

  private async create({ name, creationTime, tags }: SourceExperiment, item: string): Promise<Place> {
    const { target, tally } = this.context;
    const targetId = await target.experiments.create(name, {}, { creationTime });
    await this.setTags(targetId, {}, tags, item);
    tally.experiments++;
    return { targetId, ours: true };
  }

  private async take(there: Experiment, experiment: SourceExperiment, item: string): Promise<Place | undefined> {
    const { target, problems } = this.context;
    const targetId = there.experimentId;
    if (there.lifecycleStage === 'deleted') {
      if (experiment.lifecycleStage === 'active') {
        problems.add(item, `It is deleted in ${target.info.location}, so its runs are left out: restore it there, then copy again.`);
        return undefined;
      }
      // Deleted on both sides: it is opened for what is new, and closed again at the end.
      if (await this.isComplete(experiment.experimentId)) return undefined;
      await target.experiments.restore(targetId);
      return { targetId, ours: true };
    }
    await this.setTags(targetId, there.tags, experiment.tags, item);
    return { targetId, ours: experiment.lifecycleStage === 'deleted' && (await this.isOurs(there, experiment)) };
  }

  /** An experiment that a copy had made when it was broken off is told by its time, where that is kept; else by its runs. */
  private async isOurs(there: Experiment, { experimentId, creationTime }: SourceExperiment): Promise<boolean> {
    if (this.context.target.info.keepsIds && creationTime !== undefined) return there.creationTime === creationTime;
    const { only, empty } = await this.holdsOnly(there.experimentId, experimentId);
    return only && !empty;
  }

  private async isComplete(experimentId: string): Promise<boolean> {
    for (const runId of await this.context.source.runIds(experimentId)) if (!(await this.isThere(runId))) return false;
    return true;
  }

  /** Whether an experiment's runs in the target are all among those of one in the source. */
  private async holdsOnly(targetId: string, experimentId: string): Promise<{ readonly only: boolean; readonly empty: boolean }> {
    const ours = new Set<string>();
    for (const runId of await this.context.source.runIds(experimentId)) ours.add(originOf(await this.context.source.run(runId)));
    const there = await everyItem(async (pageToken) => {
      const page = await this.context.target.runs.search({ experimentIds: [targetId], view: 'ALL', pageToken });
      return { items: page.items.map(originOf), nextPageToken: page.nextPageToken };
    });
    return { only: there.every((origin) => ours.has(origin)), empty: there.length === 0 };
  }

  private async setTags(
    targetId: string,
    there: Readonly<Record<string, string>>,
    tags: Readonly<Record<string, string>>,
    item: string,
  ): Promise<void> {
    for (const [key, value] of Object.entries(tags)) {
      if (there[key] === value) continue;
      try {
        await this.context.target.experiments.setTag(targetId, key, value);
      } catch (error) {
        if (isFatal(error, this.context.signal)) throw error;
        this.context.problems.add(`${item}, the tag ${key}`, messageOf(error));
      }
    }
  }
}
