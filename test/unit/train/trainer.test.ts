import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Tensor } from '@tensorflow/tfjs-core';
import type { FitWatcher } from '../../../src/autolog/model';
import type { RunProgress } from '../../../src/core/progress';
import { useWasmBackend } from '../../../src/train/backend/wasmBackend';
import type { TrainerFiles } from '../../../src/train/backend/trainerFiles';
import { trainDigits, type DigitTraining, type TrainingSurroundings } from '../../../src/train/digitTrainer';
import { buildNetwork } from '../../../src/train/network';
import { loadModel } from '../../../src/train/savedModel';
import { builtTrainer } from './builtTrainer';
import { spots } from './spots';

const NETWORK = { filters: [4, 6], kernelSize: 3, poolSize: 2, dropout: 0.25, classes: 10, seed: 3 };

describe('digit trainer', function () {
  this.timeout(120_000);
  let files: TrainerFiles;
  const silent: FitWatcher = {
    trainBegin: () => Promise.resolve(),
    batchEnd: () => Promise.resolve(),
    epochEnd: () => Promise.resolve(),
    trainEnd: () => Promise.resolve(),
  };

  before(async () => {
    files = await builtTrainer();
  });

  const options = (changed: Partial<DigitTraining> = {}): DigitTraining => ({
    data: { train: spots(420, 1), test: spots(130, 2) },
    network: NETWORK,
    epochs: 2,
    batchSize: 100,
    learningRate: 0.01,
    validationSplit: 0.3,
    seed: 11,
    shuffle: true,
    threads: 1,
    backend: { name: 'wasm', version: '4.22.0', place: { name: 'wasm', wasmFolder: files.wasmFolder }, message: undefined },
    ...changed,
  });
  const surroundings = (changed: Partial<TrainingSurroundings> = {}): TrainingSurroundings => ({
    watcher: silent,
    onProgress: () => {},
    signal: new AbortController().signal,
    log: () => {},
    files,
    ...changed,
  });
  const train = (changed: Partial<DigitTraining> = {}, around: Partial<TrainingSurroundings> = {}) =>
    trainDigits(options(changed), surroundings(around));

  it('gives the same curve to the bit for a seed, whatever the number of threads', async () => {
    const results = [];
    for (const threads of [1, 2, 3]) results.push(await train({ threads }));
    const [first, ...others] = results.map(({ history, bestWeights, test }) => ({
      history,
      weights: new Float32Array(bestWeights.data),
      test,
    }));
    for (const other of others) assert.deepEqual(other, first);
    assert.equal(results[1]?.threads, 2);
    const another = await train({ seed: 12 });
    assert.notDeepEqual(another.history, first?.history);
    for (const { model } of [...results, another]) model.dispose();
  });

  it("follows tfjs's own fit where that can be told what to do", async () => {
    const changed = { network: { ...NETWORK, dropout: 0 }, shuffle: false };
    const ours = await train(changed);
    const { data, learningRate, epochs, batchSize, validationSplit } = options();
    const library = await useWasmBackend(files.wasmFolder);
    const model = buildNetwork(library, changed.network, learningRate);
    const { core } = library;
    const x = core.tensor4d(
      Float32Array.from(data.train.images, (pixel) => pixel / 255),
      [data.train.labels.length, 28, 28, 1],
    );
    const y = core.oneHot(core.tensor1d(data.train.labels, 'int32'), 10);
    const theirs = await model.fit(x, y, { epochs, batchSize, validationSplit, shuffle: false, verbose: 0 });
    for (const key of ['loss', 'acc', 'val_loss', 'val_acc'])
      ours.history.forEach((logs, epoch) => near(logs[key] as number, theirs.history[key]?.[epoch] as number, `${key} of epoch ${epoch}`));
    for (const object of [x, y, model, ours.model]) object.dispose();
  });

  it('learns, and gives back the model that it tested', async () => {
    const { model, history, test, bestEpoch, bestWeights } = await train({ epochs: 6 });
    assert.ok(test.accuracy > 0.9, `accuracy ${test.accuracy}`);
    const { data } = options();
    const { core } = await useWasmBackend(files.wasmFolder);
    const pixels = Float32Array.from(data.test.images, (pixel) => pixel / 255);
    const predicted = core.tidy(() => (model.predict(core.tensor4d(pixels, [130, 28, 28, 1])) as Tensor).dataSync());
    predicted.forEach((value, index) => near(value, test.probabilities[index] as number, `probability ${index}`));
    const losses = history.map((logs) => logs['val_loss'] as number);
    assert.equal(bestEpoch, losses.indexOf(Math.min(...losses)));
    assert.deepEqual(
      bestWeights.specs.map(({ name, shape }) => [name, shape]),
      model.weights.map((weight) => [weight.originalName, weight.shape]),
    );
    assert.equal(bestWeights.data.byteLength, model.countParams() * 4);
    model.dispose();
  });

  it("tells the watcher what tfjs's callbacks would, in order, and the progress", async () => {
    const calls: string[] = [];
    const progress: RunProgress[] = [];
    let extra: unknown;
    const watcher: FitWatcher = {
      trainBegin: (model, fit, extras) => {
        calls.push(`begin ${model.name} ${fit.batchSize} ${fit.epochs} ${fit.validationSplit} ${fit.shuffle}`);
        extra = extras;
        return Promise.resolve();
      },
      batchEnd: async (epoch, batch, logs) => {
        await Promise.resolve();
        calls.push(`batch ${epoch}.${batch} ${logs['size']} ${Object.keys(logs).join()}`);
      },
      epochEnd: (epoch, logs) => Promise.resolve(void calls.push(`epoch ${epoch} ${Object.keys(logs).join()}`)),
      trainEnd: () => Promise.resolve(void calls.push('end')),
    };
    const { model } = await train({ limit: 300 }, { watcher, onProgress: (now) => progress.push(now) });
    const batches = (epoch: number) => [100, 100, 10].map((size, batch) => `batch ${epoch}.${batch} ${size} batch,size,loss,acc`);
    const epochs = [0, 1].flatMap((epoch) => [...batches(epoch), `epoch ${epoch} loss,acc,val_loss,val_acc`]);
    assert.deepEqual(calls, ['begin digit_cnn 100 2 0.3 true', ...epochs, 'end']);
    assert.deepEqual(extra, {
      seed: 11, backend: 'wasm', backend_version: '4.22.0', threads: 1, dtype: 'float32',
      train_samples: 210, validation_samples: 90, test_samples: 130, limit: 300,
    }); // prettier-ignore
    assert.deepEqual(
      progress.map(({ epoch, batch, batches, epochs }) => [epoch, batch, batches, epochs]),
      [1, 2].flatMap((epoch) => [1, 2, 3].map((batch) => [epoch, batch, 3, 2])),
    );
    assert.ok(progress.every(({ imagesPerSecond, secondsLeft }) => imagesPerSecond > 0 && secondsLeft >= 0));
    model.dispose();
  });

  it('stops early when nothing gets better', async () => {
    // Such steps throw the weights far away at once.
    const { history, bestEpoch, model } = await train({ epochs: 30, learningRate: 10, earlyStopping: { patience: 2 } });
    assert.equal(history.length, bestEpoch + 3);
    model.dispose();
  });

  it('ends within a batch when it is aborted, and leaves no worker', async () => {
    const abort = new AbortController();
    let batches = 0;
    const running = train({ epochs: 1000, threads: 2 }, { signal: abort.signal, onProgress: () => ++batches === 3 && abort.abort() });
    await assert.rejects(running, { name: 'AbortError' });
    assert.ok(batches < 12, `${batches} batches, an epoch's are 3`);
    assert.ok(!process.getActiveResourcesInfo().includes('Worker'));
    await assert.rejects(train({}, { signal: abort.signal }), { name: 'AbortError' });
  });

  it('fails with what its watcher failed with', async () => {
    const watcher: FitWatcher = { ...silent, batchEnd: () => Promise.reject(new Error('the store is full')) };
    await assert.rejects(train({ epochs: 1000 }, { watcher }), /the store is full/);
  });

  it('fails with the message of a worker that dies, or with its silence', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'ml-tracking-dying-'));
    try {
      const dying = async (name: string, script: string) => {
        await writeFile(join(folder, name), script);
        return { ...files, worker: pathToFileURL(join(folder, name)) };
      };
      await assert.rejects(
        train({}, { files: await dying('a.mjs', "throw new Error('no memory left')") }),
        /A training worker failed: no memory left/,
      );
      await assert.rejects(train({}, { files: await dying('b.mjs', 'process.exit(3)') }), /ended unasked with the code 3/);
    } finally {
      await rm(folder, { recursive: true });
    }
  });

  it('refuses what it cannot train in one clear line', async () => {
    const refuses = (changed: Partial<DigitTraining>, message: RegExp) => assert.rejects(train(changed), message);
    await refuses({ epochs: 0 }, /epochs must be a whole number above 0, not 0/);
    await refuses({ batchSize: 1.5 }, /batchSize/);
    await refuses({ learningRate: NaN }, /learningRate must be above 0, not NaN/);
    await refuses({ validationSplit: 1 }, /validationSplit must be from 0 to below 1/);
    await refuses({ limit: 1, validationSplit: 0.9 }, /leave none to train on/);
    await refuses({ network: { ...NETWORK, filters: [4, 4, 4, 4] } }, /leave nothing of 28×28 pixels/);
    const { train: images, test } = options().data;
    await refuses({ data: { train: { ...images, labels: images.labels.subarray(1) }, test } }, /419 labels but 420 images/);
    await refuses({ data: { train: images, test: { images: new Uint8Array(), labels: new Uint8Array() } } }, /The test set is empty/);
    await refuses({ network: { ...NETWORK, classes: 5 } }, /labels beyond the network's 5 classes/);
  });

  it('gives a model that is loaded again from what tfjs saves', async () => {
    const { model, test } = await train({ epochs: 1 });
    const { core } = await useWasmBackend(files.wasmFolder);
    let saved: { json: Uint8Array; weights: Uint8Array } | undefined;
    await model.save(
      core.io.withSaveHandler((artifacts) => {
        const { modelTopology, weightSpecs, weightData } = artifacts;
        const json = { format: 'layers-model', modelTopology, weightsManifest: [{ paths: ['weights.bin'], weights: weightSpecs }] };
        saved = { json: Buffer.from(JSON.stringify(json)), weights: new Uint8Array(weightData as ArrayBuffer) };
        return Promise.resolve({ modelArtifactsInfo: { dateSaved: new Date(), modelTopologyType: 'JSON' as const } });
      }),
    );
    const loaded = await loadModel(saved!.json, saved!.weights, files.wasmFolder);
    const predicted = await loaded.predict(Float32Array.from(options().data.test.images, (pixel) => pixel / 255));
    predicted.forEach((value, index) => near(value, test.probabilities[index] as number, `probability ${index}`));
    await assert.rejects(loaded.predict(new Float32Array(100)), /100 values are no whole number of 28×28 images/);
    loaded.dispose();
    model.dispose();
    await assert.rejects(loadModel(Buffer.from('nonsense'), saved!.weights, files.wasmFolder), /model.json is not JSON/);
    await assert.rejects(loadModel(saved!.json, saved!.weights.subarray(8), files.wasmFolder), /The saved model cannot be read/);
  });
});

function near(actual: number, expected: number, label: string): void {
  assert.ok(Math.abs(actual - expected) < 1e-4, `${label}: ${actual} instead of ${expected}`);
}
