import assert from 'node:assert/strict';
import { existsSync, mkdtempSync, readFileSync, realpathSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readRunContext } from '../../../src/autolog/runContext';
import { restoreRun } from '../../../src/cli/restoreCommand';
import { readCodeState } from '../../../src/code/codeState';
import { CodeReader } from '../../../src/code/reader';
import { CodeRunner } from '../../../src/code/runner';
import { pathOf } from '../../../src/code/side';
import type { Run } from '../../../src/core/run';
import { TagName } from '../../../src/core/tagNames';
import { CodeComparer } from '../../../src/lineage/codeChanges';
import { readLeftOut, readPatch, runCode } from '../../../src/lineage/runCode';
import { RunRestorer } from '../../../src/lineage/runRestorer';
import { openStore } from '../../../src/store/sqlite/store';
import type { Engine } from '../../../src/store/engine';
import { CodeRepository } from '../code/codeRepository';

const quiet = { info: () => undefined, warn: () => undefined };

describe('code and runs', () => {
  let folder: string;
  let repository: CodeRepository;
  let engine: Engine;
  let reader: CodeReader;
  let runner: CodeRunner;
  const folders: string[] = [];
  const state = (): string =>
    [
      repository.git('status', '--porcelain=v2', '--branch', '-z'),
      repository.git('diff', 'HEAD', '--binary'),
      repository.git('branch', '--list'),
    ].join('\n');

  /** A run as autologging makes it: real tags, real artifacts. */
  async function train(name: string, tags: Record<string, string> = {}, where = repository.root): Promise<Run> {
    const run = await engine.runs.create({ experimentId: '0', name });
    const context = await readRunContext(where, undefined, readCodeState, quiet);
    await engine.runs.logBatch(run.runId, { tags: { ...context.tags, ...tags } });
    for (const [path, content] of context.files) await engine.artifacts.write(run.runId, path, content);
    return engine.runs.get(run.runId);
  }

  /** A run as a Python script leaves it behind. */
  async function pythonRun(name: string, commit: string): Promise<Run> {
    return engine.runs.create({
      experimentId: '0',
      name,
      tags: { [TagName.gitCommit]: commit, [TagName.sourceName]: 'train.py', [TagName.sourceType]: 'LOCAL' },
    });
  }

  beforeEach(async () => {
    folder = realpathSync(mkdtempSync(join(tmpdir(), 'ml-lineage-')));
    engine = await openStore(join(folder, '.tracking'), { create: true });
    repository = new CodeRepository();
    repository.git('config', 'user.name', 'Ada');
    repository.git('config', 'user.email', 'ada@example.org');
    reader = new CodeReader(() => undefined);
    runner = new CodeRunner(
      () => undefined,
      undefined,
      () => true,
    );
  });
  afterEach(async () => {
    reader.dispose();
    runner.dispose();
    await engine.close();
    repository.dispose();
    for (const each of [folder, ...folders.splice(0)]) rmSync(each, { recursive: true, force: true, maxRetries: 5 });
  });

  it('brings a run’s code back beside a dirty working tree, binary and untracked files too, and touches nothing else', async () => {
    repository.commit('requirements.txt', 'numpy==1.0\n');
    repository.commit('data.bin', Buffer.from([0, 1, 2]));
    const commit = repository.commit('src/train.py', 'print(1)\n');
    repository.write('src/train.py', 'print(2)\n');
    repository.write('data.bin', Buffer.from([9, 0, 255]));
    repository.write('src/new “é”.py', 'new\n');
    repository.write('src/.env', 'TOKEN=1');
    const run = await train('tuned run/1', { [TagName.commandLine]: 'node train.mjs --epochs 3 "two words"' }, repository.path('src'));
    assert.deepEqual(runCode(run), {
      commit,
      branch: 'main',
      remote: undefined,
      unborn: false,
      dirty: true,
      untracked: 1,
      workingFolder: 'src',
    });
    repository.git('add', '--all');
    repository.git('commit', '--quiet', '-m', 'On');
    repository.write('src/train.py', 'something else\n');
    repository.write('mine', 'untracked');
    const before = state();
    const restorer = new RunRestorer(reader, runner);
    const into = restorer.defaultFolder(run, repository.root);
    folders.push(into);
    assert.equal(into, `${repository.root}-tuned-run-1`);
    const restored = await restorer.restore(engine, run, repository.root, into);
    const there = (path: string): string => readFileSync(join(into, path), 'utf8');
    assert.deepEqual([there('src/train.py'), there('src/new “é”.py'), existsSync(join(into, 'src/.env'))], ['print(2)\n', 'new\n', false]);
    assert.deepEqual([...readFileSync(join(into, 'data.bin'))], [9, 0, 255]);
    assert.equal(existsSync(join(into, 'mine')), false);
    assert.deepEqual(
      [restored.commit, restored.patched, restored.leftOut, restored.dependencies],
      [commit, true, ['src/.env'], [{ path: 'requirements.txt', command: 'pip install -r requirements.txt' }]],
    );
    assert.deepEqual([restored.rerun?.args, restored.rerun?.workingFolder], [['node', 'train.mjs', '--epochs', '3', 'two words'], 'src']);
    assert.equal(state(), before);
    await assert.rejects(restorer.restore(engine, run, repository.root, into), /something at/);
    assert.match(restorer.defaultFolder(run, repository.root), new RegExp(`${run.runId.slice(0, 8)}$`));
    assert.deepEqual(await readLeftOut(engine, run), ['src/.env']);
  });

  it('brings back what a Python run knows: its commit', async () => {
    const commit = repository.commit('train.py', 'print(1)\n');
    repository.commit('train.py', 'print(2)\n');
    const run = await pythonRun('keras', commit);
    assert.deepEqual([runCode(run).dirty, await readPatch(engine, run)], [undefined, undefined]);
    const into = `${repository.root}-keras`;
    folders.push(into);
    const restored = await new RunRestorer(reader, runner).restore(engine, run, repository.root, into);
    assert.equal(readFileSync(join(into, 'train.py'), 'utf8'), 'print(1)\n');
    assert.deepEqual([restored.patched, restored.rerun?.args], [false, ['python', 'train.py']]);
  });

  it('says where to get a commit that is not here', async () => {
    repository.commit('a', '1');
    const other = new CodeRepository();
    try {
      other.commit('b', 'elsewhere');
      other.git('remote', 'add', 'origin', 'https://ada@example.org/team/project.git');
      const run = await train('theirs', {}, other.root);
      const restoring = (): Promise<unknown> =>
        new RunRestorer(reader, runner).restore(engine, run, repository.root, `${repository.root}-x`);
      await assert.rejects(restoring(), /get it with `git fetch https:\/\/example.org\/team\/project.git main`, or open/);
      repository.git('remote', 'add', 'upstream', 'git@example.org:team/project');
      await assert.rejects(restoring(), /get it with `git fetch upstream main`$/);
      const nowhere = await engine.runs.create({ experimentId: '0', name: 'plain' });
      await assert.rejects(
        new RunRestorer(reader, runner).restore(engine, nowhere, repository.root, `${repository.root}-x`),
        /doesn't know its commit/,
      );
    } finally {
      other.dispose();
    }
  });

  it('shows what changed between two runs, uncommitted changes counted in', async () => {
    repository.commit('requirements.txt', 'numpy==1.9\npandas==2.0\n');
    const first = repository.commit('train.py', 'rate = 1\n');
    repository.write('train.py', 'rate = 2\n');
    repository.write('notes', 'the same in both\n');
    const one = await train('one');
    repository.git('checkout', '--quiet', '--', 'train.py');
    const second = repository.commit('requirements.txt', 'numpy==1.10\ntorch==2.1\n', 'Newer');
    const third = repository.commit('model.py', 'x\n');
    repository.write('train.py', 'rate = 3\n');
    const two = await train('two');
    const comparer = new CodeComparer(reader, runner);
    const before = state();
    const changes = await comparer.betweenRuns(engine, one, two, repository.root);
    assert.deepEqual(
      changes.commits.map(({ hash }) => hash),
      [third, second],
    );
    assert.deepEqual(changes.otherCommits, []);
    assert.deepEqual(changes.files.map(pathOf), ['model.py', 'requirements.txt', 'train.py']);
    const file = changes.files.find((each) => pathOf(each) === 'train.py');
    assert.equal(String(await reader.content(repository.root, changes.from.side, file?.before ?? '')), 'rate = 2\n');
    assert.equal(String(await reader.content(repository.root, changes.to.side, 'train.py')), 'rate = 3\n');
    assert.deepEqual([changes.from.commit, changes.from.patched, changes.from.incomplete], [first, true, false]);
    assert.deepEqual(
      changes.dependencies[0]?.packages.map(({ name, kind, before: old, after }) => [name, kind, old, after]),
      [
        ['numpy', 'up', '1.9', '1.10'],
        ['pandas', 'removed', '2.0', undefined],
        ['torch', 'added', undefined, '2.1'],
      ],
    );
    assert.deepEqual((await comparer.betweenRuns(engine, two, one, repository.root)).otherCommits.length, 2);
    assert.deepEqual((await comparer.sinceRun(engine, two, repository.root)).files, []);
    repository.write('train.py', 'rate = 4\n');
    repository.write('later', 'x');
    const since = await comparer.sinceRun(engine, two, repository.root);
    assert.deepEqual(since.files.map(pathOf), ['later', 'train.py']);
    repository.write('train.py', 'rate = 3\n');
    rmSync(repository.path('later'));
    assert.equal(state(), before);
  });

  it('restores by its command: a deleted run, the code of another, and runs it again', async () => {
    repository.commit(
      'train.mjs',
      "import { writeFileSync } from 'node:fs';\nwriteFileSync('out.json', JSON.stringify([process.argv.slice(2), process.env.ML_TRACKING_STORE]));\n",
    );
    const run = await train('again', {
      [TagName.commandLine]: `${process.execPath} ${repository.path('train.mjs')} --epochs 3`,
      [TagName.sourceName]: 'train.mjs',
    });
    let text = '';
    const output = {
      json: false,
      interactive: false,
      columns: 100,
      out: (each: string) => void (text += each),
      say: () => undefined,
      draw: () => undefined,
    };
    await engine.runs.delete(run.runId);
    await restoreRun(engine, 'again', { repo: repository.root }, output);
    assert.equal((await engine.runs.get(run.runId)).lifecycleStage, 'active');
    const into = `${repository.root}-rerun`;
    folders.push(into);
    await restoreRun(engine, 'again', { repo: repository.root, into, rerun: true }, output);
    assert.deepEqual(JSON.parse(readFileSync(join(into, 'out.json'), 'utf8')), [['--epochs', '3'], engine.info.location]);
    assert.match(text, /run again\s+cd .*-rerun && node train\.mjs --epochs 3/);
    const secret = await train('secret', { [TagName.commandLine]: 'node train.mjs --token ***' });
    folders.push(`${repository.root}-secret`);
    await assert.rejects(restoreRun(engine, 'secret', { repo: repository.root, rerun: true }, output), /secret in its command line/);
    assert.equal(runCode(secret).dirty, false);
  });
});
