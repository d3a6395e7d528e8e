// The real tfjs-node, as `node scripts/peers.mjs tensorflow` compiles it.
import assert from 'node:assert/strict';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Rank, Tensor4D } from '@tensorflow/tfjs-core';
import type { FitWatcher } from '../../src/autolog/model';
import { useTfjsNode } from '../../src/train/backend/tfjsNode';
import { findTfjsNode, selectBackend, type SelectedBackend } from '../../src/train/backend/selection';
import type { TrainerFiles } from '../../src/train/backend/trainerFiles';
import { trainDigits, type DigitTraining } from '../../src/train/digitTrainer';
import { builtTrainer } from '../unit/train/builtTrainer';
import { spots } from '../unit/train/spots';

const peers = join(fileURLToPath(new URL('../..', import.meta.url)), '.vscode-test', 'tfjs-node');
const silent: FitWatcher = {
  trainBegin: () => Promise.resolve(),
  batchEnd: () => Promise.resolve(),
  epochEnd: () => Promise.resolve(),
  trainEnd: () => Promise.resolve(),
};

describe('native TensorFlow', function () {
  this.timeout(180_000);
  let files: TrainerFiles;
  let native: SelectedBackend;

  before(async function () {
    if (!(await findTfjsNode([peers]))) {
      console.log('      skipped: tfjs-node is not installed here; run "node scripts/peers.mjs tensorflow".');
      return this.skip();
    }
    files = await builtTrainer();
    native = await selectBackend({ wanted: 'auto', searchFolders: [peers], ...files, log: () => {} });
  });

  const train = (backend: SelectedBackend, signal = new AbortController().signal, onProgress = () => {}, epochs = 2) => {
    const options: DigitTraining = {
      data: { train: spots(700, 1), test: spots(100, 2) },
      network: { filters: [8, 16], kernelSize: 3, poolSize: 2, dropout: 0.25, classes: 10, seed: 3 },
      epochs,
      batchSize: 64,
      learningRate: 0.005,
      validationSplit: 0.3,
      seed: 11,
      shuffle: true,
      threads: 2,
      backend,
    };
    return trainDigits(options, { watcher: silent, onProgress, signal, log: () => {}, files });
  };

  it('is chosen where it works, without being asked for', () => {
    assert.equal(native.name, 'tfjs-node', native.message);
    assert.equal(native.version, '4.22.0');
  });

  it('trains to the same curve as wasm, from the same start, order and masks', async () => {
    const wasm = await selectBackend({ wanted: 'wasm', searchFolders: [], ...files, log: () => {} });
    const [theirs, ours] = [await train(native), await train(wasm)];
    theirs.history.forEach((logs, epoch) => {
      for (const [name, value] of Object.entries(logs)) {
        const difference = Math.abs(value - (ours.history[epoch]?.[name] ?? NaN));
        // An image whose two greatest probabilities are near may fall to the other side.
        assert.ok(difference <= (name.endsWith('acc') ? 0.01 : 2e-3), `${name} of epoch ${epoch} differs by ${difference}`);
      }
    });
    assert.equal(theirs.backend.name, 'tfjs-node');
    for (const { model } of [theirs, ours]) model.dispose();
  });

  it('pools as TensorFlow does in public, gradient and equal numbers too, and keeps nothing', async function () {
    assert.equal(native.place.name, 'tfjs-node');
    const { core, maxPool } = await useTfjsNode((native.place as { packageFolder: string }).packageFolder);
    if (!maxPool) {
      console.log('      skipped: this TensorFlow has no oneDNN kernels of pooling.');
      return this.skip();
    }
    // Of whole numbers from −6 to 1 many windows have equal greatest ones; odd sides leave a rest.
    const x = core.round<Tensor4D>(core.randomUniform([3, 11, 13, 5], -6, 1, 'float32', 7));
    const dy = core.randomNormal<Rank.R4>([3, 5, 6, 5], 0, 1, 'float32', 8);
    const both = (pool: (input: Tensor4D) => Tensor4D) => {
      const { value, grad } = core.valueAndGrad((input) => pool(input as Tensor4D))(x, dy);
      const found = { value: [...value.dataSync()], gradient: [...grad.dataSync()] };
      core.dispose([value, grad]);
      return found;
    };
    const before = core.memory().numTensors;
    assert.deepEqual(
      both(maxPool),
      both((input) => core.maxPool(input, 2, 2, 'valid')),
    );
    assert.equal(core.memory().numTensors, before);
    core.dispose([x, dy]);
  });

  it('ends when it is told to', async () => {
    const abort = new AbortController();
    await assert.rejects(
      train(native, abort.signal, () => abort.abort(), 1000),
      { name: 'AbortError' },
    );
  });
});
