import { messageOf } from '../core/errors';
import { TagName } from '../core/tagNames';
import type { Engine } from '../store/engine';
import { everyItem } from '../store/pages';
import { type CopyContext, attemptItem, isFatal } from './copyContext';
import { type CopyProgress, type CopyReport, CopyTally } from './copyReport';
import { ExperimentCopy } from './experimentCopy';
import { ModelCopy } from './modelCopy';
import { References } from './references';
import { RegistryCopy } from './registryCopy';
import { RunCopy } from './runCopy';
import { RunTargets } from './runTargets';
import type { CopySource, SourceExperiment, SourceModel } from './source';

export interface CopyOptions {
  /** Absent: all runs. */
  readonly runIds?: readonly string[];
  /** Whether deleted runs and experiments are copied too, where all are; true unless said otherwise. */
  readonly deleted?: boolean;
  /** Whether the registry is copied too: all of it, or the versions of the runs named. */
  readonly registry?: boolean;
  /** Stops at the next safe point; what is copied stays, and the same copy again goes on. */
  readonly signal?: AbortSignal;
  readonly onProgress?: (progress: CopyProgress) => void;
}

/**
 * Copies runs with all that belongs to them into a store or server. It may be broken off anywhere and done again: the
 * result is the same as of doing it once, and a run that has gone on gets what is new. Rejects only where going on makes
 * no sense, e.g. when the target is gone; what can't be read or is refused is in the report.
 */
export async function copyRuns(source: CopySource, target: Engine, options: CopyOptions = {}): Promise<CopyReport> {
  const tally = new CopyTally();
  const references = new References();
  const progress = new Progress(options.onProgress);
  const context: CopyContext = {
    source,
    target,
    references,
    problems: source.problems,
    tally,
    signal: options.signal,
    onBytes: (bytes) => progress.bytes(bytes),
  };
  let stopped = false;
  try {
    await copyAll(context, options, progress);
  } catch (error) {
    if (!options.signal?.aborted) throw error;
    stopped = true;
  }
  return tally.report(references.runs, source.problems.all, stopped);
}

async function copyAll(context: CopyContext, options: CopyOptions, progress: Progress): Promise<void> {
  const { source } = context;
  const experiments = new Map((await source.experiments()).map((experiment) => [experiment.experimentId, experiment]));
  const chosen = await choose(context, options, experiments);
  const experimentCopy = new ExperimentCopy(context, experiments, (runId) => runs.isThere(runId));
  const runs: RunTargets = new RunTargets(context, experimentCopy, (runId) => chosen.runIds.has(runId));
  const models = new ModelCopy(context, runs, await modelsOf(context, chosen.experimentIds), (id) => experimentCopy.targetOf(id));
  const runCopy = new RunCopy(context, runs, models);
  for (const experimentId of chosen.experimentIds) await experimentCopy.targetOf(experimentId);

  progress.total = chosen.runIds.size;
  for (const runId of chosen.runIds) {
    await attemptItem(context, `the run ${runId}`, async () => {
      const run = await source.run(runId);
      progress.begin(run.runName || runId);
      await runCopy.copy(run);
      await runs.release(runId);
    });
    progress.done++;
  }
  if (!options.runIds) for (const modelId of models.all) await models.ensure(modelId);
  if (options.registry) await new RegistryCopy(context, options.runIds && chosen.runIds).copy();
  await renameParents(context, runs.renamedIn);
  if (!options.runIds) await experimentCopy.deleteDeleted();
}

interface Chosen {
  readonly runIds: ReadonlySet<string>;
  readonly experimentIds: ReadonlySet<string>;
}

async function choose(
  context: CopyContext,
  { runIds, deleted = true }: CopyOptions,
  experiments: ReadonlyMap<string, SourceExperiment>,
): Promise<Chosen> {
  const { source, signal } = context;
  if (runIds) {
    const found = new Set<string>();
    const readable = new Set<string>();
    for (const runId of runIds)
      await attemptItem(context, `the run ${runId}`, async () => {
        found.add((await source.run(runId)).experimentId);
        readable.add(runId);
      });
    return { runIds: readable, experimentIds: found };
  }
  const chosen = [...experiments.values()].filter((experiment) => deleted || experiment.lifecycleStage === 'active');
  const all = new Set<string>();
  for (const { experimentId } of chosen) {
    signal?.throwIfAborted();
    for (const runId of await source.runIds(experimentId, deleted)) all.add(runId);
  }
  return { runIds: all, experimentIds: new Set(chosen.map((experiment) => experiment.experimentId)) };
}

async function modelsOf(context: CopyContext, experimentIds: ReadonlySet<string>): Promise<Map<string, SourceModel>> {
  const found = new Map<string, SourceModel>();
  for (const experimentId of experimentIds)
    try {
      for (const model of await context.source.models(experimentId)) found.set(model.modelId, model);
    } catch (error) {
      if (isFatal(error, context.signal)) throw error;
      context.problems.add(`the logged models of the experiment ${experimentId}`, messageOf(error));
    }
  return found;
}

/** A child that was copied before its parent names the parent by its old id. */
async function renameParents(context: CopyContext, experimentIds: ReadonlySet<string>): Promise<void> {
  const { target, references } = context;
  const names = new Map([...references.runs].filter(([from, to]) => from !== to));
  if (names.size === 0) return;
  const children = await everyItem(async (pageToken) => {
    const filter = `tags.\`${TagName.parentRunId}\` LIKE '%'`;
    const page = await target.runs.search({ experimentIds: [...experimentIds], filter, pageToken });
    const items = page.items.map((run) => ({ runId: run.runId, parent: names.get(run.tags[TagName.parentRunId] ?? '') }));
    return { items: items.filter((child) => child.parent !== undefined), nextPageToken: page.nextPageToken };
  });
  for (const { runId, parent } of children)
    await attemptItem(context, `the run ${runId} (in ${target.info.location}), its parent`, () =>
      target.runs.logBatch(runId, { tags: { [TagName.parentRunId]: parent! } }),
    );
}

const BYTES_BETWEEN = 4 * 1024 * 1024;

/** Where a copy stands; told at each run's beginning and, within it, for every few megabytes. */
class Progress {
  total = 0;
  done = 0;
  private run = '';
  private told = 0;
  private copied = 0;

  constructor(private readonly tell: ((progress: CopyProgress) => void) | undefined) {}

  begin(run: string): void {
    this.run = run;
    this.emit();
  }

  bytes(copied: number): void {
    this.copied = copied;
    if (copied - this.told >= BYTES_BETWEEN) this.emit();
  }

  private emit(): void {
    this.told = this.copied;
    this.tell?.({ done: this.done, total: this.total, run: this.run, bytes: this.copied });
  }
}
