import assert from 'node:assert/strict';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, realpathSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { KeptData } from '../../../../src/data/actions/keptData';
import { RecordSnapshot } from '../../../../src/data/actions/recordSnapshot';

describe('what is kept of data', () => {
  const kept = new KeptData();
  let root = '';
  const write = (path: string, content: string): string => {
    const file = join(root, path);
    mkdirSync(join(file, '..'), { recursive: true });
    writeFileSync(file, content);
    return file;
  };
  const text = (path: string): string => readFileSync(join(root, path), 'utf8');

  beforeEach(() => (root = realpathSync(mkdtempSync(join(tmpdir(), 'ml-kept-')))));
  afterEach(() => rmSync(root, { recursive: true, force: true }));

  it('moves away, is listed newest first, and comes back', async () => {
    const first = await kept.keep(root, [write('set/a b', 'one'), write('set/deep/c', 'three')], 'Check Out');
    assert.ok(!existsSync(join(root, 'set/a b')));
    const second = await kept.keep(root, [write('x', '')], 'Reproduce');
    const listed = await kept.list(root);
    assert.deepEqual(new Set(listed.map(({ id }) => id)), new Set([first.id, second.id]));
    assert.deepEqual(
      listed.find(({ id }) => id === first.id),
      first,
    );
    assert.deepEqual([first.paths, first.bytes, first.reason], [['set/a b', 'set/deep/c'], 8, 'Check Out']);
    assert.equal(await kept.restore(root, first.id), undefined);
    assert.deepEqual([text('set/a b'), text('set/deep/c')], ['one', 'three']);
    await kept.forget(root, second.id);
    assert.deepEqual(await kept.list(root), []);
  });

  it('keeps in turn what stands in its way, a file for a folder too', async () => {
    const first = await kept.keep(root, [write('set/a', 'mine'), write('x', 'my x')], 'Check Out');
    rmSync(join(root, 'set'), { recursive: true });
    write('set', 'a file now');
    write('x', 'new x');
    const before = await kept.restore(root, first.id);
    assert.deepEqual([text('set/a'), text('x')], ['mine', 'my x']);
    assert.deepEqual(before?.paths, ['set', 'x']);
    await kept.restore(root, before.id);
    assert.deepEqual([text('set'), text('x')], ['a file now', 'new x']);
  });

  it('leaves its root for nobody', async () => {
    await assert.rejects(kept.keep(root, [join(root, '..', 'other')], 'x'), /lies outside/);
    await assert.rejects(kept.restore(root, '../../x'), /nothing kept/);
    const { id } = await kept.keep(root, [write('a', 'a')], 'x');
    const note = join(root, '.tracking', 'kept', id, 'kept.json');
    writeFileSync(note, readFileSync(note, 'utf8').replace('"a"', '"../evil"'));
    await assert.rejects(kept.restore(root, id), /nothing kept/);
    assert.deepEqual(await kept.list(root), []);
  });

  it('keeps very many with a short note, and goes through them in steps', async () => {
    const files = Array.from({ length: 1_000 }, (_, i) => write(`set/${i % 7}/${i}`, `${i}`));
    const note = await kept.keep(root, files, 'Check Out');
    assert.deepEqual([note.count, note.paths.length], [1_000, 10]);
    assert.deepEqual(await kept.list(root), [note]);
    assert.ok(readFileSync(join(root, '.tracking', 'kept', note.id, 'kept.json')).length < 1_000);
    write('set/3/3', 'newer');
    const before = await kept.restore(root, note.id);
    assert.deepEqual(before?.paths, ['set/3/3']);
    assert.deepEqual(
      files.map((file) => readFileSync(file, 'utf8')),
      files.map((_, i) => `${i}`),
    );
  });

  it('moves nothing where one of them is not there', async () => {
    const file = write('a', 'mine');
    await assert.rejects(kept.keep(root, [file, join(root, 'gone')], 'x'), /ENOENT/);
    assert.equal(text('a'), 'mine');
    assert.deepEqual(await kept.list(root), []);
  });

  it('believes no list that leads out of its root, and follows no link out of what is kept', async () => {
    const many = await kept.keep(
      root,
      Array.from({ length: 20 }, (_, i) => write(`many/${i}`, '')),
      'x',
    );
    writeFileSync(join(root, '.tracking', 'kept', many.id, 'paths.jsonl'), '"../evil"\n');
    await assert.rejects(kept.restore(root, many.id), /outside of its repository/);
    const elsewhere = realpathSync(mkdtempSync(join(tmpdir(), 'ml-kept-')));
    try {
      writeFileSync(join(elsewhere, 'key'), 'private');
      const one = await kept.keep(root, [write('set/key', 'a')], 'x');
      const files = kept.folderOf(root, one.id);
      rmSync(join(files, 'set'), { recursive: true });
      symlinkSync(elsewhere, join(files, 'set'), 'junction');
      await kept.restore(root, one.id);
      assert.equal(readFileSync(join(elsewhere, 'key'), 'utf8'), 'private');
      assert.ok(!existsSync(join(root, 'set', 'key')));
    } finally {
      rmSync(elsewhere, { recursive: true });
    }
  });

  it('puts records back as they were, unless somebody has changed them since', async () => {
    const [changed, fresh, gone] = [write('a.dvc', 'before'), join(root, 'b.dvc'), write('c.dvc', 'c')];
    const snapshot = await RecordSnapshot.of([changed, fresh, gone]);
    writeFileSync(changed, 'after');
    writeFileSync(fresh, 'new');
    rmSync(gone);
    await snapshot.close();
    assert.ok(snapshot.isChanged);
    writeFileSync(fresh, 'touched');
    await assert.rejects(snapshot.restore(), /has changed since/);
    assert.equal(text('a.dvc'), 'after');
    writeFileSync(fresh, 'new');
    await snapshot.restore();
    assert.deepEqual([text('a.dvc'), existsSync(fresh), text('c.dvc')], ['before', false, 'c']);
  });
});
