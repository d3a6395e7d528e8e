import { invalid, missing } from '../core/errors';
import type { Engine } from '../store/engine';
import { modelPathOf } from './registration';

/** Where a model's files are: a folder under a run's artifacts. */
export interface ModelPlace {
  readonly runId: string;
  readonly path: string;
}

/**
 * Resolves MLflow's ways of naming a model: `models:/NAME@ALIAS`, `models:/NAME/VERSION`, `models:/NAME/latest`,
 * `models:/m-<id>`, `runs:/<run id>/<path>`, and `mlflow-artifacts:/<experiment>/<run id>/artifacts/<path>`, as MLflow 2 registers them.
 * `seen` are the names that led here.
 */
export async function resolveModel(engine: Engine, uri: string, seen: readonly string[] = []): Promise<ModelPlace> {
  if (seen.includes(uri)) throw invalid(`'${uri}' names no model: its source leads back to itself`);
  const run = /^runs:\/+([0-9a-f]{32})\/(.+)$/.exec(uri);
  if (run) return { runId: run[1] ?? '', path: run[2] ?? '' };
  const proxied = /^mlflow-artifacts:(?:\/\/[^/]+)?\/+[^/]+\/([0-9a-f]{32})\/artifacts\/(.+)$/.exec(uri);
  if (proxied) return { runId: proxied[1] ?? '', path: proxied[2] ?? '' };
  const logged = /^models:\/+(m-[0-9a-f]{32})$/.exec(uri);
  if (logged) return loggedModelPlace(engine, logged[1] ?? '');
  const registered = /^models:\/+([^/@]+)(?:@([^/@]+)|\/([^/@]+))$/.exec(uri);
  if (!registered) throw invalid(`'${uri}' names no model: write models:/NAME@ALIAS, models:/NAME/VERSION or runs:/RUN/PATH`);
  const [, name = '', alias, version] = registered;
  return resolveModel(engine, await versionSource(engine, name, alias, version), [...seen, uri]);
}

async function versionSource(engine: Engine, name: string, alias: string | undefined, version: string | undefined): Promise<string> {
  if (alias !== undefined) return (await engine.registry.getVersionByAlias(name, alias)).source;
  if (version === 'latest') {
    const [newest] = (await engine.registry.searchVersions({ name, maxResults: 1 })).items;
    if (!newest) throw missing(`the registered model '${name}' has no version: \`ml-tracking models\` lists what is there`);
    return newest.source;
  }
  if (!/^[1-9]\d*$/.test(version ?? '')) throw invalid(`'${version}' is no version of a model: give a number from 1 on, or latest`);
  return (await engine.registry.getVersion(name, Number(version))).source;
}

async function loggedModelPlace(engine: Engine, modelId: string): Promise<ModelPlace> {
  const model = await engine.loggedModels.get(modelId);
  if (model.sourceRunId === undefined) throw missing(`the model ${modelId} belongs to no run, so its files can't be read here`);
  const run = await engine.runs.get(model.sourceRunId);
  const root = `${run.artifactUri.replace(/\/+$/, '')}/`;
  if (!model.artifactUri.startsWith(root)) throw missing(`the files of the model ${modelId} are not among its run's artifacts`);
  return { runId: run.runId, path: decodeURIComponent(model.artifactUri.slice(root.length)).replace(/\/+$/, '') };
}

/** The model that a run has logged. */
export async function modelOfRun(engine: Engine, runId: string): Promise<ModelPlace> {
  const run = await engine.runs.get(runId);
  const path = await modelPathOf(engine, run);
  if (path === undefined) throw missing(`the run ${run.runName} has logged no model`);
  return { runId, path };
}
