import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import {
  effectiveOptions,
  isTrainingDefinition,
  trainingArguments,
  trainingTitle,
  type TrainingOptions,
} from '../../../src/host/training/trainingOptions';

describe('training options', () => {
  it('become the arguments of the terminal program, each in one word', () => {
    const options = { epochs: 3, batchSize: 128, learningRate: 1e-7, data: '-odd folder', seed: 0, validationSplit: 0 };
    assert.deepEqual(trainingArguments(options, '/w s/.tracking'), [
      'train',
      '--store=/w s/.tracking',
      '--data=-odd folder',
      '--epochs=3',
      '--batch-size=128',
      '--learning-rate=1e-7',
      '--validation-split=0',
      '--seed=0',
    ]);
  });

  it('leave out what is not said', () => {
    assert.deepEqual(trainingArguments({ name: '', experiment: undefined }, 's'), ['train', '--store=s']);
  });

  it('name a server beside the store, which is for when it is gone', () => {
    assert.deepEqual(trainingArguments({ epochs: 1 }, 's', 'https://h'), ['train', '--store=s', '--tracking-uri=https://h', '--epochs=1']);
  });

  it("put a task's own before the settings", () => {
    assert.deepEqual(effectiveOptions({ epochs: 1 }, { epochs: 5, batchSize: 64, threads: 2 }), { epochs: 1, batchSize: 64, threads: 2 });
  });

  it("let a task's config file stand for the hyperparameters, not for the machine's settings", () => {
    const settings = { epochs: 5, learningRate: 0.1, backend: 'wasm', threads: 2 };
    assert.deepEqual(effectiveOptions({ config: 'c.yaml', batchSize: 8 }, settings), {
      backend: 'wasm',
      threads: 2,
      config: 'c.yaml',
      batchSize: 8,
    });
  });

  it('are told from other tasks', () => {
    assert.equal(isTrainingDefinition({ type: 'npm' }), false);
    assert.equal(isTrainingDefinition({ type: 'mlTracking' }), false);
    const training = { type: 'mlTracking', task: 'train' };
    assert.equal(isTrainingDefinition(training), true);
  });

  it('name the task', () => {
    assert.equal(trainingTitle({}), 'train digits');
    assert.equal(trainingTitle({ experiment: 'cnn', instance: 2 }), 'train cnn (2)');
  });
});

describe('the task definition in the manifest', () => {
  interface Definition {
    readonly type: string;
    readonly properties: Readonly<Record<string, unknown>>;
  }
  const manifest = JSON.parse(readFileSync('package.json', 'utf8')) as { contributes: { taskDefinitions: readonly Definition[] } };

  it('declares all that a training can be given: VS Code tells tasks apart by nothing else', () => {
    const [definition] = manifest.contributes.taskDefinitions;
    const declared = Object.keys(definition?.properties ?? {}).filter((key) => !['task', 'instance'].includes(key));
    const everything: Required<TrainingOptions> = {
      ...{ epochs: 1, batchSize: 1, learningRate: 1, validationSplit: 0, limit: 1, seed: 1, threads: 1 },
      ...{ data: 'd', config: 'c', experiment: 'e', name: 'n', backend: 'b' },
    };
    assert.deepEqual(declared.sort(), Object.keys(everything).sort());
    assert.ok(definition?.properties['instance']);
    assert.equal(trainingArguments(everything, 's').length, 2 + declared.length);
  });
});
