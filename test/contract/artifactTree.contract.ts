import assert from 'node:assert/strict';
import { ReadableStream } from 'node:stream/web';
import { buffer, text } from 'node:stream/consumers';
import type { Engine } from '../../src/store/engine';
import { refuses } from './expectations';
import type { Lacks } from './lacks';

/** A stream of some pieces; ends with an error where one is among them. */
function streamOf(...pieces: (string | Uint8Array | Error)[]): ReadableStream<Uint8Array> {
  const left = [...pieces];
  return new ReadableStream<Uint8Array>({
    pull: (controller) => {
      const piece = left.shift();
      if (piece === undefined) controller.close();
      else if (piece instanceof Error) controller.error(piece);
      else controller.enqueue(typeof piece === 'string' ? new TextEncoder().encode(piece) : piece);
    },
  });
}

export function artifactTreeContract(engine: () => Engine, lacks: Lacks): void {
  describe('the tree of artifacts', () => {
    let root: string;
    let runId: string;
    beforeEach(async () => {
      ({ runId } = await engine().runs.create({ experimentId: '0' }));
      root = `0/${runId}/artifacts`;
    });
    const content = async (path: string, range?: { start: number; end?: number }): Promise<string> =>
      text((await engine().artifactTree.open(path, range)).content);

    it("has a run's files", async () => {
      const { artifactTree, artifacts } = engine();
      await artifacts.write(runId, 'a.txt', 'Zürich');
      await artifactTree.write(`${root}/deep/b.bin`, streamOf('one ', Uint8Array.of(), 'two'));
      assert.deepEqual(await artifactTree.list(root), [
        { path: `${root}/a.txt`, isDirectory: false, size: 7 },
        { path: `${root}/deep`, isDirectory: true, size: undefined },
      ]);
      assert.equal(await content(`${root}/a.txt`), 'Zürich');
      assert.equal(new TextDecoder().decode(await artifacts.read(runId, 'deep/b.bin')), 'one two');
      const { artifactUri } = await engine().runs.get(runId);
      assert.equal(artifactUri, `${engine().info.artifactRoot}/${root}`);
    });

    it("has a logged model's files", async () => {
      const { artifactTree, loggedModels } = engine();
      const model = await loggedModels.create({ experimentId: '0', name: 'own' });
      const folder = `0/models/${model.modelId}/artifacts`;
      assert.equal(model.artifactUri, `${engine().info.artifactRoot}/${folder}`);
      await artifactTree.write(`${folder}/MLmodel`, streamOf('flavors:'));
      assert.deepEqual(await artifactTree.list(folder), [{ path: `${folder}/MLmodel`, isDirectory: false, size: 8 }]);
      assert.equal(await content(`${folder}/MLmodel`), 'flavors:');
      await refuses(artifactTree.open(`0/models/m-none/artifacts/MLmodel`), 'RESOURCE_DOES_NOT_EXIST', /m-none/);
    });

    it('reads parts', async () => {
      const { artifactTree } = engine();
      await artifactTree.write(`${root}/digits`, streamOf('0123456789'));
      assert.equal(await content(`${root}/digits`, { start: 2, end: 4 }), '234');
      assert.equal(await content(`${root}/digits`, { start: 7 }), '789');
      assert.equal(await content(`${root}/digits`, { start: 8, end: 99 }), '89');
      assert.equal((await artifactTree.open(`${root}/digits`, { start: 9 })).size, 10);
      await refuses(artifactTree.open(`${root}/digits`, { start: 10 }), 'INVALID_PARAMETER_VALUE', /10 bytes/);
    });

    it('carries more than fits into a buffer, in order', async () => {
      const pieces = Array.from({ length: 64 }, (_, index) => new Uint8Array(65_536).fill(index));
      await engine().artifactTree.write(`${root}/large`, streamOf(...pieces));
      const whole = await buffer((await engine().artifactTree.open(`${root}/large`)).content);
      assert.equal(whole.length, 64 * 65_536);
      assert.ok(whole.equals(Buffer.concat(pieces)));
    });

    it('keeps nothing of a stream that fails, and what was there before', async () => {
      const { artifactTree } = engine();
      await artifactTree.write(`${root}/kept`, streamOf('before'));
      await refuses(artifactTree.write(`${root}/kept`, streamOf('aft', new Error('the line went dead'))), 'INTERNAL_ERROR', /went dead/);
      await refuses(artifactTree.write(`${root}/none`, streamOf(new Error('the line went dead'))), 'INTERNAL_ERROR', /went dead/);
      assert.deepEqual(await artifactTree.list(root), [{ path: `${root}/kept`, isDirectory: false, size: 6 }]);
      assert.equal(await content(`${root}/kept`), 'before');
    });

    it('removes files and folders', async () => {
      const { artifactTree } = engine();
      for (const name of ['a', 'b/c', 'b/d/e']) await artifactTree.write(`${root}/${name}`, streamOf(name));
      await artifactTree.remove(`${root}/a`);
      await artifactTree.remove(`${root}/b`);
      assert.deepEqual(await artifactTree.list(root), []);
      await refuses(artifactTree.remove(`${root}/a`), 'RESOURCE_DOES_NOT_EXIST', /no artifact/);
    });

    const ownersOnly = async (): Promise<void> => {
      const { artifactTree } = engine();
      for (const path of ['', '0', `0/${runId}`, '0/models', 'x'])
        assert.deepEqual(await artifactTree.list(path), [], `${path} is not to be listed`);
      for (const path of ['file', '0/file', `0/${runId}/meta.yaml`, '0/models/x/artifacts/a'])
        await refuses(artifactTree.open(path), 'RESOURCE_DOES_NOT_EXIST', /./);
      for (const path of ['', 'file', `0/${runId}/meta.yaml`, root])
        await refuses(artifactTree.write(path, streamOf('x')), 'INVALID_PARAMETER_VALUE', /Invalid artifact path/);
      await refuses(artifactTree.write(`1/${runId}/artifacts/a`, streamOf('x')), 'RESOURCE_DOES_NOT_EXIST', /no run/);
      await refuses(artifactTree.write(`0/nobody/artifacts/a`, streamOf('x')), 'RESOURCE_DOES_NOT_EXIST', /Run with id=nobody/);
      await engine().runs.delete(runId);
      await refuses(artifactTree.write(`${root}/a`, streamOf('x')), 'INVALID_PARAMETER_VALUE', /must be in the 'active' state/);
    };
    if (!lacks.ownersOnly) it('has nothing beside runs and models', ownersOnly);

    it('refuses every path that would leave its place', async () => {
      const { artifactTree } = engine();
      const inside = ['..', '../../x', 'a/../../x', 'c:x', '..\\x', 'a\0b', 'a:b', 'NUL', 'a./b'];
      for (const path of ['/etc/passwd', 'C:/x', '//host/x', '../x', ...inside.map((bad) => `${root}/${bad}`)]) {
        const message = /Invalid artifact path/;
        await refuses(artifactTree.list(path), 'INVALID_PARAMETER_VALUE', message);
        await refuses(artifactTree.open(path), 'INVALID_PARAMETER_VALUE', message);
        await refuses(artifactTree.write(path, streamOf('x')), 'INVALID_PARAMETER_VALUE', message);
        await refuses(artifactTree.remove(path), 'INVALID_PARAMETER_VALUE', message);
      }
    });
  });
}
