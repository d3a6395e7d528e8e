import assert from 'node:assert/strict';
import { chmodSync, lstatSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { KeptData } from '../../../../src/data/actions/keptData';
import { md5, TransferRepository } from './transferRepository';

describe('checking out without dvc', () => {
  let repository: TransferRepository;
  beforeEach(() => (repository = new TransferRepository()));
  afterEach(() => repository.dispose());

  /** A folder of three files that is tracked, with another version before it. */
  function trackFolder(): void {
    repository.write('set/a', 'a1');
    repository.write('set/gone', 'gone');
    repository.write('set/old/deep', 'deep');
    repository.add('set');
    rmSync(repository.path('set'), { recursive: true });
    repository.write('set/a', 'a2');
    repository.write('set/sub/b', 'b');
    repository.write('set/sub/c', 'c');
    repository.add('set');
  }
  const tracked = { 'set/a': 'a2', 'set/sub/b': 'b', 'set/sub/c': 'c' };
  const setTree = (): Record<string, string> => repository.tree('set');

  it('makes a file and a folder from the cache, and then has nothing to do', async () => {
    trackFolder();
    repository.write('one.csv', 'x,y\n');
    repository.add('one.csv');
    repository.remove('set');
    repository.remove('one.csv');
    const { outs } = await repository.run('checkout');
    assert.deepEqual(
      outs.map(({ path, outcome, added, modified, deleted }) => ({ path, outcome, added, modified, deleted })),
      [
        { path: 'one.csv', outcome: 'done', added: 1, modified: 0, deleted: 0 },
        { path: 'set', outcome: 'done', added: 3, modified: 0, deleted: 0 },
      ],
    );
    assert.deepEqual(setTree(), tracked);
    assert.equal(repository.read('one.csv'), 'x,y\n');
    assert.deepEqual(new Set((await repository.run('checkout')).outs.map(({ outcome }) => outcome)), new Set(['unchanged']));
    assert.deepEqual(readdirSync(repository.path('.dvc', 'tmp')), ['lock']);
  });

  it('brings another version back: adds, replaces, removes, with folders that are empty then', async () => {
    trackFolder();
    repository.remove('set');
    for (const [path, content] of Object.entries({ 'set/a': 'a1', 'set/gone': 'gone', 'set/old/deep': 'deep' }))
      repository.write(path, content);
    const { added, modified, deleted, outcome } = await repository.one('checkout');
    assert.deepEqual({ added, modified, deleted, outcome }, { added: 2, modified: 1, deleted: 2, outcome: 'done' });
    assert.deepEqual(setTree(), tracked);
    assert.ok(!lstatSync(repository.path('set', 'old'), { throwIfNoEntry: false }));
  });

  for (const [what, spoil, lost] of [
    ['a changed file', () => repository.write('set/a', 'edited by hand'), { 'set/a': 'edited by hand' }],
    ['a file that is new', () => repository.write('set/new', 'mine'), { 'set/new': 'mine' }],
    ['a file where a folder was', () => (repository.remove('set/sub'), repository.write('set/sub', 'mine')), { 'set/sub': 'mine' }],
    ['a folder where a file was', () => (repository.remove('set/a'), repository.write('set/a/in', 'mine')), { 'set/a/in': 'mine' }],
    ['a file in place of all', () => (repository.remove('set'), repository.write('set', 'mine')), { set: 'mine' }],
  ] as const) {
    it(`refuses to lose ${what}, touches nothing, and moves it away when forced`, async () => {
      trackFolder();
      spoil();
      repository.remove('set/sub/c');
      const before = repository.tree();
      const refused = await repository.one('checkout');
      assert.equal(refused.outcome, 'refused');
      assert.match(refused.message ?? '', /1 file has content that is not in the cache.*--force/);
      assert.deepEqual(refused.paths, Object.keys(lost));
      assert.deepEqual(repository.tree(), before);
      const forced = await repository.run('checkout', { force: true });
      assert.equal(forced.outs[0]?.outcome, 'done');
      assert.deepEqual(setTree(), tracked);
      assert.deepEqual(repository.kept(), lost);
      assert.match(forced.kept ?? '', /^.tracking.kept./);
    });
  }

  describe('notes how a folder was sorted', () => {
    const sorted = { 'set/train/a': 'a2', 'set/train/b': 'b', 'set/sub/c': 'c' };
    const sort = (): void => {
      trackFolder();
      repository.remove('set');
      for (const [path, content] of Object.entries(sorted)) repository.write(path, content);
    };
    const id = (kept: string | undefined): string => kept?.split(/[\\/]/).at(-1) ?? '';
    const restore = (kept: string | undefined): ReturnType<typeof repository.run> =>
      repository.run('checkout', { kept: id(kept), force: true });

    it('and brings it back', async () => {
      sort();
      const { outs, kept } = await repository.run('checkout');
      assert.deepEqual([outs[0]?.outcome, setTree()], ['done', tracked]);
      assert.deepEqual(repository.kept(), {}, 'no file had to be moved');
      const back = await restore(kept);
      assert.deepEqual([back.outs[0]?.outcome, setTree()], ['done', sorted]);
      assert.equal(back.kept, undefined, 'what stood there is recorded');
    });

    it('but not where it is as a version has it, or nothing is there', async () => {
      trackFolder();
      repository.remove('set');
      assert.equal((await repository.run('checkout')).kept, undefined);
      repository.remove('set');
      for (const [path, content] of Object.entries({ 'set/a': 'a1', 'set/gone': 'gone', 'set/old/deep': 'deep' }))
        repository.write(path, content);
      assert.equal((await repository.run('checkout')).kept, undefined);
      assert.equal((await repository.run('checkout')).kept, undefined, 'nothing was done');
    });

    it('of one part of it, and leaves the others alone', async () => {
      sort();
      const { kept } = await repository.run('checkout', { targets: [repository.path('set', 'sub')] });
      assert.deepEqual(setTree(), { ...sorted, 'set/sub/b': 'b' });
      repository.remove('set/train/b');
      await restore(kept);
      assert.deepEqual(setTree(), { 'set/train/a': 'a2', 'set/sub/c': 'c' });
    });

    it('with files that had to be moved away, which stay where they are until they are brought back', async () => {
      sort();
      repository.write('set/train/mine', 'mine');
      const { kept } = await repository.run('checkout', { force: true });
      assert.deepEqual([setTree(), repository.kept()], [tracked, { 'set/train/mine': 'mine' }]);
      await new KeptData().restore(repository.root, id(kept), { stays: true });
      await restore(kept);
      assert.deepEqual(setTree(), { ...sorted, 'set/train/mine': 'mine' });
    });

    it('and brings back the rest, and says so, where the cache has lost a file', async () => {
      sort();
      const { kept } = await repository.run('checkout');
      repository.remove('set');
      rmSync(repository.cached(md5('b')), { force: true });
      const { outs } = await restore(kept);
      assert.deepEqual(
        outs.map(({ outcome, paths }) => ({ outcome, paths })),
        [{ outcome: 'missing', paths: ['set/train/b'] }],
      );
      assert.deepEqual(setTree(), { 'set/train/a': 'a2', 'set/sub/c': 'c' });
    });

    it('and believes no note that leads elsewhere', async () => {
      sort();
      const { kept = '' } = await repository.run('checkout');
      const file = repository.path(...kept.split(/[\\/]/), 'kept.json');
      const note = readFileSync(file, 'utf8');
      for (const path of ['../out', '.git', '/tmp']) {
        writeFileSync(file, note.replace('"path": "set"', `"path": "${path}"`));
        await assert.rejects(restore(kept), /nothing kept/);
      }
      writeFileSync(file, note);
      const layout = repository.path(...kept.split(/[\\/]/), 'layout-0.json');
      const manifest = JSON.stringify([{ md5: md5('b'), relpath: '../../out' }]);
      writeFileSync(layout, JSON.stringify({ parts: null, manifest }));
      assert.equal((await restore(kept)).outs[0]?.outcome, 'failed');
      writeFileSync(layout, '{}');
      await assert.rejects(restore(kept), /How set lay can't be read/);
      assert.deepEqual(setTree(), tracked);
    });
  });

  it('refuses to lose what is in a folder that stands where a file is recorded, also what DVC ignores', async () => {
    repository.write('model', 'weights');
    repository.add('model');
    repository.remove('model');
    repository.write('.dvcignore', '*.tmp\n');
    repository.write('model/x.tmp', 'mine');
    const refused = await repository.one('checkout');
    assert.deepEqual([refused.outcome, refused.paths], ['refused', ['model/x.tmp']]);
    assert.equal((await repository.one('checkout', { force: true })).outcome, 'done');
    assert.equal(repository.read('model'), 'weights');
    assert.deepEqual(repository.kept(), { 'model/x.tmp': 'mine' });
  });

  it('puts a file in the place of a folder whose files are all in the cache', async () => {
    trackFolder();
    repository.write('other', 'one');
    repository.add('other');
    repository.remove('other');
    repository.write('other/a', 'a2');
    repository.write('other/deep/b', 'b');
    const { outs } = await repository.run('checkout', { targets: [repository.path('other')] });
    assert.equal(outs[0]?.outcome, 'done');
    assert.equal(repository.read('other'), 'one');
  });

  it('leaves alone what DVC ignores, and stays out of its way', async () => {
    trackFolder();
    repository.write('.dvcignore', '*.tmp\n');
    repository.write('set/note.tmp', 'mine');
    repository.write('set/old/note.tmp', 'mine');
    assert.equal((await repository.one('checkout')).outcome, 'unchanged');
    assert.deepEqual(setTree(), { ...tracked, 'set/note.tmp': 'mine', 'set/old/note.tmp': 'mine' });
  });

  it('says what is missing in the cache, and leaves the out as it is', async () => {
    trackFolder();
    repository.remove('set/sub/b');
    repository.remove('set/a');
    rmSync(repository.cached(md5('b')));
    const missing = await repository.one('checkout');
    assert.deepEqual([missing.outcome, missing.paths], ['missing', ['set/sub/b']]);
    assert.deepEqual(setTree(), { 'set/sub/c': 'c' });
  });

  it('takes no damaged object, and leaves it where it is', async () => {
    repository.write('one', 'whole');
    const digest = repository.add('one');
    repository.remove('one');
    chmodSync(repository.cached(digest), 0o644);
    writeFileSync(repository.cached(digest), 'broken');
    assert.equal((await repository.one('checkout')).outcome, 'missing');
    assert.equal(readFileSync(repository.cached(digest), 'utf8'), 'broken');
    assert.ok(!lstatSync(repository.path('one'), { throwIfNoEntry: false }));
  });

  it('does not overwrite a file whose object in the cache is damaged', async () => {
    trackFolder();
    repository.write('set/a', 'a1');
    chmodSync(repository.cached(md5('a1')), 0o644);
    writeFileSync(repository.cached(md5('a1')), 'no longer');
    assert.equal((await repository.one('checkout')).outcome, 'refused');
    assert.equal(repository.read('set/a'), 'a1');
  });

  it('does not believe an object’s mode where a file would be lost', async () => {
    trackFolder();
    repository.write('set/a', 'a1');
    repository.forge(md5('a1'), 'no longer');
    assert.equal((await repository.one('checkout')).outcome, 'refused');
    assert.equal(repository.read('set/a'), 'a1');
  });

  it('does not take text with other ends of lines for the same content', async () => {
    const legacy = md5('x\ny\n');
    const other = md5('z\n');
    for (const [digest, content] of [
      [legacy, 'x\ny\n'],
      [other, 'z\n'],
    ] as const) {
      mkdirSync(repository.path('.dvc', 'cache', digest.slice(0, 2)), { recursive: true });
      writeFileSync(repository.path('.dvc', 'cache', digest.slice(0, 2), digest.slice(2)), content, { mode: 0o444 });
    }
    repository.write('text.csv.dvc', `outs:\n- md5: ${other}\n  path: text.csv\n`);
    repository.write('text.csv', 'x\r\ny\r\n');
    assert.equal((await repository.one('checkout')).outcome, 'refused');
    repository.write('text.csv', 'x\ny\n');
    assert.equal((await repository.one('checkout')).outcome, 'done');
    assert.equal(repository.read('text.csv'), 'z\n');
  });

  it('makes an empty folder', async () => {
    repository.forge(`${md5('[]')}.dir`, '[]');
    repository.write('empty.dvc', `outs:\n- md5: ${md5('[]')}.dir\n  nfiles: 0\n  hash: md5\n  path: empty\n`);
    await repository.one('checkout');
    assert.deepEqual(repository.tree('empty'), {});
    assert.ok(statSync(repository.path('empty')).isDirectory());
  });

  it('sets the right to execute that is recorded', async () => {
    repository.write('run.sh', 'echo');
    repository.add('run.sh', '  isexec: true\n');
    assert.equal((await repository.one('checkout')).modified, 1);
    assert.equal(statSync(repository.path('run.sh')).mode & 0o100, 0o100);
    repository.remove('run.sh');
    await repository.one('checkout');
    assert.equal(statSync(repository.path('run.sh')).mode & 0o100, 0o100);
  });

  for (const [type, isLink, links] of [
    ['copy', false, 1],
    ['reflink,copy', false, 1],
    ['hardlink', false, 2],
    ['symlink', true, 1],
  ] as const) {
    it(`makes files as cache.type ${type} says`, async () => {
      repository.configure(`[cache]\ntype = ${type}\n`);
      trackFolder();
      repository.write('set/empty', '');
      repository.add('set');
      repository.remove('set');
      assert.equal((await repository.one('checkout')).outcome, 'done');
      const stats = lstatSync(repository.path('set', 'a'));
      assert.deepEqual([stats.isSymbolicLink(), stats.nlink], [isLink, links]);
      const { mode } = statSync(repository.path('set', 'a'));
      assert.equal((mode & 0o200) !== 0, type.includes('copy'), 'what the cache shares is write-protected');
      for (const [path, content] of Object.entries({ ...tracked, 'set/empty': '' })) assert.equal(repository.read(path), content);
      assert.equal((await repository.one('checkout')).outcome, 'unchanged');
    });
  }

  describe('against what a repository may hold that means harm', () => {
    for (const [what, manifest] of [
      ['leaves the folder', [{ md5: md5('x'), relpath: '../escaped' }]],
      ['is absolute', [{ md5: md5('x'), relpath: '/tmp/ml-escaped' }]],
      ['hides the way up', [{ md5: md5('x'), relpath: 'a/../../escaped' }]],
      ['writes into .git', [{ md5: md5('x'), relpath: '.git/hooks/post-checkout' }]],
      ['names an object elsewhere', [{ md5: '../../../../etc/passwd', relpath: 'a' }]],
      [
        'is file and folder at once',
        [
          { md5: md5('x'), relpath: 'a' },
          { md5: md5('x'), relpath: 'a/b' },
        ],
      ],
    ] as const) {
      it(`refuses a manifest that ${what}`, async () => {
        const text = JSON.stringify(manifest);
        repository.forge(`${md5(text)}.dir`, text);
        repository.forge(md5('x'), 'x');
        repository.write('bad.dvc', `outs:\n- md5: ${md5(text)}.dir\n  hash: md5\n  path: bad\n`);
        const before = repository.tree();
        const out = await repository.one('checkout');
        assert.equal(out.outcome, 'failed');
        assert.match(out.message ?? '', /manifest of bad is refused/);
        assert.deepEqual(repository.tree(), before);
      });
    }

    it('writes through no link, in or above an out', async () => {
      trackFolder();
      const outside = `${repository.root}-outside`;
      mkdirSync(join(outside, 'sub'), { recursive: true });
      try {
        repository.remove('set/sub');
        symlinkSync(join(outside, 'sub'), repository.path('set', 'sub'));
        assert.deepEqual(await repository.one('checkout').then(({ outcome, paths }) => [outcome, paths]), ['refused', ['set/sub']]);
        repository.remove('set');
        symlinkSync(outside, repository.path('set'));
        assert.equal((await repository.one('checkout')).outcome, 'refused');
        repository.write('in/file', 'inner');
        repository.add('in/file');
        const record = readFileSync(repository.path('in', 'file.dvc'), 'utf8');
        repository.remove('in');
        symlinkSync(outside, repository.path('in'));
        repository.write('inner.dvc', record.replace('path: "file"', 'path: in/file'));
        const { outs } = await repository.run('checkout', { targets: [repository.path('in', 'file')] });
        assert.deepEqual(
          outs.map(({ outcome }) => outcome),
          ['failed'],
        );
        assert.match(outs[0]?.message ?? '', /is a link/);
        assert.deepEqual(readdirSync(outside, { recursive: true }), ['sub']);
      } finally {
        rmSync(outside, { recursive: true });
      }
    });

    it('leaves alone what lies outside of the repository', async () => {
      repository.forge(md5('x'), 'x');
      repository.write('out.dvc', `outs:\n- md5: ${md5('x')}\n  hash: md5\n  path: ../${'elsewhere'}\n`);
      assert.equal((await repository.one('checkout')).outcome, 'skipped');
    });
  });

  it('does only what is asked for, also in a folder', async () => {
    trackFolder();
    repository.write('one.csv', 'x');
    repository.add('one.csv');
    repository.remove('set');
    repository.remove('one.csv');
    const { outs, unknownTargets } = await repository.run('checkout', {
      targets: [repository.path('set', 'sub', 'b'), repository.path('nothing')],
    });
    assert.deepEqual(
      outs.map(({ path }) => path),
      ['set'],
    );
    assert.deepEqual(unknownTargets, [repository.path('nothing')]);
    assert.deepEqual(repository.tree('set'), { 'set/sub/b': 'b' });
    await repository.run('checkout', { targets: [repository.path('one.csv.dvc')] });
    assert.equal(repository.read('one.csv'), 'x');
  });
});
