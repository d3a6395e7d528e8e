import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { readRunContext } from '../../src/autolog/runContext';
import { readCodeState } from '../../src/code/codeState';
import { CodeRunner } from '../../src/code/runner';
import { openStore } from '../../src/store/sqlite/store';
import { CodeRepository } from '../unit/code/codeRepository';

const PROGRAM = resolve('dist/ml-tracking.js');

interface Ended {
  readonly code: number;
  readonly out: string;
  readonly said: string;
}

/** The built program on a real repository with a real store in it. */
describe('ml-tracking code and restore', function () {
  this.timeout(120_000);
  let repository: CodeRepository;
  let commits: string[];

  const run = (...args: string[]): Promise<Ended> =>
    new Promise((fulfil) => {
      const env = { ...process.env, ML_TRACKING_STORE: '', NODE_NO_WARNINGS: '1' };
      execFile(process.execPath, [PROGRAM, ...args], { cwd: repository.root, env, timeout: 60_000 }, (error, out, said) =>
        fulfil({ code: error ? Number(error.code ?? -1) : 0, out, said }),
      );
    });
  const json = async <T>(...args: string[]): Promise<T> => {
    const { code, out, said } = await run(...args, '--json');
    assert.equal(code, 0, said);
    return JSON.parse(out) as T;
  };

  before(async () => {
    repository = new CodeRepository();
    const engine = await openStore(repository.path('.tracking'), { create: true });
    const train = async (name: string, accuracy: number): Promise<void> => {
      const { runId } = await engine.runs.create({ experimentId: '0', name });
      const { tags, files } = await readRunContext(repository.root, undefined, readCodeState, {
        info: () => undefined,
        warn: () => undefined,
      });
      await engine.runs.logBatch(runId, { tags, metrics: [{ key: 'accuracy', value: accuracy, step: 0, timestamp: 1 }] });
      for (const [path, content] of files) await engine.artifacts.write(runId, path, content);
    };
    try {
      commits = [repository.commit('train.py', '1\n', 'First')];
      await train('one', 0.8);
      commits.push(repository.commit('requirements.txt', 'numpy==1.9\n', 'Second'));
      repository.write('train.py', '2\n');
      await train('two', 0.9);
    } finally {
      await engine.close();
    }
  });
  after(() => {
    for (const folder of [repository.root, `${repository.root}-two`]) rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
  });

  it('says where the repository stands', async () => {
    const status = await json<{ head: { name: string }; changed: { path: string }[]; untracked: string[] }>('code', 'status');
    assert.deepEqual([status.head.name, status.changed.map(({ path }) => path), status.untracked], ['main', ['train.py'], []]);
    assert.match((await run('code', 'status', '--repo', '.')).out, /^main\n\nchanged\n {2}modified {6}train\.py\n$/);
  });

  it('lists branches and commits with their runs', async () => {
    const branches = await json<{ local: { name: string; runs: { count: number; best: { name: string } } }[] }>(
      'code',
      'branches',
      '--runs',
    );
    assert.deepEqual(
      branches.local.map(({ name, runs }) => [name, runs.count, runs.best.name]),
      [['main', 2, 'two']],
    );
    const log = await json<{ hash: string; runs: { name: string; change: { delta: number; since: string } | null }[] }[]>(
      'code',
      'log',
      '--runs',
    );
    assert.deepEqual(
      log.map(({ hash, runs }) => [hash, runs[0]?.name, runs[0]?.change?.since]),
      [
        [commits[1], 'two', commits[0]],
        [commits[0], 'one', undefined],
      ],
    );
    const { out } = await run('code', 'log', '--runs', '--limit', '1');
    assert.match(out, /Second \(main\).*\n {4}[0-9a-f]{8} {2}two {2}RUNNING {2}accuracy 0\.9 \(\+0\.1 since [0-9a-f]{8}\)\n$/);
  });

  it('compares commits, runs and the working tree', async () => {
    const files = await json<{ kind: string; after: { path: string } }[]>('code', 'diff', 'run:one', 'run:two');
    assert.deepEqual(
      files.map(({ kind, after }) => [kind, after.path]),
      [
        ['added', 'requirements.txt'],
        ['modified', 'train.py'],
      ],
    );
    assert.deepEqual(await json('code', 'diff', 'run:two', 'worktree'), []);
    assert.match((await run('code', 'diff', 'HEAD', '--patch')).out, /-1\n\+2/);
    assert.match((await run('code', 'dependencies', 'HEAD~1', 'HEAD')).out, /added {2}numpy .*1\.9/);
  });

  it('restores a run’s code beside the working tree', async () => {
    const before = repository.git('status', '--porcelain');
    const { code, out, said } = await run('restore', 'two');
    assert.equal(code, 0, said);
    assert.match(out, /with its uncommitted changes[^]*requirements\.txt: pip install -r requirements\.txt/);
    assert.equal(readFileSync(`${repository.root}-two/train.py`, 'utf8'), '2\n');
    assert.equal(repository.git('status', '--porcelain'), before);
    const again = await run('restore', 'two', '--into', `${repository.root}-two`);
    assert.equal(again.code, 1);
    assert.match(again.said, /^ml-tracking: There is something at .*\n$/);
    const within = await run('restore', 'two', '--into', repository.path('inside'));
    assert.match(within.said, /^ml-tracking: .*inside is in the working tree: name a folder outside of .*\n$/);
    assert.equal(repository.git('status', '--porcelain'), before);
  });

  it('lists what was discarded, brings it back, and gives it up', async () => {
    const runner = new CodeRunner(
      () => undefined,
      undefined,
      () => true,
    );
    await runner.discard(repository.root, ['train.py']);
    runner.dispose();
    const [kept] = await json<{ id: string; paths: string[] }[]>('code', 'kept');
    assert.deepEqual(kept?.paths, ['train.py']);
    assert.match((await run('code', 'kept')).out, new RegExp(`${kept?.id ?? '?'}.*discard +train\\.py\n$`));
    assert.equal(readFileSync(repository.path('train.py'), 'utf8'), '1\n');
    const { restored } = await json<{ restored: { id: string } }>('code', 'kept', '--restore', kept?.id.slice(0, 16) ?? '');
    assert.deepEqual([restored.id, readFileSync(repository.path('train.py'), 'utf8')], [kept?.id, '2\n']);
    assert.deepEqual(await json('code', 'kept', '--prune'), []);
    const pruned = await run('code', 'kept', '--prune', '--days', '0', '--newest', '1');
    assert.match(pruned.said, /^No longer kept .*: discard of .*`git update-ref .*\n1 no longer kept\.\n$/);
    assert.equal((await json<unknown[]>('code', 'kept')).length, 1);
  });

  it('lists the working trees of runs, and removes one only where nothing is lost', async () => {
    const folder = `${repository.root}-two`;
    const [tree] = await json<{ folder: string; clean: boolean; run: { name: string } }[]>('code', 'worktrees');
    assert.deepEqual([tree?.folder, tree?.clean, tree?.run.name], [folder, true, 'two']);
    writeFileSync(`${folder}/mine`, 'x');
    assert.match((await run('code', 'worktrees')).out, /two .* 1 changed/);
    const refused = await run('code', 'worktrees', '--remove', folder);
    assert.match(refused.said, /^ml-tracking: .* has changes \(mine\), so that it is left alone\.\n$/);
    rmSync(`${folder}/mine`);
    assert.equal((await run('code', 'worktrees', '--remove', folder)).code, 0);
    assert.deepEqual([existsSync(folder), await json('code', 'worktrees')], [false, []]);
    // Deleted by hand it is in nobody's way.
    assert.equal((await run('restore', 'two')).code, 0);
    rmSync(folder, { recursive: true });
    assert.equal((await json<unknown[]>('code', 'worktrees')).length, 1);
    const again = await run('restore', 'two', '--json');
    assert.equal(again.code, 0, again.said);
    assert.equal((JSON.parse(again.out) as { folder: string }).folder, folder);
    assert.deepEqual(await json('code', 'worktrees', '--prune'), []);
  });

  it('compares runs of two stores', async () => {
    const elsewhere = repository.path('.git', 'other');
    const engine = await openStore(elsewhere, { create: true });
    try {
      const tags = { 'mlflow.source.git.commit': commits[0] ?? '' };
      await engine.runs.create({ experimentId: '0', name: 'python', tags });
    } finally {
      await engine.close();
    }
    const files = await json<{ kind: string }[]>('code', 'diff', 'run:two', 'run:python', '--to-store', elsewhere);
    assert.deepEqual(
      files.map(({ kind }) => kind),
      ['deleted', 'modified'],
    );
  });

  it('says in one line what is wrong', async () => {
    for (const [args, line] of [
      [['code', 'log', 'nosuch'], /^ml-tracking: There is no commit, branch or tag nosuch here\.\n$/],
      [['code', 'diff', 'run:nosuch'], /^ml-tracking: no run 'nosuch'.*\n$/],
      [['code', 'status', '--repo', '/nonexistent'], /^ml-tracking: there is no folder .*\n$/],
      [['code', 'status', '--repo', '/'], /^ml-tracking: \/ is in no working tree .* --repo.*\n$/],
      [['restore', 'two', '--repo', '/'], /^ml-tracking: \/ is in no working tree .*\n$/],
      [['restore', 'nosuch'], /^ml-tracking: no run 'nosuch'.*\n$/],
      [['code', 'log', '--runs', '--store', '/nonexistent'], /^ml-tracking: no runs are recorded at .*\n$/],
      [['code', 'diff', 'HEAD', 'index', '--to-store', 'x'], /^ml-tracking: --to-store belongs to .*\n$/],
      [['code', 'kept', '--restore', 'nosuch'], /^ml-tracking: nothing is kept under nosuch.*\n$/],
      [['code', 'kept', '--days', '3'], /^ml-tracking: --days and --newest belong to --prune\n$/],
      [['code', 'worktrees', '--remove', '.'], /^ml-tracking: \. was not made for a run .*\n$/],
      [['code', 'nosuch'], /^ml-tracking: unknown command 'nosuch'\n$/],
      [['code'], /^Usage: ml-tracking code (?![^]*\(outputHelp\))/],
      [['code', 'log', '--limit', '0'], /^ml-tracking: .*whole number from 1 on\.\n$/],
    ] as const) {
      const ended = await run(...args);
      assert.notEqual(ended.code, 0);
      assert.match(ended.said, line);
    }
    assert.ok(existsSync(repository.root));
  });
});
