import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { CodeReader } from '../../../../src/code/reader';
import { isSame } from '../../../../src/data/content/comparison';
import { compareContent } from '../../../../src/data/content/contentComparison';
import { openPlace } from '../../../../src/data/content/contentSource';
import { compareFiles } from '../../../../src/data/content/fileChanges';
import type { ContentPlace } from '../../../../src/data/content/place';
import { placeAtRevision, placeOf } from '../../../../src/data/content/versionPlace';
import { formatManifest, manifestDigest } from '../../../../src/data/hashing/manifest';
import { GitRevisions } from '../../../../src/lineage/gitRevisions';
import { CodeRepository } from '../../code/codeRepository';
import { ContentFolder } from './contentFolder';

const compare = async (before: ContentPlace, after: ContentPlace) => compareContent(await openPlace(before), await openPlace(after));

describe('what differs between two versions of a table', () => {
  let folder: ContentFolder;
  before(() => (folder = new ContentFolder()));
  after(() => folder.dispose());
  const of = (before: string, after: string) => {
    const [a, b] = [folder.write('a.csv', before), folder.write('b.csv', after)];
    return compare({ kind: 'path', path: a }, { kind: 'path', path: b });
  };

  it('is nothing where they are the same', async () => {
    assert.ok(isSame(await of('x,label\n1,a\n2,b\n3,a\n4,b\n', 'x,label\n1,a\n2,b\n3,a\n4,b\n')));
  });

  it('tells columns added, removed and retyped, ranges that moved, and missing cells', async () => {
    const found = await of('id,age,old\n1,20,x\n2,30,y\n', 'id,age,new\n1,20,0.5\n2,n/a,1\nthree,95,2\n');
    assert.deepEqual([found.columnsAdded, found.columnsRemoved, found.rows], [['new'], ['old'], { before: 2, after: 3 }]);
    const [id, age] = found.columns;
    assert.deepEqual([id?.name, id?.type], ['id', { before: 'integer', after: 'text' }]);
    assert.deepEqual([age?.missing, age?.max, age?.min], [{ before: 0, after: 1 }, { before: 30, after: 95 }, undefined]);
    assert.equal(found.rowContent, undefined);
  });

  it('tells rows added and removed by their content, and the shift of the classes', async () => {
    const found = await of('x,label\n1,a\n2,b\n3,a\n4,b\n', 'x,label\n4,b\n9,b\n1,a\n7,c\n8,b\n');
    assert.deepEqual(found.rowContent, { both: 2, onlyBefore: 2, onlyAfter: 3 });
    assert.deepEqual(
      found.labels.map(({ value, before, after, shareBefore, shareAfter }) => [value, before, after, shareBefore, shareAfter]),
      [
        ['a', 2, 1, 0.5, 0.2],
        ['b', 2, 3, 0.5, 0.6],
        ['c', 0, 1, 0, 0.2],
      ],
    );
  });
});

describe('what became of files', () => {
  const entries = (files: Record<string, string>) => Object.entries(files).map(([path, digest]) => ({ path, digest }));

  it('pairs a removed file with an added one of the same content, once, by its name where it kept that', () => {
    const before = entries({ 'a/1': 'x', 'a/2': 'x', same: 's', changed: 'old', gone: 'g', 'dup/1': 'x' });
    const after = entries({ 'b/2': 'x', 'c/9': 'x', same: 's', changed: 'new', fresh: 'f', 'dup/1': 'x', 'z/3': 's' });
    assert.deepEqual(compareFiles(before, after), {
      added: ['fresh', 'z/3'],
      removed: ['gone'],
      changed: ['changed'],
      renamed: [
        { from: 'a/2', to: 'b/2' },
        { from: 'a/1', to: 'c/9' },
      ],
      unchanged: 2,
    });
  });
});

/** Versions as DVC leaves them: `.dvc` files in git's commits, contents in the cache under their hashes. */
describe('the content of a version', () => {
  let repository: CodeRepository;
  let revisions: GitRevisions;
  const md5 = (content: string) => createHash('md5').update(content).digest('hex');
  const keep = (digest: string, content: string): void => {
    const file = repository.path(join('.dvc/cache/files/md5', digest.slice(0, 2), digest.slice(2)));
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, content);
  };
  const commitFile = (text: string): string => {
    keep(md5(text), text);
    return repository.commit('data/t.csv.dvc', `outs:\n- md5: ${md5(text)}\n  size: ${text.length}\n  hash: md5\n  path: t.csv\n`, 'Table');
  };
  const commitFolder = (files: Record<string, string>): string => {
    const entries = Object.entries(files).map(([path, content]) => ({ path, digest: md5(content) }));
    for (const content of Object.values(files)) keep(md5(content), content);
    const digest = manifestDigest(entries);
    keep(digest, formatManifest(entries));
    return repository.commit('set.dvc', `outs:\n- md5: ${digest}\n  nfiles: ${entries.length}\n  hash: md5\n  path: set\n`, 'Set');
  };
  const at = (path: string, revision: string) => placeAtRevision(repository.path(path), revision, revisions);

  it('says that the folder of the data is gone', async () => {
    await assert.rejects(at('gone/../../nowhere-at-all/a.csv', 'HEAD'), /The folder .*nowhere-at-all is not there any more/);
  });
  let old: string;

  before(() => {
    repository = new CodeRepository();
    revisions = new GitRevisions(new CodeReader(() => undefined));
    repository.write('.dvc/config', '');
    old = commitFile('x\n1\n2\n');
    commitFile('x\n1\n5\n');
    repository.commit('plain.csv', 'a\n1\n', 'Plain');
    repository.write('plain.csv', 'a\n3\n');
    commitFolder({ 'one.csv': 'x\n1\n', 'sub/two.csv': 'x\n2\n', 'sub/three.csv': 'x\n3\n' });
    commitFolder({ 'one.csv': 'x\n1\n', 'moved/two.csv': 'x\n2\n', 'sub/three.csv': 'x\n33\n' });
  });
  after(() => {
    revisions.dispose();
    repository.dispose();
  });

  it('comes from the cache for what DVC tracked', async () => {
    const found = await compare(await at('data/t.csv', old), await at('data/t.csv', 'HEAD'));
    assert.deepEqual(found.columns[0]?.max, { before: 2, after: 5 });
    assert.deepEqual(found.rowContent, { both: 1, onlyBefore: 1, onlyAfter: 1 });
  });

  it('comes from git for what git has', async () => {
    const found = await compare(await at('plain.csv', 'HEAD'), { kind: 'path', path: repository.path('plain.csv') });
    assert.deepEqual(found.columns[0]?.max, { before: 1, after: 3 });
  });

  it('is a folder of files, or a part of one', async () => {
    const found = await compare(await at('set', 'HEAD~1'), await at('set', 'HEAD'));
    assert.deepEqual(found.files, {
      added: [],
      removed: [],
      changed: ['sub/three.csv'],
      renamed: [{ from: 'sub/two.csv', to: 'moved/two.csv' }],
      unchanged: 1,
    });
    assert.deepEqual(
      found.parts.map(({ path, comparison }) => [path, comparison.columns[0]?.max]),
      [['sub/three.csv', { before: 3, after: 33 }]],
    );
    const part = await compare(await at('set/sub', 'HEAD~1'), await at('set/sub', 'HEAD'));
    assert.deepEqual([part.files?.removed, part.files?.changed], [['two.csv'], ['three.csv']]);
    const single = await compare(await at('set/sub/three.csv', 'HEAD~1'), await at('set/sub/three.csv', 'HEAD'));
    assert.deepEqual(single.columns[0]?.max, { before: 3, after: 33 });
  });

  it('is compared with the files in the working folder by their hashes', async () => {
    for (const [path, content] of Object.entries({ 'one.csv': 'x\n1\n', 'elsewhere.csv': 'x\n2\n' }))
      repository.write(`set/${path}`, content);
    const found = await compare(await at('set', 'HEAD'), { kind: 'path', path: repository.path('set') });
    assert.deepEqual(
      [found.files?.renamed, found.files?.removed, found.files?.unchanged],
      [[{ from: 'moved/two.csv', to: 'elsewhere.csv' }], ['sub/three.csv'], 1],
    );
  });

  it('is named by a path and a revision, which may both hold an @', async () => {
    const named = async (text: string) => placeOf(repository.path(text), false, revisions);
    assert.equal((await named('data/t.csv@HEAD~3')).kind, 'version');
    await assert.rejects(named('data/t.csv@nowhere'), /There is no revision nowhere here/);
    await assert.rejects(named('data/none.csv@HEAD'), /none\.csv is neither in DVC's records nor in git at HEAD/);
    await assert.rejects(named('data/none.csv'), /There is no data at .*none\.csv/);
  });

  it('is missed where the cache lacks it, with what to do', async () => {
    repository.commit('data/t.csv.dvc', 'outs:\n- md5: 0123456789abcdef0123456789abcdef\n  size: 3\n  hash: md5\n  path: t.csv\n', 'Lost');
    await assert.rejects(
      compare(await at('data/t.csv', old), await at('data/t.csv', 'HEAD')),
      /The content of .*t\.csv@HEAD is not in the cache; fetch it \(dvc fetch\)/,
    );
  });
});
