import assert from 'node:assert/strict';
import { datasetDescription, rowsOf } from '../../../src/views/runs/datasetText';

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
});
