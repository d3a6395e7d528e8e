import assert from 'node:assert/strict';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { createServer } from '../../../src/server/server';
import { Turns } from '../../../src/server/turns';
import type { Engine } from '../../../src/store/engine';
import { openInWorker } from '../../../src/store/worker/workerEngine';
import { bundle } from '../../contract/bundle';
import { temporaryFolder } from '../store/temporaryFolder';

const MANY = 20;
const each = <T>(action: (index: number) => Promise<T>): Promise<T[]> =>
  Promise.all(Array.from({ length: MANY }, (_, index) => action(index)));

describe('Lists that tags keep', function () {
  this.timeout(60_000);
  const path = temporaryFolder();
  let worker: Awaited<ReturnType<typeof bundle>>;
  let engine: Engine;
  let app: ReturnType<typeof createServer>;
  before(async () => {
    worker = await bundle('src/store/worker/worker.ts');
  });
  after(() => worker.dispose());
  // In a thread of its own a store answers later, so that calls do come between one another.
  beforeEach(async () => {
    engine = await openInWorker(worker.file, { folder: path('.tracking') });
    app = createServer(engine, { host: '127.0.0.1' });
    await app.listen({ host: '127.0.0.1', port: 0 });
  });
  afterEach(async () => {
    await app.close();
    await engine.close();
  });
  const post = async (route: string, body: object): Promise<void> => {
    const { port } = app.server.address() as AddressInfo;
    const answer = await fetch(`http://127.0.0.1:${port}/api/2.0/mlflow/${route}`, {
      method: 'POST',
      headers: { 'Content-Type': 'application/json' },
      body: JSON.stringify(body),
    });
    assert.equal(answer.status, 200, await answer.text());
  };
  const listOf = (json: string | undefined): Record<string, unknown>[] => JSON.parse(json ?? '[]') as Record<string, unknown>[];

  it('lose no model of a run when many are logged at once', async () => {
    const { runId } = await engine.runs.create({ experimentId: '0' });
    await each((index) => {
      const model = { run_id: runId, artifact_path: `model-${index}`, utc_time_created: '2026-01-01 00:00:00.000000', flavors: {} };
      return post('runs/log-model', { run_id: runId, model_json: JSON.stringify(model) });
    });
    const { tags } = await engine.runs.get(runId);
    const paths = listOf(tags['mlflow.log-model.history']).map((entry) => entry['artifact_path']);
    assert.deepEqual(new Set(paths), new Set(await each(async (index) => `model-${index}`)));
    assert.equal(paths.length, MANY);
  });

  it('lose no version of a model when many are made at once', async () => {
    const { runId } = await engine.runs.create({ experimentId: '0' });
    const { modelId } = await engine.loggedModels.create({ experimentId: '0', name: 'm', sourceRunId: runId });
    await engine.registry.createModel('digits');
    await each(() => post('model-versions/create', { name: 'digits', source: `models:/${modelId}`, model_id: modelId }));
    const { tags } = await engine.loggedModels.get(modelId);
    const versions = listOf(tags['mlflow.modelVersions']).map(({ version }) => Number(version));
    assert.deepEqual(
      versions.sort((a, b) => a - b),
      Array.from({ length: MANY }, (_, index) => index + 1),
    );
  });
});

describe('Turns', () => {
  it('come one after another for a name, also after one that failed, and side by side for two', async () => {
    const turns = new Turns();
    const seen: string[] = [];
    const target = new EventTarget();
    const first = turns.take('a', async () => {
      await once(target, 'go');
      seen.push('a1');
      throw new Error('broken');
    });
    const second = turns.take('a', async () => seen.push('a2'));
    await turns.take('b', async () => seen.push('b'));
    target.dispatchEvent(new Event('go'));
    await assert.rejects(first, /broken/);
    await second;
    assert.deepEqual(seen, ['b', 'a1', 'a2']);
  });
});
