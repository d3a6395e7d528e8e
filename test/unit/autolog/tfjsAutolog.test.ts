import assert from 'node:assert/strict';
import * as tf from '@tensorflow/tfjs-core';
import * as data from '@tensorflow/tfjs-data';
import * as layers from '@tensorflow/tfjs-layers';
import { parse } from 'yaml';
import { autolog, withRun } from '../../../src/api';
import type { DatasetInput } from '../../../src/core/dataset';
import { TagName } from '../../../src/core/tagNames';
import type { Run } from '../../../src/core/run';
import type { Engine } from '../../../src/store/engine';
import { openStore } from '../../../src/store/sqlite/store';
import { TemporaryFolder } from './temporaryFolder';
import { smallData, smallModel, useTensorFlow } from './tensorflow';

describe('autolog', () => {
  const folder = new TemporaryFolder();
  let engine: Engine;

  before(async () => {
    await useTensorFlow();
    engine = await openStore(folder.at('.tracking'));
  });
  after(async () => {
    await engine.close();
    folder.remove();
  });

  const within = <T>(work: () => Promise<T>): Promise<{ result: T; runId: string }> =>
    withRun({ store: folder.at('.tracking'), folder: folder.path, systemMetrics: false }, async (run) => ({
      result: await work(),
      runId: run.runId,
    }));
  const param = (run: Run, key: string) => run.params.find((item) => item.key === key)?.value;
  const history = async (runId: string, key: string) =>
    (await engine.metrics.history(runId, key)).items.map(({ step, value }) => [step, value]);
  const text = async (runId: string, path: string) => Buffer.from(await engine.artifacts.read(runId, path)).toString();
  const json = async (runId: string, path: string) => JSON.parse(await text(runId, path)) as unknown;

  async function reload(runId: string, path: string): Promise<layers.LayersModel> {
    const { modelTopology, weightsManifest } = (await json(runId, `${path}/model.json`)) as {
      modelTopology: object;
      weightsManifest: { weights: tf.io.WeightsManifestEntry[]; paths: string[] }[];
    };
    const bytes = await engine.artifacts.read(runId, `${path}/${weightsManifest[0]?.paths[0]}`);
    const weightData = new Uint8Array(bytes).buffer;
    return layers.loadLayersModel(tf.io.fromMemory({ modelTopology, weightSpecs: weightsManifest[0]?.weights, weightData }));
  }

  async function predicted(model: layers.LayersModel): Promise<number[]> {
    const sample = tf.tensor2d([
      [0.9, 0.1],
      [0.2, 0.7],
    ]);
    return [...(await (model.predict(sample) as tf.Tensor).data())];
  }

  it('logs parameters, every epoch and batch, data sets, the best weights and the model', async () => {
    const model = smallModel();
    const { x, y } = smallData(96);
    const theirs: number[] = [];
    autolog(model);
    const { result, runId } = await within(() =>
      model.fit(x, y, { epochs: 3, batchSize: 32, validationData: [x, y], callbacks: { onEpochEnd: (epoch) => void theirs.push(epoch) } }),
    );

    const run = await engine.runs.get(runId);
    assert.equal(run.status, 'FINISHED');
    assert.ok(run.params.length >= 29, `${run.params.length} parameters`);
    const expected = {
      epochs: '3',
      batch_size: '32',
      shuffle: 'True',
      class_weight: 'None',
      opt_name: 'Adam',
      layers: '2',
      total_params: '22',
      layer_1_units: '4',
    };
    for (const [key, value] of Object.entries(expected)) assert.equal(param(run, key), value, key);
    assert.equal(Number(param(run, 'opt_learning_rate')), 0.05);
    assert.deepEqual(theirs, [0, 1, 2]);
    for (const [key, name] of [
      ['loss', 'loss'],
      ['acc', 'accuracy'],
      ['val_loss', 'val_loss'],
      ['val_acc', 'val_accuracy'],
    ] as const)
      assert.deepEqual(
        await history(runId, name),
        result.history[key]?.map((value, step) => [step, value]),
        name,
      );
    assert.deepEqual(
      (await history(runId, 'batch_loss')).map(([step]) => step),
      [0, 1, 2, 3, 4, 5, 6, 7, 8],
    );
    assert.equal(
      run.metrics.some(({ key }) => key === 'stopped_epoch'),
      false,
    );
    assert.equal(run.tags[TagName.autologging], 'tfjs');
    assert.match(await text(runId, 'model_summary.txt'), /Total params: 22/);
    assert.equal(((await json(runId, 'model_architecture.json')) as { class_name: string }).class_name, 'Sequential');

    assert.deepEqual(await predicted(await reload(runId, 'models')), await predicted(model));
  });

  it('keeps the weights of the best epoch, not of the last', async () => {
    // Up the slope instead of down: every epoch is worse than the one before.
    const model = smallModel(tf.train.sgd(-0.5));
    const { x, y } = smallData(32);
    const seen: number[][] = [];
    autolog(model);
    const { result, runId } = await within(() =>
      model.fit(x, y, { epochs: 3, validationData: [x, y], callbacks: { onEpochEnd: async () => void seen.push(await predicted(model)) } }),
    );
    const losses = result.history['val_loss'] as number[];
    assert.ok(losses[0]! < losses[1]! && losses[1]! < losses[2]!);
    assert.deepEqual(await history(runId, 'best_epoch'), [[0, 0]]);
    assert.deepEqual(await predicted(await reload(runId, 'checkpoints/best')), seen[0]);
    assert.deepEqual(await predicted(await reload(runId, 'models')), seen[2]);
    assert.notDeepEqual(seen[0], seen[2]);
  });

  it("describes the model as MLflow's MLmodel does, and makes it a logged model", async () => {
    const model = smallModel();
    const { x, y } = smallData(16);
    autolog(model, { params: { backend: tf.getBackend() } });
    const { runId } = await within(() => model.fit(x, y, { epochs: 1 }));
    const run = await engine.runs.get(runId);
    assert.equal(param(run, 'backend'), 'wasm');
    const mlmodel = parse(await text(runId, 'models/MLmodel')) as {
      run_id: string;
      model_id: string;
      signature: { inputs: string; outputs: string };
      utc_time_created: string;
    };
    assert.equal(mlmodel.run_id, runId);
    assert.match(mlmodel.utc_time_created, /^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d\.\d{6}$/);
    assert.deepEqual(JSON.parse(mlmodel.signature.inputs), [{ type: 'tensor', 'tensor-spec': { dtype: 'float32', shape: [-1, 2] } }]);
    assert.deepEqual(JSON.parse(mlmodel.signature.outputs), [{ type: 'tensor', 'tensor-spec': { dtype: 'float32', shape: [-1, 2] } }]);
    const logged = await engine.loggedModels.get(mlmodel.model_id);
    assert.deepEqual([logged.status, logged.sourceRunId, logged.name, logged.params['opt_name']], ['READY', runId, 'models', 'Adam']);
    assert.deepEqual(run.modelOutputs, [{ modelId: logged.modelId, step: 0 }]);
    const [entry] = JSON.parse(run.tags[TagName.modelHistory] ?? '[]') as { artifact_path: string; model_uuid: string }[];
    assert.deepEqual([entry?.artifact_path, entry?.model_uuid], ['models', logged.modelId]);
    assert.deepEqual(await json(runId, 'models/package.json'), {
      private: true,
      dependencies: { '@tensorflow/tfjs-layers': layers.version_layers },
    });
  });

  it('tells data sets apart by their content', async () => {
    const fit = async (rows: number) => {
      const model = smallModel();
      const { x, y } = smallData(rows);
      autolog(model, { logModels: false });
      const held = smallData(8, 200);
      const { runId } = await within(() => model.fit(x, y, { epochs: 1, validationData: [held.x, held.y] }));
      return (await engine.runs.get(runId)).inputs;
    };
    const [first, same, other] = [await fit(16), await fit(16), await fit(17)];
    assert.deepEqual(first.map(({ tags }) => tags['mlflow.data.context']).sort(), ['train', 'validation']);
    const trained = (inputs: readonly DatasetInput[]) => inputs.find(({ tags }) => tags['mlflow.data.context'] === 'train')?.dataset;
    assert.equal(trained(first)?.digest, trained(same)?.digest);
    assert.notEqual(trained(first)?.digest, trained(other)?.digest);
    assert.equal((JSON.parse(trained(first)?.profile ?? '{}') as { num_rows: number }).num_rows, 16);
  });

  it('keeps early stopping at work beside it, and logs its settings and where it stopped', async () => {
    const model = smallModel();
    const { x, y } = smallData(16);
    autolog(model);
    const stopping = layers.callbacks.earlyStopping({ monitor: 'loss', patience: 1, minDelta: 10 });
    const { runId, result } = await within(() => model.fit(x, y, { epochs: 20, callbacks: stopping }));
    const run = await engine.runs.get(runId);
    assert.deepEqual([param(run, 'monitor'), param(run, 'patience'), param(run, 'min_delta')], ['loss', '1', '-10']);
    assert.equal((await history(runId, 'stopped_epoch'))[0]?.[1], result.epoch.length - 1);
    assert.equal((await history(runId, 'loss')).length, result.epoch.length);
    assert.ok(result.epoch.length < 20);
  });

  it('logs fitDataset, whose batches are the data set’s own', async () => {
    const model = smallModel();
    const { x, y } = smallData(20);
    autolog(model);
    const batches = data.zip({ xs: data.array(x.arraySync()), ys: data.array(y.arraySync()) }).batch(5);
    const { runId } = await within(() => model.fitDataset(batches, { epochs: 2, batchesPerEpoch: undefined }));
    const run = await engine.runs.get(runId);
    assert.equal(param(run, 'batch_size'), 'None');
    assert.equal((await history(runId, 'loss')).length, 2);
    assert.equal((await history(runId, 'batch_loss')).length, 8);
  });

  it('logs an evaluation, even when its result is disposed at once', async () => {
    const model = smallModel();
    const { x, y } = smallData(16);
    autolog(model);
    const { runId, result } = await within(async () => {
      const scalars = model.evaluate(x, y) as tf.Scalar[];
      const values = scalars.map((scalar) => scalar.dataSync()[0]);
      tf.dispose(scalars);
      return Promise.resolve(values);
    });
    assert.deepEqual(await history(runId, 'eval_loss'), [[0, result[0]]]);
    assert.deepEqual(await history(runId, 'eval_accuracy'), [[0, result[1]]]);
  });

  it('makes a run of its own where none is active, FAILED when the fit fails', async () => {
    const model = smallModel();
    const { x } = smallData(16);
    autolog(model);
    process.env['ML_TRACKING_STORE'] = folder.at('.tracking');
    process.env['ML_TRACKING_EXPERIMENT'] = 'own';
    try {
      await assert.rejects(model.fit(x, tf.zeros([16, 3]), { epochs: 1 }), /expected|shape/i);
      await model.fit(x, smallData(16).y, { epochs: 1, callbacks: [{ onEpochEnd: () => undefined }] });
    } finally {
      delete process.env['ML_TRACKING_STORE'];
      delete process.env['ML_TRACKING_EXPERIMENT'];
    }
    const experiment = await engine.experiments.getByName('own');
    const { items } = await engine.runs.search({ experimentIds: [experiment?.experimentId ?? ''] });
    assert.deepEqual(items.map(({ status }) => status).sort(), ['FAILED', 'FINISHED']);
  });

  it('is taken back by what it returns', async () => {
    const model = smallModel();
    const { x, y } = smallData(16);
    const undo = autolog(model);
    undo();
    assert.equal(Object.hasOwn(model, 'fit'), false);
    const { runId } = await within(() => model.fit(x, y, { epochs: 1 }));
    assert.deepEqual((await engine.runs.get(runId)).params, []);
  });

  it('replaces the model of an earlier fit of the same run, and keeps its id', async () => {
    const model = smallModel();
    const { x, y } = smallData(16);
    autolog(model);
    const { runId } = await within(async () => {
      await model.fit(x, y, { epochs: 1 });
      await model.fit(x, y, { epochs: 1 });
    });
    const { items } = await engine.loggedModels.search({ experimentIds: ['0'], sourceRunId: runId });
    assert.deepEqual(
      items.map(({ status }) => status),
      ['READY'],
    );
    const entries = JSON.parse((await engine.runs.get(runId)).tags[TagName.modelHistory] ?? '[]') as { model_uuid: string }[];
    assert.deepEqual(
      entries.map(({ model_uuid }) => model_uuid),
      [items[0]?.modelId],
    );
    assert.deepEqual(await predicted(await reload(runId, 'models')), await predicted(model));
  });

  it('logs a fit once when it is asked for twice', async () => {
    const model = smallModel();
    const { x, y } = smallData(16);
    autolog(model);
    autolog(model);
    const { runId } = await within(() => model.fit(x, y, { epochs: 2 }));
    assert.equal((await history(runId, 'batch_loss')).length, 2);
    assert.equal((await engine.loggedModels.search({ experimentIds: ['0'], sourceRunId: runId })).items.length, 1);
  });
});
