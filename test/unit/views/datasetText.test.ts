import assert from 'node:assert/strict';
import { datasetDescription, datasetTooltip, rowsOf } from '../../../src/views/runs/datasetText';

describe('the text beside a data set', () => {
  const dataset = {
    name: 'digits',
    digest: '9fb629c4189551a2d022fa330f9573f3',
    sourceType: 'local',
    source: '{}',
    schema: undefined,
    profile: '{"num_rows":60000}',
  };

  it('is what it was used for, how many rows it has, and which version it is', () => {
    assert.equal(datasetDescription({ dataset, tags: { 'mlflow.data.context': 'train' } }), 'train · 60,000 rows · 9fb629c4');
  });

  it('leaves out what nobody knows', () => {
    assert.equal(datasetDescription({ dataset: { ...dataset, profile: 'not json' }, tags: {} }), '9fb629c4');
    assert.equal(rowsOf(undefined), undefined);
    assert.equal(rowsOf('{"num_rows":"many"}'), undefined);
  });

  it('says whether the commit brings it back, and what people say of it', () => {
    const tags = {
      'mlflow.data.context': 'test',
      'mlTracking.data.state': 'modified',
      'mlTracking.data.recorded': 'data/a.csv 0cc1',
      'mlTracking.data.description': 'Digits\nof the post',
      'mlTracking.data.labels': 'raw, mnist',
    };
    assert.equal(datasetDescription({ dataset, tags }), 'test · 60,000 rows · 9fb629c4 · modified · Digits of the post');
    assert.equal(
      datasetDescription({ dataset, tags: { 'mlTracking.data.state': 'uncommitted' } }),
      '60,000 rows · 9fb629c4 · not committed',
    );
    const tooltip = datasetTooltip({ dataset: { ...dataset, profile: '{"num_rows":6,"preprocessing":["a","b"],"type":"old"}' }, tags });
    assert.deepEqual(tooltip.split('\n'), [
      'digits',
      'Description: Digits',
      'of the post',
      'Modified: it was not what DVC had recorded, so the commit alone does not bring it back.',
      'Recorded: data/a.csv 0cc1',
      'Digest: 9fb629c4189551a2d022fa330f9573f3',
      'Type: old',
      'Labels: raw, mnist',
      'Preprocessing: a; b',
      'Source: {}',
      'Profile: {"num_rows":6}',
    ]);
  });
});
