import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { renameSync, rmSync, writeFileSync } from 'node:fs';
import { CodeReader } from '../../../../src/code/reader';
import { DataReader } from '../../../../src/data/reader';
import type { RecordedVersion } from '../../../../src/data/versions';
import { GitRevisions } from '../../../../src/lineage/gitRevisions';
import { DataRepository } from '../dataRepository';

describe('Versions of data', function () {
  this.timeout(60_000);
  let repository: DataRepository;
  let reader: DataReader;
  let processes: string[];
  let clock: number;

  beforeEach(() => {
    repository = new DataRepository();
    processes = [];
    clock = 1_700_000_000;
    reader = new DataReader(() => undefined, { revisions: new GitRevisions(new CodeReader((line) => processes.push(line))) });
    git('init', '--quiet', '--initial-branch=main');
    repository.write('.gitignore', '/.dvc/cache\n/data\n/imgs\n*.csv\n');
  });
  afterEach(() => {
    reader.dispose();
    repository.dispose();
  });

  const git = (...args: string[]): string => {
    const date = `${clock} +0000`;
    const env = { ...process.env, GIT_AUTHOR_DATE: date, GIT_COMMITTER_DATE: date };
    return execFileSync('git', ['-c', 'user.name=Äda', '-c', 'user.email=a@b', ...args], { cwd: repository.root, encoding: 'utf8', env });
  };
  const commit = (subject: string): void => {
    clock += 60;
    git('add', '-A');
    git('commit', '--quiet', '--allow-empty', '-m', subject);
  };
  const told = ({ subject, digest, size, files }: RecordedVersion): unknown[] => [
    subject,
    digest,
    size,
    ...(files === undefined ? [] : [files]),
  ];

  it('are the commits in which the digest changed, newest first', async () => {
    repository.write('ä b.csv', '1\n');
    const one = repository.add('ä b.csv');
    commit('One');
    git('tag', 'v1.0');
    repository.add('ä b.csv', '  desc: better\n');
    commit('Describe it');
    repository.write('ä b.csv', '1\n2\n');
    const two = repository.add('ä b.csv');
    commit('Two | “quoted”');
    rmSync(repository.cached(one));
    const { versions, more, now, unread } = await reader.versions(repository.root, repository.path('ä b.csv'));
    assert.deepEqual(versions.map(told), [
      ['Two | “quoted”', two, 4],
      ['One', one, 2],
    ]);
    assert.deepEqual([more, now, unread], [false, undefined, 0]);
    const [newest, oldest] = versions;
    assert.deepEqual([newest?.inCache, oldest?.inCache, oldest?.tags, oldest?.author], [true, false, ['v1.0'], 'Äda']);
    assert.deepEqual([newest?.path, newest?.commit, newest?.time], ['ä b.csv', git('rev-parse', 'HEAD').trim(), clock * 1000]);
    assert.equal(processes.filter((line) => line.includes('cat-file')).length, 1, 'all records are read at once');
  });

  it('end with the record as it is now, where no commit has it', async () => {
    repository.write('a.csv', '1\n');
    const one = repository.add('a.csv');
    const before = await reader.versions(repository.root, repository.path('a.csv'));
    assert.deepEqual(before, {
      versions: [],
      more: false,
      now: { digest: one, hashName: 'md5', size: 2, files: undefined, path: 'a.csv', inCache: true },
      unread: 0,
    });
    commit('One');
    repository.write('a.csv', '1\n2\n3\n');
    const two = repository.add('a.csv');
    const { versions, now } = await reader.versions(repository.root, repository.path('a.csv'));
    assert.deepEqual([versions.map(told), now?.digest, now?.size], [[['One', one, 2]], two, 6]);
    const without = new DataReader(() => undefined);
    assert.equal((await without.versions(repository.root, repository.path('a.csv'))).now?.digest, two);
    without.dispose();
  });

  it('follow renames, tell where tracking stopped, and are found of what is tracked no more', async () => {
    repository.write('a.csv', '1\n');
    const one = repository.add('a.csv');
    commit('One');
    rmSync(repository.path('a.csv.dvc'));
    commit('Stop');
    repository.add('a.csv');
    commit('Go on');
    renameSync(repository.path('a.csv'), repository.path('b.csv'));
    rmSync(repository.path('a.csv.dvc'));
    repository.add('b.csv');
    commit('Rename');
    repository.write('b.csv', '22\n');
    const two = repository.add('b.csv');
    commit('Two');
    const { versions } = await reader.versions(repository.root, repository.path('b.csv'));
    assert.deepEqual(
      versions.map(({ subject, digest, path }) => [subject, digest, path]),
      [
        ['Two', two, 'b.csv'],
        ['Go on', one, 'a.csv'],
        ['Stop', undefined, 'a.csv'],
        ['One', one, 'a.csv'],
      ],
    );
    const former = await reader.versions(repository.root, repository.path('a.csv'));
    assert.deepEqual(
      former.versions.map(({ subject }) => subject),
      ['Rename', 'Go on', 'Stop', 'One'],
    );
    assert.deepEqual((await reader.versions(repository.root, repository.path('never.csv'))).versions, []);
  });

  const lock = (digests: Readonly<Record<string, string>>, quoted = false): void => {
    const stages = Object.entries(digests).map(([name, digest]) => {
      const shown = quoted ? `"${name}"` : name;
      return `  ${shown}:\n    cmd: cut\n    deps:\n    - path: out.csv\n      hash: md5\n      md5: ${'e'.repeat(32)}\n      size: 1\n    outs:\n    - path: ${quoted ? '"data/o:ut.csv"' : 'data/out.csv'}\n      hash: md5\n      md5: ${digest}\n      size: 7\n`;
    });
    // Not an hour back, where git would miss that it has changed within a second.
    writeFileSync(repository.path('dvc.lock'), `schema: '2.0'\nstages:\n${stages.join('')}`);
  };
  const hex = (digit: string): string => digit.repeat(32);

  it('are those of one stage’s out, whatever else changes in the lock', async () => {
    const group = (name: string): string =>
      `stages:\n  ${name}:\n    foreach: [a, b]\n    do:\n      cmd: cut \${item}\n      wdir: \${item}\n      outs: [data/out.csv]\n`;
    repository.write('dvc.yaml', group('part'));
    lock({ 'part@b': hex('b') });
    commit('Only b');
    lock({ 'part@a': hex('a'), 'part@b': hex('b') });
    commit('Both');
    lock({ 'part@a': hex('a'), 'part@b': hex('c') });
    commit('Another b');
    lock({ 'part@a': hex('d'), 'part@b': hex('c') });
    commit('Another a');
    const target = repository.path('a', 'data', 'out.csv');
    const of = async (path = target): Promise<unknown[]> =>
      (await reader.versions(repository.root, path)).versions.map(({ subject, digest }) => [subject, digest]);
    assert.deepEqual(await of(), [
      ['Another a', hex('d')],
      ['Both', hex('a')],
    ]);
    assert.deepEqual(await of(repository.path('b', 'data', 'out.csv')), [
      ['Another b', hex('c')],
      ['Only b', hex('b')],
    ]);
  });

  it('are found in a lock of any form, and where data went from a .dvc file into a pipeline', async () => {
    repository.write('data/o:ut.csv', '1\n');
    const one = repository.add('data/o:ut.csv');
    git('add', '-f', 'data/o:ut.csv.dvc');
    commit('By hand');
    git('rm', '--quiet', '-f', 'data/o:ut.csv.dvc');
    repository.write('dvc.yaml', 'stages:\n  "my: stage":\n    cmd: x\n    outs: ["data/o:ut.csv"]\n');
    lock({ 'my: stage': one }, true);
    commit('By a stage');
    lock({ 'my: stage': hex('f') }, true);
    commit('Run again');
    writeFileSync(repository.path('dvc.lock'), '<<<<<<< ours\n');
    commit('Broken');
    lock({ 'my: stage': hex('f') }, true);
    commit('Mended');
    const { versions, unread } = await reader.versions(repository.root, repository.path('data', 'o:ut.csv'));
    assert.deepEqual(
      versions.map(({ subject, digest }) => [subject, digest]),
      [
        ['Run again', hex('f')],
        ['By hand', one],
      ],
    );
    assert.equal(unread, 1);
  });

  it('of a folder count files, and need each of them in the cache; a file in it has its own', async () => {
    repository.write('imgs/x', 'x\n');
    repository.write('imgs/sub/ÿ', 'y\n');
    const one = repository.add('imgs');
    commit('One');
    repository.write('imgs/z', 'zz\n');
    const two = repository.add('imgs');
    commit('Two');
    repository.write('imgs/x', 'xx\n');
    repository.add('imgs');
    commit('Three');
    const all = await reader.versions(repository.root, repository.path('imgs'));
    assert.deepEqual(all.versions.slice(1).map(told), [
      ['Two', two, 7, 3],
      ['One', one, 4, 2],
    ]);
    const of = async (...path: string[]): Promise<unknown[]> => {
      const { versions, now, unread } = await reader.versions(repository.root, repository.path('imgs', ...path));
      return [...versions.map(({ subject, path: then, inCache }) => `${subject} ${then} ${inCache}`), now, unread];
    };
    assert.deepEqual(await of('x'), ['Three imgs/x true', 'One imgs/x true', undefined, 0]);
    assert.deepEqual(await of('sub', 'ÿ'), ['One imgs/sub/ÿ true', undefined, 0]);
    rmSync(repository.cached('401b30e3b8b5d629635a5c613cdb7919'));
    assert.deepEqual(
      (await reader.versions(repository.root, repository.path('imgs'))).versions.map(({ inCache }) => inCache),
      [true, false, false],
    );
    rmSync(repository.cached(two));
    assert.deepEqual(await of('z'), ['Three imgs/z true', undefined, 1]);
  });

  it('are not those of other data, however alike its record is', async () => {
    repository.write('a.csv', '1\n');
    repository.add('a.csv');
    commit('One');
    repository.write('a.csv', '1\n2\n');
    repository.add('a.csv');
    repository.write('copy.csv', '1\n2\n');
    repository.add('copy.csv');
    commit('Copy');
    repository.write('third.csv', '1\n3\n');
    repository.add('third.csv');
    rmSync(repository.path('copy.csv.dvc'));
    commit('In the place of the copy');
    for (const [path, subject] of [
      ['a.csv', 'Copy'],
      ['copy.csv', 'In the place of the copy'],
      ['third.csv', 'In the place of the copy'],
    ] as const)
      assert.equal((await reader.versions(repository.root, repository.path(path))).versions[0]?.subject, subject, path);
  });

  it('are also what a merge made, and no merge that only took over', async () => {
    const write = (content: string, subject: string): void => {
      repository.write('a.csv', content);
      repository.add('a.csv');
      commit(subject);
    };
    write('1\n', 'One');
    git('checkout', '--quiet', '-b', 'side');
    write('2\n', 'Side');
    git('checkout', '--quiet', 'main');
    write('3\n', 'Main');
    git('merge', '--quiet', '--no-commit', '--strategy=ours', 'side');
    write('2\n3\n', 'Merged by hand');
    git('checkout', '--quiet', '-b', 'other');
    write('4\n', 'Other');
    git('checkout', '--quiet', 'main');
    clock += 60;
    git('merge', '--quiet', '--no-ff', 'other', '-m', 'Taken over');
    const { versions } = await reader.versions(repository.root, repository.path('a.csv'));
    assert.deepEqual(
      versions.map(({ subject }) => subject),
      ['Other', 'Merged by hand', 'Main', 'Side', 'One'],
    );
  });

  it('of a thousand commits are read by few questions, a page at a time', async () => {
    const lines: string[] = [];
    for (let index = 1; index <= 1_000; index++) {
      // Each second commit changes another out of the same lock.
      const digest = (number: number): string => (0xabc000 + number).toString(16).padStart(32, 'f');
      const text = `schema: '2.0'\nstages:\n  a:\n    cmd: x\n    outs:\n    - path: a.csv\n      hash: md5\n      md5: ${digest(Math.ceil(index / 2))}\n      size: ${index}\n  b:\n    cmd: x\n    outs:\n    - path: b.csv\n      hash: md5\n      md5: ${digest(index)}\n      size: 1\n`;
      lines.push(`commit refs/heads/main\ncommitter A <a@b> ${clock + index} +0000\ndata ${`c${index}`.length}\nc${index}`);
      lines.push(`M 100644 inline dvc.lock\ndata ${text.length}\n${text}`);
    }
    execFileSync('git', ['fast-import', '--quiet'], { cwd: repository.root, input: `${lines.join('\n')}\n` });
    git('reset', '--quiet', '--hard');
    repository.write('dvc.yaml', 'stages:\n  a:\n    cmd: x\n    outs: [a.csv]\n  b:\n    cmd: x\n    outs: [b.csv]\n');
    const target = repository.path('a.csv');
    const page = await reader.versions(repository.root, target, { most: 20 });
    assert.deepEqual([page.versions.length, page.more, page.versions[0]?.subject], [20, true, 'c999']);
    processes.length = 0;
    const all = await reader.versions(repository.root, target, { most: 2_000 });
    assert.deepEqual([all.versions.length, all.more, all.versions.at(-1)?.subject], [500, false, 'c1']);
    assert.deepEqual(all.versions.slice(0, 20), page.versions);
    assert.ok(processes.length <= 12, processes.join('\n'));
  });
});
