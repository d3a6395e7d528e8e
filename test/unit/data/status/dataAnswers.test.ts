import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { cpSync, mkdirSync, renameSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { CodeReader } from '../../../../src/code/reader';
import { DataReader } from '../../../../src/data/reader';
import type { DataAnswer, DataQuestion } from '../../../../src/data/source';
import { GitRevisions } from '../../../../src/lineage/gitRevisions';
import { DataRepository } from '../dataRepository';

/** What the real dvc says of such repositories is compared in test/peers; here stands what it said. */
describe("Answers to DVC's questions", function () {
  this.timeout(30_000);
  let repository: DataRepository;
  let reader: DataReader;

  beforeEach(() => {
    repository = new DataRepository();
    reader = new DataReader(() => undefined, { revisions: new GitRevisions(new CodeReader(() => undefined)) });
    repository.write('a.csv', '1,2\n');
    repository.write('imgs/x', 'x\n');
    repository.write('imgs/sub/y', 'y\n');
    repository.write('.gitignore', '/a.csv\n/imgs\n/.dvc/cache\n/b.csv\n/moved.csv\n');
    repository.add('a.csv');
    repository.add('imgs');
    git('init', '--quiet', '--initial-branch=main');
    commit();
  });
  afterEach(() => {
    reader.dispose();
    repository.dispose();
  });

  const git = (...args: string[]): string =>
    execFileSync('git', ['-c', 'user.name=A', '-c', 'user.email=a@b', ...args], { cwd: repository.root, encoding: 'utf8' });
  const commit = (): void => {
    git('add', '-A');
    git('commit', '--quiet', '-m', 'data');
  };
  type Flags<K extends DataQuestion['kind']> = Omit<DataQuestion & { readonly kind: K }, 'kind' | 'root'>;
  const ask = <K extends DataQuestion['kind']>(kind: K, flags = {} as Flags<K>): Promise<DataAnswer<K>> =>
    reader.answer<K>({ kind, root: repository.root, ...flags } as DataQuestion & { readonly kind: K });

  it('say nothing where nothing differs, and what did not change only when asked', async () => {
    assert.deepEqual(await ask('dataStatus', { granular: true }), { answer: {}, errors: [], unknown: [], stages: 2 });
    const { answer } = await ask('dataStatus', { granular: true, unchanged: true });
    assert.deepEqual([...(answer.unchanged ?? [])].sort(), ['a.csv', 'imgs/', 'imgs/sub/y', 'imgs/x']);
    assert.deepEqual((await ask('status')).answer, {});
    assert.deepEqual((await ask('diff')).answer, {});
  });

  it('compare files with records, records with HEAD, and name what was renamed', async () => {
    repository.write('imgs/new', 'n\n');
    repository.remove('imgs/x');
    renameSync(repository.path('a.csv'), repository.path('moved.csv'));
    rmSync(repository.path('a.csv.dvc'));
    repository.add('moved.csv');
    assert.deepEqual((await ask('dataStatus', { granular: true })).answer, {
      committed: { renamed: [{ old: 'a.csv', new: 'moved.csv' }] },
      uncommitted: { modified: ['imgs/'], deleted: ['imgs/x'], added: ['imgs/new'] },
    });
    assert.deepEqual((await ask('dataStatus', { renames: false })).answer, {
      committed: { deleted: ['a.csv'], added: ['moved.csv'] },
      uncommitted: { modified: ['imgs/'] },
    });
    assert.deepEqual((await ask('diff')).answer, {
      added: [{ path: 'imgs/new' }],
      deleted: [{ path: 'imgs/x' }],
      modified: [{ path: 'imgs/' }],
      renamed: [{ path: { old: 'a.csv', new: 'moved.csv' } }],
      'not in cache': [],
    });
  });

  it('let “not in cache” hide what differs in status, and not in data status', async () => {
    const digest = repository.add('imgs');
    rmSync(repository.cached(digest));
    repository.write('imgs/new', 'n\n');
    assert.deepEqual((await ask('status')).answer, { 'imgs.dvc': [{ 'changed outs': { imgs: 'not in cache' } }] });
    assert.deepEqual((await ask('dataStatus')).answer, { not_in_cache: ['imgs/'], uncommitted: { modified: ['imgs/'] } });
    const { uncommitted } = (await ask('dataStatus', { granular: true })).answer;
    assert.deepEqual([...(uncommitted?.unknown ?? [])].sort(), ['imgs/new', 'imgs/sub/', 'imgs/sub/y', 'imgs/x']);
  });

  it('tell stages apart: command, code, parameters, and what always runs', async () => {
    repository.write('train.py', 'print(1)\n');
    repository.write('params.yaml', 'lr: 1.0\nepochs: 3\n');
    repository.write(
      'dvc.yaml',
      'stages:\n  train:\n    cmd: python train.py --fast\n    deps: [train.py, a.csv]\n    params: [lr, epochs]\n    outs: [m.pkl]\n  always:\n    cmd: date\n',
    );
    writeFileSync(
      repository.path('dvc.lock'),
      "schema: '2.0'\nstages:\n  train:\n    cmd: python train.py\n    deps:\n    - path: train.py\n      hash: md5\n      md5: 0cc175b9c0f1b6a831c399e269772661\n" +
        `    - path: a.csv\n      hash: md5\n      md5: ${repository.add('a.csv')}\n    params:\n      params.yaml:\n        lr: 1\n        epochs: 2\n`,
    );
    const { answer, errors } = await ask('status');
    assert.deepEqual(errors, []);
    assert.deepEqual(answer, {
      always: ['always changed'],
      train: [
        { 'changed deps': { 'train.py': 'modified', 'params.yaml': { epochs: 'modified' } } },
        { 'changed outs': { 'm.pkl': 'deleted' } },
        'changed command',
      ],
    });
    const { stages, outs } = await reader.status(repository.root);
    const train = stages.find(({ name }) => name === 'train');
    assert.deepEqual(train?.differences, ['command', 'code', 'parameters', 'outs']);
    assert.deepEqual(
      train?.deps.map(({ path, kind, state }) => [path, kind, state]),
      [
        ['train.py', 'code', 'modified'],
        ['a.csv', 'data', 'unchanged'],
      ],
    );
    assert.deepEqual(
      outs.map(({ path, committed }) => [path, committed]),
      [
        ['a.csv', 'unchanged'],
        ['imgs', 'unchanged'],
        ['m.pkl', 'unknown'],
      ],
    );
  });

  it('name stages and files from the folder in which they are asked', async () => {
    repository.write('sub/deep.csv', 'x\n');
    repository.add('sub/deep.csv');
    repository.write('sub/deep.csv', 'y\n');
    repository.write('free.txt', 'z\n');
    const folder = repository.path('sub');
    assert.deepEqual((await ask('status', { folder })).answer, { 'deep.csv.dvc': [{ 'changed outs': { 'deep.csv': 'modified' } }] });
    const { untracked } = (await ask('dataStatus', { untracked: true, folder })).answer;
    assert.deepEqual([...(untracked ?? [])].sort(), ['../free.txt', 'deep.csv', 'deep.csv.dvc']);
  });

  it('compare commits, also in a repository below git’s root and with another one below', async () => {
    const old = repository.add('a.csv');
    repository.write('a.csv', '1,3\n');
    const digest = repository.add('a.csv');
    repository.write('other/.dvc/config', '');
    repository.write('other/z.csv', 'z\n');
    repository.add('other/z.csv');
    commit();
    const { answer } = await ask('diff', { from: 'HEAD~1', to: 'HEAD', hashes: true });
    assert.deepEqual(answer.modified, [{ path: 'a.csv', hash: { old, new: digest } }]);
    assert.deepEqual([answer.added, answer['not in cache']], [[], undefined]);
    await assert.rejects(ask('diff', { from: 'nowhere' }), /no commit, branch or tag nowhere/);
    const below = await reader.answer({ kind: 'dataStatus', root: repository.path('other'), unchanged: true });
    assert.deepEqual(below.answer, { not_in_cache: ['z.csv'], unchanged: ['z.csv'] });
  });

  it('look into remotes that are folders, and say of others that they don’t know', async () => {
    const remote = repository.path('store');
    mkdirSync(remote);
    writeFileSync(
      repository.path('.dvc', 'config'),
      `[core]\n    remote = here\n['remote "here"']\n    url = ../store\n['remote "far"']\n    url = s3://bucket/x\n`,
    );
    assert.deepEqual((await ask('cloudStatus')).answer, { 'a.csv': 'new', imgs: 'new', 'imgs/sub/y': 'new', 'imgs/x': 'new' });
    cpSync(repository.path('.dvc', 'cache', 'files'), repository.path('store', 'files'), { recursive: true });
    assert.deepEqual((await ask('cloudStatus')).answer, {});
    rmSync(repository.path('store', 'files', 'md5', repository.add('a.csv').slice(0, 2)), { recursive: true });
    assert.deepEqual((await ask('dataStatus', { notInRemote: true })).answer, { not_in_remote: ['a.csv'] });
    const { outs, remotes } = await reader.status(repository.root);
    assert.deepEqual(
      outs.map(({ path, inRemote }) => [path, inRemote]),
      [
        ['a.csv', false],
        ['imgs', true],
      ],
    );
    assert.deepEqual(
      remotes.map(({ name, isDefault, isLocal }) => [name, isDefault, isLocal]),
      [
        ['here', true, true],
        ['far', false, false],
      ],
    );
    const far = await ask('dataStatus', { notInRemote: true, remote: 'far' });
    assert.deepEqual(far.answer, {});
    assert.match(far.unknown[0] ?? '', /far.*no folder of this machine/);
    await assert.rejects(ask('cloudStatus', { remote: 'far' }), /no folder of this machine/);
    await assert.rejects(ask('cloudStatus', { remote: 'absent' }), /no remote “absent”\. Known are: here, far/);
  });

  it('tell of links that lead nowhere without giving up', async () => {
    symlinkSync('nowhere', repository.path('imgs/link'));
    const status = await ask('status');
    assert.deepEqual(status.answer, {});
    assert.match(status.errors[0]?.message ?? '', /imgs: it holds link, a link that leads nowhere/);
    assert.deepEqual((await ask('dataStatus', { granular: true })).answer, { uncommitted: { modified: ['imgs/'] } });
  });

  it('take nothing for removed that a record may track which can’t be read', async () => {
    const lock = (out: string): string =>
      `  ${out}:\n    cmd: make\n    outs:\n    - path: ${out}.csv\n      hash: md5\n      md5: ${repository.object(out)}\n      size: 5\n`;
    const pipeline = 'stages:\n  train:\n    cmd: make\n    outs: [train.csv]\n  split:\n    cmd: make\n    outs: [split.csv]\n';
    for (const name of ['train', 'split']) repository.write(`${name}.csv`, name);
    repository.write('dvc.yaml', pipeline);
    repository.write('dvc.lock', `schema: '2.0'\nstages:\n${lock('train')}${lock('split')}`);
    git('rm', '-q', '--cached', '--ignore-unmatch', 'train.csv');
    repository.write('.gitignore', '/*.csv\n/imgs\n/.dvc/cache\n');
    commit();
    assert.deepEqual((await ask('dataStatus')).answer, {});
    for (const [broken, isStage] of [
      [pipeline.replace('[split.csv]', '['), false],
      [pipeline.replace('    cmd: make\n    outs: [split', '    outs: [split'), true],
    ] as const) {
      repository.write('dvc.yaml', broken);
      repository.write('imgs.dvc', 'outs: [');
      rmSync(repository.path('a.csv.dvc'), { force: true });
      const { answer, errors } = await ask('dataStatus');
      assert.deepEqual(answer, { committed: { deleted: ['a.csv'] } });
      assert.deepEqual(errors.map(({ path }) => path).sort(), ['dvc.yaml', 'imgs.dvc']);
      assert.deepEqual((await ask('diff')).answer, {
        added: [],
        deleted: [{ path: 'a.csv' }],
        modified: [],
        renamed: [],
        'not in cache': [],
      });
      const { removed, outs } = await reader.status(repository.root);
      assert.deepEqual(
        removed.map(({ path }) => path),
        ['a.csv'],
      );
      assert.deepEqual(
        outs.map(({ path, committed }) => [path, committed]),
        isStage ? [['train.csv', 'unchanged']] : [],
      );
    }
    repository.write('dvc.yaml', pipeline.replace(/ {2}split[^]*/, ''));
    assert.deepEqual((await ask('dataStatus')).answer.committed, { deleted: ['a.csv', 'split.csv'] });
  });

  it('answer the rest where one file can’t be read', async () => {
    repository.write('bad.dvc', 'outs: 5\n');
    repository.write('a.csv', 'changed\n');
    const { answer, errors } = await ask('dataStatus');
    assert.deepEqual(answer, { uncommitted: { modified: ['a.csv'] } });
    assert.deepEqual(
      errors.map(({ path }) => path),
      ['bad.dvc'],
    );
  });

  it('know of no commits without git, before the first, and where nobody may ask', async () => {
    const alone = new DataReader(() => undefined);
    const untrusted = await alone.status(repository.root);
    assert.deepEqual([untrusted.head, untrusted.outs.map(({ committed }) => committed)], [undefined, ['unknown', 'unknown']]);
    const { answer } = await alone.answer({ kind: 'dataStatus', root: repository.root, unchanged: true });
    assert.deepEqual(answer, { unchanged: ['a.csv', 'imgs/'] });
    alone.dispose();
    rmSync(repository.path('.git'), { recursive: true });
    git('init', '--quiet');
    assert.deepEqual((await ask('dataStatus', { unchanged: true })).answer, { committed: { added: ['a.csv', 'imgs/'] } });
    assert.deepEqual((await ask('diff')).answer, {});
    const status = await reader.status(repository.root);
    assert.deepEqual(
      status.outs.map(({ committed }) => committed),
      ['added', 'added'],
    );
  });
});
