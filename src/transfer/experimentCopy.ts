import { messageOf } from '../core/errors';
import { everyItem } from '../store/pages';
import { type CopyContext, isFatal } from './copyContext';
import { originOf } from './references';
import type { SourceExperiment } from './source';

interface Place {
  readonly targetId: string;
  /** Whether all runs of it in the target are copies of ours, so that it may be deleted as its source is. */
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
      if (now.lifecycleStage === 'active') await this.context.target.experiments.delete(place.targetId);
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
    const { target, tally, problems } = this.context;
    const there = await target.experiments.getByName(experiment.name);
    if (!there) {
      const { creationTime, tags } = experiment;
      const targetId = await target.experiments.create(experiment.name, {}, { creationTime });
      await this.setTags(targetId, {}, tags, item);
      tally.experiments++;
      return { targetId, ours: true };
    }
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
    return { targetId, ours: experiment.lifecycleStage === 'deleted' && (await this.holdsOnly(targetId, experiment.experimentId)) };
  }

  private async isComplete(experimentId: string): Promise<boolean> {
    for (const runId of await this.context.source.runIds(experimentId)) if (!(await this.isThere(runId))) return false;
    return true;
  }

  /** Whether an experiment's runs in the target are all among those of one in the source. */
  private async holdsOnly(targetId: string, experimentId: string): Promise<boolean> {
    const ours = new Set<string>();
    for (const runId of await this.context.source.runIds(experimentId)) ours.add(originOf(await this.context.source.run(runId)));
    const there = await everyItem(async (pageToken) => {
      const page = await this.context.target.runs.search({ experimentIds: [targetId], view: 'ALL', pageToken });
      return { items: page.items.map(originOf), nextPageToken: page.nextPageToken };
    });
    return there.length > 0 && there.every((origin) => ours.has(origin));
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
