import assert from 'node:assert/strict';
import { rmSync } from 'node:fs';
import { readDataVersion } from '../../../../src/data/used/dataVersion';
import { DataRepository } from '../dataRepository';

describe('version of a data file', () => {
  const repository = new DataRepository();
  let folder = '';
  before(() => {
    repository.write('data/train.gz', 'train');
    repository.write('data/imgs/sub/y', 'y\n');
    repository.write('plain', 'p');
    repository.add('data/train.gz');
    folder = repository.add('data/imgs');
  });
  after(() => repository.dispose());

  it('is what the .dvc file records', async () => {
    assert.deepEqual(await readDataVersion(repository.path('data/train.gz')), {
      path: repository.path('data/train.gz'),
      digest: '61b3a8faa9c1091806675c230a9abe64',
      size: 5,
      files: undefined,
      recordedIn: repository.path('data/train.gz.dvc'),
    });
    assert.equal((await readDataVersion(repository.path('data/imgs')))?.digest, folder);
  });

  it('is the member’s, inside a tracked folder', async () => {
    const version = await readDataVersion(repository.path('data/imgs/sub/y'));
    assert.equal(version?.digest, '009520053b00386d1173f3988c55d192');
    assert.equal(version?.recordedIn, repository.path('data/imgs.dvc'));
    assert.equal((await readDataVersion(repository.path('data/imgs/sub')))?.digest, folder);
    assert.equal(await readDataVersion(repository.path('data/imgs/new')), undefined);
  });

  it('is a pipeline’s, or stands in a file of another name', async () => {
    repository.write('dvc.yaml', 'stages:\n  a:\n    cmd: x\n    outs: [out/m.bin]\n');
    const entry = '    - path: out/m.bin\n      hash: md5\n      md5: b026324c6904b2a9cb4b88d6d61c81d1\n';
    repository.write('dvc.lock', `schema: '2.0'\nstages:\n  a:\n    cmd: x\n    outs:\n${entry}`);
    const version = await readDataVersion(repository.path('out/m.bin'));
    assert.deepEqual([version?.digest, version?.recordedIn], ['b026324c6904b2a9cb4b88d6d61c81d1', repository.path('dvc.lock')]);
    repository.write('other.dvc', 'outs:\n- path: plain\n  md5: d41d8cd98f00b204e9800998ecf8427e\n');
    assert.equal((await readDataVersion(repository.path('plain')))?.recordedIn, repository.path('other.dvc'));
  });

  it('is none for what is not tracked, and outside of repositories', async () => {
    repository.write('nothing/broken.dvc', 'outs: [');
    assert.equal(await readDataVersion(repository.path('nothing/x')), undefined);
    assert.equal(await readDataVersion('/nonexistent/place/file'), undefined);
  });

  it('is the folder’s while its manifest is not in the cache', async () => {
    rmSync(repository.cached(folder), { force: true });
    assert.equal((await readDataVersion(repository.path('data/imgs/sub/y')))?.digest, folder);
  });
});
