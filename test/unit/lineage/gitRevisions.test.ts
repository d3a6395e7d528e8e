import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { CodeReader } from '../../../src/code/reader';
import { GitRevisions } from '../../../src/lineage/gitRevisions';
import { CodeRepository } from '../code/codeRepository';

describe('What git holds of a data repository', function () {
  this.timeout(30_000);
  let repository: CodeRepository;
  let revisions: GitRevisions;
  let lines: string[];

  beforeEach(() => {
    lines = [];
    repository = new CodeRepository();
    revisions = new GitRevisions(new CodeReader((line) => lines.push(line)));
  });
  afterEach(() => {
    revisions.dispose();
    repository.dispose();
  });

  it('is nothing before the first commit, and without git', async () => {
    const bare = mkdtempSync(join(tmpdir(), 'no-git-'));
    try {
      assert.equal(await revisions.tracks(bare), false);
      assert.equal(await revisions.commit(bare, 'HEAD'), undefined);
    } finally {
      rmSync(bare, { recursive: true });
    }
    assert.equal(await revisions.tracks(repository.root), true);
    assert.equal(await revisions.commit(repository.root, 'HEAD'), undefined);
  });

  it('are the files at or below the root, without repositories below, links and submodules', async () => {
    mkdirSync(repository.path('ml/other'), { recursive: true });
    repository.write('top.dvc', '1');
    repository.write('ml/.dvc/config', '');
    repository.write('ml/ünï "q".dvc', 'two\n');
    repository.write('ml/other/.dvc/config', '');
    repository.write('ml/other/inner.dvc', '3');
    symlinkSync('other', repository.path('ml/link.dvc'));
    repository.git('add', '-A');
    const commit = repository.commit('ml/a.dvc', 'one\n', 'First');
    const root = repository.path('ml');
    const files = await revisions.files(root, commit, ['.dvc']);
    assert.deepEqual(files.map(({ path }) => path).sort(), ['a.dvc', 'ünï "q".dvc']);
    const contents = await revisions.contents(root, [...files.map(({ id }) => id), 'f'.repeat(40)]);
    assert.deepEqual([...contents.values()].map(String).sort(), ['one\n', 'two\n']);
    const asked = lines.length;
    assert.deepEqual(await revisions.files(root, commit, ['.dvc']), files);
    assert.equal(lines.length, asked, 'a commit is listed once');
    assert.deepEqual(
      (await revisions.files(repository.root, commit, ['.dvc'])).map(({ path }) => path),
      ['top.dvc'],
    );
  });

  it('reads contents of any bytes and sizes in one process', async () => {
    const bytes = Buffer.from([0, 10, 13, 255, 10]);
    repository.write('empty', '');
    repository.write('bytes', bytes);
    repository.git('add', '-A');
    const commit = repository.commit('last', 'no newline', 'First');
    const files = await revisions.files(repository.root, commit, ['']);
    lines = [];
    const contents = await revisions.contents(
      repository.root,
      files.map(({ id }) => id),
    );
    assert.equal(lines.length, 1);
    assert.deepEqual(
      files.map(({ path, id }) => [path, contents.get(id)?.length]),
      [
        ['bytes', bytes.length],
        ['empty', 0],
        ['last', 10],
      ],
    );
    assert.deepEqual(await revisions.contents(repository.root, []), new Map());
  });

  it('tells a file’s history through renames and deletion, with tags', async () => {
    const content = 'outs:\n- md5: 0cc175b9c0f1b6a831c399e269772661\n  size: 1\n  hash: md5\n  path: a.csv\n';
    const first = repository.commit('a.csv.dvc', content, 'Add a');
    repository.git('tag', 'v1');
    repository.git('mv', 'a.csv.dvc', 'b.csv.dvc');
    repository.git('commit', '-q', '-m', 'Rename; it’s “b” now');
    const second = repository.git('rev-parse', 'HEAD').trim();
    const third = repository.commit('b.csv.dvc', content.replace('size: 1', 'size: 2'), 'Change');
    repository.git('rm', '-q', 'b.csv.dvc');
    repository.git('commit', '-q', '-m', 'Gone');
    const history = await revisions.history(repository.root, 'b.csv.dvc', 10);
    assert.deepEqual(
      history.map(({ commit, subject, path, tags, id }) => [commit, subject, path, tags, id === undefined]),
      [
        [repository.git('rev-parse', 'HEAD').trim(), 'Gone', 'b.csv.dvc', [], true],
        [third, 'Change', 'b.csv.dvc', [], false],
        [second, 'Rename; it’s “b” now', 'b.csv.dvc', [], false],
        [first, 'Add a', 'a.csv.dvc', ['v1'], false],
      ],
    );
    assert.equal((await revisions.history(repository.root, 'b.csv.dvc', 2)).length, 2);
    assert.ok(history.every(({ time }) => Math.abs(Date.now() - time) < 3_600_000));
  });

  it('names untracked files from the root', async () => {
    repository.write('.gitignore', 'ignored\n');
    repository.commit('sub/a', '1', 'First');
    repository.write('sub/new é', '');
    repository.write('sub/ignored', '');
    repository.write('beside', '');
    assert.deepEqual(await revisions.untracked(repository.path('sub')), ['new é']);
  });
});
