import assert from 'node:assert/strict';
import { mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { text } from 'node:stream/consumers';
import { ReadableStream } from 'node:stream/web';
import { liesInRun, ModelArtifacts } from '../../../src/host/artifactHome';
import type { Engine } from '../../../src/store/engine';
import { openStore } from '../../../src/store/sqlite/store';

describe('Files of a logged model', () => {
  let folder: string;
  let engine: Engine;
  let runId: string;
  let experimentId: string;

  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'model files #1 '));
    engine = await openStore(join(folder, '.tracking'));
    experimentId = await engine.experiments.create('models');
    ({ runId } = await engine.runs.create({ experimentId }));
  });

  after(async () => {
    await engine.close();
    await rm(folder, { recursive: true });
  });

  async function modelWith(path: string): Promise<ModelArtifacts> {
    const model = await engine.loggedModels.create({ experimentId, name: 'apart', sourceRunId: runId });
    const content = ReadableStream.from([Buffer.from('flavors: {}\n')]);
    await engine.artifactTree.write(`${experimentId}/models/${model.modelId}/artifacts/${path}`, content);
    return new ModelArtifacts(engine, model);
  }

  it('are listed by folder, and lie on this machine where the store does', async () => {
    const home = await modelWith('data/100% sure.txt');
    assert.deepEqual(
      (await home.list('')).map(({ path, isDirectory }) => [path, isDirectory]),
      [['data', true]],
    );
    const [file] = await home.list('data');
    assert.deepEqual(file, { path: 'data/100% sure.txt', isDirectory: false, size: 12 });
    assert.equal(await readFile((await home.localPath(file.path))!, 'utf8'), 'flavors: {}\n');
    assert.equal(await text(await home.content(file.path)), 'flavors: {}\n');
    assert.equal(await home.localPath('data/none.txt'), undefined);
  });

  it('are none while nothing is logged', async () => {
    const model = await engine.loggedModels.create({ experimentId, name: 'empty', sourceRunId: runId });
    assert.deepEqual(await new ModelArtifacts(engine, model).list(''), []);
  });

  it("never lie outside of the model's folder", async function () {
    const home = await modelWith('MLmodel');
    await writeFile(join(folder, 'secret.txt'), 'secret');
    await assert.rejects(home.localPath('../../../../../../secret.txt'), /leads out/);
    if (process.platform === 'win32') this.skip();
    await symlink(join(folder, 'secret.txt'), join(dirname((await home.localPath('MLmodel'))!), 'link.txt'));
    await assert.rejects(home.localPath('link.txt'), /leads out/);
  });

  it("are the run's own where the model lies among its artifacts", async () => {
    const run = await engine.runs.get(runId);
    const model = (runPath?: string) => engine.loggedModels.create({ experimentId, name: 'model', sourceRunId: runId, runPath });
    assert.equal(liesInRun(await model('model'), run), true);
    assert.equal(liesInRun(await model(), run), false);
  });
});
