import assert from 'node:assert/strict';
import type { Engine, LoggedModelQuery } from '../../src/store/engine';
import { refuses } from './expectations';
import type { Lacks } from './lacks';

export function loggedModelsContract(engine: () => Engine, lacks: Lacks): void {
  describe('logged models', () => {
    it('creates a pending model in its run, and finalizes it', async () => {
      const { loggedModels, runs } = engine();
      const run = await runs.create({ experimentId: '0' });
      const model = await loggedModels.create({
        experimentId: '0',
        name: 'digits',
        modelType: 'tfjs-layers',
        sourceRunId: run.runId,
        runPath: 'model',
        params: { epochs: '3' },
        tags: { a: 'b' },
      });
      assert.match(model.modelId, /^m-[0-9a-f]{32}$/);
      assert.equal(model.status, 'PENDING');
      if (!lacks.runPath) assert.equal(model.artifactUri, `${run.artifactUri}/model`);
      assert.deepEqual(
        [model.params, model.tags, model.sourceRunId, model.modelType],
        [{ epochs: '3' }, { a: 'b' }, run.runId, 'tfjs-layers'],
      );
      assert.equal((await loggedModels.finalize(model.modelId, 'READY')).status, 'READY');
      assert.equal((await loggedModels.get(model.modelId)).status, 'READY');
      await refuses(loggedModels.finalize(model.modelId, 'DONE' as 'READY'), 'INVALID_PARAMETER_VALUE', /status/);
    });

    it('gives a model without a path in a run a folder of its own', async () => {
      const model = await engine().loggedModels.create({ experimentId: '0', name: 'own' });
      assert.match(model.artifactUri, new RegExp(`/0/models/${model.modelId}/artifacts$`));
      assert.equal(model.sourceRunId, undefined);
    });

    it('refuses names, runs and paths that cannot be', async () => {
      const { loggedModels } = engine();
      await refuses(loggedModels.create({ experimentId: '0', name: '' }), 'INVALID_PARAMETER_VALUE', /name/);
      await refuses(loggedModels.create({ experimentId: '0', name: 'a/b' }), 'INVALID_PARAMETER_VALUE', /cannot contain/);
      await refuses(loggedModels.create({ experimentId: '9', name: 'a' }), 'RESOURCE_DOES_NOT_EXIST', /No Experiment/);
      await refuses(loggedModels.create({ experimentId: '0', name: 'a', runPath: 'model' }), 'INVALID_PARAMETER_VALUE', /sourceRunId/);
      const { runId } = await engine().runs.create({ experimentId: '0' });
      await refuses(
        loggedModels.create({ experimentId: '0', name: 'a', sourceRunId: runId, runPath: '../x' }),
        'INVALID_PARAMETER_VALUE',
        /artifact path/,
      );
      await refuses(loggedModels.get('m-0'), 'RESOURCE_DOES_NOT_EXIST', /Logged model with ID 'm-0' not found/);
    });

    it('remembers what was measured of it, on which data', async () => {
      const { loggedModels, runs } = engine();
      const { runId } = await runs.create({ experimentId: '0' });
      const { modelId } = await loggedModels.create({ experimentId: '0', name: 'digits', sourceRunId: runId });
      const other = await loggedModels.create({ experimentId: '0', name: 'other' });
      assert.deepEqual((await loggedModels.get(modelId)).metrics, []);
      const measured = { key: 'acc', modelId, datasetName: 'mnist', datasetDigest: 'd1' };
      await runs.logBatch(runId, {
        metrics: [
          { ...measured, value: 0.5, step: 1, timestamp: 10 },
          { ...measured, value: 0.75, step: 2, timestamp: 20 },
          { key: 'acc', value: 0.25, step: 3, timestamp: 30, modelId, datasetName: 'letters', datasetDigest: 'd2' },
          { key: 'loss', value: 0.125, step: 0, timestamp: 5, modelId: other.modelId },
          { key: 'plain', value: 1, step: 0, timestamp: 5 },
        ],
      });
      await runs.logBatch(runId, { metrics: [{ ...measured, value: 0.5, step: 1, timestamp: 10 }] });
      const metrics = (await loggedModels.get(modelId)).metrics;
      assert.deepEqual(
        metrics.map(({ value, step, datasetName, datasetDigest }) => [value, step, datasetName, datasetDigest]),
        [
          [0.5, 1, 'mnist', 'd1'],
          [0.75, 2, 'mnist', 'd1'],
          [0.25, 3, 'letters', 'd2'],
        ],
      );
      assert.ok(metrics.every((metric) => metric.key === 'acc' && metric.runId === runId));
      const [loss] = (await loggedModels.get(other.modelId)).metrics;
      assert.deepEqual([loss?.key, loss?.timestamp, loss?.datasetName, loss?.datasetDigest], ['loss', 5, undefined, undefined]);
      assert.deepEqual(
        (await runs.get(runId)).metrics.map(({ key, last }) => [key, last.value]),
        [
          ['acc', 0.25],
          ['loss', 0.125],
          ['plain', 1],
        ],
        "the points are the run's as well",
      );
      const half = { ...measured, value: 1, step: 4, timestamp: 40, datasetDigest: undefined };
      await refuses(runs.logBatch(runId, { metrics: [half] }), 'INVALID_PARAMETER_VALUE', /Both dataset_name and dataset_digest/);
    });

    it('is found by what was measured of it', async () => {
      const { loggedModels, runs } = engine();
      const { runId } = await runs.create({ experimentId: '0' });
      const ids: string[] = [];
      for (const name of ['a', 'b', 'c']) ids.push((await loggedModels.create({ experimentId: '0', name, params: { lr: name } })).modelId);
      const [a = '', b = ''] = ids;
      await runs.logBatch(runId, {
        metrics: [
          { key: 'acc', value: 0.9, step: 1, timestamp: 10, modelId: a, datasetName: 'mnist', datasetDigest: 'd1' },
          { key: 'acc', value: 0.1, step: 1, timestamp: 20, modelId: a, datasetName: 'letters', datasetDigest: 'd2' },
          { key: 'acc', value: 0.5, step: 1, timestamp: 10, modelId: b, datasetName: 'mnist', datasetDigest: 'd1' },
        ],
      });
      const names = async (query: Partial<LoggedModelQuery>) =>
        (await loggedModels.search({ experimentIds: ['0'], orderBy: ['name ASC'], ...query })).items.map(({ name }) => name).join('');
      const mnist = { name: 'mnist', digest: 'd1' };
      const letters = { name: 'letters', digest: 'd2' };
      assert.equal(await names({ filter: 'metrics.acc > 0.6' }), 'a');
      assert.equal(await names({ filter: 'metrics.acc < 0.6' }), 'ab', 'any of the points');
      assert.equal(await names({ filter: 'metrics.acc < 0.6', datasets: [mnist] }), 'b');
      assert.equal(await names({ filter: 'metrics.`acc` < 0.6', datasets: [mnist, letters] }), 'ab');
      assert.equal(await names({ datasets: [letters] }), 'a', 'measured on the data set at all');
      assert.equal(await names({ filter: "params.lr IN ('a', 'c') AND name != 'a'" }), 'c');
      assert.equal(await names({ orderBy: ['metrics.acc DESC'] }), 'bac', 'by the newest point, and last what has none');
      const best = { metric: 'acc', descending: true, dataset: mnist };
      assert.equal(await names({ orderBy: [best] }), 'abc');
      assert.equal(await names({ orderBy: [{ ...best, descending: false }] }), 'bac');
      await refuses(names({ filter: "metrics.acc = 'x'" }), lacks.codes ? 'INTERNAL_ERROR' : 'INVALID_PARAMETER_VALUE', /./);
      await refuses(names({ orderBy: ['params.lr'] }), 'INVALID_PARAMETER_VALUE', /./);
    });

    it('keeps its id and time as a copy, where it can', async () => {
      const { loggedModels, info } = engine();
      if (!info.keepsIds) return;
      const modelId = `m-${'0a'.repeat(16)}`;
      const copy = await loggedModels.create({ modelId, creationTime: 1_600_000_000_000, experimentId: '0', name: 'copy' });
      assert.deepEqual([copy.modelId, copy.creationTime], [modelId, 1_600_000_000_000]);
      await refuses(loggedModels.create({ modelId, experimentId: '0', name: 'again' }), 'RESOURCE_ALREADY_EXISTS', /already exists/);
      for (const bad of ['x', 'm-1', `m-${'0A'.repeat(16)}`, '../m'])
        await refuses(loggedModels.create({ modelId: bad, experimentId: '0', name: 'bad' }), 'INVALID_PARAMETER_VALUE', /model_id/);
    });

    it('is found after it was deleted by who asks for that', async () => {
      const { loggedModels } = engine();
      const { modelId } = await loggedModels.create({ experimentId: '0', name: 'gone' });
      await loggedModels.delete(modelId);
      await loggedModels.delete(modelId);
      await refuses(loggedModels.get(modelId), 'RESOURCE_DOES_NOT_EXIST', /not found/);
      assert.equal((await loggedModels.get(modelId, true)).name, 'gone');
    });

    it('searches, tags and deletes', async () => {
      const { loggedModels, runs } = engine();
      const { runId } = await runs.create({ experimentId: '0' });
      const first = await loggedModels.create({ experimentId: '0', name: 'first', sourceRunId: runId });
      const second = await loggedModels.create({ experimentId: '0', name: 'second', tags: { a: 'b' } });
      const names = async (query: Parameters<typeof loggedModels.search>[0]) =>
        (await loggedModels.search(query)).items.map(({ name }) => name);
      assert.deepEqual((await names({ experimentIds: ['0'] })).toSorted(), ['first', 'second']);
      assert.deepEqual(await names({ experimentIds: ['0'], sourceRunId: runId }), ['first']);
      assert.deepEqual(await names({ experimentIds: ['0'], filter: "name = 'second' AND tags.a = 'b'" }), ['second']);
      assert.deepEqual(await names({ experimentIds: ['0'], orderBy: ['name ASC'], maxResults: 1 }), ['first']);
      assert.deepEqual(await names({ experimentIds: [] }), []);
      await loggedModels.setTags(first.modelId, { x: '1', y: '2' });
      await loggedModels.setTags(first.modelId, { x: '3' });
      assert.deepEqual((await loggedModels.get(first.modelId)).tags, { x: '3', y: '2' });
      await loggedModels.deleteTag(first.modelId, 'x');
      assert.deepEqual((await loggedModels.get(first.modelId)).tags, { y: '2' });
      await refuses(loggedModels.deleteTag(first.modelId, 'x'), 'RESOURCE_DOES_NOT_EXIST', /No tag with key ["']x["']/);
      await loggedModels.logParams(first.modelId, { epochs: '3' });
      await loggedModels.logParams(first.modelId, { epochs: '3', seed: '1' });
      assert.deepEqual((await loggedModels.get(first.modelId)).params, { epochs: '3', seed: '1' });
      await refuses(loggedModels.logParams(first.modelId, { a: 'b', epochs: '4' }), 'INVALID_PARAMETER_VALUE', /Changing param values/);
      assert.deepEqual((await loggedModels.get(first.modelId)).params, { epochs: '3', seed: '1' });
      await loggedModels.delete(second.modelId);
      await refuses(loggedModels.get(second.modelId), 'RESOURCE_DOES_NOT_EXIST', /not found/);
      assert.deepEqual(await names({ experimentIds: ['0'] }), ['first']);
    });
  });
}
