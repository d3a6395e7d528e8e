import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { CodeReader } from '../../../src/code/reader';
import { CodeRunner } from '../../../src/code/runner';
import { CodeRepository } from './codeRepository';
import { snapshot } from './treeSnapshot';

describe('working trees beside the person’s own', () => {
  let repository: CodeRepository;
  let runner: CodeRunner;
  beforeEach(() => {
    repository = new CodeRepository();
    repository.git('config', 'user.name', 'Ada');
    repository.git('config', 'user.email', 'ada@example.org');
    runner = new CodeRunner(
      () => undefined,
      undefined,
      () => true,
    );
  });
  afterEach(() => {
    runner.dispose();
    repository.dispose();
  });

  it('take binary changes, and are removed again where the changes do not apply', async () => {
    const state = (): unknown => [snapshot(repository.root), repository.git('ls-files', '--stage', '-z')];
    repository.commit('data.bin', Buffer.from([0, 1, 2]));
    const commit = repository.commit('a', '1\n');
    repository.write('data.bin', Buffer.from([9, 0, 255]));
    repository.write('a', 'changed\n');
    const before = state();
    const patch = `${repository.git('diff', 'HEAD', '--binary')}\n`;
    const other = new CodeRepository(`${repository.root}-tree`);
    try {
      await runner.addWorktree(repository.root, other.root, commit, patch);
      assert.deepEqual([...readFileSync(other.path('data.bin'))], [9, 0, 255]);
      assert.equal(readFileSync(other.path('a'), 'utf8'), 'changed\n');
      assert.deepEqual(state(), before);
      await assert.rejects(runner.addWorktree(repository.root, other.root, commit, patch), /something at/);
      await runner.removeWorktree(repository.root, other.root);
      await assert.rejects(runner.addWorktree(repository.root, other.root, `${commit}~1`, patch), /don't apply/);
      assert.equal(existsSync(other.root), false);
      assert.equal(repository.git('worktree', 'list').split('\n').length, 1);
      const tree = await runner.patchedTree(repository.root, commit, patch);
      assert.equal(repository.git('show', `${tree}:a`), 'changed');
      assert.deepEqual(state(), before);
    } finally {
      other.dispose();
    }
  });

  it('and submodules are repositories of their own: staged, discarded and committed in each', async () => {
    const inner = new CodeRepository();
    const linked = new CodeRepository(`${repository.root}-linked`);
    const reader = new CodeReader(() => undefined);
    try {
      inner.commit('lib.py', '1\n');
      repository.git('submodule', '--quiet', 'add', inner.root, 'sub');
      repository.git('commit', '--quiet', '-m', 'Add the submodule');
      repository.git('worktree', 'add', '--quiet', '-b', 'linked', linked.root);
      linked.write('new', 'x');
      await runner.stage(linked.root, ['new']);
      const { hash } = await runner.commit(linked.root, 'In the linked one');
      assert.deepEqual([repository.git('rev-parse', 'linked'), repository.git('status', '--porcelain')], [hash, '']);
      repository.write('sub/lib.py', '2\n');
      await assert.rejects(runner.discard(repository.root, ['sub']), /repository of its own/);
      const places = await reader.places(repository.path('sub'));
      assert.equal(places.root, repository.path('sub'));
      const { undo } = await runner.discard(places.root, ['lib.py']);
      assert.equal(repository.git('status', '--porcelain'), '');
      await undo();
      assert.equal(readFileSync(repository.path('sub/lib.py'), 'utf8'), '2\n');
      const [file] = await reader.diff(repository.root, { kind: 'index' }, { kind: 'workingTree' });
      assert.match(
        String(await reader.content(repository.root, { kind: 'index' }, file?.before ?? '')),
        /^Subproject commit [0-9a-f]{40}\n$/,
      );
    } finally {
      reader.dispose();
      inner.dispose();
      linked.dispose();
    }
  });

  it('act from a folder inside, with a detached HEAD, and without a remote', async () => {
    repository.commit('deep/a', '1');
    repository.git('checkout', '--quiet', '--detach');
    const reader = new CodeReader(() => undefined);
    const { root } = await reader.places(repository.path('deep'));
    reader.dispose();
    repository.write('deep/a', '2');
    await runner.stage(root, ['deep/a']);
    const { hash, undo } = await runner.commit(root, 'Detached');
    assert.equal(repository.git('rev-parse', 'HEAD'), hash);
    await undo();
    await assert.rejects(runner.push(root), /detached/);
    await assert.rejects(runner.pull(root), /detached/);
  });
});
