import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Run } from '../../../src/core/run';
import { resolveModel } from '../../../src/models/modelReference';
import { aliasProblem, modelNameProblem, modelPathOf, registerModelFromRun } from '../../../src/models/registration';
import type { Engine } from '../../../src/store/engine';
import { openStore } from '../../../src/store/sqlite/store';

describe('registering the model of a run', () => {
  let folder: string;
  let engine: Engine;
  let experimentId: string;

  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'ml-registration-'));
    engine = await openStore(join(folder, '.tracking'));
    experimentId = await engine.experiments.create('digits');
  });

  after(async () => {
    await engine.close();
    await rm(folder, { recursive: true, force: true });
  });

  const newRun = (): Promise<Run> => engine.runs.create({ experimentId, userId: 'ada' });

  async function runWithModel(): Promise<Run> {
    const run = await newRun();
    await engine.artifacts.write(run.runId, 'models/model.json', '{}');
    return run;
  }

  it('makes the model and its first version, then the next', async () => {
    const [first, second] = [await runWithModel(), await runWithModel()];
    const one = await registerModelFromRun(engine, first.runId, ' reader ');
    const two = await registerModelFromRun(engine, second.runId, 'reader');
    assert.deepEqual([one.name, one.version, one.runId, one.userId], ['reader', 1, first.runId, 'ada']);
    assert.equal(one.source, `runs:/${first.runId}/models`);
    assert.deepEqual([two.version, two.runId], [2, second.runId]);
  });

  it('finds a model that a run has logged elsewhere', async () => {
    const run = await newRun();
    await engine.artifacts.write(run.runId, 'best/net/model.json', '{}');
    const { modelId } = await engine.loggedModels.create({ experimentId, name: 'net', sourceRunId: run.runId, runPath: 'best/net' });
    assert.equal(await modelPathOf(engine, run), undefined, 'a model that is not whole yet');
    await engine.loggedModels.finalize(modelId, 'READY');
    assert.equal(await modelPathOf(engine, run), 'best/net');
    assert.equal((await registerModelFromRun(engine, run.runId, 'elsewhere')).source, `runs:/${run.runId}/best/net`);
  });

  it('finds the newest model that a client of MLflow 2 has told of in a tag', async () => {
    const history = ['first', 'model', 'gone', '../../outside'].map((artifact_path) => ({ artifact_path, flavors: {} }));
    const tags = { 'mlflow.log-model.history': JSON.stringify([...history, null, { flavors: {} }]) };
    const run = await engine.runs.create({ experimentId, userId: 'ada', tags });
    for (const folder of ['first', 'model']) await engine.artifacts.write(run.runId, `${folder}/MLmodel`, 'flavors: {}');
    assert.equal(await modelPathOf(engine, run), 'model');
    assert.equal((await registerModelFromRun(engine, run.runId, 'of MLflow 2')).source, `runs:/${run.runId}/model`);
    assert.equal(await modelPathOf(engine, { ...run, tags: { 'mlflow.log-model.history': 'no JSON' } }), undefined);
  });

  it('registers a model that has a folder of its own by its id', async () => {
    const run = await newRun();
    const { modelId } = await engine.loggedModels.create({ experimentId, name: 'net', sourceRunId: run.runId });
    await engine.loggedModels.finalize(modelId, 'READY');
    assert.equal((await registerModelFromRun(engine, run.runId, 'own folder')).source, `models:/${modelId}`);
  });

  it('finds a model whose place a URI has to spell', async () => {
    const run = await newRun();
    const path = 'mein Modell/100 % ü#1';
    await engine.artifacts.write(run.runId, `${path}/model.json`, '{}');
    const { modelId } = await engine.loggedModels.create({ experimentId, name: 'net', sourceRunId: run.runId, runPath: path });
    await engine.loggedModels.finalize(modelId, 'READY');
    assert.equal(await modelPathOf(engine, run), path);
    assert.deepEqual(await resolveModel(engine, `models:/${modelId}`), { runId: run.runId, path });
  });

  it('refuses a version that is a registered model again, were it itself', async () => {
    await engine.registry.createModel('circle');
    const { runId } = await newRun();
    await engine.registry.createVersion({ name: 'circle', source: 'models:/circle/1', runId });
    await assert.rejects(resolveModel(engine, 'models:/circle/1'), { code: 'INVALID_PARAMETER_VALUE', message: /models:\/circle\/1/ });
  });

  it('refuses a run without a model, and leaves no empty model behind', async () => {
    const run = await newRun();
    await engine.artifacts.write(run.runId, 'models/notes.txt', 'nothing');
    await assert.rejects(registerModelFromRun(engine, run.runId, 'nothing'), { code: 'RESOURCE_DOES_NOT_EXIST', message: /has no model/ });
    await assert.rejects(engine.registry.getModel('nothing'), { code: 'RESOURCE_DOES_NOT_EXIST' });
  });

  it('refuses a deleted run, an unknown one, and a name that is none', async () => {
    const run = await runWithModel();
    await assert.rejects(registerModelFromRun(engine, run.runId, 'a/b'), { code: 'INVALID_PARAMETER_VALUE' });
    await engine.runs.delete(run.runId);
    await assert.rejects(registerModelFromRun(engine, run.runId, 'reader'), { message: /is deleted/ });
    await assert.rejects(registerModelFromRun(engine, 'f'.repeat(32), 'reader'), { code: 'RESOURCE_DOES_NOT_EXIST' });
  });
});

describe('names', () => {
  it('of models', () => {
    assert.equal(modelNameProblem('digits-v2 (wide)'), undefined);
    for (const name of ['', '  ', 'a/b', 'models:x']) assert.ok(modelNameProblem(name), name);
  });

  it('of aliases', () => {
    for (const alias of ['champion', 'v', 'v2-candidate', 'A_b']) assert.equal(aliasProblem(alias), undefined, alias);
    for (const alias of ['', 'latest', 'Latest', 'v1', 'V12', 'two words', 'x'.repeat(256)]) assert.ok(aliasProblem(alias), alias);
  });
});
