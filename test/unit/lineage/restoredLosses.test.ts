import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, rmSync, writeFileSync, symlinkSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { CodeReader } from '../../../src/code/reader';
import { RestoredTrees } from '../../../src/code/restoredTrees';
import { CodeRunner } from '../../../src/code/runner';
import { CacheTransfers } from '../../../src/data/cache/cacheTransfers';
import { transferParts } from '../../../src/data/cache/transferSurroundings';
import { DataReader } from '../../../src/data/reader';
import { GitRevisions } from '../../../src/lineage/gitRevisions';
import { DataRestorer } from '../../../src/lineage/restoredData';
import { RestoredLosses } from '../../../src/lineage/restoredLosses';
import { DataRepository } from '../data/dataRepository';

const nothing = (): Promise<never> => Promise.reject(new Error('nothing is in the way'));
const KEEPER = { keep: nothing, laid: nothing };

describe('ignored files of a restored working tree', () => {
  const silent = (): void => undefined;
  let repository: DataRepository;
  let tree: string;
  let reader: CodeReader;
  let runner: CodeRunner;
  let data: DataReader;
  let trees: RestoredTrees;

  beforeEach(async () => {
    repository = new DataRepository();
    repository.write('a.csv', '1,2\n');
    repository.write('imgs/x', 'x\n');
    repository.write('imgs/deep/y', 'y\n');
    repository.write('out/model/w', 'w\n');
    repository.add('a.csv');
    repository.add('imgs');
    repository.add('out/model');
    // A whole folder is ignored in which some is tracked.
    repository.write('.gitignore', '/a.csv\n/imgs\n/out/*\n!*.dvc\n');
    repository.write('.dvc/.gitignore', '/config.local\n/tmp\n/cache\n');
    repository.write('.dvc/config.local', `['remote "near"']\n    url = ../../near\n    password = one\n`);
    const git = (...args: string[]): void =>
      void execFileSync('git', ['-c', 'user.name=A', '-c', 'user.email=a@b', ...args], { cwd: repository.root });
    git('init', '--quiet', '--initial-branch=main');
    git('add', '-A');
    git('commit', '--quiet', '-m', 'data');
    reader = new CodeReader(silent);
    runner = new CodeRunner(silent, undefined, () => true);
    data = new DataReader(silent, { revisions: new GitRevisions(new CodeReader(silent)) });
    trees = new RestoredTrees(reader, runner, new RestoredLosses(data).find);
    tree = `${repository.root}-tree`;
    await runner.addWorktree(repository.root, tree, 'HEAD', undefined, { run: { id: 'abc', name: 'one' } });
    const transfers = new CacheTransfers(transferParts(silent, undefined, KEEPER));
    const restored = await new DataRestorer(reader, transfers).restore(repository.root, tree, ['a.csv.dvc', 'imgs.dvc', 'out/model.dvc']);
    assert.deepEqual([restored.checkedOut, restored.notes], [['a.csv', 'imgs', 'out/model'], []]);
    assert.equal(existsSync(join(tree, '.dvc', 'config.local')), true);
  });
  afterEach(() => {
    data.dispose();
    runner.dispose();
    reader.dispose();
    rmSync(tree, { recursive: true, force: true });
    repository.dispose();
  });

  function write(path: string, content: string): void {
    const file = join(tree, path);
    mkdirSync(dirname(file), { recursive: true });
    rmSync(file, { force: true });
    writeFileSync(file, content);
  }
  const lost = async (): Promise<readonly string[]> => {
    const [only] = await trees.list(repository.root);
    assert.ok(only && only.ignored.length > 0);
    return trees.lost(repository.root, only);
  };
  const refusal = (): Promise<string> =>
    trees.remove(repository.root, tree).then(
      () => assert.fail('nothing was refused'),
      (error: unknown) => (error instanceof Error ? error.message : assert.fail(String(error))),
    );

  it('are not brought where .dvc is a link, which leads into the checkout that the tree is of', async function () {
    if (process.platform === 'win32') return this.skip();
    rmSync(join(tree, '.dvc'), { recursive: true });
    rmSync(repository.path('.dvc', 'config.local'));
    symlinkSync(repository.path('.dvc'), join(tree, '.dvc'));
    rmSync(join(tree, 'a.csv'));
    const transfers = new CacheTransfers(transferParts(silent, undefined, KEEPER));
    const { checkedOut, notes } = await new DataRestorer(reader, transfers).restore(repository.root, tree, ['a.csv.dvc']);
    assert.deepEqual([checkedOut, notes], [[], ['.dvc is a link out of the restored folder, so its data was left out.']]);
    assert.deepEqual([existsSync(repository.path('.dvc', 'config.local')), existsSync(join(tree, 'a.csv'))], [false, false]);
  });

  it('are no loss where the cache has their content, or Restore has written them', async () => {
    write('.dvc/tmp/lock', '');
    assert.deepEqual(await lost(), []);
    await trees.remove(repository.root, tree);
    assert.equal(existsSync(tree), false);
  });

  it('are a loss where they were made or changed there, each by its name', async () => {
    write('a.csv', '1,3\n');
    write('imgs/new', 'new\n');
    write('imgs/deep/y', 'other\n');
    write('out/log', 'log\n');
    assert.deepEqual(await lost(), ['a.csv', 'imgs/deep/y', 'imgs/new', 'out/log']);
    assert.match(await refusal(), /nothing else has them \(a\.csv, imgs\/deep\/y, imgs\/new, …\)/);
    await trees.remove(repository.root, tree, { ignored: await lost() });
    assert.equal(existsSync(tree), false);
  });

  it('are a loss where the cache has lost their content, or would go with the tree', async () => {
    const digest = repository.add('a.csv');
    rmSync(repository.cached(digest));
    assert.deepEqual(await lost(), ['a.csv']);
    write('.dvc/config.local', `[cache]\n    dir = cache\n`);
    mkdirSync(join(tree, '.dvc', 'cache'));
    assert.deepEqual(await lost(), ['.dvc/cache/', '.dvc/config.local', 'a.csv', 'imgs/', 'out/model/']);
    assert.match(await refusal(), /nothing else has them/);
  });

  it('are a loss where DVC’s own settings of the tree say more than those it came from', async () => {
    write('.dvc/config.local', `[cache]\n    dir = ${repository.path('.dvc', 'cache')}\n['remote "near"']\n    password = two\n`);
    assert.deepEqual(await lost(), ['.dvc/config.local']);
  });

  it('are all a loss where nothing can be told', async () => {
    write('.dvc/config.local', '[cache\n');
    assert.deepEqual(await lost(), ['.dvc/config.local', 'a.csv', 'imgs/', 'out/model/']);
    assert.ok(existsSync(join(tree, 'a.csv')));
  });
});
