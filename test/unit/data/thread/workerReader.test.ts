import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdirSync, writeFileSync, symlinkSync } from 'node:fs';
import { createRequire } from 'node:module';
import { DataReader } from '../../../../src/data/reader';
import { WorkerReader } from '../../../../src/data/thread/workerReader';
import { bundle } from '../../../contract/bundle';
import { until } from '../../../support/until';
import { DataRepository } from '../dataRepository';

describe('Reading data in a thread', function () {
  this.timeout(30_000);
  let worker: Awaited<ReturnType<typeof bundle>>;
  let repository: DataRepository;
  let lines: string[];
  const readers: WorkerReader[] = [];
  before(async () => {
    worker = await bundle('src/dataWorker.ts');
  });
  after(() => worker.dispose());

  beforeEach(() => {
    lines = [];
    repository = new DataRepository();
    repository.write('data/a.csv', '1,2\n');
    repository.write('data/imgs/x', 'x\n');
    repository.add('data/a.csv');
    repository.add('data/imgs');
  });
  afterEach(() => {
    for (const reader of readers.splice(0)) reader.dispose();
    repository.dispose();
  });

  function readerOf(file = worker.file, idle?: number, git: () => readonly string[] | undefined = () => undefined): WorkerReader {
    const reader = new WorkerReader(file, (line) => lines.push(line), { ...(idle !== undefined && { idle }), git });
    readers.push(reader);
    return reader;
  }

  /** A worker of a few lines, in place of the real one. */
  function script(text: string): string {
    const file = repository.path('worker.mjs');
    writeFileSync(file, `import { parentPort } from 'node:worker_threads';\n${text}`);
    return file;
  }

  it('tells what the reader itself tells, and starts when it is first asked', async () => {
    repository.write('data/a.csv', 'changed\n');
    repository.write('data/bad.dvc', 'outs:\n- md5: nonsense\n  path: q\n');
    repository.write('data/imgs/new', 'n\n');
    const near = new DataReader(() => undefined);
    const far = readerOf();
    assert.equal(far.isRunning, false);
    assert.deepEqual(await far.roots(repository.path('data')), [repository.root]);
    assert.equal(far.isRunning, true);
    const status = await far.status(repository.root);
    assert.deepEqual(status, await near.status(repository.root));
    assert.deepEqual(
      status.outs.map(({ state }) => state),
      ['modified', 'modified'],
    );
    assert.match(lines[0] ?? '', /2 stages, 1 errors/);
    near.dispose();
  });

  it('tells the versions that git has, where it may be run', async () => {
    const git = (...args: string[]): unknown =>
      execFileSync('git', ['-c', 'user.name=A', '-c', 'user.email=a@b', ...args], { cwd: repository.root });
    git('init', '--quiet');
    git('add', 'data/a.csv.dvc');
    git('commit', '--quiet', '-m', 'One');
    const target = repository.path('data/a.csv');
    const { versions, now } = await readerOf(worker.file, undefined, () => ['git']).versions(repository.root, target, { most: 5 });
    assert.deepEqual([versions.map(({ subject }) => subject), now], [['One'], undefined]);
    const without = await readerOf().versions(repository.root, target);
    assert.deepEqual([without.versions, without.now?.digest], [[], versions[0]?.digest]);
  });

  it('brings thousands of rows and paths, in pieces', async () => {
    for (let index = 0; index < 2_500; index++) repository.write(`more/f${index}.dvc`, `outs:\n- path: f${index}\n`);
    for (let index = 0; index < 2_100; index++) repository.write(`data/imgs/n${String(index).padStart(4, '0')}`, '');
    const { outs, errors } = await readerOf().status(repository.root);
    assert.deepEqual([outs.length, errors.length], [2_502, 0]);
    assert.deepEqual(
      outs.map(({ path }) => path),
      outs.map(({ path }) => path).sort(),
    );
    const { added = [], omitted } = outs.find(({ path }) => path === 'data/imgs')?.changes ?? {};
    assert.deepEqual([added.length, added[0], omitted], [2_000, 'n0000', 100]);
  });

  it('says why a repository cannot be read', async () => {
    const file = script(
      `parentPort.on('message', ({ id }) => parentPort.postMessage({ kind: 'error', id, message: 'no such disk', mayEnd: true }));`,
    );
    await assert.rejects(readerOf(file).status(repository.root), /^Error: no such disk$/);
  });

  it('stops when told to, at once, and goes on with others', async () => {
    const reader = readerOf();
    await assert.rejects(reader.status(repository.root, AbortSignal.abort(new Error('never mind'))), /never mind/);
    const abort = new AbortController();
    const stopped = reader.status(repository.root, abort.signal);
    const other = reader.status(repository.root);
    abort.abort(new Error('no longer'));
    await assert.rejects(stopped, /no longer/);
    assert.equal((await other).outs.length, 2);
  });

  it('rejects what waits when the thread dies, and starts another', async () => {
    const file = script(`parentPort.on('message', ({ id, kind, question }) => {
      if (question?.of === 'status') throw new Error('out of memory');
      if (kind === 'ask') parentPort.postMessage({ kind: 'piece', id, piece: { path: [], value: ['/here'] } });
      else parentPort.postMessage({ kind: 'end', id, mayEnd: true });
    });`);
    const reader = readerOf(file);
    const waiting = [reader.status('/a'), reader.status('/b')];
    for (const call of waiting) await assert.rejects(call, /thread that reads data has stopped \(out of memory\)/);
    assert.deepEqual(await reader.roots('/a'), ['/here']);
  });

  it('says so when the thread cannot start, each time', async () => {
    const reader = readerOf(repository.path('absent.mjs'));
    await assert.rejects(reader.roots('/a'), /has stopped \(.*absent\.mjs/s);
    await assert.rejects(reader.roots('/a'), /has stopped \(.*absent\.mjs/s);
  });

  it('ends the thread when it has nothing to do, and no sooner than its hashes are on the disk', async () => {
    // Where links may lead out of the repository.
    const reader = readerOf(worker.file, 0, () => ['git']);
    await reader.roots(repository.root);
    await until('the thread has ended', () => !reader.isRunning);
    // A file of which the hash is kept, as it is of none that was written just now.
    const old = createRequire(import.meta.url).resolve('mocha/package.json');
    symlinkSync(old, repository.path('old.json'));
    repository.write('old.dvc', `outs:\n- path: old.json\n  md5: d41d8cd98f00b204e9800998ecf8427e\n  hash: md5\n`);
    repository.remove('data');
    const status = await reader.status(repository.root);
    assert.deepEqual(
      status.outs.map(({ workspace }) => workspace),
      ['modified'],
    );
    assert.equal(reader.isRunning, true, 'nothing is remembered on the disk without .tracking');
    mkdirSync(repository.path('.tracking'));
    assert.deepEqual(await reader.status(repository.root), status);
    await until('the thread has ended', () => !reader.isRunning);
    lines = [];
    assert.deepEqual(await reader.status(repository.root), status);
    assert.match(lines.find((line) => line.startsWith('data status')) ?? '', / 0 files read/);
  });

  it('asks git where it may, and starts anew when that changes', async () => {
    const run = (...args: string[]): void =>
      void execFileSync('git', ['-c', 'user.name=A', '-c', 'user.email=a@b', ...args], { cwd: repository.root });
    run('init', '--quiet');
    run('add', '-A');
    run('commit', '--quiet', '-m', 'data');
    let git: readonly string[] | undefined;
    const reader = readerOf(worker.file, undefined, () => git);
    const states = async (): Promise<string[]> => (await reader.status(repository.root)).outs.map(({ committed }) => committed);
    assert.deepEqual(await states(), ['unknown', 'unknown']);
    assert.ok(!lines.some((line) => line.startsWith('git ')), 'no git is run without trust');
    git = ['git'];
    assert.deepEqual(await states(), ['unchanged', 'unchanged']);
    assert.ok(lines.some((line) => line.startsWith('git ls-tree')));
    git = undefined;
    assert.deepEqual(await states(), ['unknown', 'unknown']);
  });

  it('answers every question', async () => {
    const { root } = repository;
    const near = new DataReader(() => undefined);
    const far = readerOf();
    repository.write('data/a.csv', 'changed\n');
    for (const kind of ['status', 'dataStatus'] as const)
      assert.deepEqual(await far.answer({ kind, root }), await near.answer({ kind, root }));
    await assert.rejects(far.answer({ kind: 'diff', root }), /is in no git repository/);
    const usage = await far.cacheUsage(root);
    assert.deepEqual(usage, await near.cacheUsage(root));
    assert.equal(usage.files, 3);
    const targets = [{ target: repository.path('data/a.csv'), hashName: 'md5' as const }];
    assert.deepEqual(await far.losses(root, targets), [{ file: repository.path('data/a.csv'), path: 'data/a.csv', size: 8 }]);
    near.dispose();
  });

  it('stops whoever waits when it is disposed, and answers no more', async () => {
    const silent = script(`parentPort.on('message', () => {});`);
    const reader = readerOf(silent);
    const waiting = reader.roots('/a');
    reader.dispose();
    await assert.rejects(waiting, /was stopped/);
    await assert.rejects(reader.status('/a'), /was stopped/);
    assert.equal(reader.isRunning, false);
  });
});
