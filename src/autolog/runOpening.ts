import { userInfo } from 'node:os';
import { TrackingError, invalid } from '../core/errors';
import type { Run } from '../core/run';
import { TagName } from '../core/tagNames';
import type { Engine } from '../store/engine';

export interface RunToOpen {
  /** The experiment's name; it is made when there is none. */
  readonly experiment: string;
  readonly name?: string;
  /** Continues this run instead of making one. */
  readonly runId?: string;
}

/** Makes the run that is asked for, or takes it up again. */
export async function openRun(engine: Engine, options: RunToOpen, tags: Readonly<Record<string, string>>): Promise<Run> {
  if (options.runId !== undefined) {
    // First who writes it from now on: RUNNING under its former process's name, it would be taken for dead.
    await engine.runs.logBatch(options.runId, { tags });
    await engine.runs.update(options.runId, { status: 'RUNNING' });
    const run = await engine.runs.get(options.runId);
    // How it ended before is no longer true.
    if (run.tags[TagName.error] !== undefined) await engine.runs.deleteTag(options.runId, TagName.error);
    return run;
  }
  const experimentId = await findOrCreateExperiment(engine, options.experiment);
  return engine.runs.create({ experimentId, userId: userName(), tags, ...(options.name === undefined ? {} : { name: options.name }) });
}

/** Several processes may ask for the same new experiment at once: whoever comes second takes the first one's. */
async function findOrCreateExperiment(engine: Engine, name: string): Promise<string> {
  const found = await engine.experiments.getByName(name);
  if (found) return usable(found);
  try {
    return await engine.experiments.create(name);
  } catch (error) {
    if (!(error instanceof TrackingError) || error.code !== 'RESOURCE_ALREADY_EXISTS') throw error;
    const other = await engine.experiments.getByName(name);
    if (!other) throw error;
    return usable(other);
  }
}

function usable(experiment: { readonly experimentId: string; readonly name: string; readonly lifecycleStage: string }): string {
  if (experiment.lifecycleStage === 'active') return experiment.experimentId;
  throw invalid(`The experiment ${experiment.name} is deleted: restore it, or choose another name.`);
}

/** Who runs this process. */
export function userName(): string {
  try {
    return userInfo().username;
  } catch {
    // A user id without a name, as containers have.
    return process.env['USER'] ?? process.env['USERNAME'] ?? 'unknown';
  }
}
