import assert from 'node:assert/strict';
import {
  chmodSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { resultText } from '../../../../src/cli/data/transferCommand';
import { isComplete, problemsOf, type TransferProgress } from '../../../../src/data/cache/transfers';
import { md5, TransferRepository } from './transferRepository';

describe('moving data to and from a folder without dvc', () => {
  let repository: TransferRepository;
  beforeEach(() => {
    repository = new TransferRepository();
    for (const [path, content] of Object.entries({ 'set/a': 'a', 'set/sub/b': 'b', 'set/sub/same': 'a' })) repository.write(path, content);
    repository.write('one.csv', 'x,y\n');
    folder = repository.add('set');
    file = repository.add('one.csv');
  });
  afterEach(() => repository.dispose());
  let folder = '';
  let file = '';

  const objects = (root: string): string[] =>
    readdirSync(root, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => join(entry.parentPath, entry.name).slice(root.length + 1))
      .sort();

  for (const kind of ['push', 'fetch', 'pull', 'checkout'] as const)
    it(`does what it can with ${kind} where records can’t be read, names each of them, and does not take that for all`, async () => {
      await repository.run('push');
      if (kind === 'push') rmSync(repository.remote, { recursive: true });
      else repository.remove('one.csv');
      if (kind === 'fetch' || kind === 'pull') repository.dropCache();
      repository.write('set.dvc', 'outs: [');
      repository.write('dvc.yaml', 'stages:\n  split: [\n');
      const result = await repository.run(kind);
      assert.deepEqual(
        result.outs.map(({ path, outcome }) => [path, outcome]),
        [['one.csv', 'done']],
      );
      const broken = result.broken.map(({ file: record }) => basename(record)).sort();
      assert.deepEqual([broken, isComplete(result)], [['dvc.yaml', 'set.dvc'], false]);
      const again = await repository.run(kind);
      assert.equal(again.outs[0]?.outcome, 'unchanged');
      const said = resultText(again);
      assert.match(said, /^dvc\.yaml:\d+: what it tracks was left out, because it can’t be read: /m);
      assert.match(said, /^set\.dvc:\d+: /m);
      assert.doesNotMatch(said, /everything is there|Nothing is tracked/);
    });

  it('does not say that nothing is tracked where the record that may do so can’t be read', async () => {
    repository.write('set.dvc', 'outs: [');
    const result = await repository.run('push', { targets: [repository.path('set')] });
    assert.match(resultText(result), /set: no record that can be read tracks it\.$/m);
    assert.equal(problemsOf(result).length, 2);
  });

  it('pushes everything, write-protected and byte for byte, and then nothing', async () => {
    const progress: TransferProgress[] = [];
    const { outs } = await repository.run('push', {}, undefined, (each) => progress.push(each));
    assert.deepEqual(
      outs.map(({ path, outcome, objects: count, bytes }) => ({ path, outcome, count, bytes })),
      [
        { path: 'one.csv', outcome: 'done', count: 1, bytes: 4 },
        { path: 'set', outcome: 'done', count: 3, bytes: 2 + readFileSync(repository.cached(folder)).length },
      ],
    );
    assert.deepEqual(objects(repository.remote), objects(repository.path('.dvc', 'cache')));
    for (const object of objects(repository.remote)) {
      assert.deepEqual(readFileSync(join(repository.remote, object)), readFileSync(repository.path('.dvc', 'cache', object)));
      assert.equal(statSync(join(repository.remote, object)).mode & 0o777, 0o444);
    }
    assert.ok(progress.some(({ phase, path }) => phase === 'pushing' && path === 'set'));
    assert.deepEqual(new Set((await repository.run('push')).outs.map(({ outcome }) => outcome)), new Set(['unchanged']));
  });

  it('pulls everything into an empty clone', async () => {
    await repository.run('push');
    repository.dropCache();
    repository.remove('set');
    repository.remove('one.csv');
    const { outs } = await repository.run('pull');
    assert.deepEqual(
      outs.map(({ outcome, added, objects: count }) => [outcome, added, count]),
      [
        ['done', 1, 1],
        ['done', 3, 3],
      ],
    );
    assert.equal(repository.read('set/sub/same'), 'a');
    assert.equal(statSync(repository.cached(file)).mode & 0o777, 0o444);
    assert.ok(statSync(repository.path('one.csv')).mode & 0o200);
  });

  it('fetches only into the cache', async () => {
    await repository.run('push');
    repository.dropCache();
    repository.remove('one.csv');
    const [one] = (await repository.run('fetch', { targets: [repository.path('one.csv')] })).outs;
    assert.equal(one?.outcome, 'done');
    assert.ok(existsSync(repository.cached(file)) && !existsSync(repository.path('one.csv')));
    assert.ok(!existsSync(repository.cached(folder)));
  });

  it('keeps both layouts apart', async () => {
    const legacy = md5('old\n');
    mkdirSync(repository.path('.dvc', 'cache', legacy.slice(0, 2)), { recursive: true });
    writeFileSync(repository.path('.dvc', 'cache', legacy.slice(0, 2), legacy.slice(2)), 'old\r\n');
    repository.write('old.txt.dvc', `outs:\n- md5: ${legacy}\n  path: old.txt\n`);
    const targets = [repository.path('old.txt')];
    assert.equal((await repository.run('push', { targets })).outs[0]?.outcome, 'done');
    assert.equal(readFileSync(join(repository.remote, legacy.slice(0, 2), legacy.slice(2)), 'utf8'), 'old\r\n');
    repository.dropCache();
    await repository.run('pull', { targets });
    assert.equal(repository.read('old.txt'), 'old\r\n');
  });

  it('pushes no manifest whose members are not all there', async () => {
    rmSync(repository.cached(md5('b')));
    const set = (await repository.run('push')).outs.find(({ path }) => path === 'set');
    assert.deepEqual([set?.outcome, set?.paths, set?.objects], ['missing', ['set/sub/b'], 1]);
    assert.ok(!existsSync(repository.sent(folder)) && existsSync(repository.sent(md5('a'))));
  });

  for (const [what, source, kind] of [
    ['a damaged object of the cache', (): string => repository.cached(md5('b')), 'push'],
    ['a damaged object of the remote', (): string => repository.sent(md5('b')), 'fetch'],
  ] as const) {
    it(`passes on ${what} to nobody`, async () => {
      if (kind === 'fetch') {
        await repository.run('push');
        repository.dropCache();
      }
      chmodSync(source(), 0o644);
      writeFileSync(source(), 'damaged');
      // DVC would trust it.
      chmodSync(source(), 0o444);
      const set = (await repository.run(kind)).outs.find(({ path }) => path === 'set');
      assert.equal(set?.outcome, 'failed');
      assert.match(set.message ?? '', /damaged/);
      assert.equal(readFileSync(source(), 'utf8'), 'damaged');
      const there = kind === 'push' ? repository.sent(md5('b')) : repository.cached(md5('b'));
      assert.ok(!existsSync(there));
      assert.ok(!existsSync(kind === 'push' ? repository.sent(folder) : repository.cached(folder)));
    });
  }

  it('replaces a damaged object of the cache by the remote’s, and keeps it', async () => {
    await repository.run('push');
    repository.remove('one.csv');
    chmodSync(repository.cached(file), 0o644);
    writeFileSync(repository.cached(file), 'edited through a link');
    const [one] = (await repository.run('pull', { targets: [repository.path('one.csv')] })).outs;
    assert.equal(one?.outcome, 'done');
    assert.equal(repository.read('one.csv'), 'x,y\n');
    const [kept = ''] = readdirSync(repository.path('.tracking', 'kept', 'damaged'));
    assert.equal(repository.read(`.tracking/kept/damaged/${kept}`), 'edited through a link');
  });

  it('does not touch a damaged object of the remote', async () => {
    await repository.run('push');
    chmodSync(repository.sent(file), 0o644);
    writeFileSync(repository.sent(file), 'damaged');
    const [one] = (await repository.run('push')).outs;
    assert.equal(one?.outcome, 'failed');
    assert.equal(readFileSync(repository.sent(file), 'utf8'), 'damaged');
  });

  it('pulls nothing over a file that would be lost', async () => {
    await repository.run('push');
    repository.dropCache();
    repository.write('one.csv', 'mine');
    const one = (await repository.run('pull')).outs.find(({ path }) => path === 'one.csv');
    assert.deepEqual([one?.outcome, one?.objects], ['refused', 1]);
    assert.equal(repository.read('one.csv'), 'mine');
  });

  it('says what neither end has', async () => {
    await repository.run('push');
    repository.dropCache();
    chmodSync(dirname(repository.sent(md5('b'))), 0o755);
    rmSync(repository.sent(md5('b')));
    const set = (await repository.run('pull')).outs.find(({ path }) => path === 'set');
    assert.deepEqual([set?.outcome, set?.paths], ['missing', ['set/sub/b']]);
  });

  it('says what there is to do about remotes', async () => {
    const message = async (config: string, options = {}): Promise<string | undefined> => {
      writeFileSync(repository.path('.dvc', 'config'), config);
      return (await repository.run('push', options)).outs[0]?.message;
    };
    assert.match((await message('')) ?? '', /no default remote/);
    assert.match((await message('[core]\nremote = x\n')) ?? '', /no remote “x”/);
    assert.match((await message('[\'remote "s"\']\nurl = s3://bucket/x\n', { remote: 's' })) ?? '', /no folder of this machine; only dvc/);
    assert.equal(await message(`['remote "f"']\nurl = ../other-remote\n`, { remote: 'F' }), undefined);
    assert.ok(existsSync(join(repository.root, 'other-remote', 'files', 'md5')));
    assert.equal(
      await message(`['remote "base"']\nurl = ${repository.remote}\n['remote "on"']\nurl = remote://base/on\n`, { remote: 'on' }),
      undefined,
    );
    assert.ok(existsSync(join(repository.remote, 'on', 'files', 'md5')));
    assert.equal(await message(`['remote "u"']\nurl = file://${repository.remote}/u\n`, { remote: 'u' }), undefined);
    assert.ok(existsSync(join(repository.remote, 'u', 'files', 'md5')));
  });

  it('leaves out what is not to be pushed, and what belongs to another remote', async () => {
    repository.write('mine', '1');
    repository.add('mine', '  push: false\n');
    repository.write('theirs', '2');
    repository.add('theirs', '  remote: other\n');
    const outs = new Map((await repository.run('push', { remote: 'there' })).outs.map((out) => [out.path, out]));
    assert.match(outs.get('mine')?.message ?? '', /not pushed/);
    assert.match(outs.get('theirs')?.message ?? '', /another remote, “other”/);
    assert.equal(outs.get('set')?.outcome, 'done');
  });

  it('gives up where a remote can’t be written, and leaves nothing half there', async () => {
    writeFileSync(repository.remote, 'a file');
    const { outs } = await repository.run('push');
    assert.deepEqual(new Set(outs.map(({ outcome }) => outcome)), new Set(['failed']));
    assert.equal(readFileSync(repository.remote, 'utf8'), 'a file');
  });

  it('stops between two files, and goes on from there', async () => {
    repository.write('large/first', 'x'.repeat(3 * 2 ** 20));
    for (let i = 0; i < 60; i++) repository.write(`large/f${i}`, `file ${i}`);
    repository.add('large');
    const stop = new AbortController();
    const targets = [repository.path('large')];
    const stopped = repository.run('push', { targets }, stop.signal, ({ phase }) => phase === 'pushing' && stop.abort(new Error('enough')));
    await assert.rejects(stopped, /enough/);
    const left = existsSync(repository.remote) ? objects(repository.remote) : [];
    assert.ok(left.length < 62);
    assert.deepEqual(
      left.filter((name) => name.endsWith('.tmp')),
      [],
    );
    assert.equal((await repository.run('push', { targets })).outs[0]?.outcome, 'done');
  });

  it('takes away what somebody who was killed had left in the remote a day ago', async () => {
    await repository.run('push');
    renameSync(repository.sent(file), repository.path('moved'));
    const stale = join(dirname(repository.sent(file)), '.x.0123.tmp');
    const fresh = join(dirname(repository.sent(file)), '.y.0123.tmp');
    for (const path of [stale, fresh]) writeFileSync(path, 'half');
    const then = new Date(Date.now() - 25 * 3_600_000);
    utimesSync(stale, then, then);
    await repository.run('push');
    assert.deepEqual([existsSync(stale), existsSync(fresh)], [false, true]);
  });
});
