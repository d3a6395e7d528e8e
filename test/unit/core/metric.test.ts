import assert from 'node:assert/strict';
import { bestOf, headlineMetric, lowerIsBetter, type MetricSummary } from '../../../src/core/metric';

function summary(key: string, min = 0, max = 1): MetricSummary {
  return { key, last: { value: max, step: 2, timestamp: 0 }, min: { value: min, step: 1 }, max: { value: max, step: 2 }, count: 3 };
}

describe('metrics by name', () => {
  it('knows which way is better', () => {
    for (const key of ['loss', 'val_loss', 'test/loss', 'train.rmse', 'log-loss', 'cross_entropy', 'MSE'])
      assert.equal(lowerIsBetter(key), true, key);
    for (const key of ['accuracy', 'val_accuracy', 'f1', 'glossary', 'merror_free_rate', 'recall'])
      assert.equal(lowerIsBetter(key), false, key);
  });

  it('takes the best by that', () => {
    assert.deepEqual(bestOf(summary('val_loss', 0.1, 0.9)), { value: 0.1, step: 1 });
    assert.deepEqual(bestOf(summary('val_accuracy', 0.1, 0.9)), { value: 0.9, step: 2 });
  });

  it('lets the test set speak first, and the machine never', () => {
    assert.equal(headlineMetric([summary('loss'), summary('val_accuracy'), summary('test_accuracy')])?.key, 'test_accuracy');
    assert.equal(headlineMetric([summary('system/cpu_utilization_percentage'), summary('bleu')])?.key, 'bleu');
    const trial = ['mean_fit_time', 'std_test_score', 'rank_test_score', 'mean_test_score'].map((key) => summary(key));
    assert.equal(headlineMetric(trial)?.key, 'mean_test_score');
    assert.equal(headlineMetric([summary('fit_time')])?.key, 'fit_time', 'where there is nothing else');
    assert.equal(headlineMetric([summary('system/cpu_utilization_percentage')]), undefined);
  });
});
