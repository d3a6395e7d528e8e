import assert from 'node:assert/strict';
import { execFile, execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { DataRepository } from '../unit/data/dataRepository';

const PROGRAM = resolve('dist/ml-tracking.js');
const API = resolve('dist/api.js');

interface Ended {
  readonly code: number;
  readonly out: string;
  readonly said: string;
}

interface Restored {
  readonly folder: string;
  readonly restoredData: { checkedOut: string[]; files: number; missing: { path: string; message: string }[]; notes: string[] } | null;
  readonly otherVersions: { path: string; inCache: boolean }[];
}

/** The built program and the built API: what is said of data, what runs tell of it, and how it comes back with their code. */
describe('data of runs in the terminal', function () {
  this.timeout(120_000);
  let repository: DataRepository;
  const trees: string[] = [];

  const start = (program: string, args: readonly string[], cwd = repository.root): Promise<Ended> =>
    new Promise((fulfil) => {
      const env = { ...process.env, ML_TRACKING_STORE: '', NODE_NO_WARNINGS: '1' };
      execFile(process.execPath, [program, ...args], { cwd, env, timeout: 60_000 }, (error, out, said) =>
        fulfil({ code: error ? Number(error.code ?? -1) : 0, out, said }),
      );
    });
  const run = (...args: string[]): Promise<Ended> => start(PROGRAM, args);
  const train = (name: string): Promise<Ended> => start(repository.path('train.mjs'), [name]);
  const git = (...args: string[]): string =>
    execFileSync('git', ['-c', 'user.name=A', '-c', 'user.email=a@b', ...args], { cwd: repository.root, encoding: 'utf8' });
  const restore = async (name: string, ...args: string[]): Promise<Restored> => {
    const tree = `${repository.root}-${name}`;
    trees.push(tree);
    const { code, out, said } = await run('restore', name, '--into', tree, '--json', ...args);
    assert.equal(code, 0, said);
    return JSON.parse(out) as Restored;
  };

  before(() => {
    repository = new DataRepository();
    repository.write('a.csv', '1,2\n');
    repository.write('imgs/x', 'x\n');
    repository.write('imgs/deep/y', 'y\n');
    repository.write('.gitignore', '/a.csv\n/imgs\n.tracking/\n');
    repository.write('.dvc/.gitignore', '/config.local\n/tmp\n/cache\n');
    repository.add('a.csv');
    repository.add('imgs');
    const script = `import { withRun, logDataset } from ${JSON.stringify(API)};
      await withRun({ name: process.argv[2], systemMetrics: false }, async () => {
        for (const path of ['a.csv', 'imgs']) await logDataset({ paths: [path], name: path });
      });\n`;
    repository.write('train.mjs', script);
    git('init', '--quiet', '--initial-branch=main');
    git('add', '-A');
    git('commit', '--quiet', '-m', 'data');
  });
  after(() => {
    for (const tree of trees) rmSync(tree, { recursive: true, force: true });
    repository.dispose();
  });

  it('describes data, and keeps that with the run', async () => {
    const described = await run('data', 'describe', 'a.csv', '--desc', 'Two numbers', '--label', 'raw', '--step', 'sorted');
    assert.equal(described.out, 'a.csv (a.csv.dvc)\n  description Two numbers\n  labels      raw\n  steps       1. sorted\n');
    const told = JSON.parse((await run('data', 'describe', 'imgs/deep/y', '--json')).out) as Record<string, unknown>;
    assert.deepEqual([told['path'], told['description']], ['imgs', null]);
    for (const [args, line] of [
      [['imgs/x', '--desc', 'z'], /^ml-tracking: imgs\/x is in imgs, which is tracked as a whole: describe that\.\n$/],
      [['train.mjs'], /^ml-tracking: DVC doesn't track train\.mjs: `dvc add` it first\.\n$/],
      [['a.csv', '--unlabel', 'none'], /^ml-tracking: There is no label “none”\.\n$/],
    ] as const) {
      const { code, said } = await run('data', 'describe', ...args);
      assert.equal(code, 2);
      assert.match(said, line);
    }
    git('commit', '--quiet', '-am', 'Describe the data');
    assert.equal((await train('clean')).said, '');
    const { out } = await run('show', 'clean', '--json');
    assert.match(out, /"mlTracking.data.description": "Two numbers"/);
    assert.match(out, /"mlTracking.data.state": "committed"/);
  });

  it('warns of data that is not what the commit says', async () => {
    repository.write('a.csv', '1,3\n');
    const { code, said } = await train('modified');
    assert.equal(code, 0);
    const advice = 'the run keeps the hash of what is there. To keep this version: dvc commit a.csv.dvc';
    assert.equal(said, `ml-tracking: a.csv is not what DVC records, and ${advice}\n`);
    assert.match((await run('show', 'modified')).out, /a\.csv [0-9a-f]{32} \(train, modified\)/);
    repository.add('a.csv');
    assert.match((await train('uncommitted')).said, /^ml-tracking: a\.csv\.dvc is not committed\..* git add a\.csv\.dvc && git commit\n$/);
  });

  it('brings data back with the code', async () => {
    const before = git('status', '--porcelain');
    const clean = await restore('clean');
    assert.deepEqual(clean.restoredData, { checkedOut: ['a.csv', 'imgs'], files: 3, fetched: 0, missing: [], notes: [] });
    assert.equal(readFileSync(`${clean.folder}/a.csv`, 'utf8'), '1,2\n');
    assert.equal(readFileSync(`${clean.folder}/imgs/deep/y`, 'utf8'), 'y\n');
    assert.match(readFileSync(`${clean.folder}/.dvc/config.local`, 'utf8'), /^\[cache\]\n {4}dir = .*[\\/]\.dvc[\\/]cache\n$/);
    // Its own status needs no network and no copy of the cache.
    assert.equal((await start(PROGRAM, ['data', 'status'], clean.folder)).out, 'Data and pipelines are up to date.\n');
    const uncommitted = await restore('uncommitted');
    assert.equal(readFileSync(`${uncommitted.folder}/a.csv`, 'utf8'), '1,3\n');
    assert.deepEqual([git('status', '--porcelain'), readFileSync(repository.path('a.csv'), 'utf8')], [before, '1,3\n']);
  });

  it('goes with its working tree without a question, but not what was made of it there', async () => {
    const tree = `${repository.root}-uncommitted`;
    writeFileSync(`${tree}/imgs/mine`, 'z');
    const { code, said } = await run('code', 'worktrees', '--remove', tree);
    assert.deepEqual([code, readFileSync(`${tree}/imgs/mine`, 'utf8')], [1, 'z']);
    assert.match(said, /nothing else has them \(imgs\/mine\)/);
    rmSync(`${tree}/imgs/mine`);
    assert.equal((await run('code', 'worktrees', '--remove', tree)).code, 0);
    assert.equal(existsSync(tree), false);
  });

  it('says what can not be had, and how', async () => {
    const digest = /md5: ([0-9a-f]{32}\.dir)/.exec(readFileSync(repository.path('imgs.dvc'), 'utf8'))?.[1] ?? '';
    rmSync(repository.cached(digest));
    const { folder, restoredData, otherVersions } = await restore('modified');
    assert.deepEqual(restoredData?.checkedOut, ['a.csv']);
    assert.deepEqual(
      restoredData.missing.map(({ path }) => path),
      ['imgs'],
    );
    assert.match(restoredData.missing[0]?.message ?? '', /no default remote/);
    // It was recorded later on, so that the cache has it.
    assert.deepEqual(
      otherVersions.map(({ path, inCache }) => [path, inCache]),
      [['a.csv', true]],
    );
    assert.equal(existsSync(`${folder}/imgs`), false);
    trees.push(`${repository.root}-text`, `${repository.root}-none`);
    const { out } = await run('restore', 'modified', '--into', `${repository.root}-text`);
    assert.match(
      out,
      /^ {2}data {8}a\.csv: checked out\n {2}no data {5}imgs: .*\n {14}to have it: dvc pull imgs\n {2}other data {2}a\.csv is /m,
    );
    const none = await run('restore', 'modified', '--into', `${repository.root}-none`, '--no-data');
    assert.match(none.out, /^ {2}data {8}left out, recorded in 2 DVC files: dvc pull$/m);
    assert.equal(existsSync(`${repository.root}-none/a.csv`), false);
  });

  it('takes remotes along, and tells dvc of nothing where git would see it', async () => {
    mkdirSync(repository.path('..', 'ml-remote'), { recursive: true });
    trees.push(repository.path('..', 'ml-remote'));
    writeFileSync(
      repository.path('.dvc', 'config.local'),
      `['remote "near"']\n    url = ../../ml-remote\n    password = "a, b"\n[core]\n    remote = near\n`,
    );
    const { folder } = await restore('clean', '--into', `${repository.root}-deep/down/below`);
    trees.push(`${repository.root}-deep`);
    const text = readFileSync(`${folder}/.dvc/config.local`, 'utf8');
    assert.match(
      text,
      /^\['remote "near"'\]\n {4}url = (?!\.).*[\\/]ml-remote\n {4}password = "a, b"\n\[core\]\n {4}remote = near\n\[cache\]\n/,
    );
    repository.write('.dvc/.gitignore', '/tmp\n/cache\n');
    repository.remove('.dvc/config.local');
    git('commit', '--quiet', '-am', 'Ignore less');
    await train('seen');
    const seen = await restore('seen');
    assert.equal(existsSync(`${seen.folder}/.dvc/config.local`), false);
    assert.match(seen.restoredData?.notes[0] ?? '', /^git does not ignore \.dvc\/config\.local, .*: dvc cache dir --local /);
  });
});
