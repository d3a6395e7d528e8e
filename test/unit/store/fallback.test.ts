import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ReadableStream } from 'node:stream/web';
import { TrackingError } from '../../../src/core/errors';
import { TagName } from '../../../src/core/tagNames';
import { createServer } from '../../../src/server/server';
import type { Engine } from '../../../src/store/engine';
import { FallbackEngine } from '../../../src/store/fallback/engine';
import { openRemote } from '../../../src/store/rest/engine';
import { openStore } from '../../../src/store/sqlite/store';

describe('an engine whose server is lost', () => {
  let folder: string;
  let served: Engine;
  let engine: FallbackEngine;
  let loseServer: () => Promise<unknown>;
  let local: Engine | undefined;
  let lost: TrackingError[];
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'fallback-'));
    served = await openStore(join(folder, 'served'));
    const server = createServer(served, { host: '127.0.0.1' });
    const uri = await server.listen({ host: '127.0.0.1', port: 0 });
    loseServer = () => server.close();
    lost = [];
    local = undefined;
    const remote = await openRemote({ uri, retries: 0 });
    engine = new FallbackEngine(remote, async () => (local = await openStore(join(folder, 'local'))), {
      onLost: (error) => lost.push(error),
      onContinued: () => undefined,
    });
  });
  afterEach(async () => {
    await engine.close();
    await loseServer();
    await served.close();
    await rm(folder, { recursive: true });
  });
  const point = (step: number) => ({ key: 'loss', value: step, step, timestamp: step });

  it('carries a run on with all that it had, once', async () => {
    const experimentId = await engine.experiments.create('digits');
    const { runId } = await engine.runs.create({ experimentId, name: 'first', userId: 'ada', startTime: 5, tags: { a: '1', b: '2' } });
    await engine.runs.logBatch(runId, { params: [{ key: 'epochs', value: '3' }], tags: { c: '3' }, metrics: [point(0)] });
    await engine.runs.deleteTag(runId, 'b');
    await engine.runs.update(runId, { name: 'renamed' });
    await loseServer();
    await Promise.all([1, 2, 3].map((step) => engine.runs.logBatch(runId, { metrics: [point(step)] })));
    await engine.artifacts.write(runId, 'notes.txt', 'late');
    await engine.runs.update(runId, { status: 'FINISHED', endTime: 9 });
    const { items } = await local!.runs.search({ experimentIds: [(await local!.experiments.getByName('digits'))!.experimentId] });
    assert.equal(items.length, 1);
    const [run] = items;
    assert.deepEqual(
      [run?.runName, run?.userId, run?.startTime, run?.status, run?.params],
      ['renamed', 'ada', 5, 'FINISHED', [{ key: 'epochs', value: '3' }]],
    );
    assert.deepEqual(run?.tags, { a: '1', c: '3', [TagName.runName]: 'renamed', [TagName.continues]: runId });
    assert.deepEqual(
      (await local!.metrics.history(run.runId, 'loss')).items.map(({ step }) => step),
      [1, 2, 3],
    );
    assert.equal((await engine.runs.get(runId)).runId, run?.runId, 'its old id leads to it');
    assert.equal(Buffer.from(await engine.artifacts.read(runId, 'notes.txt')).toString(), 'late');
    assert.equal(lost.length, 1);
    assert.equal(engine.info.location, join(folder, 'local'));
  });

  it('begins later runs in the local store as its own', async () => {
    const experimentId = await engine.experiments.create('digits');
    await loseServer();
    const run = await engine.runs.create({ experimentId, name: 'own' });
    assert.equal(run.tags[TagName.continues], undefined);
    assert.equal((await local!.experiments.get(run.experimentId)).name, 'digits');
  });

  it('keeps a model whole whose server is lost in the middle of it', async () => {
    const { runId } = await engine.runs.create({ experimentId: '0' });
    const { modelId } = await engine.loggedModels.create({ experimentId: '0', name: 'models', sourceRunId: runId, runPath: 'models' });
    await engine.artifacts.write(runId, 'models/weights.bin', Uint8Array.of(1, 2));
    await loseServer();
    await engine.artifacts.write(runId, 'models/MLmodel', 'flavors:');
    const model = await engine.loggedModels.finalize(modelId, 'READY');
    assert.equal(model.status, 'READY');
    assert.deepEqual(
      (await engine.artifacts.list(runId, 'models')).map(({ path }) => path),
      ['models/MLmodel', 'models/weights.bin'],
    );
  });

  it('knows the experiment of a run by the id that the local store gives it', async () => {
    const prepared = await openStore(join(folder, 'local'), { create: true });
    const other = await prepared.experiments.create('other');
    await prepared.close();
    const experimentId = await engine.experiments.create('digits');
    assert.equal(experimentId, other, 'both have given the same id');
    const { runId } = await engine.runs.create({ experimentId });
    await loseServer();
    const run = await engine.runs.get(runId);
    assert.equal((await engine.experiments.get(run.experimentId)).name, 'digits');
    await engine.experiments.search();
    assert.equal((await engine.experiments.get(experimentId)).name, 'digits');
    assert.equal((await local!.runs.search({ experimentIds: [other] })).items.length, 0);
  });

  it('carries a run on once, also when that fails in the middle', async () => {
    const { runId } = await engine.runs.create({ experimentId: '0', name: 'first' });
    const input = {
      dataset: { name: 'train', digest: 'd', sourceType: 'local', source: 's', schema: undefined, profile: undefined },
      tags: {},
    };
    await engine.runs.logInputs(runId, [input]);
    await loseServer();
    await assert.rejects(engine.runs.get('unknown'));
    const { runs } = local!;
    const logInputs = runs.logInputs.bind(runs);
    runs.logInputs = () => Promise.reject(new TrackingError('TEMPORARILY_UNAVAILABLE', 'The disk is full.'));
    await assert.rejects(engine.runs.logBatch(runId, { metrics: [point(1)] }), /full/);
    runs.logInputs = logInputs;
    await engine.runs.logBatch(runId, { metrics: [point(1)] });
    const { items } = await local!.runs.search({ experimentIds: ['0'] });
    assert.deepEqual(
      items.map((run) => [run.runName, run.inputs.length, run.metrics.length]),
      [['first', 1, 1]],
    );
  });

  it('saves a model once more that the server had whole', async () => {
    const { runId } = await engine.runs.create({ experimentId: '0' });
    const { modelId } = await engine.loggedModels.create({ experimentId: '0', name: 'models', sourceRunId: runId, runPath: 'models' });
    await engine.artifacts.write(runId, 'models/MLmodel', 'one');
    await engine.loggedModels.finalize(modelId, 'READY');
    await engine.artifacts.write(runId, 'models/MLmodel', 'two');
    await loseServer();
    await engine.artifacts.write(runId, 'models/weights.bin', Uint8Array.of(1));
    await engine.artifactTree.write(`0/models/${modelId}/artifacts/weights.bin`, ReadableStream.from([Uint8Array.of(1)]));
    assert.equal((await engine.loggedModels.finalize(modelId, 'READY')).status, 'READY');
    assert.equal(Buffer.from(await engine.artifacts.read(runId, 'models/MLmodel')).toString(), 'two');
    const { items } = await local!.loggedModels.search({ experimentIds: ['0'] });
    assert.equal(items.length, 1);
    assert.equal((await engine.loggedModels.get(modelId)).modelId, items[0]?.modelId);
    await assert.rejects(local!.artifactTree.open(`0/models/${modelId}/artifacts/weights.bin`), TrackingError);
  });

  it('stays with a server that only refuses', async () => {
    const { runId } = await engine.runs.create({ experimentId: '0' });
    await engine.runs.logBatch(runId, { params: [{ key: 'a', value: '1' }] });
    await assert.rejects(engine.runs.logBatch(runId, { params: [{ key: 'a', value: '2' }] }), TrackingError);
    await assert.rejects(engine.runs.get('nobody'), TrackingError);
    assert.deepEqual([lost, local], [[], undefined]);
  });
});
