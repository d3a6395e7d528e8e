import assert from 'node:assert/strict';
import { chmodSync, existsSync, mkdtempSync, readFileSync, realpathSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readRunContext } from '../../../src/autolog/runContext';
import { readCodeState } from '../../../src/code/codeState';
import { CodeReader } from '../../../src/code/reader';
import { CodeRunner } from '../../../src/code/runner';
import { pathOf, revision } from '../../../src/code/side';
import type { Run } from '../../../src/core/run';
import { TagName } from '../../../src/core/tagNames';
import { CodeComparer } from '../../../src/lineage/codeChanges';
import { RerunFinder } from '../../../src/lineage/rerunFinder';
import { runCode } from '../../../src/lineage/runCode';
import { RunRestorer } from '../../../src/lineage/runRestorer';
import type { Engine } from '../../../src/store/engine';
import { openStore } from '../../../src/store/sqlite/store';
import { snapshot } from '../code/treeSnapshot';
import { CodeRepository } from '../code/codeRepository';

const quiet = { info: () => undefined, warn: () => undefined };

describe('runs from before the first commit, of another store, and of Python', () => {
  let folder: string;
  let repository: CodeRepository;
  let engines: Engine[];
  let reader: CodeReader;
  let runner: CodeRunner;
  const folders: string[] = [];

  beforeEach(async () => {
    folder = realpathSync(mkdtempSync(join(tmpdir(), 'ml-lineage-')));
    engines = [];
    for (const name of ['one', 'two']) engines.push(await openStore(join(folder, name), { create: true }));
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
    for (const engine of engines) await engine.close();
    repository.dispose();
    for (const each of [folder, ...folders.splice(0)]) rmSync(each, { recursive: true, force: true, maxRetries: 5 });
  });

  const engineOf = (index: number): Engine => engines[index] ?? assert.fail('no engine');

  /** A run as autologging makes it. */
  async function train(name: string, store = 0): Promise<Run> {
    const engine = engineOf(store);
    const run = await engine.runs.create({ experimentId: '0', name });
    const context = await readRunContext(repository.root, undefined, readCodeState, quiet);
    await engine.runs.logBatch(run.runId, { tags: context.tags });
    for (const [path, content] of context.files) await engine.artifacts.write(run.runId, path, content);
    return engine.runs.get(run.runId);
  }

  async function pythonRun(tags: Record<string, string>, params: Record<string, string> = {}): Promise<Run> {
    const engine = engineOf(0);
    const { runId } = await engine.runs.create({ experimentId: '0', name: 'keras', tags });
    await engine.runs.logBatch(runId, { params: Object.entries(params).map(([key, value]) => ({ key, value })) });
    return engine.runs.get(runId);
  }

  async function restored(run: Run): Promise<{ readonly into: string; readonly found: Awaited<ReturnType<RunRestorer['restore']>> }> {
    const into = `${repository.root}-restored-${folders.length}`;
    folders.push(into);
    return { into, found: await new RunRestorer(reader, runner).restore(engineOf(0), run, repository.root, into) };
  }

  it('keep everything from before the first commit, and bring it back, also much later', async () => {
    repository.write('.gitignore', '*.log\n');
    repository.write('staged “é”.py', 'staged\n');
    repository.git('add', '--all');
    repository.write('staged “é”.py', 'staged, then changed\n');
    repository.write('deep/new', Buffer.from([0, 255, 1]));
    repository.write('empty', '');
    repository.write('ignored.log', 'x');
    if (process.platform !== 'win32') {
      repository.write('tool', '#!/bin/sh\n');
      chmodSync(repository.path('tool'), 0o755);
      symlinkSync('nowhere', repository.path('link'));
    }
    const before = snapshot(repository.root);
    const status = repository.git('status', '--porcelain=v2', '--branch', '-z');
    const first = await train('first');
    assert.deepEqual([runCode(first).unborn, runCode(first).commit, runCode(first).branch], [true, undefined, 'main']);
    assert.deepEqual([repository.git('status', '--porcelain=v2', '--branch', '-z'), snapshot(repository.root)], [status, before]);
    const now = await restored(first);
    delete before['ignored.log'];
    const without = ({ '.git': _, ...files }: Record<string, string>): Record<string, string> => files;
    assert.deepEqual(without(snapshot(now.into)), before);
    assert.deepEqual([now.found.unborn, now.found.patched, now.found.leftOut], [true, true, []]);
    assert.equal(repository.git('for-each-ref', '--format=%(refname)', 'refs/heads'), '', 'nothing is committed by it');
    assert.deepEqual(
      [repository.git('status', '--porcelain=v2', '--branch', '-z'), existsSync(repository.path('ignored.log'))],
      [status, true],
    );

    const commit = repository.commit('staged “é”.py', 'committed\n');
    const second = await train('second');
    const later = await restored(first);
    assert.deepEqual(without(snapshot(later.into)), before);
    const changes = await new CodeComparer(reader, runner).betweenRuns(engineOf(0), first, second, repository.root);
    assert.deepEqual(
      [changes.commits.map(({ hash }) => hash), changes.otherCommits, changes.files.map(pathOf)],
      [[commit], [], ['staged “é”.py']],
    );
    const since = await new CodeComparer(reader, runner).sinceRun(engineOf(0), first, repository.root);
    assert.deepEqual([since.commits.length, since.files.map(pathOf)], [1, ['staged “é”.py']]);
  });

  it('say so where there was nothing to be kept', async () => {
    const empty = await train('empty');
    await assert.rejects(restored(empty), /nothing was committed yet when empty began, and its uncommitted code was not kept/);
  });

  it('are compared over two stores, each with its own patch', async () => {
    repository.commit('train.py', 'rate = 1\n');
    repository.write('train.py', 'rate = 2\n');
    const one = await train('one', 0);
    repository.git('checkout', '--quiet', '--', 'train.py');
    const commit = repository.commit('model.py', 'x\n');
    repository.write('train.py', 'rate = 3\n');
    const two = await train('two', 1);
    const comparer = new CodeComparer(reader, runner);
    const [from, to] = [await comparer.sideOf(engineOf(0), one, repository.root), await comparer.sideOf(engineOf(1), two, repository.root)];
    const changes = await comparer.betweenSides(from, to, repository.root);
    assert.deepEqual([changes.commits.map(({ hash }) => hash), changes.files.map(pathOf)], [[commit], ['model.py', 'train.py']]);
    const file = changes.files[1];
    assert.equal(String(await reader.content(repository.root, from.side, file?.before ?? '')), 'rate = 2\n');
    assert.equal(String(await reader.content(repository.root, to.side, file?.after ?? '')), 'rate = 3\n');
    // The same as plain git says of the two trees.
    const [old, now] = [from.side, to.side].map((side) => (side.kind === 'revision' ? side.revision : ''));
    assert.equal(repository.git('diff', '--name-only', old ?? '', now ?? ''), 'model.py\ntrain.py');
  });

  const SCRIPT = `import argparse
parser = argparse.ArgumentParser()
parser.add_argument("--learning-rate", type=float)
parser.add_argument('--epochs', '-e', type=int)
parser.add_argument("--augment", action="store_true")
parser.add_argument("--no-cache", dest="cache", action="store_false")
parser.add_argument("--seed")
`;

  it('of Python know their code, and their command as far as it can be told', async () => {
    repository.commit('src/train model.py', SCRIPT);
    const commit = repository.git('rev-parse', 'HEAD');
    repository.commit('src/train model.py', 'changed since\n');
    const params = { learning_rate: '0.1', epochs: '3', augment: 'True', optimizer: 'Adam', seed: 'None' };
    const run = await pythonRun({ [TagName.gitCommit]: commit, [TagName.sourceName]: 'train model.py' }, params);
    assert.deepEqual([runCode(run).commit, runCode(run).dirty, runCode(run).unborn], [commit, undefined, false]);
    const { into, found } = await restored(run);
    assert.equal(readFileSync(join(into, 'src/train model.py'), 'utf8'), SCRIPT);
    assert.equal(found.rerun?.workingFolder, 'src');
    assert.deepEqual(found.rerun?.args, ['python', 'train model.py', '--augment', '--epochs', '3', '--learning-rate', '0.1']);
    assert.match(found.rerun?.notes.join(' ') ?? '', /were not recorded: .* \(augment, epochs, learning_rate\)/);
    assert.equal(found.rerun?.complete, true);
    const finder = new RerunFinder(reader);
    const at = (source: string): ReturnType<RerunFinder['find']> =>
      pythonRun({ [TagName.gitCommit]: commit, [TagName.sourceName]: source }).then((each) =>
        finder.find(each, repository.root, undefined, revision(commit)),
      );
    const elsewhere = await at('/home/someone/project/src/train model.py');
    assert.deepEqual([elsewhere?.args, elsewhere?.complete], [['python', 'src/train model.py'], true]);
    assert.match(elsewhere?.notes.join(' ') ?? '', /The folder that it was started in is not known/);
    assert.deepEqual((await at('C:\\project\\src\\train model.py'))?.args, ['python', 'src/train model.py']);
    const unknown = await at('/usr/lib/python3/site-packages/tool/run.py');
    assert.deepEqual([unknown?.complete, unknown?.notes.length], [false, 1]);
    for (const none of ['/x/site-packages/ipykernel_launcher.py', 'notebook.ipynb', '<console>', '/x/pkg/__main__.py'])
      assert.equal(await at(none), undefined, none);
    const outside = await pythonRun({ [TagName.sourceName]: '../outside.py', [TagName.gitCommit]: commit });
    assert.equal((await finder.find(outside, repository.root))?.complete, false);
  });

  it('of MLflow’s projects run again by their entry point, with the parameters that it has', async () => {
    repository.write(
      'work/MLproject',
      'name: p\nentry_points:\n  main:\n    parameters:\n      alpha: {type: float, default: 1}\n    command: "python t.py {alpha}"\n',
    );
    repository.git('add', '--all');
    const commit = repository.commit('work/t.py', 'x\n');
    const tags = {
      [TagName.gitCommit]: commit,
      [TagName.sourceName]: 'https://example.org/p.git#work',
      'mlflow.project.entryPoint': 'main',
      'mlflow.gitRepoURL': 'https://example.org/p.git',
      'mlflow.gitBranchName': 'main',
    };
    const run = await pythonRun(tags, { alpha: '0.5 and a space', logged: '1' });
    assert.deepEqual([runCode(run).remote, runCode(run).branch], ['https://example.org/p.git', 'main']);
    const { found } = await restored(run);
    assert.deepEqual(
      [found.rerun?.args, found.rerun?.workingFolder, found.rerun?.complete],
      [['mlflow', 'run', '.', '-e', 'main', '-P', 'alpha=0.5 and a space'], 'work', true],
    );
    const lost = await pythonRun({ ...tags, 'mlflow.project.entryPoint': 'other' }, { alpha: '1' });
    const rerun = await new RerunFinder(reader).find(lost, repository.root);
    assert.deepEqual([rerun?.complete, rerun?.notes.length], [false, 1]);
  });
});
