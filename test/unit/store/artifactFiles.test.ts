import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, readdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import type { Engine } from '../../../src/store/engine';
import { openStore } from '../../../src/store/sqlite/store';
import { refuses } from '../../contract/expectations';
import { temporaryFolder } from './temporaryFolder';

describe('Artifacts as files', function () {
  this.timeout(30_000);
  const path = temporaryFolder();
  let engine: Engine;
  let runId: string;
  const root = (...parts: string[]): string => path('.tracking', 'artifacts', '0', runId, 'artifacts', ...parts);
  beforeEach(async () => {
    engine = await openStore(path('.tracking'));
    ({ runId } = await engine.runs.create({ experimentId: '0' }));
  });
  afterEach(() => engine.close());

  it('lie under the experiment and the run', async () => {
    await engine.artifacts.write(runId, 'model/model.json', '{}');
    assert.equal(readFileSync(root('model', 'model.json'), 'utf8'), '{}');
    assert.equal(await engine.artifacts.localPath(runId, 'model/model.json'), root('model', 'model.json'));
    assert.equal(await engine.artifacts.localPath(runId, 'model'), root('model'));
  });

  it('leave nothing behind when a write fails', async () => {
    mkdirSync(root('taken', 'deep'), { recursive: true });
    await refuses(engine.artifacts.write(runId, 'taken', 'x'), 'INTERNAL_ERROR', /The artifact "taken" failed/);
    assert.deepEqual(readdirSync(root()), ['taken']);
  });

  it('are never read or written through a link that leads out', async function () {
    if (process.platform === 'win32') this.skip();
    mkdirSync(path('outside'));
    writeFileSync(path('outside', 'secret'), 'secret');
    mkdirSync(root(), { recursive: true });
    symlinkSync(path('outside'), root('folder'));
    symlinkSync(path('outside', 'secret'), root('file'));
    symlinkSync(path('outside', 'new'), root('dangling'));
    symlinkSync('loop', root('loop'));
    const out = /leads out/;
    await refuses(engine.artifacts.read(runId, 'folder/secret'), 'INVALID_PARAMETER_VALUE', out);
    await refuses(engine.artifacts.read(runId, 'file'), 'INVALID_PARAMETER_VALUE', out);
    await refuses(engine.artifacts.list(runId, 'folder'), 'INVALID_PARAMETER_VALUE', out);
    await refuses(engine.artifacts.write(runId, 'folder/new', 'x'), 'INVALID_PARAMETER_VALUE', out);
    await refuses(engine.artifacts.write(runId, 'folder/deep/new', 'x'), 'INVALID_PARAMETER_VALUE', out);
    await refuses(engine.artifacts.localPath(runId, 'file'), 'INVALID_PARAMETER_VALUE', out);
    await refuses(engine.artifacts.read(runId, 'loop'), 'INVALID_PARAMETER_VALUE', /link/);
    assert.deepEqual(readdirSync(path('outside')), ['secret']);
    // A write puts its own file in a dangling link's place, and never follows it.
    await engine.artifacts.write(runId, 'dangling', 'x');
    assert.equal(existsSync(path('outside', 'new')), false);
    assert.equal(readFileSync(root('dangling'), 'utf8'), 'x');
  });

  it('are listed without links that lead out, nowhere or to folders', async function () {
    if (process.platform === 'win32') this.skip();
    await engine.artifacts.write(runId, 'a.txt', 'a');
    symlinkSync('a.txt', root('inside'));
    for (const [name, target] of Object.entries({ loop: 'loop', self: '.', nowhere: 'none', out: path(), secret: '/etc/passwd' }))
      symlinkSync(target, root(name));
    assert.deepEqual(
      (await engine.artifacts.list(runId)).map((artifact) => artifact.path),
      ['a.txt', 'inside'],
    );
  });

  it('are copied from a folder that holds the store, links in circles and what is no file', async function () {
    if (process.platform === 'win32') this.skip();
    mkdirSync(path('src'));
    writeFileSync(path('src', 'train.js'), 'x');
    symlinkSync('..', path('src', 'up'));
    symlinkSync('loop', path('src', 'loop'));
    symlinkSync('nowhere', path('src', 'dangling'));
    execFileSync('mkfifo', [path('src', 'pipe')]);
    await engine.artifacts.upload(runId, path(), 'project');
    assert.deepEqual(readdirSync(root('project'), { recursive: true }).sort(), ['src', 'src/train.js']);
    await refuses(engine.artifacts.upload(runId, path('src', 'pipe')), 'INVALID_PARAMETER_VALUE', /neither a file nor a folder/);
  });

  it('may be reached through a link to the store itself', async function () {
    if (process.platform === 'win32') this.skip();
    symlinkSync(path('.tracking'), path('linked'));
    await engine.artifacts.write(runId, 'a.txt', 'here');
    const linked = await openStore(path('linked'));
    assert.equal(new TextDecoder().decode(await linked.artifacts.read(runId, 'a.txt')), 'here');
    await linked.artifacts.write(runId, 'b.txt', 'there');
    assert.deepEqual(readdirSync(root()).sort(), ['a.txt', 'b.txt']);
    await linked.close();
  });

  it('hide what is not whole yet', async () => {
    await engine.artifacts.write(runId, 'a.txt', 'here');
    writeFileSync(root('.0123456789ab.part'), 'half');
    assert.deepEqual(
      (await engine.artifacts.list(runId)).map((artifact) => artifact.path),
      ['a.txt'],
    );
    assert.equal(dirname(root('a.txt')), root());
  });
});
