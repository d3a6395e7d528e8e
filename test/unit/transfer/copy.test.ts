import assert from 'node:assert/strict';
import { TrackingError } from '../../../src/core/errors';
import type { Run } from '../../../src/core/run';
import { TagName } from '../../../src/core/tagNames';
import type { Engine } from '../../../src/store/engine';
import { everyExperimentId } from '../../../src/store/pages';
import { type CopyOptions, copyRuns } from '../../../src/transfer/copy';
import type { CopyReport } from '../../../src/transfer/copyReport';
import { EngineSource } from '../../../src/transfer/engineSource';
import { Folders } from './folders';
import { choosing, stopping } from './targets';

describe('Copies of runs', () => {
  const folders = new Folders();
  let from: Engine;
  let to: Engine;
  beforeEach(async () => {
    from = await folders.store();
    to = await folders.store();
  });
  afterEach(() => folders.clear());

  const copy = (target: Engine, options: CopyOptions = {}, source = from): Promise<CopyReport> =>
    copyRuns(new EngineSource(source), target, options);
  const runsOf = async (engine: Engine): Promise<Run[]> => {
    const experimentIds = await everyExperimentId(engine, 'ALL');
    return [...(await engine.runs.search({ experimentIds, view: 'ALL', orderBy: ['attributes.start_time ASC'] })).items];
  };

  async function everything(engine: Engine): Promise<unknown> {
    const experimentIds = await everyExperimentId(engine, 'ALL');
    const models = (await engine.loggedModels.search({ experimentIds })).items.map((model) => ({ ...model, lastUpdateTime: 0 }));
    const versions = (await engine.registry.searchVersions({})).items.map((version) => ({ ...version, lastUpdateTime: 0 }));
    return [await runsOf(engine), models, versions];
  }

  /** A parent with a model, a registered version and files, and its child. */
  async function fill(): Promise<{ parent: Run; child: Run; modelId: string }> {
    const experimentId = await from.experiments.create('digits', { team: 'a' }, { creationTime: 5 });
    const parent = await from.runs.create({ experimentId, name: 'parent', startTime: 1000, userId: 'ana' });
    const child = await from.runs.create({ experimentId, name: 'child', startTime: 1001, tags: { [TagName.parentRunId]: parent.runId } });
    const points = Array.from({ length: 2500 }, (_, step) => ({ key: 'loss', value: 1 / (step + 1), step, timestamp: 2000 + step }));
    for (let at = 0; at < points.length; at += 1000) await from.runs.logBatch(parent.runId, { metrics: points.slice(at, at + 1000) });
    const model = await from.loggedModels.create({
      experimentId,
      name: 'cnn',
      sourceRunId: parent.runId,
      params: { depth: '3' },
      tags: { k: 'v' },
    });
    await from.artifactTree.write(`${experimentId}/models/${model.modelId}/artifacts/MLmodel`, new Blob(['flavors: {}']).stream() as never);
    await from.loggedModels.finalize(model.modelId, 'READY');
    const params = Array.from({ length: 150 }, (_, index) => ({ key: `p${index}`, value: String(index) }));
    await from.runs.logBatch(parent.runId, { params: params.slice(50) });
    await from.runs.logBatch(parent.runId, {
      params: params.slice(0, 50),
      tags: {
        note: `see runs:/${parent.runId}/plots`,
        [TagName.modelHistory]: JSON.stringify([{ run_id: parent.runId, artifact_path: 'model' }]),
        [TagName.process]: '{}',
      },
      metrics: [{ key: 'acc', value: 0.5, step: 1, timestamp: 10, modelId: model.modelId, datasetName: 'mnist', datasetDigest: '1a' }],
    });
    const dataset = { name: 'mnist', digest: '1a', sourceType: 'local', source: '{}', schema: undefined, profile: undefined };
    await from.runs.logInputs(parent.runId, [{ dataset, tags: { [`mlflow.data.context`]: 'train' } }]);
    await from.runs.logOutputs(parent.runId, [{ modelId: model.modelId, step: 3 }]);
    await from.artifacts.write(parent.runId, 'plots/a b.txt', 'plot');
    await from.artifacts.write(parent.runId, 'empty', '');
    await from.registry.createModel('reader', { tags: { t: '1' } });
    await from.registry.createVersion({ name: 'reader', source: `models:/${model.modelId}`, runId: parent.runId, description: 'first' });
    await from.registry.createVersion({ name: 'reader', source: `runs:/${parent.runId}/plots` });
    await from.registry.setAlias('reader', 'champion', 2);
    await from.registry.updateVersion('reader', 1, { stage: 'Staging' });
    await from.runs.update(parent.runId, { status: 'FINISHED', endTime: 3000 });
    await from.runs.update(child.runId, { status: 'FAILED', endTime: 3001 });
    return { parent, child, modelId: model.modelId };
  }

  it('keep everything, ids and times too, in a store that can; again they change nothing', async () => {
    const { parent, modelId } = await fill();
    for (const expected of [
      [2, 0, 0, 1, 2],
      [0, 0, 2, 0, 0],
    ]) {
      const report = await copy(to, { registry: true });
      assert.deepEqual(report.problems, []);
      assert.deepEqual([report.created, report.resumed, report.unchanged, report.loggedModels, report.modelVersions], expected);
      const [was, is] = [await from.runs.get(parent.runId), await to.runs.get(parent.runId)];
      const tags = Object.fromEntries(Object.entries(was.tags).filter(([key]) => key !== TagName.process));
      assert.deepEqual({ ...is, artifactUri: '', experimentId: '' }, { ...was, tags, artifactUri: '', experimentId: '' });
      assert.deepEqual(
        (await to.metrics.history(parent.runId, 'loss', { maxResults: 25_000 })).items,
        (await from.metrics.history(parent.runId, 'loss', { maxResults: 25_000 })).items,
      );
      assert.deepEqual((await to.loggedModels.get(modelId)).metrics, (await from.loggedModels.get(modelId)).metrics);
      assert.equal((await to.artifactTree.list(`${is.experimentId}/models/${modelId}/artifacts`)).length, 1);
      assert.deepEqual(
        (await to.artifacts.list(parent.runId, 'plots')).map(({ path, size }) => [path, size]),
        [['plots/a b.txt', 4]],
      );
      const [versionWas, versionIs] = [await from.registry.getVersion('reader', 1), await to.registry.getVersion('reader', 1)];
      assert.deepEqual({ ...versionIs, lastUpdateTime: 0 }, { ...versionWas, lastUpdateTime: 0 });
      assert.deepEqual((await to.registry.getModel('reader')).aliases, { champion: 2 });
      assert.equal((await to.experiments.getByName('digits'))?.creationTime, 5);
    }
  });

  it('find themselves again, and rewrite what names them, where ids are chosen by the target', async () => {
    const { parent, child, modelId } = await fill();
    const server = choosing(to);
    for (const expected of [
      [2, 0, 0],
      [0, 0, 2],
    ]) {
      const report = await copy(server, { registry: true });
      assert.deepEqual(report.problems, []);
      assert.deepEqual([report.created, report.resumed, report.unchanged], expected);
      const id = report.runs.get(parent.runId)!;
      assert.notEqual(id, parent.runId);
      const is = await to.runs.get(id);
      assert.equal(is.tags[TagName.copiedFrom], parent.runId);
      assert.equal(is.tags['note'], `see runs:/${id}/plots`);
      assert.equal(is.tags[TagName.modelHistory], JSON.stringify([{ run_id: id, artifact_path: 'model' }]));
      assert.equal((await to.runs.get(report.runs.get(child.runId)!)).tags[TagName.parentRunId], id);
      assert.deepEqual([is.status, is.endTime, is.params.length, is.metrics.map(({ count }) => count)], ['FINISHED', 3000, 150, [1, 2500]]);
      const [model] = (await to.loggedModels.search({ experimentIds: [is.experimentId] })).items;
      assert.notEqual(model!.modelId, modelId);
      assert.deepEqual([model!.sourceRunId, model!.status, model!.tags['k'], model!.metrics[0]?.value], [id, 'READY', 'v', 0.5]);
      assert.deepEqual(is.modelOutputs, [{ modelId: model!.modelId, step: 3 }]);
      const versions = (await to.registry.searchVersions({ name: 'reader' })).items;
      assert.deepEqual(
        versions.map(({ version, source, runId }) => [version, source, runId]),
        [
          [2, `runs:/${id}/plots`, id],
          [1, `models:/${model!.modelId}`, id],
        ],
      );
      assert.equal((await runsOf(to)).length, 2);
    }
  });

  it('of a child rename its parent when that is copied later', async () => {
    const { parent, child } = await fill();
    const server = choosing(to);
    const first = await copy(server, { runIds: [child.runId] });
    const copied = first.runs.get(child.runId)!;
    assert.equal((await to.runs.get(copied)).tags[TagName.parentRunId], parent.runId);
    const second = await copy(server, { runIds: [parent.runId] });
    assert.equal((await to.runs.get(copied)).tags[TagName.parentRunId], second.runs.get(parent.runId));
  });

  it('come back to where they were first logged', async () => {
    const { parent, modelId } = await fill();
    const server = choosing(to);
    await from.registry.deleteVersion('reader', 1);
    const id = (await copy(server, { registry: true })).runs.get(parent.runId)!;
    const before = await everything(from);
    const first = await copy(from, { registry: true }, to);
    assert.deepEqual([first.created, first.resumed, first.unchanged, first.loggedModels, first.modelVersions], [0, 0, 2, 0, 0]);
    assert.deepEqual(await everything(from), before);
    await to.runs.logBatch(id, { metrics: [{ key: 'loss', value: 0, step: 9999, timestamp: 9999 }] });
    const report = await copy(from, { runIds: [id] }, to);
    assert.deepEqual([report.created, report.resumed, report.runs.get(id)], [0, 1, parent.runId]);
    assert.equal((await from.runs.get(parent.runId)).metrics.find(({ key }) => key === 'loss')?.last.step, 9999);
    assert.equal((await from.loggedModels.get(modelId)).tags[TagName.copiedFrom], undefined);
  });

  it('carry on the run that was begun there', async () => {
    const experimentId = await to.experiments.create('digits');
    const begun = await to.runs.create({ experimentId, name: 'begun' });
    await to.runs.logBatch(begun.runId, { params: [{ key: 'p', value: '1' }], metrics: [{ key: 'm', value: 1, step: 1, timestamp: 1 }] });
    const local = await from.runs.create({
      experimentId: await from.experiments.create('digits'),
      name: 'begun',
      tags: { [TagName.continues]: begun.runId },
    });
    await from.runs.logBatch(local.runId, {
      params: [
        { key: 'p', value: '2' },
        { key: 'q', value: '1' },
      ],
      metrics: [{ key: 'm', value: 2, step: 2, timestamp: 2 }],
    });
    await from.runs.update(local.runId, { status: 'FINISHED', endTime: 99 });
    const report = await copy(choosing(to));
    assert.deepEqual([report.created, report.resumed, report.runs.get(local.runId)], [0, 1, begun.runId]);
    assert.deepEqual(
      report.problems.map(({ item }) => item),
      [`the run begun (${local.runId}), the param p`],
    );
    const run = await to.runs.get(begun.runId);
    assert.deepEqual([run.status, run.endTime, run.metrics[0]?.count, run.params.length], ['FINISHED', 99, 2, 2]);
    assert.equal(run.tags[TagName.continues], undefined);
    assert.equal((await runsOf(to)).length, 1);
  });

  it('say what stands in their way, and copy the rest', async () => {
    const { parent } = await fill();
    const other = await from.runs.create({ experimentId: await from.experiments.create('other'), name: 'other' });
    const deleted = await to.experiments.create('digits');
    await to.experiments.delete(deleted);
    const report = await copy(to);
    assert.ok(report.problems.some(({ item, message }) => item === 'the experiment digits' && /restore it there/.test(message)));
    assert.equal((await to.runs.get(other.runId)).runName, 'other');
    await assert.rejects(to.runs.get(parent.runId), TrackingError);
    await to.experiments.restore(deleted);
    assert.equal((await copy(to)).created, 2);
    await to.runs.delete(other.runId);
    const again = await copy(to);
    assert.match(again.notes.join('\n'), /other .* is deleted .* left so/);
    assert.equal((await to.runs.get(other.runId)).lifecycleStage, 'deleted');
  });

  it('may be stopped anywhere, and again bring what is missing', async () => {
    const { parent } = await fill();
    const whole = await folders.store();
    await copy(whole, { registry: true });
    const expected = await whole.runs.get(parent.runId);
    const stopped = await folders.store();
    let steps = 0;
    // Each time one write further; the last time nothing is left to stop.
    for (let most = 1; ; most++) {
      const stop = new AbortController();
      steps = 0;
      const counting = stopping(stopped, () => {
        if (++steps > most) stop.abort(new Error('stopped'));
        stop.signal.throwIfAborted();
      });
      const report = await copy(counting, { registry: true, signal: stop.signal });
      assert.deepEqual(report.problems, []);
      if (!report.stopped) break;
      assert.ok(most < 60);
    }
    const run = await stopped.runs.get(parent.runId);
    assert.deepEqual({ ...run, artifactUri: '', experimentId: '' }, { ...expected, artifactUri: '', experimentId: '' });
    assert.deepEqual((await stopped.registry.getModel('reader')).aliases, { champion: 2 });
    assert.equal((await runsOf(stopped)).length, 2);
  });

  it('tell how far they are', async () => {
    await fill();
    const told: string[] = [];
    const report = await copy(to, { onProgress: ({ done, total, run }) => told.push(`${done}/${total} ${run}`) });
    assert.deepEqual(told, ['0/2 parent', '1/2 child']);
    assert.deepEqual([report.files, report.bytes], [3, 15]);
  });

  it('of all leave out the deleted ones where told', async () => {
    const { child } = await fill();
    await from.runs.delete(child.runId);
    assert.equal((await copy(to, { deleted: false })).created, 1);
    assert.equal((await copy(to)).created, 1);
    assert.equal((await to.runs.get(child.runId)).lifecycleStage, 'deleted');
  });
});
