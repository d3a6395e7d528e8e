import assert from 'node:assert/strict';
import type { DatasetInput } from '../../src/core/dataset';
import type { Engine } from '../../src/store/engine';
import { refuses } from './expectations';
import type { Lacks } from './lacks';

const TRAIN: DatasetInput = {
  dataset: {
    name: 'mnist',
    digest: 'abc',
    sourceType: 'local',
    source: '{"uri":"data"}',
    schema: '{"shape":[28,28]}',
    profile: '{"num_rows":60000}',
  },
  tags: { 'mlflow.data.context': 'train' },
};

export function runsContract(engine: () => Engine, lacks: Lacks): void {
  describe('runs', () => {
    it('creates a run with a generated name, and its tag', async () => {
      const before = Date.now();
      const run = await engine().runs.create({ experimentId: '0', userId: 'ada' });
      assert.match(run.runId, /^[0-9a-f]{32}$/);
      assert.match(run.runName, /^[a-z]+-[a-z]+-\d+$/);
      assert.equal(run.tags['mlflow.runName'], run.runName);
      assert.equal(run.status, 'RUNNING');
      assert.equal(run.userId, 'ada');
      assert.equal(run.endTime, undefined);
      assert.ok(run.startTime >= before && run.startTime <= Date.now());
      assert.ok(run.artifactUri.includes(run.runId));
      assert.deepEqual([run.params, run.metrics, run.inputs], [[], [], []]);
      assert.deepEqual(await engine().runs.get(run.runId), run);
    });

    it('takes a name from the argument or the tag, and refuses two different ones', async () => {
      const { runs } = engine();
      assert.equal((await runs.create({ experimentId: '0', name: 'first' })).tags['mlflow.runName'], 'first');
      assert.equal((await runs.create({ experimentId: '0', tags: { 'mlflow.runName': 'second' } })).runName, 'second');
      assert.equal((await runs.create({ experimentId: '0', name: 'same', tags: { 'mlflow.runName': 'same' } })).runName, 'same');
      await refuses(
        runs.create({ experimentId: '0', name: 'a', tags: { 'mlflow.runName': 'b' } }),
        'INVALID_PARAMETER_VALUE',
        /Both 'run_name' argument and 'mlflow\.runName' tag are specified/,
      );
      await refuses(runs.create({ experimentId: '77' }), 'RESOURCE_DOES_NOT_EXIST', /No Experiment with id=77/);
    });

    it('keeps name and tag in step', async () => {
      const { runs } = engine();
      const { runId } = await runs.create({ experimentId: '0', name: 'old' });
      await runs.update(runId, { name: 'renamed' });
      assert.equal((await runs.get(runId)).tags['mlflow.runName'], 'renamed');
      await runs.logBatch(runId, { tags: { 'mlflow.runName': 'tagged' } });
      assert.equal((await runs.get(runId)).runName, 'tagged');
    });

    it('updates status and end', async () => {
      const { runs } = engine();
      const { runId } = await runs.create({ experimentId: '0', startTime: 1_000 });
      const info = await runs.update(runId, { status: 'FINISHED', endTime: 5_000 });
      assert.deepEqual([info.status, info.startTime, info.endTime], ['FINISHED', 1_000, 5_000]);
      await refuses(runs.update(runId, { status: 'DONE' as 'FINISHED' }), 'INVALID_PARAMETER_VALUE', /status/);
      await refuses(runs.update('nobody', {}), 'RESOURCE_DOES_NOT_EXIST', /Run with id=nobody not found/);
    });

    it('deletes and restores; a deleted run takes nothing', async () => {
      const { runs } = engine();
      const { runId } = await runs.create({ experimentId: '0' });
      await runs.delete(runId);
      assert.equal((await runs.get(runId)).lifecycleStage, 'deleted');
      const inactive = /The run \w+ must be in the 'active' state/;
      await refuses(runs.logBatch(runId, { params: [{ key: 'a', value: '1' }] }), 'INVALID_PARAMETER_VALUE', inactive);
      await refuses(runs.update(runId, { status: 'FINISHED' }), 'INVALID_PARAMETER_VALUE', inactive);
      await refuses(runs.deleteTag(runId, 'mlflow.runName'), 'INVALID_PARAMETER_VALUE', inactive);
      await refuses(runs.logInputs(runId, [TRAIN]), 'INVALID_PARAMETER_VALUE', inactive);
      if (!lacks.deletedRuns) await refuses(engine().artifacts.write(runId, 'a', 'b'), 'INVALID_PARAMETER_VALUE', inactive);
      await runs.restore(runId);
      await runs.logBatch(runId, { params: [{ key: 'a', value: '1' }] });
    });

    it('never changes a param; the same value again is fine', async () => {
      const { runs } = engine();
      const { runId } = await runs.create({ experimentId: '0' });
      await runs.logBatch(runId, { params: [{ key: 'epochs', value: '3' }] });
      await runs.logBatch(runId, {
        params: [
          { key: 'epochs', value: '3' },
          { key: 'lr', value: '' },
        ],
      });
      await refuses(
        runs.logBatch(runId, { params: [{ key: 'epochs', value: '4' }] }),
        'INVALID_PARAMETER_VALUE',
        /Changing param values is not allowed/,
      );
      assert.deepEqual((await runs.get(runId)).params, [
        { key: 'epochs', value: '3' },
        { key: 'lr', value: '' },
      ]);
    });

    it('takes a batch wholly or not at all', async () => {
      const { runs } = engine();
      const { runId } = await runs.create({ experimentId: '0' });
      await runs.logBatch(runId, { params: [{ key: 'z', value: '1' }] });
      const before = await runs.get(runId);
      const point = { key: 'loss', value: 1, step: 0, timestamp: 0 };
      await refuses(
        runs.logBatch(runId, {
          metrics: [point],
          tags: { a: 'b' },
          params: [
            { key: 'a', value: '1' },
            { key: 'z', value: '2' },
          ],
        }),
        'INVALID_PARAMETER_VALUE',
        /Changing param/,
      );
      assert.deepEqual(await runs.get(runId), before);
    });

    it("holds to MLflow's limits", async () => {
      const { runs } = engine();
      const { runId } = await runs.create({ experimentId: '0' });
      const many = <T>(count: number, make: (index: number) => T): T[] => Array.from({ length: count }, (_, index) => make(index));
      const metric = (index: number) => ({ key: 'm', value: index, step: index, timestamp: 0 });
      const param = (index: number) => ({ key: `p${index}`, value: 'v' });
      const tags = (count: number) => Object.fromEntries(many(count, (index) => [`t${index}`, 'v']));
      const refused: [Parameters<typeof runs.logBatch>[1], RegExp][] = [
        [{ metrics: many(1_001, metric) }, /at most 1000 metrics\. Got 1001/],
        [{ params: many(101, param) }, /at most 100 params/],
        [{ tags: tags(101) }, /at most 100 tags/],
        [{ metrics: many(950, metric), params: many(51, param) }, /at most 1000 metrics, params, and tags/],
        [{ params: [{ key: 'k'.repeat(251), value: '' }] }, /maximum length of 250/],
        [{ params: [{ key: 'k', value: 'v'.repeat(6_001) }] }, /maximum length of 6000/],
        [{ params: [param(1), param(1)] }, /Duplicate parameter keys/],
        [{ tags: { k: 'v'.repeat(8_001) } }, /maximum length of 8000/],
        [{ params: [{ key: 'a\u0000b', value: '' }] }, /Names may only contain/],
        [{ params: [{ key: 'a?', value: '' }] }, /Names may only contain/],
        [{ params: [{ key: '/a', value: '' }] }, /Names may be treated as files/],
        [{ params: [{ key: 'a/../b', value: '' }] }, /Names may be treated as files/],
        [{ params: [{ key: '', value: '' }] }, /Missing value/],
        [{ metrics: [{ key: 'm', value: 1, step: 0.5, timestamp: 0 }] }, /step/],
        [{ metrics: [{ key: 'm', value: 1, step: 0, timestamp: NaN }] }, /timestamp/],
        [{ metrics: [{ key: 'm', value: '1' as unknown as number, step: 0, timestamp: 0 }] }, /value/],
      ];
      for (const [batch, message] of refused) await refuses(runs.logBatch(runId, batch), 'INVALID_PARAMETER_VALUE', message);
      await runs.logBatch(runId, { metrics: many(800, metric), params: many(100, param), tags: tags(100) });
      await runs.logBatch(runId, { params: [{ key: `${'k'.repeat(240)}/ü.-_ :9`, value: 'v'.repeat(6_000) }] });
      assert.equal((await runs.get(runId)).params.length, 101);
    });

    it('deletes tags', async () => {
      const { runs } = engine();
      const { runId } = await runs.create({ experimentId: '0', tags: { a: '1', b: '2' } });
      await runs.deleteTag(runId, 'a');
      assert.deepEqual(Object.keys((await runs.get(runId)).tags).sort(), ['b', 'mlflow.runName']);
      await refuses(runs.deleteTag(runId, 'a'), 'RESOURCE_DOES_NOT_EXIST', /No tag with name: a in run with id/);
    });

    it('logs data-set inputs, each once', async () => {
      const { runs } = engine();
      const { runId } = await runs.create({ experimentId: '0' });
      const test = { dataset: { ...TRAIN.dataset, digest: 'def', schema: undefined, profile: undefined }, tags: {} };
      await runs.logInputs(runId, [TRAIN]);
      await runs.logInputs(runId, [TRAIN, test]);
      assert.deepEqual((await runs.get(runId)).inputs, [TRAIN, test]);
      const bad = (dataset: Partial<DatasetInput['dataset']>) =>
        runs.logInputs(runId, [{ dataset: { ...TRAIN.dataset, ...dataset }, tags: {} }]);
      await refuses(bad({ digest: 'd'.repeat(37) }), 'INVALID_PARAMETER_VALUE', /36/);
      await refuses(bad({ name: '' }), 'INVALID_PARAMETER_VALUE', /name/);
      await refuses(bad({ source: 's'.repeat(65_536) }), 'INVALID_PARAMETER_VALUE', /65535/);
    });

    it('remembers the models that it has used and made, each once', async () => {
      const { runs, loggedModels } = engine();
      const { runId } = await runs.create({ experimentId: '0' });
      assert.deepEqual([(await runs.get(runId)).modelInputs, (await runs.get(runId)).modelOutputs], [[], []]);
      const used = await loggedModels.create({ experimentId: '0', name: 'used' });
      const made = await loggedModels.create({ experimentId: '0', name: 'made', sourceRunId: runId });
      await runs.logInputs(runId, [], [used.modelId]);
      await runs.logInputs(runId, [TRAIN], [used.modelId]);
      await runs.logOutputs(runId, [{ modelId: made.modelId, step: 3 }]);
      await runs.logOutputs(runId, [{ modelId: used.modelId, step: 4 }]);
      const run = await runs.get(runId);
      assert.deepEqual([run.modelInputs, run.inputs], [[used.modelId], [TRAIN]]);
      const outputs = lacks.outputOrder ? run.modelOutputs.toSorted((x, y) => x.step - y.step) : run.modelOutputs;
      assert.deepEqual(outputs, [
        { modelId: made.modelId, step: 3 },
        { modelId: used.modelId, step: 4 },
      ]);
      assert.deepEqual((await runs.search({ experimentIds: ['0'] })).items[0]?.modelOutputs, run.modelOutputs);
      await runs.delete(runId);
      await refuses(
        runs.logOutputs(runId, [{ modelId: made.modelId, step: 5 }]),
        'INVALID_PARAMETER_VALUE',
        /must be in the 'active' state/,
      );
      await refuses(runs.logOutputs('f00d', []), 'RESOURCE_DOES_NOT_EXIST', /Run with id=f00d/);
    });

    it("keeps a copy's id, where it can", async () => {
      const { runs, info } = engine();
      if (!info.keepsIds) return;
      const runId = 'ab'.repeat(16);
      const run = await runs.create({ runId, experimentId: '0', startTime: 1_600_000_000_000 });
      assert.deepEqual([run.runId, run.startTime], [runId, 1_600_000_000_000]);
      await refuses(runs.create({ runId, experimentId: '0' }), 'RESOURCE_ALREADY_EXISTS', /already exists/);
      assert.equal((await runs.create({ runId: 'my-run_1', experimentId: '0' })).runId, 'my-run_1', 'as MLflow 1 let them be');
      for (const bad of ['', '..', '../x', 'a/b', 'a b', '-a', 'models', 'CON', 'x'.repeat(65)])
        await refuses(runs.create({ runId: bad, experimentId: '0' }), 'INVALID_PARAMETER_VALUE', /run_id/);
    });

    it('forgets no name', async () => {
      const { runs } = engine();
      const { runId } = await runs.create({ experimentId: '0', name: 'kept' });
      await runs.logBatch(runId, { tags: { 'mlflow.runName': '' } });
      assert.equal((await runs.get(runId)).runName, 'kept');
      assert.equal((await runs.get(runId)).tags['mlflow.runName'], 'kept');
    });
  });
}
