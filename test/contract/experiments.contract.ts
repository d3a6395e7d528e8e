import assert from 'node:assert/strict';
import type { Engine } from '../../src/store/engine';
import { refuses } from './expectations';

export function experimentsContract(engine: () => Engine): void {
  describe('experiments', () => {
    it('begins with the experiment 0, named Default', async () => {
      const { items } = await engine().experiments.search();
      assert.deepEqual(
        items.map(({ experimentId, name, lifecycleStage }) => ({ experimentId, name, lifecycleStage })),
        [{ experimentId: '0', name: 'Default', lifecycleStage: 'active' }],
      );
    });

    it('creates with tags, and finds by id and by name', async () => {
      const { experiments } = engine();
      const id = await experiments.create('digits', { team: 'vision', __proto__x: 'y' });
      const found = await experiments.get(id);
      assert.equal(found.name, 'digits');
      assert.deepEqual(found.tags, { team: 'vision', __proto__x: 'y' });
      assert.ok(found.creationTime > 1_600_000_000_000 && found.lastUpdateTime >= found.creationTime);
      assert.deepEqual(await experiments.getByName('digits'), found);
      assert.equal(await experiments.getByName('nobody'), undefined);
      assert.match(id, /^\d+$/);
    });

    it('refuses taken, empty and overlong names, also those of deleted experiments', async () => {
      const { experiments } = engine();
      const id = await experiments.create('taken');
      await refuses(experiments.create('taken'), 'RESOURCE_ALREADY_EXISTS', /Experiment\(name=taken\) already exists/);
      await experiments.delete(id);
      await refuses(experiments.create('taken'), 'RESOURCE_ALREADY_EXISTS', /deleted/);
      await refuses(experiments.create(' '), 'INVALID_PARAMETER_VALUE', /Invalid experiment name/);
      await refuses(experiments.create('x'.repeat(501)), 'INVALID_PARAMETER_VALUE', /maximum length of 500/);
      await experiments.create('x'.repeat(500));
    });

    it("keeps a copy's time of creation, where it can", async () => {
      const { experiments, info } = engine();
      const id = await experiments.create('copied', {}, { creationTime: 1_600_000_000_000 });
      const { creationTime } = await experiments.get(id);
      assert.equal(creationTime === 1_600_000_000_000, info.keepsIds);
      if (info.keepsIds) await refuses(experiments.create('bad', {}, { creationTime: 1.5 }), 'INVALID_PARAMETER_VALUE', /creation_time/);
    });

    it('does not know other ids', async () => {
      for (const id of ['99', '-1'])
        await refuses(engine().experiments.get(id), 'RESOURCE_DOES_NOT_EXIST', /No Experiment with id=.* exists/);
      for (const id of ['x', '1e3', '0x1', '1.5'])
        await refuses(engine().experiments.get(id), 'INVALID_PARAMETER_VALUE', /Invalid experiment ID/);
    });

    it('renames, but not a deleted one nor to a taken name', async () => {
      const { experiments } = engine();
      const id = await experiments.create('before');
      await experiments.rename(id, 'after');
      assert.equal((await experiments.get(id)).name, 'after');
      await refuses(experiments.rename(id, 'Default'), 'RESOURCE_ALREADY_EXISTS', /Default/);
      await experiments.delete(id);
      await refuses(experiments.rename(id, 'again'), 'INVALID_STATE', /Cannot rename a non-active experiment/);
    });

    it('deletes and restores an experiment together with its runs', async () => {
      const { experiments, runs } = engine();
      const id = await experiments.create('gone');
      const run = await runs.create({ experimentId: id });
      await experiments.delete(id);
      assert.equal((await experiments.get(id)).lifecycleStage, 'deleted');
      assert.equal((await runs.get(run.runId)).lifecycleStage, 'deleted');
      assert.deepEqual(
        (await experiments.search({ view: 'DELETED_ONLY' })).items.map(({ name }) => name),
        ['gone'],
      );
      assert.deepEqual(
        (await experiments.search()).items.map(({ name }) => name),
        ['Default'],
      );
      assert.equal((await experiments.search({ view: 'ALL' })).items.length, 2);
      await refuses(experiments.delete(id), 'RESOURCE_DOES_NOT_EXIST', /No Experiment with id/);
      await refuses(runs.create({ experimentId: id }), 'INVALID_PARAMETER_VALUE', /must be in the 'active' state/);
      await experiments.restore(id);
      assert.equal((await runs.get(run.runId)).lifecycleStage, 'active');
      await refuses(experiments.restore(id), 'RESOURCE_DOES_NOT_EXIST', /No Experiment with id/);
    });

    it('sets, replaces and deletes tags of an active experiment', async () => {
      const { experiments } = engine();
      await experiments.setTag('0', 'a', '1');
      await experiments.setTag('0', 'a', '2');
      await experiments.setTag('0', 'b', '3');
      assert.deepEqual((await experiments.get('0')).tags, { a: '2', b: '3' });
      await experiments.deleteTag('0', 'a');
      assert.deepEqual((await experiments.get('0')).tags, { b: '3' });
      await refuses(experiments.deleteTag('0', 'a'), 'RESOURCE_DOES_NOT_EXIST', /No tag with name: a/);
      await refuses(experiments.setTag('0', 'long', 'x'.repeat(20_001)), 'INVALID_PARAMETER_VALUE', /20000/);
      await refuses(experiments.setTag('0', '../a', 'x'), 'INVALID_PARAMETER_VALUE', /Names/);
      await experiments.delete('0');
      await refuses(experiments.setTag('0', 'a', '1'), 'INVALID_PARAMETER_VALUE', /must be in the 'active' state/);
    });
  });
}
