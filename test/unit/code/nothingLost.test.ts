import assert from 'node:assert/strict';
import { chmodSync, existsSync, symlinkSync } from 'node:fs';
import { GitError } from '../../../src/code/git';
import { CodeRunner } from '../../../src/code/runner';
import { CodeRepository } from './codeRepository';
import { snapshot } from './treeSnapshot';

const windows = process.platform === 'win32';
const NAMES = ['two words', 'é 😀', '-dash', ...(windows ? [] : ['"quoted"', 'line\nbreak', '\x1b[31mred', '*'])];

/**
 * Every destructive action on a dirty tree: the bytes of the working tree and of the index are there afterwards, or come back by
 * what the action gives for it, or the action is refused and nothing has changed.
 */
describe('nothing is lost', () => {
  let repository: CodeRepository;
  let runner: CodeRunner;
  let first: string;
  let second: string;

  beforeEach(() => {
    repository = new CodeRepository();
    repository.configure();
    runner = new CodeRunner(
      () => undefined,
      undefined,
      () => true,
    );
    repository.write('.gitignore', '*.log\n');
    for (const name of NAMES) repository.write(`tracked/${name}`, 'one\n');
    repository.write('far away', '1\n');
    repository.git('add', '--all');
    repository.git('commit', '--quiet', '-m', 'First');
    first = repository.git('rev-parse', 'HEAD');
    second = repository.commit('far away', '2\n', 'Second');
    for (const name of NAMES) repository.write(`tracked/${name}`, `staged ${name}\n`);
    repository.git('add', '--all');
    for (const name of NAMES) repository.write(`tracked/${name}`, Buffer.from(`then changed ${name}\r\n\0\xff`, 'latin1'));
    for (const name of NAMES) repository.write(`new/${name}`, `new ${name}`);
    repository.write('ignored.log', 'a log');
    if (windows) return;
    chmodSync(repository.path('tracked/two words'), 0o755);
    symlinkSync('nowhere', repository.path('a link'));
  });
  afterEach(() => {
    runner.dispose();
    repository.dispose();
  });

  const state = (): unknown => [
    repository.git('rev-parse', 'HEAD'),
    repository.git('symbolic-ref', '--short', 'HEAD'),
    repository.git('ls-files', '--stage', '-z'),
    snapshot(repository.root),
  ];
  /** An action that may be refused; what it then says is given. */
  const attempt = async (action: Promise<unknown>): Promise<string> =>
    action.then(
      () => 'done',
      (error: unknown) => (error instanceof GitError ? error.message : assert.fail(String(error))),
    );

  it('by discarding all of it', async () => {
    const before = state();
    const { undo } = await runner.discard(repository.root, ['tracked', 'new', ...(windows ? [] : ['a link'])]);
    assert.notDeepEqual(state(), before);
    assert.equal(repository.git('diff', '--name-only'), '');
    await undo();
    assert.deepEqual(state(), before);
    assert.ok(existsSync(repository.path('ignored.log')));
  });

  it('by switching, with a stash and without', async () => {
    repository.git('branch', 'side', first);
    const before = state();
    const plain = await runner.switch(repository.root, { branch: 'side' });
    await plain.undo();
    assert.deepEqual(state(), before, 'what is not touched comes along and back');
    const { stash, undo } = await runner.switch(repository.root, { branch: 'side' }, { stash: true });
    assert.ok(stash !== undefined);
    assert.equal(repository.git('status', '--porcelain'), '');
    await undo();
    assert.deepEqual(state(), before);
    repository.write('far away', 'mine\n');
    const held = state();
    assert.match(await attempt(runner.switch(repository.root, { branch: 'side' })), /commit or stash/);
    assert.deepEqual(state(), held);
    // A stash that does not fit where it is brought back stays on the list.
    const away = await runner.switch(repository.root, { branch: 'side' }, { stash: true });
    repository.commit('far away', 'other\n');
    assert.notEqual(await attempt(runner.unstash(repository.root, away.stash ?? '')), 'done');
    assert.ok(repository.git('stash', 'list', '--format=%H').includes(away.stash ?? '?'));
    repository.git('reset', '--quiet', '--hard');
    repository.git('clean', '--quiet', '-fd');
    repository.git('switch', '--quiet', 'main');
    await runner.unstash(repository.root, away.stash ?? '');
    assert.deepEqual(state(), held);
  });

  it('by stashing and unstashing', async () => {
    const before = state();
    const stash = await runner.stash(repository.root, 'x');
    assert.equal(repository.git('status', '--porcelain'), '');
    await runner.unstash(repository.root, stash ?? '');
    assert.deepEqual(state(), before);
  });

  it('by reverting, by resetting softly, by committing, and by taking each back', async () => {
    const before = state();
    // Git reverts into a clean index only.
    assert.match(await attempt(runner.revert(repository.root, second)), /overwritten|commit or stash/);
    assert.deepEqual(state(), before);
    const files = snapshot(repository.root);
    const reset = await runner.softReset(repository.root, first);
    assert.deepEqual(snapshot(repository.root), files);
    await reset.undo();
    assert.deepEqual(state(), before);
    const committed = await runner.commit(repository.root, 'x');
    assert.deepEqual(snapshot(repository.root), files);
    const after = state();
    const reverted = await runner.revert(repository.root, second);
    await reverted.undo();
    assert.deepEqual(state(), after);
    await committed.undo();
    assert.deepEqual(state(), before);
  });

  it('by pulling what changes other files, and what changes the same', async () => {
    const remote = new CodeRepository();
    const clone = new CodeRepository();
    try {
      remote.git('config', 'core.bare', 'true');
      repository.git('remote', 'add', 'origin', remote.path('.git'));
      await runner.push(repository.root);
      clone.git('pull', '--quiet', remote.path('.git'), 'main');
      clone.commit('far away', '3\n');
      clone.git('push', '--quiet', remote.path('.git'), 'HEAD:main');
      const before = state();
      const { undo, changed } = await runner.pull(repository.root);
      assert.equal(changed, true);
      await undo();
      assert.deepEqual(state(), before);
      await runner.pull(repository.root);
      clone.commit('tracked/two words', 'theirs\n');
      clone.commit('new/two words', 'theirs\n');
      clone.git('push', '--quiet', remote.path('.git'), 'HEAD:main');
      const held = state();
      for (const mode of ['ff-only', 'merge', 'rebase'] as const) {
        assert.match(await attempt(runner.pull(repository.root, { mode })), /commit or stash/);
        assert.deepEqual(state(), held);
      }
    } finally {
      remote.dispose();
      clone.dispose();
    }
  });

  it('by giving up a merge, a cherry-pick, a revert or a rebase that was half resolved', async () => {
    repository.git('add', '--all');
    repository.git('commit', '--quiet', '-m', 'All of it');
    repository.git('branch', 'side', first);
    repository.git('switch', '--quiet', 'side');
    const theirs = repository.commit('far away', 'theirs\n');
    repository.git('switch', '--quiet', 'main');
    const stops: readonly (readonly string[])[] = [
      ['merge', 'side'],
      ['cherry-pick', theirs],
      ['revert', second],
      ['rebase', 'side'],
    ];
    repository.commit('far away', 'ours\n');
    for (const stop of stops) {
      const clean = snapshot(repository.root);
      repository.tryGit(...stop);
      repository.write('far away', `half resolved in ${stop[0] ?? ''}\n`);
      repository.write('tracked/two words', 'also changed\n');
      repository.write('untracked', 'mine\n');
      const half = snapshot(repository.root);
      await runner.abort(repository.root);
      assert.equal(snapshot(repository.root)['far away'], clean['far away'], stop.join(' '));
      const [kept] = await runner.discarded(repository.root);
      await runner.restoreDiscarded(repository.root, kept?.id ?? '');
      const back = snapshot(repository.root);
      for (const path of ['far away', 'tracked/two words', 'untracked'])
        assert.equal(back[path], half[path], `${path} after ${stop.join(' ')}`);
      repository.git('reset', '--quiet', '--hard');
      repository.git('clean', '--quiet', '-fd');
    }
  });

  it('by restoring a run, or by removing its working tree', async () => {
    const before = state();
    const tree = new CodeRepository(`${repository.root}-tree`);
    try {
      await runner.addWorktree(repository.root, tree.root, first);
      await runner.removeWorktree(repository.root, tree.root);
      tree.write('something', 'mine');
      assert.match(await attempt(runner.addWorktree(repository.root, tree.root, first)), /something at/);
      assert.deepEqual([state(), Object.keys(snapshot(tree.root))], [before, ['something']]);
    } finally {
      tree.dispose();
    }
  });

  it('by giving up what was kept long ago', async () => {
    const before = state();
    const { undo } = await runner.discard(repository.root, ['new']);
    const went = await runner.pruneDiscarded(repository.root, { days: 0, newest: 1 });
    assert.deepEqual(went, []);
    await undo();
    assert.deepEqual(state(), before);
  });
});
