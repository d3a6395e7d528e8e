import assert from 'node:assert/strict';
import { mkdirSync, readFileSync, rmSync, symlinkSync } from 'node:fs';
import { GitError } from '../../../src/code/git';
import { CodeRunner } from '../../../src/code/runner';
import { CodeRepository } from './codeRepository';

/** Git takes ignored files for worthless. A project that once tracked its data has them where older commits have files of their own. */
describe('files that git ignores', () => {
  let repository: CodeRepository;
  let runner: CodeRunner;
  let tracked: string;
  let ignored: string;

  beforeEach(() => {
    repository = new CodeRepository();
    repository.configure();
    runner = new CodeRunner(
      () => undefined,
      undefined,
      () => true,
    );
    repository.write('data/train.csv', 'tracked\n');
    repository.write('code.py', '1\n');
    repository.git('add', '--all');
    repository.git('commit', '--quiet', '-m', 'With its data');
    tracked = repository.git('rev-parse', 'HEAD');
    repository.git('rm', '--quiet', '--cached', 'data/train.csv');
    repository.write('.gitignore', '/data\n');
    repository.git('add', '.gitignore');
    repository.git('commit', '--quiet', '-m', 'Without its data');
    ignored = repository.git('rev-parse', 'HEAD');
    repository.git('branch', 'old', tracked);
    repository.write('data/train.csv', 'precious\n');
  });
  afterEach(() => {
    runner.dispose();
    repository.dispose();
  });

  const content = (): string => readFileSync(repository.path('data/train.csv'), 'utf8');
  async function refused(action: Promise<unknown>, files: readonly string[] = ['data/train.csv']): Promise<void> {
    await assert.rejects(action, (error) => {
      assert.ok(error instanceof GitError, String(error));
      assert.deepEqual([error.reason, error.files], ['in the way', files]);
      return true;
    });
    assert.equal(repository.git('rev-parse', 'HEAD'), ignored);
    assert.equal(repository.git('symbolic-ref', '--short', 'HEAD'), 'main');
    assert.equal(repository.git('status', '--porcelain'), '');
  }

  it('are lost by plain git', () => {
    repository.git('switch', '--quiet', 'old');
    assert.equal(content(), 'tracked\n');
  });

  it('are not written over by switching, by a new branch, by reverting, or by taking back', async () => {
    const { root } = repository;
    await refused(runner.switch(root, { branch: 'old' }));
    await refused(runner.switch(root, { branch: 'old' }, { stash: true }));
    await refused(runner.switch(root, { commit: tracked }));
    await refused(runner.createBranch(root, 'new', { from: tracked, switch: true }));
    await refused(runner.revert(root, ignored));
    assert.equal(content(), 'precious\n');
    assert.equal(repository.git('branch', '--list', 'new'), '');

    repository.git('checkout', '--quiet', '--force', 'old');
    const { undo } = await runner.switch(root, { branch: 'main' });
    repository.write('data/train.csv', 'precious again\n');
    await refused(undo());
    assert.equal(content(), 'precious again\n');
  });

  it('are not written over by pulling', async () => {
    const remote = new CodeRepository();
    const clone = new CodeRepository();
    try {
      remote.git('config', 'core.bare', 'true');
      repository.git('remote', 'add', 'origin', remote.path('.git'));
      repository.git('push', '--quiet', '--set-upstream', 'origin', 'main');
      clone.git('pull', '--quiet', remote.path('.git'), 'main');
      clone.git('-c', 'user.name=A', '-c', 'user.email=a@b', 'revert', '--no-edit', ignored);
      clone.git('push', '--quiet', remote.path('.git'), 'HEAD:main');
      for (const mode of ['ff-only', 'merge', 'rebase'] as const) await refused(runner.pull(repository.root, { mode }));
      assert.equal(content(), 'precious\n');
      rmSync(repository.path('data'), { recursive: true });
      assert.equal((await runner.pull(repository.root)).changed, true);
      assert.equal(content(), 'tracked\n');
    } finally {
      remote.dispose();
      clone.dispose();
    }
  });

  it('are kept where giving up a merge would write over them', async () => {
    const { root } = repository;
    repository.git('checkout', '--quiet', '--force', 'old');
    repository.commit('code.py', 'ours\n', 'Ours');
    repository.git('switch', '--quiet', 'main');
    repository.commit('code.py', 'theirs\n', 'Theirs');
    repository.git('switch', '--quiet', 'old');
    repository.tryGit('merge', 'main');
    assert.equal(repository.git('ls-files', 'data'), '', 'the merge took the data away');
    repository.write('data/train.csv', 'made during the merge\n');
    await runner.abort(root);
    assert.equal(content(), 'tracked\n');
    const [kept] = await runner.discarded(root);
    assert.ok(kept && kept.paths.includes('data/train.csv'));
    await runner.restoreDiscarded(root, kept.id);
    assert.equal(content(), 'made during the merge\n');
  });

  it('are told apart from those that a stash would take', async () => {
    const { root } = repository;
    repository.write('.gitignore', '/data/other.csv\n');
    repository.git('commit', '--quiet', '-am', 'Ignore less');
    await assert.rejects(runner.switch(root, { branch: 'old' }), (error) => error instanceof GitError && error.reason === 'would lose');
    await runner.switch(root, { branch: 'old' }, { stash: true });
    assert.equal(content(), 'tracked\n');
  });

  it('are in nobody’s way where they hold the same, or stand elsewhere', async () => {
    repository.write('data/train.csv', 'tracked\n');
    repository.write('data/other.csv', 'mine\n');
    await runner.switch(repository.root, { branch: 'old' });
    assert.equal(repository.git('status', '--porcelain'), '?? data/other.csv');
    assert.equal(readFileSync(repository.path('data/other.csv'), 'utf8'), 'mine\n');
  });

  it('are not removed where a file takes a folder’s place, or a folder a file’s or a link’s', async () => {
    rmSync(repository.path('data'), { recursive: true });
    repository.write('data/train.csv/part', 'precious\n');
    await refused(runner.switch(repository.root, { branch: 'old' }), ['data/train.csv/']);
    assert.equal(readFileSync(repository.path('data/train.csv/part'), 'utf8'), 'precious\n');
    rmSync(repository.path('data'), { recursive: true });
    repository.write('data', 'precious\n');
    await refused(runner.switch(repository.root, { branch: 'old' }), ['data']);
    rmSync(repository.path('data'));
    if (process.platform === 'win32') return;
    mkdirSync(repository.path('.git/elsewhere'));
    symlinkSync('.git/elsewhere', repository.path('data'));
    await refused(runner.switch(repository.root, { branch: 'old' }), ['data']);
  });
});
