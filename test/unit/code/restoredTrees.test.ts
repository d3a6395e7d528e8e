import assert from 'node:assert/strict';
import { existsSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { GitError } from '../../../src/code/git';
import { CodeReader } from '../../../src/code/reader';
import { isClean, notedTrees, RestoredTrees, type RestoredTree } from '../../../src/code/restoredTrees';
import { CodeRunner } from '../../../src/code/runner';
import { CodeRepository } from './codeRepository';

describe('working trees that were made for runs', () => {
  let repository: CodeRepository;
  let reader: CodeReader;
  let runner: CodeRunner;
  let trees: RestoredTrees;
  let made: CodeRepository[];
  const run = { id: 'abc', name: 'a run “x”' };

  beforeEach(() => {
    repository = new CodeRepository();
    repository.git('config', 'user.name', 'Ada');
    repository.git('config', 'user.email', 'ada@example.org');
    repository.commit('.gitignore', 'out/\n');
    repository.commit('a', '1\n');
    reader = new CodeReader(() => undefined);
    runner = new CodeRunner(
      () => undefined,
      undefined,
      () => true,
    );
    trees = new RestoredTrees(reader, runner);
    made = [];
  });
  afterEach(() => {
    reader.dispose();
    runner.dispose();
    for (const each of [...made, repository]) each.dispose();
  });

  /** With an uncommitted change and an untracked file, as a run may have had. */
  async function restore(name: string): Promise<CodeRepository> {
    repository.write('a', '2\n');
    repository.write('new file', 'new\n');
    repository.git('add', '--intent-to-add', 'new file');
    const patch = `${repository.git('diff', 'HEAD', '--binary')}\n`;
    repository.git('reset', '--quiet');
    repository.git('checkout', '--quiet', '--', 'a');
    rmSync(repository.path('new file'));
    const tree = new CodeRepository(`${repository.root} ${name}`);
    made.push(tree);
    await runner.addWorktree(repository.root, tree.root, 'HEAD', patch, { run });
    return tree;
  }
  const one = async (): Promise<RestoredTree> => {
    const [only, second] = await trees.list(repository.root);
    assert.equal(second, undefined);
    return only ?? assert.fail('none was found');
  };
  const refused = (folder: string): Promise<GitError> => refusedWith(folder, []);
  const refusedWith = async (folder: string, ignored: readonly string[]): Promise<GitError> =>
    trees.remove(repository.root, folder, { ignored }).then(
      () => assert.fail('nothing was refused'),
      (error: unknown) => (error instanceof GitError ? error : assert.fail(String(error))),
    );
  const listed = (): number =>
    repository
      .git('worktree', 'list', '--porcelain')
      .split('\n')
      .filter((line) => line.startsWith('worktree ')).length;

  it('are clean as they were restored, also after git has cleaned up, and can be removed then', async () => {
    const tree = await restore('one');
    repository.git('worktree', 'add', '--quiet', '--detach', `${repository.root} own`);
    made.push(new CodeRepository(`${repository.root} own`));
    repository.git('gc', '--quiet', '--prune=now');
    const found = await one();
    assert.deepEqual([found.folder, found.run, found.place, found.changed, found.ignored], [tree.root, run, 'there', [], []]);
    assert.equal(isClean(found), true);
    assert.match((await refused(`${repository.root} own`)).message, /was not made for a run/);
    assert.match((await refused(repository.root)).message, /was not made for a run/);
    await trees.remove(repository.root, tree.root);
    assert.deepEqual([existsSync(tree.root), listed()], [false, 2]);
    await trees.prune(repository.root);
    assert.equal(repository.git('for-each-ref', 'refs/ml-tracking'), '', 'nothing is held for it any more');
  });

  it('are left alone with a change, a new file, an ignored one, a commit, a submodule’s repository or a lock', async () => {
    const tree = await restore('two');
    tree.write('a', '3\n');
    assert.deepEqual((await refused(tree.root)).files, ['a']);
    tree.write('a', '2\n');
    tree.write('mine', 'x');
    assert.deepEqual((await refused(tree.root)).files, ['mine']);
    tree.write('mine', 'x');
    rmSync(tree.path('mine'));
    rmSync(tree.path('new file'));
    assert.deepEqual((await refused(tree.root)).files, ['new file']);
    tree.write('new file', 'new\n');
    tree.write('out/weights', 'trained here');
    assert.deepEqual((await refused(tree.root)).files, ['out/']);
    assert.equal(isClean(await one()), true);
    repository.git('worktree', 'lock', tree.root);
    assert.match((await refused(tree.root)).message, /locked/);
    repository.git('worktree', 'unlock', tree.root);
    tree.git('add', '--all');
    tree.git('-c', 'user.name=Ada', 'commit', '--quiet', '-m', 'Only here');
    assert.equal((await one()).holdsCommits, true);
    assert.match((await refused(tree.root)).message, /commits that nothing else has/);
    repository.git('branch', 'kept-now', tree.git('rev-parse', 'HEAD'));
    assert.equal((await one()).holdsCommits, false);
    const inner = new CodeRepository();
    made.push(inner);
    inner.commit('lib', 'x');
    tree.git('submodule', '--quiet', 'add', inner.root, 'sub');
    tree.git('commit', '--quiet', '-m', 'With a submodule');
    repository.git('branch', '--force', 'kept-now', tree.git('rev-parse', 'HEAD'));
    assert.match((await refused(tree.root)).message, /commits that nothing else has/);
    assert.equal(readFileSync(tree.path('out/weights'), 'utf8'), 'trained here');
    assert.equal(tree.git('status', '--porcelain'), '');
  });

  it('go with ignored files only where that is said', async () => {
    const tree = await restore('three');
    tree.write('out/weights', 'x');
    tree.write('logs/one', 'x');
    repository.write('.git/info/exclude', 'logs/\n');
    const error = await refusedWith(tree.root, ['out/']);
    assert.deepEqual([error.reason, error.files], ['would lose', ['logs/']], 'what nobody has seen stays');
    await trees.remove(repository.root, tree.root, { ignored: true });
    assert.deepEqual([existsSync(tree.root), listed()], [false, 1]);
  });

  it('are never removed from within', async () => {
    const tree = await restore('four');
    await assert.rejects(trees.remove(tree.root, tree.root), /is the working tree that you are in/);
    assert.ok(existsSync(tree.path('a')));
  });

  it('are told by the files of the repository alone', async () => {
    const tree = await restore('five');
    const noted = (): Promise<unknown> =>
      notedTrees(repository.path('.git')).then((found) => found.map(({ folder, place, run: of }) => [folder, place, of?.name]));
    assert.deepEqual(await noted(), [[tree.root, 'there', run.name]]);
    rmSync(tree.root, { recursive: true });
    assert.deepEqual(await noted(), [[tree.root, 'gone', run.name]]);
    assert.deepEqual(await notedTrees(repository.path('none')), []);
  });

  it('that were deleted by hand leave git’s list, but for what may come back or holds a commit', async () => {
    const gone = await restore('gone');
    const holds = await restore('holds');
    holds.git('commit', '--quiet', '--allow-empty', '-m', 'Only here');
    const drive = new CodeRepository();
    made.push(drive);
    await runner.addWorktree(repository.root, drive.path('away'), 'HEAD', undefined, { run });
    const own = `${repository.root} own`;
    repository.git('worktree', 'add', '--quiet', '--detach', own);
    for (const folder of [gone.root, holds.root, own]) rmSync(folder, { recursive: true });
    renameSync(drive.root, `${drive.root} unplugged`);
    const went = await trees.prune(repository.root);
    renameSync(`${drive.root} unplugged`, drive.root);
    assert.deepEqual(
      went.map(({ folder, place }) => [folder, place]),
      [[gone.root, 'gone']],
    );
    const left = repository.git('worktree', 'list', '--porcelain');
    assert.ok([holds.root, own, drive.path('away')].every((folder) => left.includes(folder)));
    assert.equal(left.includes(gone.root), false);
    assert.deepEqual(await trees.prune(repository.root), []);
  });
});
