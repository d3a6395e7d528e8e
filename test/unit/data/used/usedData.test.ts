import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { rmSync } from 'node:fs';
import { CodeReader } from '../../../../src/code/reader';
import { UsedData } from '../../../../src/data/used/usedData';
import { GitRevisions } from '../../../../src/lineage/gitRevisions';
import { DataRepository } from '../dataRepository';

const md5 = (text: string): string => createHash('md5').update(text).digest('hex');

describe('the data that a run uses', () => {
  let repository: DataRepository;
  let revisions: GitRevisions;

  beforeEach(() => {
    repository = new DataRepository();
    revisions = new GitRevisions(new CodeReader(() => undefined));
    repository.write('a.csv', '1,2\n');
    repository.write('imgs/x', 'x\n');
    repository.write('imgs/deep/y', 'y\n');
    repository.write('.gitignore', '/a.csv\n/imgs\n/.dvc/cache\n');
    repository.add('a.csv', '  desc: Numbers\n  labels: [raw]\n');
    repository.add('imgs');
    git('init', '--quiet', '--initial-branch=main');
  });
  afterEach(() => {
    revisions.dispose();
    repository.dispose();
  });

  const git = (...args: string[]): void =>
    void execFileSync('git', ['-c', 'user.name=A', '-c', 'user.email=a@b', ...args], { cwd: repository.root });
  const commit = (): void => {
    git('add', '--all');
    git('commit', '--quiet', '--message', 'data');
  };
  /** State, hash of what is there, and whether that is another than the recorded one. */
  const use = async (path: string): Promise<[string | undefined, string | undefined, boolean]> => {
    const version = await new UsedData(revisions).version(repository.path(path));
    return [version?.state, version?.found, version?.found !== version?.digest];
  };

  it('can be had again once its record is committed', async () => {
    assert.deepEqual(await use('a.csv'), ['uncommitted', md5('1,2\n'), false]);
    commit();
    assert.deepEqual(await use('a.csv'), ['committed', md5('1,2\n'), false]);
    const version = await new UsedData(revisions).version(repository.path('a.csv'));
    assert.deepEqual([version?.metadata?.description, version?.metadata?.labels], ['Numbers', ['raw']]);
    assert.equal(version?.commitTarget, repository.path('a.csv.dvc'));
  });

  it('is told by its own hash where it is not what is recorded', async () => {
    commit();
    repository.write('a.csv', '1,3\n');
    assert.deepEqual(await use('a.csv'), ['modified', md5('1,3\n'), true]);
    repository.add('a.csv');
    assert.deepEqual(await use('a.csv'), ['uncommitted', md5('1,3\n'), false]);
    repository.write('a.csv', '1,2\n');
    assert.deepEqual(await use('a.csv'), ['modified', md5('1,2\n'), true]);
  });

  it('is a folder, a folder in it, and a file in it', async () => {
    commit();
    const whole = await new UsedData(revisions).version(repository.path('imgs'));
    assert.deepEqual([whole?.state, whole?.found], ['committed', whole?.digest]);
    assert.deepEqual(await use('imgs/x'), ['committed', md5('x\n'), false]);
    assert.deepEqual(await use('imgs/deep'), ['committed', whole?.digest, false]);
    repository.write('imgs/x', 'X\n');
    assert.deepEqual(await use('imgs/x'), ['modified', md5('X\n'), true]);
    assert.deepEqual(await use('imgs/deep'), ['committed', whole?.digest, false]);
    assert.equal((await use('imgs'))[0], 'modified');
    repository.add('imgs');
    assert.equal((await use('imgs'))[0], 'uncommitted');
    assert.deepEqual(await use('imgs/x'), ['uncommitted', md5('X\n'), false]);
    // This one is as it was in the commit's version of the folder.
    assert.deepEqual(await use('imgs/deep/y'), ['committed', md5('y\n'), false]);
    repository.write('imgs/deep/new', 'n\n');
    assert.deepEqual((await use('imgs/deep/new')).slice(0, 2), ['modified', md5('n\n')]);
    assert.equal((await use('imgs/deep'))[0], 'modified');
  });

  it('is what a stage made', async () => {
    repository.write('dvc.yaml', 'stages:\n  make:\n    cmd: x\n    outs:\n    - out/m.bin:\n        desc: Made\n');
    repository.write('out/m.bin', 'm\n');
    // Nothing of it is recorded yet.
    assert.deepEqual(await use('out/m.bin'), ['modified', md5('m\n'), false]);
    const entry = `    - path: out/m.bin\n      hash: md5\n      md5: ${md5('m\n')}\n`;
    repository.write('dvc.lock', `schema: '2.0'\nstages:\n  make:\n    cmd: x\n    outs:\n${entry}`);
    commit();
    const version = await new UsedData(revisions).version(repository.path('out/m.bin'));
    assert.deepEqual([version?.state, version?.commitTarget, version?.metadata?.description], ['committed', 'make', 'Made']);
    assert.equal(version?.recordedIn, repository.path('dvc.lock'));
  });

  it('is not read by whoever has read it', async () => {
    commit();
    const { version } = new UsedData(revisions);
    assert.equal((await version(repository.path('a.csv'), { md5: md5('other') }))?.state, 'modified');
    assert.equal((await version(repository.path('a.csv'), { md5: md5('1,2\n') }))?.state, 'committed');
  });

  it('says nothing of what nobody can know', async () => {
    commit();
    rmSync(repository.path('.git'), { recursive: true });
    assert.deepEqual(await use('a.csv'), [undefined, md5('1,2\n'), false]);
    repository.remove('a.csv');
    assert.deepEqual((await use('a.csv')).slice(0, 2), [undefined, undefined]);
    assert.equal(await new UsedData(revisions).version(repository.path('.gitignore')), undefined);
  });
});
