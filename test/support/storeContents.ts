// Everything that a store holds, as plain data to compare: in the form that test/peers/mlflow/store.py reads MLflow's own stores.
import { createHash } from 'node:crypto';
import type { Engine } from '../../src/store/engine';
import { everyExperiment, everyItem } from '../../src/store/pages';
import { treePath } from '../../src/transfer/references';

export type Contents = Readonly<Record<string, Readonly<Record<string, unknown>>>>;

const number = (value: number): number | string => (Number.isNaN(value) ? 'nan' : value);
const inOrder = (rows: readonly unknown[]): unknown[] => [...rows].sort((a, b) => (JSON.stringify(a) < JSON.stringify(b) ? -1 : 1));

export async function storeContents(engine: Engine): Promise<Contents> {
  const experiments: Record<string, unknown> = {};
  const models: Record<string, unknown> = {};
  for (const experiment of await everyExperiment(engine, 'ALL')) {
    const experimentIds = [experiment.experimentId];
    const runs = await everyItem((pageToken) => engine.runs.search({ experimentIds, view: 'ALL', pageToken }));
    const read: Record<string, unknown> = {};
    for (const run of runs) read[run.runId] = await runContents(engine, run.runId);
    const { lifecycleStage: lifecycle, tags, creationTime: created } = experiment;
    experiments[experiment.name] = { lifecycle, tags, created, runs: read };
    for (const model of await everyItem((pageToken) => engine.loggedModels.search({ experimentIds, pageToken })))
      models[model.modelId] = {
        name: model.name,
        run: model.sourceRunId ?? null,
        type: model.modelType,
        status: model.status,
        created: model.creationTime,
        params: model.params,
        tags: model.tags,
        metrics: inOrder(
          model.metrics.map((m) => [m.key, number(m.value), m.step, m.timestamp, m.runId, m.datasetName ?? null, m.datasetDigest ?? null]),
        ),
        artifacts: await files(engine, treePath(engine.info.artifactRoot, model.artifactUri)!),
      };
  }
  return { experiments, models, registry: await registryContents(engine) };
}

async function runContents(engine: Engine, runId: string): Promise<Readonly<Record<string, unknown>>> {
  const run = await engine.runs.get(runId);
  const points: Record<string, unknown[]> = {};
  for (const { key } of run.metrics) {
    const history = await everyItem((pageToken) => engine.metrics.history(runId, key, { pageToken }));
    points[key] = inOrder(history.map((point) => [point.step, point.timestamp, number(point.value)]));
  }
  return {
    name: run.runName,
    status: run.status,
    start: run.startTime,
    end: run.endTime ?? null,
    lifecycle: run.lifecycleStage,
    user: run.userId,
    params: Object.fromEntries(run.params.map(({ key, value }) => [key, value])),
    tags: run.tags,
    latest: Object.fromEntries(run.metrics.map(({ key, last }) => [key, number(last.value)])),
    points,
    inputs: run.inputs.map(({ dataset, tags }) => ({
      ...dataset,
      schema: dataset.schema ?? null,
      profile: dataset.profile ?? null,
      tags,
    })),
    artifacts: await files(engine, treePath(engine.info.artifactRoot, run.artifactUri)!),
    outputs: run.modelOutputs.map(({ modelId, step }) => [modelId, step]),
  };
}

async function registryContents(engine: Engine): Promise<Readonly<Record<string, unknown>>> {
  const found: Record<string, unknown> = {};
  for (const model of await everyItem((pageToken) => engine.registry.searchModels({ pageToken }))) {
    const versions: Record<string, unknown> = {};
    for (const version of await everyItem((pageToken) => engine.registry.searchVersions({ name: model.name, pageToken })))
      versions[String(version.version)] = {
        created: version.creationTime,
        description: version.description,
        stage: version.currentStage,
        run: version.runId ?? null,
        tags: version.tags,
        files: await files(engine, await sourceFolder(engine, version.source)),
      };
    const { creationTime: created, description, tags, aliases } = model;
    found[model.name] = { created, description, tags, aliases, versions };
  }
  return found;
}

async function sourceFolder(engine: Engine, source: string): Promise<string> {
  const run = /^runs:\/([^/]+)\/(.+)$/.exec(source);
  const uri = run
    ? `${(await engine.runs.get(run[1]!)).artifactUri}/${run[2]}`
    : (await engine.loggedModels.get(source.replace('models:/', ''))).artifactUri;
  return treePath(engine.info.artifactRoot, uri)!;
}

/** The SHA-256 of each file under a folder of the artifact tree, by its path in there. */
async function files(engine: Engine, root: string, folder = root): Promise<Record<string, string>> {
  const found: Record<string, string> = {};
  for (const entry of await engine.artifactTree.list(folder)) {
    if (entry.isDirectory) Object.assign(found, await files(engine, root, entry.path));
    else {
      const hash = createHash('sha256');
      for await (const chunk of (await engine.artifactTree.open(entry.path)).content) hash.update(chunk);
      found[entry.path.slice(root.length + 1)] = hash.digest('hex');
    }
  }
  return found;
}

/** The same in both: points and measurements by JSON's order. */
export function ordered(contents: Contents): unknown {
  return JSON.parse(JSON.stringify(contents), (key, value: unknown) =>
    key === 'metrics' && Array.isArray(value) ? inOrder(value) : key === 'points' ? sortedPoints(value) : value,
  );
}

function sortedPoints(value: unknown): unknown {
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, rows]) => [key, inOrder(rows as unknown[])]));
}
