import assert from 'node:assert/strict';
import { mkdirSync, writeFileSync } from 'node:fs';
import { pathToFileURL } from 'node:url';
import { Served } from './served';

describe('Sources of model versions', () => {
  const served = new Served();
  let runId: string;
  beforeEach(async () => {
    ({ runId } = await served.engine.runs.create({ experimentId: '0' }));
    await served.engine.registry.createModel('digits');
  });
  const create = (source: string, more: object = {}) => served.api('POST', 'model-versions/create', { name: 'digits', source, ...more });

  it('are no files of this machine, however they are written', async () => {
    const file = served.path('secret', 'model');
    mkdirSync(file, { recursive: true });
    writeFileSync(served.path('secret', 'model', 'MLmodel'), 'secret');
    const url = pathToFileURL(file).href;
    const inside = (await served.engine.runs.get(runId)).artifactUri;
    const sources = [
      file,
      url,
      url.replace('file:', 'FILE:'),
      url.replace('file:', 'file%3A'),
      'file:etc/passwd',
      'file://localhost/etc/passwd',
      'file://host/share',
      'local+file:///etc',
      '/etc/passwd',
      '//host/share',
      '\\\\host\\share',
      'C:\\secret',
      'c:/secret',
      './model',
      'model',
      '../../secret',
      '%2Fetc%2Fpasswd',
      inside,
      `${inside}/../../../secret`,
    ];
    for (const source of sources)
      for (const of of [{}, { run_id: runId }]) {
        const { status, body } = await create(source, of);
        assert.deepEqual([status, body['error_code']], [400, 'INVALID_PARAMETER_VALUE'], source);
      }
    assert.equal((await served.engine.registry.searchVersions()).items.length, 0);
  });

  it('do not climb out of where they begin', async () => {
    const climbs = [
      `runs:/${runId}/../x`,
      `runs:/${runId}/a/%2e%2e/%2e%2e/x`,
      `runs:/${runId}/a/%252e%252e/x`,
      `mlflow-artifacts:/0/${runId}/artifacts/../../x`,
      `mlflow-artifacts:/0/${runId}/artifacts/%2e%2e/x`,
      `mlflow-artifacts://host/0/${runId}/artifacts/..%5C..%5Cx`,
      `mlflow-artifacts:/0/${'0'.repeat(32)}/artifacts/model`,
      'mlflow-artifacts:/',
      's3://bucket/../x',
      'http://host/x?path=../../etc',
      'dbfs:/x#../y',
    ];
    for (const source of climbs) assert.equal((await create(source, { run_id: runId })).status, 400, source);
    assert.equal((await create(`mlflow-artifacts:/0/${runId}/artifacts/model`)).status, 400, 'a run is to be named');
  });

  it('are runs, logged models, artifacts of the run, and places elsewhere', async () => {
    const { modelId } = await served.engine.loggedModels.create({ experimentId: '0', name: 'model', sourceRunId: runId });
    const inModel = `mlflow-artifacts:/0/models/${modelId}/artifacts`;
    const good: [source: string, of: object][] = [
      [`runs:/${runId}/model`, { run_id: runId }],
      [`models:/${modelId}`, { model_id: modelId }],
      [`mlflow-artifacts:/0/${runId}/artifacts/model`, { run_id: runId }],
      ['s3://bucket/model', {}],
      ['models:/digits/1', {}],
      ['models:/digits/latest', {}],
      [inModel, { model_id: modelId }],
    ];
    for (const [source, of] of good) assert.equal((await create(source, of)).status, 200, source);
    const uri = async (version: number) =>
      (await served.api('GET', `model-versions/get-download-uri?name=digits&version=${version}`)).body['artifact_uri'];
    assert.deepEqual(await Promise.all([1, 2, 3, 4, 5, 6, 7].map(uri)), [
      `runs:/${runId}/model`,
      `mlflow-artifacts:/0/models/${modelId}/artifacts`,
      `mlflow-artifacts:/0/${runId}/artifacts/model`,
      's3://bucket/model',
      `runs:/${runId}/model`,
      `runs:/${runId}/model`,
      inModel,
    ]);
  });

  it('are of the run or the logged model that the request names', async () => {
    const { modelId } = await served.engine.loggedModels.create({ experimentId: '0', name: 'model', sourceRunId: runId });
    const { runId: other } = await served.engine.runs.create({ experimentId: '0' });
    const foreign: [source: string, of: object][] = [
      [`runs:/${runId}/model`, {}],
      [`runs:/${runId}/model`, { run_id: other }],
      [`runs:/${runId}/model`, { model_id: modelId }],
      [`models:/${modelId}`, { run_id: runId }],
      [`models:/${modelId}`, { model_id: `m-${'0'.repeat(32)}` }],
      [`mlflow-artifacts:/0/${runId}/artifacts/model`, { run_id: other }],
      [`mlflow-artifacts:/0/models/${modelId}/artifacts`, { run_id: runId }],
      [`mlflow-artifacts:/0/${runId}/artifacts/model`, { model_id: modelId }],
    ];
    for (const [source, of] of foreign) {
      const { status, body } = await create(source, of);
      assert.deepEqual([status, body['error_code']], [400, 'INVALID_PARAMETER_VALUE'], source);
    }
    assert.equal((await create('models:/digits/1', {})).status, 404);
    for (const source of ['http://host/model', 'ftp://host/model', 'hdfs://host/model', 'mlflow-artifacts://host/x'])
      assert.equal((await create(source, { run_id: runId })).status, 400, source);
  });

  it('name no place of this machine in any answer', async () => {
    await create(`runs:/${runId}/model`, { run_id: runId });
    for (const path of [
      `runs/get?run_id=${runId}`,
      'experiments/get?experiment_id=0',
      `artifacts/list?run_id=${runId}`,
      'registered-models/get?name=digits',
    ])
      assert.ok(!JSON.stringify((await served.api('GET', path)).body).includes('file:'), path);
  });
});
