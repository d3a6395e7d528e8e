import assert from 'node:assert/strict';
import type { Change } from '../../src/store/change';
import type { Engine } from '../../src/store/engine';
import type { Lacks } from './lacks';

export function feedContract(engine: () => Engine, lacks: Lacks): void {
  describe('feed', () => {
    it('tells each subject once, in the order of its latest change', async () => {
      const { feed, runs, experiments, registry, loggedModels } = engine();
      const start = await feed.head();
      const run = await runs.create({ experimentId: '0' });
      const other = await runs.create({ experimentId: '0' });
      const point = (key: string, step: number) => ({ key, step, timestamp: step, value: step });
      await runs.logBatch(run.runId, { metrics: [point('a', 0), point('b', 0)] });
      await runs.logBatch(run.runId, { metrics: [point('a', 1)] });
      await experiments.setTag('0', 'x', 'y');
      await runs.update(run.runId, { status: 'FINISHED' });
      await registry.createModel('m');
      const model = await loggedModels.create({ experimentId: '0', name: 'l', sourceRunId: run.runId });
      const { head, changes } = await feed.since(start);
      assert.deepEqual(changes, [
        { kind: 'run', runId: other.runId, experimentId: '0' },
        { kind: 'metric', runId: run.runId, key: 'b' },
        { kind: 'metric', runId: run.runId, key: 'a' },
        { kind: 'experiment', experimentId: '0' },
        { kind: 'run', runId: run.runId, experimentId: '0' },
        { kind: 'registeredModel', name: 'm' },
        { kind: 'loggedModel', modelId: model.modelId, runId: run.runId },
      ] satisfies Change[]);
      assert.equal(head, await feed.head());
      assert.deepEqual(await feed.since(head), { head, changes: [] });
    });

    it('tells of everything that is changed, deleted or renamed', async () => {
      const { feed, runs, experiments, registry, loggedModels } = engine();
      const experimentId = await experiments.create('e');
      const { runId } = await runs.create({ experimentId });
      await runs.logBatch(runId, { tags: { t: '1' } });
      await registry.createModel('m');
      await registry.createVersion({ name: 'm', source: `runs:/${runId}/model` });
      const { modelId } = await loggedModels.create({ experimentId, name: 'l' });
      const subjects = async (action: () => Promise<unknown>): Promise<string[]> => {
        const before = await feed.head();
        await action();
        return (await feed.since(before)).changes.map((change) => ('name' in change ? `${change.kind} ${change.name}` : change.kind));
      };
      const input = { dataset: { name: 'd', digest: '1', sourceType: 's', source: '{}', schema: undefined, profile: undefined }, tags: {} };
      assert.deepEqual(await subjects(() => runs.logBatch(runId, { params: [{ key: 'p', value: '1' }] })), ['run']);
      assert.deepEqual(await subjects(() => runs.deleteTag(runId, 't')), ['run']);
      assert.deepEqual(await subjects(() => runs.logInputs(runId, [input])), ['run']);
      assert.deepEqual(await subjects(() => runs.delete(runId)), ['run']);
      assert.deepEqual(await subjects(() => runs.restore(runId)), ['run']);
      assert.deepEqual(await subjects(() => experiments.rename(experimentId, 'f')), ['experiment']);
      const alsoRuns = lacks.consequences ? ['experiment'] : ['run', 'experiment'];
      assert.deepEqual(await subjects(() => experiments.delete(experimentId)), alsoRuns);
      assert.deepEqual(await subjects(() => experiments.restore(experimentId)), alsoRuns);
      assert.deepEqual(await subjects(() => loggedModels.finalize(modelId, 'READY')), ['loggedModel']);
      assert.deepEqual(await subjects(() => loggedModels.delete(modelId)), ['loggedModel']);
      assert.deepEqual(await subjects(() => registry.setAlias('m', 'champion', 1)), ['registeredModel m']);
      assert.deepEqual(await subjects(() => registry.setVersionTag('m', 1, 'a', 'b')), ['registeredModel m']);
      assert.deepEqual((await subjects(() => registry.updateModel('m', { newName: 'n' }))).sort(), [
        'registeredModel m',
        'registeredModel n',
      ]);
      assert.deepEqual(await subjects(() => registry.deleteVersion('n', 1)), ['registeredModel n']);
      assert.deepEqual(await subjects(() => registry.deleteModel('n')), ['registeredModel n']);
    });

    it('says nothing of a write that was refused or changed nothing', async () => {
      const { feed, runs } = engine();
      const { runId } = await runs.create({ experimentId: '0' });
      const metrics = [{ key: 'a', step: 0, timestamp: 0, value: 0 }];
      await runs.logBatch(runId, { metrics });
      const before = await feed.head();
      if (!lacks.unchanged) await runs.logBatch(runId, { metrics });
      await runs.logBatch('nobody', { metrics }).catch(() => undefined);
      assert.equal(await feed.head(), before);
    });

    it('gives the points that are new, in the order of their arrival', async () => {
      const { feed, runs } = engine();
      const { runId } = await runs.create({ experimentId: '0' });
      const log = (from: number, count: number) =>
        runs.logBatch(runId, {
          metrics: Array.from({ length: count }, (_, index) => ({
            key: 'a',
            step: 5_000 - from - index,
            timestamp: 0,
            value: from + index,
          })),
        });
      let { head } = await feed.points(runId, 'a', 0);
      const arrived: number[] = [];
      let from = 0;
      for (const count of [1, 200, 100, 1_000, 7]) {
        await log(from, count);
        from += count;
        const next = await feed.points(runId, 'a', head);
        assert.equal(next.points.length, count);
        arrived.push(...next.points.map(({ value }) => value));
        head = next.head;
      }
      assert.deepEqual(
        lacks.arrivals ? arrived.toSorted((x, y) => x - y) : arrived,
        Array.from({ length: from }, (_, index) => index),
      );
      assert.deepEqual((await feed.points(runId, 'a', head)).points, []);
      assert.equal((await feed.points(runId, 'a', 0)).points.length, from);
      assert.deepEqual((await feed.points(runId, 'none', 0)).points, []);
    });

    it('calls its watchers after a write, until they are let go', async () => {
      const { feed, runs } = engine();
      let calls = 0;
      let gone = 0;
      const left = feed.watch(() => gone++);
      left.dispose();
      const told = new Promise<void>((resolve) => {
        const watching = feed.watch(() => {
          calls++;
          watching.dispose();
          resolve();
        });
      });
      await runs.create({ experimentId: '0' });
      await told;
      assert.deepEqual([calls, gone], [1, 0]);
      const again = new Promise<void>((resolve) => void feed.watch(resolve));
      await runs.create({ experimentId: '0' });
      await again;
      assert.equal(calls, 1);
    });
  });
}
