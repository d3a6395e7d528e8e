import assert from 'node:assert/strict';
import { diffRows } from '../../../webview-ui/compare/diffRows';
import { groupMetrics } from '../../../webview-ui/compare/metricGroups';
import { isCoarse, pointRows } from '../../../webview-ui/compare/pointRows';
import { rowWindow } from '../../../webview-ui/virtualRows';
import { pointBucket } from '../../../webview-ui/charts/trace';
import type { PageRun } from '../../../webview-ui/compare/comparison';
import { fromWire } from '../../../src/protocol/compare';
import { aRun, aWireMetric } from './samples';

const pageRun = (runId: string, change: Parameters<typeof aRun>[1] = {}): PageRun => {
  const run = aRun(runId, change);
  return { ...run, metrics: new Map(run.metrics.map((metric) => [metric.key, fromWire(metric)])) };
};

describe('The table of differences', () => {
  const params = (values: Record<string, string>) => Object.entries(values).map(([key, value]) => ({ key, value }));
  const row = (runs: readonly PageRun[], key: string) => diffRows(runs, 10_000).find((candidate) => candidate.key === key);

  it('marks what is not as in most runs', () => {
    const runs = ['32', '32', '64'].map((value, i) => pageRun(`r${i}`, { params: params({ batch_size: value, epochs: '3' }) }));
    assert.deepEqual(
      row(runs, 'batch_size')?.cells.map((cell) => cell.differs),
      [false, false, true],
    );
    assert.equal(row(runs, 'epochs')?.differs, false);
  });

  it('marks all where no value has the majority, also one that is absent', () => {
    const runs = [pageRun('a', { params: params({ augment: 'yes' }) }), pageRun('b')];
    assert.deepEqual(
      row(runs, 'augment')?.cells.map((cell) => [cell.text, cell.differs]),
      [
        ['yes', true],
        ['', true],
      ],
    );
  });

  it('tells last and best, and who is best by what the name means', () => {
    const runs = [
      pageRun('a', { metrics: [aWireMetric('val_loss', [0.5, 0.2, 0.3])] }),
      pageRun('b', { metrics: [aWireMetric('val_loss', [0.6, 0.25])] }),
    ];
    assert.deepEqual(row(runs, 'val_loss')?.cells, [
      { text: '0.3', detail: 'best 0.2 at 1', differs: false, isBest: true },
      { text: '0.25', detail: '', differs: false, isBest: false },
    ]);
  });

  it('has no winner among equals or where one run competes alone', () => {
    const equal = ['a', 'b'].map((id) => pageRun(id, { metrics: [aWireMetric('accuracy', [1])] }));
    assert.ok(row(equal, 'accuracy')?.cells.every((cell) => !cell.isBest));
    const alone = [pageRun('a', { metrics: [aWireMetric('accuracy', [1])] }), pageRun('b')];
    assert.ok(row(alone, 'accuracy')?.cells.every((cell) => !cell.isBest));
  });

  it('has no best of a schedule or of a machine’s load', () => {
    for (const key of ['lr', 'system/cpu', 'opt/learning_rate']) {
      const runs = ['a', 'b'].map((id, i) => pageRun(id, { metrics: [aWireMetric(key, [3, 1 + i])] }));
      assert.ok(
        row(runs, key)?.cells.every((cell) => cell.detail === '' && !cell.isBest),
        key,
      );
    }
  });

  it('copes with a metric that is NaN throughout', () => {
    assert.deepEqual(row([pageRun('a', { metrics: [aWireMetric('loss', [NaN])] })], 'loss')?.cells[0]?.text, 'NaN');
  });

  it('leaves facts out that no run has', () => {
    assert.equal(row([pageRun('a')], 'Error'), undefined);
    assert.equal(row([pageRun('a')], 'Status')?.cells[0]?.text, 'Finished');
  });
});

describe('The groups of metrics', () => {
  const keys = ['system/cpu', 'val_loss', 'batch_loss', 'loss', 'test_f1', 'head/loss', 'accuracy', 'val_accuracy'];

  it('are the model’s own, paths, by batch, and the system’s closed at the end', () => {
    const groups = groupMetrics(keys, '', () => false);
    assert.deepEqual(
      groups.map(({ id, isOpenAtFirst }) => [id, isOpenAtFirst]),
      [
        ['metrics', true],
        ['head', true],
        ['batch', true],
        ['system', false],
      ],
    );
    assert.deepEqual(groups[0]?.keys, ['accuracy', 'val_accuracy', 'test_f1', 'loss', 'val_loss']);
  });

  it('are grouped under any name, also one that every object has', () => {
    const groups = groupMetrics(['constructor/loss', '__proto__/loss', 'loss', 'system/cpu'], '', () => false);
    assert.deepEqual(groups.map(({ title }) => title).sort(), ['Metrics', 'System', '__proto__', 'constructor']);
    assert.deepEqual([groups[0]?.title, groups.at(-1)?.title], ['Metrics', 'System']);
  });

  it('put single values after curves', () => {
    assert.deepEqual(groupMetrics(keys, '', (key) => key === 'accuracy')[0]?.keys.at(-1), 'accuracy');
  });

  it('keep what has every word of the filter', () => {
    assert.deepEqual(
      groupMetrics(keys, ' LOSS val', () => false).flatMap((group) => group.keys),
      ['val_loss'],
    );
    assert.deepEqual(
      groupMetrics(keys, 'nothing', () => false),
      [],
    );
  });
});

describe('The points behind a chart', () => {
  it('have a row for each x at which any run has a value', () => {
    const rows = pointRows([
      { trace: [pointBucket(0, 1), pointBucket(2, 0.5)], shift: 0 },
      { trace: [pointBucket(1, NaN), pointBucket(2, 4)], shift: 0 },
    ]);
    assert.deepEqual(rows, [
      { x: 0, values: ['1', ''] },
      { x: 1, values: ['', 'NaN'] },
      { x: 2, values: ['0.5', '4'] },
    ]);
  });

  it('say the range of a bucket, and that they are ranges', () => {
    const bucket = { firstX: 0, lastX: 4, min: 1, max: 3, first: 2, last: 2, count: 5 };
    assert.deepEqual(pointRows([{ trace: [bucket], shift: 10 }]), [{ x: 12, values: ['1 … 3'] }]);
    assert.equal(isCoarse([[bucket]]), true);
    assert.equal(isCoarse([[pointBucket(0, 1)]]), false);
  });
});

describe('A long table', () => {
  it('renders what is seen and a little more, and keeps its height', () => {
    const shown = rowWindow(10_000, 20, 4000, 400, 5);
    assert.deepEqual([shown.from, shown.to], [195, 225]);
    assert.equal(shown.above + shown.below + (shown.to - shown.from) * 20, 200_000);
  });

  it('renders all of a short one, whatever the scroll position', () => {
    assert.deepEqual(rowWindow(3, 20, 0, 400), { from: 0, to: 3, above: 0, below: 0 });
    const beyond = rowWindow(3, 20, 10_000, 400);
    assert.equal(beyond.above + beyond.below + (beyond.to - beyond.from) * 20, 60);
  });
});
