import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { RunSession } from '../../src/autolog/runSession';
import { registerModelFromRun } from '../../src/models/registration';
import { openRemote } from '../../src/store/rest/engine';
import type { Engine } from '../../src/store/engine';
import { TagName } from '../../src/core/tagNames';
import { type MlflowServer, missingMlflow, startMlflow } from '../support/mlflowPeers';

const missing = missingMlflow();

if (missing) console.log(`Skipped: an MLflow server of version 2.8. ${missing}`);
else
  describe('With an MLflow server of version 2.8', function () {
    this.timeout(240_000);
    let folder: string;
    let server: MlflowServer;
    let engine: Engine;
    before(async () => {
      folder = await mkdtemp(join(tmpdir(), 'ml-old-'));
      // On files: what it needs for a database is not to be had in versions that it knows.
      server = await startMlflow(folder, 'mlflow2', '--backend-store-uri', join(folder, 'mlruns'));
      engine = await openRemote({ uri: server.url, pollInterval: 100 });
    });
    after(async () => {
      await engine?.close();
      await server?.end();
      await rm(folder, { recursive: true, force: true, maxRetries: 5 });
    });

    it('says what it does not know', () => {
      assert.match(engine.info.warnings.join(), /is 2\.8\.1: it knows no logged models/);
    });

    it('takes a whole training, with the model as files of the run', async () => {
      const warnings: string[] = [];
      const session = await RunSession.start(engine, {
        experiment: 'old',
        name: 'trained',
        folder,
        commandLine: ['train'],
        source: undefined,
        readCodeState: async () => undefined,
        readDataVersion: async () => undefined,
        systemMetrics: false,
        log: { info: () => undefined, warn: (line) => warnings.push(line) },
      });
      session.logParams({ epochs: 3 });
      for (let step = 0; step < 700; step++) session.logMetrics({ loss: 1 / (step + 1) }, { step, timestamp: 1_700_000_000_000 + step });
      const modelId = await session.logModel(model());
      assert.match(modelId, /^[0-9a-f]{32}$/);
      await session.finish('FINISHED');
      assert.deepEqual(warnings, []);
      const run = await engine.runs.get(session.runId);
      assert.deepEqual([run.status, run.runName, run.params], ['FINISHED', 'trained', [{ key: 'epochs', value: '3' }]]);
      assert.match(run.tags[TagName.modelHistory] ?? '', new RegExp(modelId));
      const files = await engine.artifacts.list(run.runId, 'models');
      assert.deepEqual(
        files.map(({ path }) => path),
        ['models/MLmodel', 'models/model.json', 'models/weights.bin'],
      );
      assert.deepEqual([...(await engine.artifacts.read(run.runId, 'models/weights.bin'))], [1, 2, 3, 4]);
      assert.deepEqual((await engine.loggedModels.search({ experimentIds: [run.experimentId] })).items, []);

      const version = await registerModelFromRun(engine, run.runId, 'digits');
      await engine.registry.setAlias('digits', 'champion', version.version);
      assert.deepEqual((await engine.registry.searchVersions({ name: 'digits' })).items[0]?.aliases, ['champion']);
    });

    it('gives a history whole, again and again', async () => {
      const { runId } = await engine.runs.create({ experimentId: '0' });
      const log = (from: number, count: number): Promise<void> =>
        engine.runs.logBatch(runId, {
          metrics: Array.from({ length: count }, (_, index) => ({ key: 'a', value: index, step: from + index, timestamp: from + index })),
        });
      await log(0, 800);
      assert.equal((await engine.metrics.history(runId, 'a')).items.length, 800);
      await log(800, 50);
      assert.equal((await engine.metrics.history(runId, 'a')).items.length, 850);
      const [bucket] = await engine.metrics.envelope(runId, 'a', { axis: 'step', buckets: 1 });
      assert.deepEqual([bucket?.count, bucket?.min, bucket?.max], [850, 0, 799]);
    });
  });

/** A model as tfjs has it, as far as saving one needs. */
function model(): Parameters<RunSession['logModel']>[0] {
  const artifacts = {
    modelTopology: { class_name: 'Sequential' },
    weightSpecs: [{ name: 'w', shape: [1], dtype: 'float32' }],
    weightData: Uint8Array.of(1, 2, 3, 4).buffer,
  };
  return {
    name: 'tiny',
    layers: [],
    inputs: [{ name: 'in', shape: [null, 1], dtype: 'float32' }],
    outputs: [{ name: 'out', shape: [null, 1], dtype: 'float32' }],
    summary: () => undefined,
    toJSON: () => ({}),
    countParams: () => 1,
    save: (handler) => (handler as { save(taken: object): Promise<unknown> }).save(artifacts),
  };
}
