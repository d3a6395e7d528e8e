import assert from 'node:assert/strict';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Engine } from '../../src/store/engine';
import { refuses } from './expectations';

export function artifactsContract(engine: () => Engine): void {
  describe('artifacts', () => {
    let runId: string;
    let folder: string;
    beforeEach(async () => {
      ({ runId } = await engine().runs.create({ experimentId: '0' }));
      folder = await mkdtemp(join(tmpdir(), 'artifacts-'));
    });
    afterEach(() => rm(folder, { recursive: true }));
    const paths = async (path?: string) => (await engine().artifacts.list(runId, path)).map((artifact) => artifact.path);

    it('writes, lists and reads', async () => {
      const { artifacts } = engine();
      assert.deepEqual(await artifacts.list(runId), []);
      await artifacts.write(runId, 'summary.txt', 'Zürich');
      await artifacts.write(runId, 'model/weights.bin', Uint8Array.of(0, 255, 10));
      assert.deepEqual(await artifacts.list(runId), [
        { path: 'model', isDirectory: true, size: undefined },
        { path: 'summary.txt', isDirectory: false, size: 7 },
      ]);
      assert.deepEqual(await artifacts.list(runId, 'model/'), [{ path: 'model/weights.bin', isDirectory: false, size: 3 }]);
      assert.deepEqual([...(await artifacts.read(runId, 'model/weights.bin'))], [0, 255, 10]);
      assert.equal(new TextDecoder().decode(await artifacts.read(runId, './summary.txt')), 'Zürich');
      await artifacts.write(runId, 'summary.txt', 'new');
      assert.equal(new TextDecoder().decode(await artifacts.read(runId, 'summary.txt')), 'new');
      assert.deepEqual(await paths(), ['model', 'summary.txt']);
    });

    it('does not have what is not there, and takes no folder for a file', async () => {
      const { artifacts } = engine();
      await artifacts.write(runId, 'model/a', '');
      await refuses(artifacts.read(runId, 'none'), 'RESOURCE_DOES_NOT_EXIST', /no artifact "none"/);
      await refuses(artifacts.read(runId, 'model'), 'RESOURCE_DOES_NOT_EXIST', /no artifact "model"/);
      await refuses(artifacts.read('nobody', 'a'), 'RESOURCE_DOES_NOT_EXIST', /Run with id=nobody/);
      assert.deepEqual(await artifacts.list(runId, 'none'), []);
      assert.deepEqual(await artifacts.list(runId, 'model/a'), []);
    });

    it('uploads files and folders', async () => {
      const { artifacts } = engine();
      await mkdir(join(folder, 'deep'));
      await writeFile(join(folder, 'one.txt'), '1');
      await writeFile(join(folder, 'deep', 'two.txt'), '2');
      await artifacts.upload(runId, join(folder, 'one.txt'));
      await artifacts.upload(runId, join(folder, 'one.txt'), 'other/name.txt');
      await artifacts.upload(runId, folder, 'all');
      await artifacts.upload(runId, join(folder, 'deep'), '');
      assert.deepEqual(await paths(), ['all', 'one.txt', 'other', 'two.txt']);
      assert.deepEqual(await paths('all'), ['all/deep', 'all/one.txt']);
      assert.deepEqual(await paths('all/deep'), ['all/deep/two.txt']);
      await refuses(artifacts.upload(runId, join(folder, 'none')), 'RESOURCE_DOES_NOT_EXIST', /no file or folder/);
    });

    it('names the place of a file on this machine, where it has one', async () => {
      const { artifacts } = engine();
      await artifacts.write(runId, 'a/b.txt', 'here');
      const place = await artifacts.localPath(runId, 'a/b.txt');
      if (place !== undefined) assert.equal(await readFile(place, 'utf8'), 'here');
      assert.equal(await artifacts.localPath(runId, 'a/none.txt'), undefined);
    });

    it("refuses every path that leaves the run's root", async () => {
      const { artifacts } = engine();
      const bad = [
        '..',
        '../x',
        'a/../../x',
        'a/..',
        '/etc/passwd',
        'C:/x',
        'c:x',
        '\\\\host\\share',
        '..\\x',
        'a\\..\\b',
        '//host/share',
        'a\0b',
        'a/b:stream',
        'NUL',
        'a/con.txt',
        'a./b',
        'a ',
      ];
      for (const path of bad) {
        const message = /Invalid artifact path/;
        await refuses(artifacts.write(runId, path, 'x'), 'INVALID_PARAMETER_VALUE', message);
        await refuses(artifacts.read(runId, path), 'INVALID_PARAMETER_VALUE', message);
        await refuses(artifacts.list(runId, path), 'INVALID_PARAMETER_VALUE', message);
        await refuses(artifacts.localPath(runId, path), 'INVALID_PARAMETER_VALUE', message);
        await refuses(artifacts.upload(runId, folder, path), 'INVALID_PARAMETER_VALUE', message);
      }
      await refuses(artifacts.write(runId, '', 'x'), 'INVALID_PARAMETER_VALUE', /name the file/);
      assert.deepEqual(await paths(), []);
    });
  });
}
