import assert from 'node:assert/strict';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { TRAIN_DEFAULTS, checkSettings, parseConfig, readConfig } from '../../../src/train/config';

describe('A training’s configuration', () => {
  it('is read from YAML', () => {
    const yaml = '# a comment\nexperiment: wide\nbatch_size: 64\nfilters: [16, 32, 64]\ndropout: 0\nlearning_rate: 1e-3\nbackend: wasm\n';
    assert.deepEqual(parseConfig(yaml, 'cnn.yaml'), {
      experiment: 'wide',
      batchSize: 64,
      filters: [16, 32, 64],
      dropout: 0,
      learningRate: 0.001,
      backend: 'wasm',
    });
    assert.deepEqual(parseConfig('', 'cnn.yaml'), {});
  });

  const wrong: readonly [yaml: string, message: RegExp][] = [
    ['epochs: 3\nbatchsize: 4\n', /^cnn\.yaml:2: there is no setting "batchsize"; did you mean "batch_size"\?\.?$/],
    ['epochs: 3\nbatchSize: 4\n', /did you mean "batch_size"/],
    ['colour: red', /^cnn\.yaml:1: there is no setting "colour"; there are experiment, epochs, batch_size/],
    ['\n\nepochs: many', /^cnn\.yaml:3: epochs must be a whole number of at least 1, not "many"\.$/],
    ['epochs: 1.5', /epochs must be a whole number/],
    ['epochs:', /epochs must be a whole number of at least 1, not null/],
    ['validation_split: 1', /validation_split must be a number from 0 up to, but not, 1, not 1/],
    ['learning_rate: 0', /learning_rate must be a number above 0/],
    ['filters: 32', /filters must be a list of whole numbers of at least 1, such as \[32, 64\], not 32/],
    ['filters: [32, 0]', /not \[32,0\]/],
    ['backend: cuda', /backend must be auto, tfjs-node or wasm/],
    ['- epochs', /cnn\.yaml: a configuration is a list of settings/],
    ['epochs: 3\nepochs: 4', /^cnn\.yaml:2: Map keys must be unique/],
    ['filters: [32', /^cnn\.yaml:1: /],
  ];
  for (const [yaml, message] of wrong) {
    it(`refuses ${JSON.stringify(yaml)} in one line`, () => {
      assert.throws(
        () => parseConfig(yaml, 'cnn.yaml'),
        (error: Error) => {
          assert.match(error.message, message);
          assert.ok(!error.message.includes('\n'), error.message);
          return true;
        },
      );
    });
  }

  it('fills in what a file leaves out, and finds the data from the project’s folder', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'config-'));
    try {
      await mkdir(join(folder, 'configs'));
      await writeFile(join(folder, 'configs', 'cnn.yaml'), 'epochs: 2\ndata: data/raw\n');
      const config = await readConfig(join(folder, 'configs', 'cnn.yaml'));
      assert.deepEqual(config, { ...TRAIN_DEFAULTS, epochs: 2, data: join(folder, 'data', 'raw') });
      await assert.rejects(readConfig(join(folder, 'none.yaml')), /There is no configuration .*none\.yaml/);
      await assert.rejects(readConfig(folder), /cannot be read/);
    } finally {
      await rm(folder, { recursive: true });
    }
  });

  it('checks flags by the same rules', () => {
    const flag = (key: string): string => `--${key}`;
    assert.deepEqual(checkSettings({ epochs: 3, seed: undefined }, flag), { epochs: 3 });
    assert.throws(() => checkSettings({ epochs: 0 }, flag), /--epochs must be a whole number of at least 1, not 0/);
  });
});
