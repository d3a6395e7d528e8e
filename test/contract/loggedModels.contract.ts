import assert from 'node:assert/strict';
import type { Engine } from '../../src/store/engine';
import { refuses } from './expectations';

export function loggedModelsContract(engine: () => Engine): void {
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
      assert.equal(model.artifactUri, `${run.artifactUri}/model`);
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
      await refuses(
        loggedModels.create({ experimentId: '0', name: 'a', sourceRunId: 'nobody' }),
        'RESOURCE_DOES_NOT_EXIST',
        /Run with id=nobody/,
      );
      await refuses(loggedModels.create({ experimentId: '0', name: 'a', runPath: 'model' }), 'INVALID_PARAMETER_VALUE', /sourceRunId/);
      const { runId } = await engine().runs.create({ experimentId: '0' });
      await refuses(
        loggedModels.create({ experimentId: '0', name: 'a', sourceRunId: runId, runPath: '../x' }),
        'INVALID_PARAMETER_VALUE',
        /artifact path/,
      );
      await refuses(loggedModels.get('m-0'), 'RESOURCE_DOES_NOT_EXIST', /Logged model with ID 'm-0' not found/);
    });

    it('searches, tags and deletes', async () => {
      const { loggedModels, runs } = engine();
      const { runId } = await runs.create({ experimentId: '0' });
      const first = await loggedModels.create({ experimentId: '0', name: 'first', sourceRunId: runId });
      const second = await loggedModels.create({ experimentId: '0', name: 'second', tags: { a: 'b' } });
      const names = async (query: Parameters<typeof loggedModels.search>[0]) =>
        (await loggedModels.search(query)).items.map(({ name }) => name);
      assert.deepEqual(await names({ experimentIds: ['0'] }), ['second', 'first']);
      assert.deepEqual(await names({ experimentIds: ['0'], sourceRunId: runId }), ['first']);
      assert.deepEqual(await names({ experimentIds: ['0'], filter: "name = 'second' AND tags.a = 'b'" }), ['second']);
      assert.deepEqual(await names({ experimentIds: ['0'], orderBy: ['name ASC'], maxResults: 1 }), ['first']);
      assert.deepEqual(await names({ experimentIds: [] }), []);
      await loggedModels.setTags(first.modelId, { x: '1', y: '2' });
      await loggedModels.setTags(first.modelId, { x: '3' });
      assert.deepEqual((await loggedModels.get(first.modelId)).tags, { x: '3', y: '2' });
      await loggedModels.deleteTag(first.modelId, 'x');
      assert.deepEqual((await loggedModels.get(first.modelId)).tags, { y: '2' });
      await refuses(loggedModels.deleteTag(first.modelId, 'x'), 'RESOURCE_DOES_NOT_EXIST', /No tag with key "x"/);
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
