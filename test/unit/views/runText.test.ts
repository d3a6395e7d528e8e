import assert from 'node:assert/strict';
import type { MetricSummary } from '../../../src/core/metric';
import type { Run } from '../../../src/core/run';
import { codeDescription, metricDescription, plain, runDescription, runTooltip, userTags } from '../../../src/views/runs/runText';

const NOW = 1_800_000_000_000;

function metric(key: string, values: readonly number[]): MetricSummary {
  const points = values.map((value, step) => ({ value, step }));
  const sorted = [...points].sort((a, b) => a.value - b.value);
  const last = points.at(-1) ?? { value: 0, step: 0 };
  return { key, last: { ...last, timestamp: NOW }, min: sorted[0], max: sorted.at(-1), count: points.length };
}

function run(change: Partial<Run> = {}): Run {
  return {
    runId: 'a1',
    runName: 'sunny-otter-12',
    experimentId: '1',
    userId: 'ada',
    status: 'FINISHED',
    startTime: NOW - 180_000,
    endTime: NOW - 138_000,
    lifecycleStage: 'active',
    artifactUri: 'file:///x',
    params: [],
    metrics: [metric('val_accuracy', [0.9, 0.9901, 0.9897]), metric('loss', [0.4, 0.1])],
    tags: {},
    inputs: [],
    modelInputs: [],
    modelOutputs: [],
    ...change,
  };
}

describe('the text beside a run', () => {
  it('is its headline metric, how long it took and how old it is', () => {
    assert.equal(runDescription(run(), undefined, NOW, undefined), '0.9897 · 42 s · 3 min · val_accuracy');
  });

  it('is the metric that the settings ask for, where the run has it', () => {
    assert.equal(runDescription(run(), undefined, NOW, 'loss'), '0.1 · 42 s · 3 min · loss');
    assert.equal(runDescription(run(), undefined, NOW, 'f2'), '0.9897 · 42 s · 3 min · val_accuracy');
  });

  it('is where it stands while it runs', () => {
    const progress = { epoch: 1, epochs: 3, batch: 50, batches: 100, loss: 1, accuracy: 0.5, imagesPerSecond: 2000, secondsLeft: 5 };
    const running = run({ status: 'RUNNING', endTime: undefined });
    assert.equal(runDescription(running, progress, NOW, undefined), '1/3 · 16 % · 2,000 img/s · 5 s left');
    assert.equal(runDescription({ ...running, metrics: [] }, undefined, NOW, undefined), 'running · 3 min');
  });

  it('says in words what an icon says by its colour', () => {
    assert.equal(runDescription(run({ status: 'FAILED', metrics: [] }), undefined, NOW, undefined), 'failed · 42 s · 3 min');
    assert.equal(
      runDescription(run({ status: 'KILLED', lifecycleStage: 'deleted', metrics: [] }), undefined, NOW, undefined),
      'deleted · cancelled · 42 s · 3 min',
    );
  });
});

describe('the text beside a metric', () => {
  it('names the best, when it is not the last', () => {
    assert.equal(metricDescription(metric('val_accuracy', [0.9, 0.9901, 0.9897])), '0.9897 · best 0.9901 at step 1');
    assert.equal(metricDescription(metric('val_loss', [0.2, 0.1, 0.3])), '0.3 · best 0.1 at step 1');
    assert.equal(metricDescription(metric('loss', [0.2, 0.1])), '0.1 · best');
    assert.equal(metricDescription(metric('test_accuracy', [0.5])), '0.5');
  });

  it('has no best when no point is a number', () => {
    assert.equal(
      metricDescription({ key: 'loss', last: { value: Number.NaN, step: 2, timestamp: NOW }, min: undefined, max: undefined, count: 3 }),
      'NaN',
    );
  });
});

describe("a run's code and tags", () => {
  it('are the branch, the commit and whether it was changed', () => {
    const tags = { 'mlflow.source.git.commit': 'a1b2c3d4e5', 'mlflow.source.git.branch': 'main', 'mlTracking.git.dirty': 'true' };
    assert.equal(codeDescription(run({ tags })), 'main · a1b2c3d4 · modified');
    assert.equal(codeDescription(run({ tags: { 'mlflow.source.git.commit': 'a1b2c3d4e5' } })), 'a1b2c3d4');
    assert.equal(codeDescription(run()), undefined);
  });

  it('leave bookkeeping out', () => {
    assert.deepEqual(userTags(run({ tags: { 'mlflow.user': 'ada', zeta: '1', alpha: '2', 'mlTracking.process': '{}' } })), [
      ['alpha', '2'],
      ['zeta', '1'],
    ]);
  });
});

describe("a run's tooltip", () => {
  it('shows names as they are, whatever characters they have', () => {
    assert.equal(plain('a*b [x](y) $(z) <i>'), 'a\\*b \\[x\\]\\(y\\) \\$\\(z\\) \\<i\\>');
    const text = runTooltip(run({ runName: '[x](command:evil)' }), undefined, NOW);
    assert.ok(text.startsWith('**\\[x\\]\\(command:evil\\)** — finished'), text);
  });

  it('has a row for each metric, and the error', () => {
    const text = runTooltip(run({ status: 'FAILED', tags: { 'mlTracking.error': 'out of memory' } }), undefined, NOW);
    assert.match(text, /\$\(error\) out of memory/);
    assert.match(text, /\| val\\_accuracy \| 0\.9897 \| 0\.9901 \|/);
  });
});
