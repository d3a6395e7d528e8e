import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdirSync, writeFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { CodeReader } from '../../../src/code/reader';
import { UsedData } from '../../../src/data/used/usedData';
import { GitRevisions } from '../../../src/lineage/gitRevisions';
import { parseRunProcess } from '../../../src/core/progress';
import { TagName } from '../../../src/core/tagNames';
import type { Engine } from '../../../src/store/engine';
import { openStore } from '../../../src/store/sqlite/store';
import { RecordingLog } from './recordingLog';
import { startSession } from './sessions';
import { TemporaryFolder } from './temporaryFolder';

describe('a run session', () => {
  let folder: TemporaryFolder;
  let engine: Engine;

  beforeEach(async () => {
    folder = new TemporaryFolder();
    engine = await openStore(folder.at('.tracking'));
  });
  afterEach(async () => {
    await engine.close();
    folder.remove();
  });

  const text = async (runId: string, path: string) => Buffer.from(await engine.artifacts.read(runId, path)).toString();
  const git = (...args: string[]) =>
    execFileSync('git', ['-c', 'user.name=Ann', '-c', 'user.email=ann@example.org', '-c', 'init.defaultBranch=main', ...args], {
      cwd: folder.path,
      encoding: 'utf8',
    }).trim();

  it('logs unasked where a run comes from', async () => {
    writeFileSync(folder.at('train.js'), 'first\n');
    writeFileSync(folder.at('requirements.txt'), 'numpy==2.0\n');
    writeFileSync(folder.at('package-lock.json'), '{"lockfileVersion":3}\n');
    writeFileSync(folder.at('.gitignore'), '.tracking\n');
    git('init', '-q');
    git('remote', 'add', 'origin', 'https://ann:secret@example.org/digits.git');
    git('add', '.');
    git('commit', '-q', '-m', 'Begin');
    writeFileSync(folder.at('train.js'), 'second\n');
    mkdirSync(folder.at('sub'));
    const session = await startSession(engine, folder.at('sub'), {
      source: '../train.js',
      commandLine: ['node', 'train.js', '--token=abc'],
    });
    await session.finish('FINISHED');

    const run = await engine.runs.get(session.runId);
    assert.equal(run.status, 'FINISHED');
    assert.ok(run.endTime !== undefined && run.endTime >= run.startTime);
    assert.equal(run.tags[TagName.gitCommit], git('rev-parse', 'HEAD'));
    assert.equal(run.tags[TagName.gitBranch], 'main');
    assert.equal(run.tags[TagName.gitDirty], 'true');
    assert.equal(run.tags[TagName.sourceName], 'train.js');
    assert.equal(run.tags[TagName.sourceType], 'LOCAL');
    assert.equal(run.tags[TagName.commandLine], 'node train.js --token=***');
    assert.ok((run.tags[TagName.user] ?? '') !== '');
    assert.equal(run.userId, run.tags[TagName.user]);
    assert.doesNotMatch(JSON.stringify(run.tags), /secret/);
    assert.deepEqual(parseRunProcess(run.tags[TagName.process])?.pid, process.pid);
    assert.match(await text(run.runId, 'code/uncommitted.patch'), /-first\n\+second/);
    assert.equal(await text(run.runId, 'code/train.js'), 'second\n');
    assert.equal(await text(run.runId, 'environment/requirements.txt'), 'numpy==2.0\n');
    assert.equal(await text(run.runId, 'environment/package-lock.json'), '{"lockfileVersion":3}\n');
    const system = JSON.parse(await text(run.runId, 'environment/system.json')) as { node: string; host: string; cpu: { cores: number } };
    assert.equal(system.node, process.version);
    assert.equal(system.host, hostname());
    assert.ok(system.cpu.cores >= 1);
  });

  it('keeps a patch that git applies to the commit to get the code back', async () => {
    writeFileSync(folder.at('a.txt'), 'one\ntwo\n');
    git('init', '-q');
    git('add', '.');
    git('commit', '-q', '-m', 'Begin');
    writeFileSync(folder.at('a.txt'), 'one\nthree\n');
    const session = await startSession(engine, folder.path);
    await session.finish('FINISHED');
    git('checkout', '-q', '--', 'a.txt');
    execFileSync('git', ['apply', '--check', '-'], { cwd: folder.path, input: await text(session.runId, 'code/uncommitted.patch') });
  });

  it('works without git, and continues when the code cannot be read', async () => {
    const log = new RecordingLog();
    const session = await startSession(engine, folder.path, { log, readCodeState: () => Promise.reject(new Error('git is broken')) });
    await session.finish('FINISHED');
    assert.equal((await engine.runs.get(session.runId)).tags[TagName.gitCommit], undefined);
    assert.deepEqual(log.warnings, ["The code's state is not logged: git is broken"]);
  });

  it('makes one experiment when several begin at once', async () => {
    const sessions = await Promise.all([1, 2, 3].map(() => startSession(engine, folder.path, { experiment: 'new' })));
    assert.equal(new Set(sessions.map(({ run }) => run.experimentId)).size, 1);
    await Promise.all(sessions.map((session) => session.finish('FINISHED')));
  });

  it('says what to do when the experiment is deleted', async () => {
    await engine.experiments.delete(await engine.experiments.create('gone'));
    await assert.rejects(
      startSession(engine, folder.path, { experiment: 'gone' }),
      /The experiment gone is deleted: restore it, or choose another name/,
    );
  });

  it('keeps the first value of a parameter, cuts what is too long, and says both', async () => {
    const log = new RecordingLog();
    const session = await startSession(engine, folder.path, { log });
    session.logParams({ a: 1, none: null, yes: true, shape: [1, 2], long: 'x'.repeat(7000) });
    await session.flush();
    session.logParams({ a: 1 });
    session.logParams({ a: 2 });
    await session.finish('FINISHED');
    const params = Object.fromEntries((await engine.runs.get(session.runId)).params.map(({ key, value }) => [key, value]));
    assert.deepEqual({ ...params, long: params['long']?.length }, { a: '1', none: 'None', yes: 'True', shape: '[1,2]', long: 6000 });
    assert.deepEqual(log.warnings, [
      'Parameter long is cut to 6000 characters.',
      "Parameter a stays 1: a run's parameters don't change (to 2).",
    ]);
  });

  it('shows the progress while it runs and takes it away at the end', async () => {
    const session = await startSession(engine, folder.path);
    const progress = { epoch: 1, epochs: 2, batch: 3, batches: 4, loss: 0.5, accuracy: undefined, imagesPerSecond: 10, secondsLeft: 1 };
    session.reportProgress(progress);
    await session.flush();
    assert.equal((JSON.parse((await engine.runs.get(session.runId)).tags[TagName.progress] ?? 'null') as { batch: number }).batch, 3);
    session.reportProgress({ ...progress, batch: 4 });
    await session.finish('FINISHED');
    assert.equal((await engine.runs.get(session.runId)).tags[TagName.progress], undefined);
  });

  it('ends once: the first word counts', async () => {
    const session = await startSession(engine, folder.path);
    session.logMetrics({ loss: NaN }, { step: 3 });
    await Promise.all([session.finish('FAILED', new RangeError('too far\nby a mile')), session.finish('FINISHED')]);
    const run = await engine.runs.get(session.runId);
    assert.equal(run.status, 'FAILED');
    assert.equal(run.tags[TagName.error], 'RangeError: too far');
    assert.match(await text(run.runId, 'error.txt'), /by a mile\n\s+at /);
    assert.equal(run.metrics[0]?.last.step, 3);
  });

  it('continues a run that is named', async () => {
    const first = await startSession(engine, folder.path);
    first.logParams({ a: 1 });
    await first.finish('FAILED', new Error('power'));
    const second = await startSession(engine, folder.path, { runId: first.runId });
    assert.equal((await engine.runs.get(first.runId)).status, 'RUNNING');
    second.logParams({ a: 1, b: 2 });
    await second.finish('FINISHED');
    const run = await engine.runs.get(first.runId);
    assert.deepEqual([run.status, run.params.length, run.tags[TagName.error]], ['FINISHED', 2, undefined]);
  });

  it("names data by DVC's digest where it is tracked, else by its content", async () => {
    git('init', '-q');
    mkdirSync(folder.at('.dvc'));
    writeFileSync(folder.at('.dvc/config'), '');
    writeFileSync(folder.at('a.gz'), 'tracked');
    writeFileSync(folder.at('a.gz.dvc'), 'outs:\n- md5: 0123456789abcdef0123456789abcdef\n  size: 7\n  hash: md5\n  path: a.gz\n');
    writeFileSync(folder.at('b.gz'), 'plain');
    const session = await startSession(engine, folder.path);
    const tracked = await session.logDataset({ paths: ['a.gz'], name: 'digits', rows: 10, preprocessing: ['divide by 255'] }, 'train');
    const plain = await session.logDataset({ paths: ['b.gz'] }, 'test');
    await assert.rejects(session.logDataset({ paths: ['c.gz'] }, 'test'), /There is no data file .*c\.gz/);
    await session.finish('FINISHED');
    assert.deepEqual([tracked.digest, tracked.sourceType, tracked.name], ['0123456789abcdef0123456789abcdef', 'dvc', 'digits']);
    assert.deepEqual([plain.digest, plain.sourceType, plain.name], ['ac7938d40cfc2307e2bf325d28e7884e', 'local', 'b.gz']);
    const { inputs } = await engine.runs.get(session.runId);
    assert.deepEqual(inputs.map(({ dataset, tags }) => [dataset.name, tags['mlflow.data.context']]).sort(), [
      ['b.gz', 'test'],
      ['digits', 'train'],
    ]);
    assert.equal((JSON.parse(tracked.profile ?? '{}') as { num_rows: number }).num_rows, 10);
  });

  it('warns once of data that the commit does not bring back, and keeps what people say of it with the run', async () => {
    git('init', '-q');
    mkdirSync(folder.at('.dvc'));
    writeFileSync(folder.at('.dvc/config'), '');
    writeFileSync(folder.at('a.csv'), 'changed\n');
    const said = '  desc: Numbers\n  labels: [raw, small]\n  meta: {source: me, preprocessing: [sort], owner: Ada}\n';
    writeFileSync(folder.at('a.csv.dvc'), `outs:\n- md5: 0123456789abcdef0123456789abcdef\n  hash: md5\n  path: a.csv\n${said}`);
    writeFileSync(folder.at('b.csv'), 'plain\n');
    const revisions = new GitRevisions(new CodeReader(() => undefined));
    const log = new RecordingLog();
    const session = await startSession(engine, folder.path, { readDataVersion: new UsedData(revisions).version, log });
    const logged = await session.logDataset({ paths: ['a.csv'], preprocessing: ['divide by 255'] }, 'train');
    await session.logDataset({ paths: ['a.csv'], name: 'again' }, 'validation');
    await session.logDataset({ paths: ['a.csv', 'b.csv'], name: 'both' }, 'test');
    await session.finish('FINISHED');
    revisions.dispose();
    const md5 = createHash('md5').update('changed\n').digest('hex');
    assert.deepEqual(
      log.warnings.filter((line) => line.includes('dvc')),
      ['a.csv is not what DVC records, and the run keeps the hash of what is there. To keep this version: dvc commit a.csv.dvc'],
    );
    assert.deepEqual(Object.keys(logged).sort(), ['digest', 'name', 'profile', 'schema', 'source', 'sourceType']);
    const run = await engine.runs.get(session.runId);
    assert.equal(run.tags[TagName.dataState], 'modified');
    const train = run.inputs.find(({ dataset }) => dataset.name === 'a.csv');
    assert.deepEqual(train?.tags, {
      'mlflow.data.context': 'train',
      'mlTracking.data.state': 'modified',
      'mlTracking.data.recorded': 'a.csv 0123456789abcdef0123456789abcdef',
      'mlTracking.data.description': 'Numbers',
      'mlTracking.data.labels': 'raw, small',
      'mlTracking.data.source': 'me',
      'mlTracking.data.preprocessing': 'sort',
    });
    assert.equal(train.dataset.digest, md5);
    const { size_bytes, ...profile } = JSON.parse(train.dataset.profile ?? '{}') as Record<string, unknown>;
    assert.equal(size_bytes, 8);
    assert.deepEqual(profile, {
      description: 'Numbers',
      data_labels: ['raw', 'small'],
      data_source: 'me',
      meta: { owner: 'Ada' },
      preprocessing: ['sort', 'divide by 255'],
    });
  });
});
