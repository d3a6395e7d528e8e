import assert from 'node:assert/strict';
import { References, portableSource, treePath } from '../../../src/transfer/references';

const [a, b, m] = ['a'.repeat(32), 'b'.repeat(32), `m-${'c'.repeat(32)}`];

describe('references', () => {
  it('are rewritten in parents, histories of models, sources and texts', () => {
    const references = new References();
    references.runs.set(a, b);
    references.models.set(m, `m-${'d'.repeat(32)}`);
    assert.equal(references.tag('mlflow.parentRunId', a), b);
    assert.equal(references.tag('mlflow.log-model.history', `[{"run_id": "${a}", "x": "${a}"}]`), `[{"run_id": "${b}", "x": "${a}"}]`);
    assert.equal(references.tag('note', `see runs:/${a}/model and models:/${m}`), `see runs:/${b}/model and models:/m-${'d'.repeat(32)}`);
    assert.equal(references.tag('note', a), a, 'a text that happens to be an id says nothing of runs');
    assert.equal(references.text(`runs:/${b}/model`), `runs:/${b}/model`);
  });

  it('to places of MLflow become ones that hold everywhere', () => {
    for (const [source, expected] of [
      [`file:///home/x/mlruns/1/${a}/artifacts/my%20model`, `runs:/${a}/my model`],
      [`/home/x/mlruns/1/${a}/artifacts/model/`, `runs:/${a}/model`],
      [`C:\\work\\mlruns\\1\\${a}\\artifacts\\model`, `runs:/${a}/model`],
      [`mlflow-artifacts:/1/${a}/artifacts/model`, `runs:/${a}/model`],
      [`s3://bucket/1/${a}/artifacts/model`, `runs:/${a}/model`],
      [`file:///x/1/models/${m}/artifacts`, `models:/${m}`],
      [`models:/${m}`, `models:/${m}`],
      [`runs:/${a}/model`, `runs:/${a}/model`],
      ['s3://bucket/model', 's3://bucket/model'],
    ])
      assert.equal(portableSource(source!, a), expected, source);
    assert.equal(portableSource(`/x/${a}/artifacts/model`, b), `/x/${a}/artifacts/model`, "another run's place stays");
  });

  it('to files are found under the root of the tree alone', () => {
    assert.equal(treePath('file:///s/artifacts', 'file:///s/artifacts/1/a%20b/artifacts'), '1/a b/artifacts');
    assert.equal(treePath('mlflow-artifacts:', 'mlflow-artifacts:/1/x/artifacts'), '1/x/artifacts');
    assert.equal(treePath('file:///s/artifacts', 'file:///s/artifacts2/1'), undefined);
    assert.equal(treePath('file:///s/artifacts', 's3://b/1'), undefined);
  });
});
