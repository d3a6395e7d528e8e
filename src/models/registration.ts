import { invalid, missing, TrackingError } from '../core/errors';
import type { LoggedModel, ModelVersion } from '../core/model';
import type { Run } from '../core/run';
import { TagName } from '../core/tagNames';
import type { Engine } from '../store/engine';

/** Where a run keeps its model, relative to its artifacts, unless it says otherwise. */
const MODEL_PATH = 'models';

/**
 * Where a run's model lies, relative to the run's artifacts; undefined for a run without one. A model that the run has
 * logged as such goes before files that merely lie there.
 */
export async function modelPathOf(
  engine: Engine,
  run: Pick<Run, 'runId' | 'experimentId' | 'artifactUri' | 'tags'>,
): Promise<string | undefined> {
  return pathAmong(await loggedBy(engine, run), engine, run);
}

/** `runs:/<run id>/<path>`, or `models:/<model id>` for a model that has a folder of its own; undefined for a run without one. */
async function modelSourceOf(engine: Engine, run: Run): Promise<string | undefined> {
  const logged = await loggedBy(engine, run);
  const path = await pathAmong(logged, engine, run);
  if (path !== undefined) return `runs:/${run.runId}/${path}`;
  const [model] = logged;
  return model && `models:/${model.modelId}`;
}

/** The models that a run has logged whole, as far as its store knows such. */
async function loggedBy(engine: Engine, run: Pick<Run, 'runId' | 'experimentId'>): Promise<readonly LoggedModel[]> {
  try {
    const { items } = await engine.loggedModels.search({ experimentIds: [run.experimentId], sourceRunId: run.runId });
    return items.filter(({ status }) => status === 'READY');
  } catch (error) {
    if (error instanceof TrackingError && error.code === 'NOT_IMPLEMENTED') return [];
    throw error;
  }
}

async function pathAmong(
  logged: readonly LoggedModel[],
  engine: Engine,
  run: Pick<Run, 'runId' | 'artifactUri' | 'tags'>,
): Promise<string | undefined> {
  const root = `${run.artifactUri.replace(/\/+$/, '')}/`;
  for (const { artifactUri } of logged)
    if (artifactUri.startsWith(root)) return decodeURIComponent(artifactUri.slice(root.length)).replace(/\/+$/, '');
  // A folder of its own is where the newest clients keep a model, whatever the tag calls it.
  const told = logged.length > 0 ? [] : pathsOfHistory(run.tags[TagName.modelHistory]);
  for (const path of [...told, MODEL_PATH]) if (await holdsModel(engine, run.runId, path)) return path;
  return undefined;
}

/** Where a run's tag says that its models lie, the newest first: all that clients of MLflow 2 tell of them. */
function pathsOfHistory(tag: string | undefined): string[] {
  try {
    const entries: unknown = JSON.parse(tag ?? '[]');
    if (!Array.isArray(entries)) return [];
    return entries
      .map((entry: unknown) => (entry as { readonly artifact_path?: unknown } | null)?.artifact_path)
      .filter((path) => typeof path === 'string')
      .reverse();
  } catch {
    return [];
  }
}

async function holdsModel(engine: Engine, runId: string, folder: string): Promise<boolean> {
  const files = await engine.artifacts.list(runId, folder).catch((error: unknown) => {
    if (error instanceof TrackingError && (error.code === 'RESOURCE_DOES_NOT_EXIST' || error.code === 'INVALID_PARAMETER_VALUE')) return [];
    throw error;
  });
  return files.some(({ path, isDirectory }) => !isDirectory && /\/(model\.json|MLmodel)$/.test(path));
}

/**
 * Makes a run's model the next version of a registered model, which is made if it is new.
 * Fails with one clear line for a run that has no model, is deleted, or for a name that can't be one.
 */
export async function registerModelFromRun(engine: Engine, runId: string, name: string): Promise<ModelVersion> {
  const wanted = name.trim();
  const problem = modelNameProblem(wanted);
  if (problem) throw invalid(problem);
  const run = await engine.runs.get(runId);
  if (run.lifecycleStage === 'deleted') throw invalid(`Run ${run.runName} is deleted: restore it before its model is registered.`);
  const source = await modelSourceOf(engine, run);
  if (source === undefined) throw missing(`Run ${run.runName} has no model: only a run that has saved one can be registered.`);
  await createIfNew(engine, wanted);
  return engine.registry.createVersion({
    name: wanted,
    source,
    runId: run.runId,
    ...(run.userId ? { userId: run.userId } : {}),
  });
}

/** What is wrong with a registered model's name, in one line; undefined when nothing is. */
export function modelNameProblem(name: string): string | undefined {
  if (name.trim() === '') return 'A registered model needs a name.';
  if (/[/:]/.test(name)) return "A model's name can't hold / or :, which divide it from version and alias.";
  return undefined;
}

/** What is wrong with an alias, in one line; undefined when nothing is. */
export function aliasProblem(alias: string): string | undefined {
  if (alias.trim() === '') return 'An alias needs a name, e.g. champion.';
  if (alias.length > 255) return 'An alias has at most 255 characters.';
  if (!/^[\w-]+$/.test(alias)) return 'An alias is made of letters, digits, - and _.';
  if (alias.toLowerCase() === 'latest' || /^v\d+$/i.test(alias))
    return `'${alias}' is kept for versions themselves: choose another, e.g. champion.`;
  return undefined;
}

async function createIfNew(engine: Engine, name: string): Promise<void> {
  try {
    await engine.registry.createModel(name);
  } catch (error) {
    if (!(error instanceof TrackingError) || error.code !== 'RESOURCE_ALREADY_EXISTS') throw error;
  }
}
