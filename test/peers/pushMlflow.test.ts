// Runs with all that belongs to them, pushed to a real MLflow server, read there by MLflow's own client, and pulled back.
import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { TagName } from '../../src/core/tagNames';
import type { Engine } from '../../src/store/engine';
import { openRemote } from '../../src/store/rest/engine';
import { openStore } from '../../src/store/sqlite/store';
import { copyRuns } from '../../src/transfer/copy';
import type { CopyReport } from '../../src/transfer/copyReport';
import { EngineSource } from '../../src/transfer/engineSource';
import { openImport } from '../../src/transfer/openImport';
import { type MlflowServer, missingMlflow, runPython, startMlflow } from '../support/mlflowPeers';
import { type Contents, ordered, storeContents } from '../support/storeContents';

const SCRIPT = fileURLToPath(new URL('./mlflow/store.py', import.meta.url));
const skipped = missingMlflow();

interface Read {
  readonly name: string;
  readonly lifecycle: string;
  readonly tags: Readonly<Record<string, string>>;
  readonly outputs: readonly (readonly [string, number])[];
}

if (skipped) console.log(`Skipped: pushes to a real MLflow server. ${skipped}`);
else
  describe('Runs pushed to a real MLflow server', function () {
    this.timeout(600_000);
    let folder: string;
    let server: MlflowServer | undefined;
    const engines: Engine[] = [];
    before(async () => {
      folder = await mkdtemp(join(tmpdir(), 'ml-push-'));
    });
    after(async () => {
      for (const engine of engines) await engine.close();
      await server?.end();
      await rm(folder, { recursive: true, force: true, maxRetries: 5 });
    });

    const store = async (name: string): Promise<Engine> => {
      const engine = await openStore(join(folder, name, '.tracking'));
      engines.push(engine);
      return engine;
    };
    const copy = (from: Engine, to: Engine): Promise<CopyReport> => copyRuns(new EngineSource(from), to, { registry: true });

    it('are the same there, once, and when they are pulled', async () => {
      const files = join(folder, 'made', 'mlruns');
      await runPython('mlflow3', SCRIPT, ['make', files, folder], { env: { MLFLOW_ALLOW_FILE_STORE: 'true' } });
      const local = await store('local');
      const source = await openImport(files);
      assert.deepEqual((await copyRuns(source, local, { registry: true })).problems, []);
      await source.close();

      server = await startMlflow(join(folder, 'server'));
      const remote = await openRemote({ uri: server.url });
      engines.push(remote);
      const first = await copy(local, remote);
      assert.deepEqual([first.problems, first.created, first.loggedModels, first.modelVersions], [[], 6, 1, 3]);
      const there = (await runPython('mlflow3', SCRIPT, ['read', server.url])) as Contents;
      const here = ordered(await storeContents(local));
      assert.deepEqual(byName(there), byName(here));

      const again = await copy(local, remote);
      assert.deepEqual([again.problems, again.created, again.resumed, again.unchanged], [[], 0, 0, 6]);
      assert.deepEqual(await runPython('mlflow3', SCRIPT, ['read', server.url]), there);

      const pulled = await store('pulled');
      assert.equal((await copy(remote, pulled)).created, 6);
      assert.deepEqual(byName(ordered(await storeContents(pulled))), byName(here));
      const back = await copy(remote, local);
      assert.deepEqual([back.problems, back.created, back.resumed, back.unchanged], [[], 0, 0, 6]);
      assert.deepEqual(ordered(await storeContents(local)), here);
    });
  });

/** What must be the same though ids, and the times that a server sets, are not: by names, with ids that differ replaced by names. */
function byName(contents: unknown): unknown {
  const { experiments, models, registry } = contents as {
    experiments: Record<string, { lifecycle: string; tags: object; runs: Record<string, Read> }>;
    models: Record<string, { name: string; run: string; created: number; metrics: unknown[][] }>;
    registry: Record<string, { versions: Record<string, { run: string }> }>;
  };
  const runs = Object.values(experiments).flatMap((experiment) => Object.entries(experiment.runs));
  const names = new Map([
    ...runs.map(([id, run]) => [id, run.name] as const),
    ...Object.entries(models).map(([id, { name }]) => [id, name] as const),
  ]);
  const named = (text: string): string => [...names].reduce((rest, [id, name]) => rest.replaceAll(id, name), text);
  const plain = (tags: Readonly<Record<string, string>>): unknown =>
    Object.fromEntries(
      Object.entries(tags)
        .filter(([key]) => key !== TagName.copiedFrom && key !== 'mlflow.modelVersions' && key !== TagName.modelHistory)
        .map(([key, value]) => [key, named(value)]),
    );
  return {
    experiments: Object.entries(experiments)
      .map(([name, experiment]) => ({
        name,
        lifecycle: experiment.lifecycle,
        tags: experiment.tags,
        runs: Object.values(experiment.runs)
          .map((run) => ({ ...run, tags: plain(run.tags), outputs: run.outputs.map(([id, step]) => [names.get(id), step]) }))
          .sort((a, b) => (a.name < b.name ? -1 : 1)),
      }))
      .sort((a, b) => (a.name < b.name ? -1 : 1)),
    models: Object.values(models).map((model) => ({
      ...model,
      created: 0,
      tags: undefined,
      run: names.get(model.run),
      metrics: model.metrics.map((metric) => metric.map((part) => (typeof part === 'string' ? named(part) : part))),
    })),
    registry: Object.entries(registry)
      .map(([name, model]) => ({
        ...model,
        name,
        created: 0,
        aliases: Object.keys((model as unknown as { aliases: object }).aliases).sort(),
        // A server numbers versions anew, without gaps.
        versions: Object.values(model.versions).map((version) => ({
          ...version,
          created: 0,
          tags: undefined,
          run: names.get(version.run),
        })),
      }))
      .sort((a, b) => (a.name < b.name ? -1 : 1)),
  };
}
