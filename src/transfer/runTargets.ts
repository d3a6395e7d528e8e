import type { Run } from '../core/run';
import { TagName } from '../core/tagNames';
import type { Page } from '../store/engine';
import { everyExperimentId, everyItem } from '../store/pages';
import { type CopyContext, createOrFind, ifThere } from './copyContext';
import type { ExperimentCopy } from './experimentCopy';
import { originOf } from './references';
import type { SourceRun } from './source';

/** A run's place in the target. */
export interface RunTarget {
  readonly run: Run;
  /** Whether it was there before this copy. */
  readonly existing: boolean;
  /** Whether it carries on: it was begun there, and what was logged since is elsewhere. */
  readonly continued: boolean;
}

/** Asking for each run by itself takes longer than listing what was ever copied, from so many on. */
const FEW = 20;

/** Finds the copies of runs in the target, and makes them. */
export class RunTargets {
  private readonly asked = new Map<string, Promise<RunTarget | undefined>>();
  /** By tag: the value → the run that has it. */
  private readonly tagged = new Map<string, Promise<ReadonlyMap<string, string>>>();
  private searches = 0;
  private experimentIds: Promise<readonly string[]> | undefined;
  /** The target's experiments that hold runs whose ids are others there. */
  readonly renamedIn = new Set<string>();

  constructor(
    private readonly context: CopyContext,
    private readonly experiments: ExperimentCopy,
    private readonly isChosen: (runId: string) => boolean,
  ) {}

  /** Where a run is in the target; one that isn't there is made if it is to be copied. Undefined where it can't be. */
  ensure(runId: string, known?: SourceRun): Promise<RunTarget | undefined> {
    let target = this.asked.get(runId);
    if (!target) this.asked.set(runId, (target = this.place(runId, known)));
    return target;
  }

  /** Forgets what a run holds, once it is copied: others ask only where it is, and there may be very many. */
  async release(runId: string): Promise<void> {
    const target = await this.asked.get(runId);
    if (!target) return;
    const run = { ...target.run, params: [], metrics: [], tags: {}, inputs: [], modelInputs: [], modelOutputs: [] };
    this.asked.set(runId, Promise.resolve({ ...target, run }));
  }

  /** Whether a run of the source is in the target already. */
  async isThere(runId: string): Promise<boolean> {
    return (await this.find(await this.context.source.run(runId))) !== undefined;
  }

  private async place(runId: string, known: SourceRun | undefined): Promise<RunTarget | undefined> {
    const run = known ?? (await ifThere(this.context.source.run(runId)));
    if (!run) return undefined;
    const create = (): Promise<RunTarget | undefined> =>
      createOrFind(
        () => this.create(run),
        () => this.find(run),
      );
    const target = (await this.find(run)) ?? (this.isChosen(runId) ? await create() : undefined);
    if (target) {
      this.context.references.runs.set(runId, target.run.runId);
      if (target.run.runId !== runId) this.renamedIn.add(target.run.experimentId);
    }
    return target;
  }

  private async find(run: SourceRun): Promise<RunTarget | undefined> {
    const continues = run.tags[TagName.continues];
    if (continues !== undefined) {
      const begun = await this.get(continues);
      if (begun) return { run: begun, existing: true, continued: true };
    }
    const origin = originOf(run);
    const found =
      (await this.get(run.runId)) ??
      (origin === run.runId ? undefined : await this.get(origin)) ??
      (await this.runWith(TagName.copiedFrom, origin)) ??
      // What went on here when its server was lost is the same run: it takes what it misses.
      (await this.runWith(TagName.continues, run.runId));
    return found && { run: found, existing: true, continued: false };
  }

  private get(runId: string): Promise<Run | undefined> {
    return ifThere(this.context.target.runs.get(runId));
  }

  private async runWith(tag: string, value: string): Promise<Run | undefined> {
    if (this.searches++ < FEW) return (await this.search(`tags.\`${tag}\` = '${quoted(value)}'`, 1)).items[0];
    let all = this.tagged.get(tag);
    if (!all) this.tagged.set(tag, (all = this.everyRunWith(tag)));
    const runId = (await all).get(value);
    return runId === undefined ? undefined : this.get(runId);
  }

  /** Only the ids are kept of each page. */
  private async everyRunWith(tag: string): Promise<ReadonlyMap<string, string>> {
    const found = await everyItem(async (pageToken) => {
      const page = await this.search(`tags.\`${tag}\` LIKE '%'`, 1_000, pageToken);
      return { ...page, items: page.items.map((run) => [run.tags[tag] ?? '', run.runId] as const) };
    });
    return new Map(found);
  }

  private async search(filter: string, maxResults: number, pageToken?: string): Promise<Page<Run>> {
    this.experimentIds ??= everyExperimentId(this.context.target, 'ALL');
    const experimentIds = await this.experimentIds;
    return this.context.target.runs.search({ experimentIds, filter, view: 'ALL', maxResults, pageToken });
  }

  private async create(run: SourceRun): Promise<RunTarget | undefined> {
    const experimentId = await this.experiments.targetOf(run.experimentId);
    if (experimentId === undefined) return undefined;
    const { target, tally } = this.context;
    const created = await target.runs.create({
      ...(target.info.keepsIds ? { runId: run.runId } : {}),
      experimentId,
      // A run without a name gets the same one each time.
      name: run.runName || `run-${run.runId.slice(0, 8)}`,
      ...(run.userId ? { userId: run.userId } : {}),
      startTime: run.startTime,
      tags: target.info.keepsIds ? {} : { [TagName.copiedFrom]: originOf(run) },
    });
    tally.created++;
    return { run: created, existing: false, continued: false };
  }
}

export function quoted(text: string): string {
  return text.replaceAll("'", "\\'");
}
