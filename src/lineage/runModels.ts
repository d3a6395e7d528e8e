import { TrackingError } from '../core/errors';
import type { ModelVersion } from '../core/model';
import type { Engine } from '../store/engine';
import { everyItem } from '../store/pages';

/** By run, the registered versions that it has made, oldest first. */
export type ModelsByRun = ReadonlyMap<string, readonly ModelVersion[]>;

/** Which runs made a store's registered versions, also those that only name a logged model; none where the store keeps no registry. */
export async function modelsByRun(engine: Engine): Promise<ModelsByRun> {
  const found = new Map<string, ModelVersion[]>();
  try {
    for (const version of await everyItem((pageToken) => engine.registry.searchVersions({ pageToken }))) {
      const runId = version.runId ?? (await runOf(engine, version.source));
      if (runId !== undefined) found.set(runId, [version, ...(found.get(runId) ?? [])]);
    }
  } catch (error) {
    if (!(error instanceof TrackingError && error.code === 'NOT_IMPLEMENTED')) throw error;
  }
  return found;
}

/** The run that a model comes from; undefined where it came from elsewhere. */
export async function runOfModel(engine: Engine, { runId, source }: ModelVersion): Promise<string | undefined> {
  return runId ?? runOf(engine, source);
}

async function runOf(engine: Engine, source: string): Promise<string | undefined> {
  const run = /^runs:\/+([0-9a-f]{32})(\/|$)/.exec(source)?.[1];
  const model = /^models:\/+(m-[0-9a-f]{32})$/.exec(source)?.[1];
  if (run !== undefined || model === undefined) return run;
  return (await engine.loggedModels.get(model).catch(() => undefined))?.sourceRunId;
}
