// Copies that are made again, the other way round, at once, or of what has changed meanwhile.
import assert from 'node:assert/strict';
import { TagName } from '../../../src/core/tagNames';
import type { Engine } from '../../../src/store/engine';
import { BatchWriter } from '../../../src/transfer/batchWriter';
import { copyRuns } from '../../../src/transfer/copy';
import type { CopyContext } from '../../../src/transfer/copyContext';
import { CopyTally } from '../../../src/transfer/copyReport';
import { EngineSource } from '../../../src/transfer/engineSource';
import { PointCopy } from '../../../src/transfer/pointCopy';
import { References } from '../../../src/transfer/references';
import { sameContent } from '../../../src/transfer/sameContent';
import { Folders } from './folders';
import { choosing, stopping } from './targets';

describe('Copies made again', () => {
  const folders = new Folders();
  let from: Engine;
  let to: Engine;
  beforeEach(async () => {
    from = await folders.store();
    to = await folders.store();
  });
  afterEach(() => folders.clear());

  const text = async (engine: Engine, runId: string, path: string): Promise<string> =>
    new TextDecoder().decode(await engine.artifacts.read(runId, path));
  const started = async (engine: Engine, name: string, experiment = 'digits'): Promise<string> => {
    const known = await engine.experiments.getByName(experiment);
    const experimentId = known?.experimentId ?? (await engine.experiments.create(experiment));
    return (await engine.runs.create({ experimentId, name, startTime: 1000 })).runId;
  };

  it('from where an older state is leave alone how the run ended', async () => {
    const runId = await started(from, 'training');
    await from.runs.logBatch(runId, { tags: { best: '1' } });
    await from.artifacts.write(runId, 'checkpoint', 'epoch 1');
    await copyRuns(new EngineSource(from), to);
    await from.runs.logBatch(runId, { tags: { best: '2' } });
    await from.artifacts.write(runId, 'checkpoint', 'epoch two');
    await from.runs.update(runId, { status: 'FINISHED', endTime: 2000, name: 'renamed' });
    await to.runs.logBatch(runId, { tags: { new: 'x' } });
    await copyRuns(new EngineSource(to), from);
    const run = await from.runs.get(runId);
    assert.deepEqual([run.status, run.endTime, run.runName, run.tags['best'], run.tags['new']], ['FINISHED', 2000, 'renamed', '2', 'x']);
    assert.equal(await text(from, runId, 'checkpoint'), 'epoch two');
  });

  it('find what went on here when its server was lost', async () => {
    const begun = await started(from, 'training');
    await from.runs.logBatch(begun, { metrics: [{ key: 'm', value: 1, step: 1, timestamp: 1 }] });
    const here = await started(to, 'training');
    const rest = { tags: { [TagName.continues]: begun }, metrics: [{ key: 'm', value: 2, step: 2, timestamp: 2 }] };
    await to.runs.logBatch(here, rest);
    await to.runs.update(here, { status: 'FINISHED', endTime: 2000 });
    const report = await copyRuns(new EngineSource(from), to);
    assert.deepEqual([report.created, report.runs.get(begun)], [0, here]);
    const run = await to.runs.get(here);
    assert.deepEqual([run.status, run.metrics[0]?.count, run.tags[TagName.continues]], ['FINISHED', 2, begun]);
  });

  it('bring files that have changed and kept their size, when the run has ended since', async () => {
    for (const target of [to, choosing(await folders.store())]) {
      const runId = await started(from, 'training');
      for (const path of ['checkpoint', 'same']) await from.artifacts.write(runId, path, 'epoch 1');
      const first = await copyRuns(new EngineSource(from), target, { runIds: [runId] });
      await from.artifacts.write(runId, 'checkpoint', 'epoch 2');
      await from.runs.update(runId, { status: 'FINISHED', endTime: 2000 });
      const report = await copyRuns(new EngineSource(from), target, { runIds: [runId] });
      assert.deepEqual([report.resumed, report.files], [1, 1]);
      assert.equal(await text(target, first.runs.get(runId)!, 'checkpoint'), 'epoch 2');
      assert.equal((await copyRuns(new EngineSource(from), target, { runIds: [runId] })).unchanged, 1);
    }
  });

  it('at once into one store bring each run once, and miss none', async () => {
    const folder = await folders.make();
    const [one, other] = [await folders.store(folder), await folders.store(folder)];
    const another = await folders.store();
    const ids = [];
    for (let index = 0; index < 8; index++) {
      const runId = await started(from, `run ${index}`, `experiment ${index >> 1}`);
      const { experimentId } = await from.runs.get(runId);
      await from.loggedModels.create({ experimentId, name: 'model', sourceRunId: runId });
      await from.runs.logBatch(runId, { metrics: [{ key: 'm', value: index, step: 1, timestamp: 1 }] });
      await from.registry.createModel(`model ${index}`);
      await from.registry.createVersion({ name: `model ${index}`, source: `runs:/${runId}/model`, runId });
      ids.push(runId, await started(another, `other ${index}`, `experiment ${index >> 1}`));
    }
    const options = { registry: true };
    const reports = await Promise.all([
      copyRuns(new EngineSource(from), one, options),
      copyRuns(new EngineSource(from), other, options),
      copyRuns(new EngineSource(another), one, options),
    ]);
    assert.deepEqual(
      reports.map((report) => report.problems),
      [[], [], []],
    );
    for (const runId of ids) assert.ok((await one.runs.get(runId)).metrics.length <= 1);
    assert.equal((await one.registry.searchVersions({})).items.length, 8);
  });

  it('after being stopped anywhere delete what is deleted', async () => {
    const runId = await started(from, 'run', 'gone');
    await from.experiments.delete((await from.runs.get(runId)).experimentId);
    for (let most = 0; ; most++) {
      const target = await folders.store();
      const stop = new AbortController();
      let steps = 0;
      const counting = stopping(target, () => {
        if (++steps > most) stop.abort(new Error('stopped'));
        stop.signal.throwIfAborted();
      });
      const { stopped } = await copyRuns(new EngineSource(from), counting, { signal: stop.signal });
      if (stopped) await copyRuns(new EngineSource(from), target);
      assert.equal((await target.experiments.getByName('gone'))?.lifecycleStage, 'deleted', `stopped after ${most}`);
      if (!stopped) break;
      assert.ok(most < 20);
    }
  });

  it('delete no experiment that a person has made, the second time neither', async () => {
    const runId = await started(from, 'run', 'ours');
    await from.experiments.delete((await from.runs.get(runId)).experimentId);
    await to.experiments.create('ours', {}, { creationTime: 7 });
    for (let time = 0; time < 2; time++) {
      await copyRuns(new EngineSource(from), to);
      assert.equal((await to.experiments.getByName('ours'))?.lifecycleStage, 'active');
    }
  });

  it('of runs of which one has gone tell of it, and copy the others', async () => {
    const runId = await started(from, 'run');
    const gone = 'f'.repeat(32);
    const report = await copyRuns(new EngineSource(from), to, { runIds: [gone, runId] });
    assert.deepEqual([report.created, report.problems.map(({ item }) => item)], [1, [`the run ${gone}`]]);
  });

  it('leave a model deleted that was deleted there, and say so', async () => {
    const sourceRunId = await started(from, 'run');
    const { experimentId } = await from.runs.get(sourceRunId);
    const { modelId } = await from.loggedModels.create({ experimentId, name: 'cnn', sourceRunId });
    await from.loggedModels.finalize(modelId, 'READY');
    await copyRuns(new EngineSource(from), to);
    await to.loggedModels.delete(modelId);
    const again = await copyRuns(new EngineSource(from), to);
    assert.deepEqual(again.problems, []);
    assert.match(again.notes.join('\n'), /the model cnn .* is deleted .* left so/);
    assert.equal((await to.loggedModels.get(modelId, true)).lifecycleStage, 'deleted');
  });

  it('remember so many points at the most, and double none beyond', async () => {
    const runId = await started(from, 'run');
    const metrics = Array.from({ length: 40 }, (_, step) => ({ key: `m${step % 4}`, value: step, step, timestamp: step }));
    await from.runs.logBatch(runId, { metrics: metrics.slice(0, 30) });
    await copyRuns(new EngineSource(from), to);
    await from.runs.logBatch(runId, { metrics: metrics.slice(30) });
    const source = new EngineSource(from);
    const tally = new CopyTally();
    const context: CopyContext = {
      source,
      target: to,
      references: new References(),
      problems: source.problems,
      tally,
      signal: undefined,
      onBytes: () => undefined,
    };
    const sent: number[] = [];
    const writer = new BatchWriter(context, runId, 'the run');
    writer.point = async (point) => {
      sent.push(point.step);
      await to.runs.logBatch(runId, { metrics: [point] });
    };
    await new PointCopy(context, runId, await to.runs.get(runId), 'the run', new Set(), 10).copy(await source.run(runId), writer);
    assert.ok(sent.length > 10, 'what is beyond is sent again');
    assert.ok(sent.length < 40, 'what is remembered is not');
    const counts = (await to.runs.get(runId)).metrics.map(({ count }) => count);
    assert.deepEqual(counts, [10, 10, 10, 10]);
  });

  it('compare files however they come in pieces', async () => {
    const stream = (...pieces: string[]): ReadableStream =>
      new ReadableStream({
        start(controller) {
          for (const piece of pieces) controller.enqueue(new TextEncoder().encode(piece));
          controller.close();
        },
      });
    const same = (a: string[], b: string[]): Promise<boolean> => sameContent(stream(...a) as never, stream(...b) as never);
    assert.equal(await same(['ab', '', 'c'], ['a', 'bc']), true);
    assert.equal(await same([], ['']), true);
    assert.equal(await same(['abc'], ['ab', 'd']), false);
    assert.equal(await same(['abc'], ['ab']), false);
  });
});
