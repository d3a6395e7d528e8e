import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { CodeReader } from '../../../src/code/reader';
import { CodeRunner } from '../../../src/code/runner';
import { CodeRepository, failure } from './codeRepository';

describe('what is under way in a repository', () => {
  let repository: CodeRepository;
  let runner: CodeRunner;
  let reader: CodeReader;
  const git = (...args: string[]): string => repository.git(...args);
  const read = (path: string): string => readFileSync(repository.path(path), 'utf8');
  const tip = (name = 'HEAD'): string => git('rev-parse', name);
  const subjects = (range: string): string[] => git('log', '--format=%s', range).split('\n').filter(Boolean);
  const underWay = async (): Promise<string | undefined> => (await reader.status(repository.root)).operation?.kind;

  beforeEach(() => {
    repository = new CodeRepository();
    repository.configure();
    const quiet = (): undefined => undefined;
    runner = new CodeRunner(quiet, undefined, () => true);
    reader = new CodeReader(quiet);
    repository.commit('a', '1\n', 'Begin a');
    repository.commit('b', '1\n', 'Begin b');
  });

  afterEach(() => {
    runner.dispose();
    reader.dispose();
    repository.dispose();
  });

  /** Two commits of `main` and one of `side` that meet in the files a and b. */
  function diverge(): void {
    git('branch', 'side');
    repository.commit('a', 'mine\n', 'Change a here');
    repository.commit('b', 'mine\n', 'Change b here');
    git('switch', '--quiet', 'side');
    repository.write('a', 'theirs\n');
    repository.commit('b', 'theirs\n', 'Change b there');
    git('commit', '--quiet', '--all', '-m', 'Change a there');
    git('switch', '--quiet', 'main');
  }

  async function resolve(path: string, content: string): Promise<void> {
    repository.write(path, content);
    await runner.stage(repository.root, [path]);
  }

  describe('given up', () => {
    it('brings back what was resolved and committed in a rebase, and keeps these commits', async () => {
      diverge();
      const before = tip();
      repository.tryGit('rebase', 'side');
      await resolve('a', 'resolved\n');
      const { hash } = await runner.commit(repository.root, 'Both a');
      repository.tryGit('rebase', '--continue');
      await resolve('b', 'resolved too\n');
      await runner.commit(repository.root, 'Both b');
      assert.equal(git('status', '--porcelain'), '');
      await runner.abort(repository.root);
      assert.deepEqual([tip(), read('a'), read('b')], [before, 'mine\n', 'mine\n']);
      const [kept] = await runner.discarded(repository.root);
      assert.ok(git('rev-list', kept?.commit ?? '').includes(hash));
      await runner.restoreDiscarded(repository.root, kept?.id ?? '');
      assert.deepEqual([read('a'), read('b')], ['resolved\n', 'resolved too\n']);
    });

    it('brings back what was committed in a sequence of cherry-picks, also after the one that stopped', async () => {
      diverge();
      repository.tryGit('cherry-pick', 'side~1', 'side');
      await resolve('b', 'resolved\n');
      await runner.commit(repository.root, 'Both b');
      assert.equal(await underWay(), 'cherry-pick', 'the other commit is left');
      await runner.abort(repository.root);
      assert.equal(await underWay(), undefined);
      const [kept] = await runner.discarded(repository.root);
      await runner.restoreDiscarded(repository.root, kept?.id ?? '');
      assert.equal(read('b'), 'resolved\n');
    });

    it('works where a file was a folder before', async () => {
      git('switch', '--quiet', '-c', 'side');
      git('rm', '--quiet', 'a');
      repository.commit('a/inside', 'theirs\n');
      repository.commit('b', 'theirs\n');
      git('switch', '--quiet', 'main');
      repository.commit('b', 'mine\n');
      repository.tryGit('rebase', 'side');
      await resolve('b', 'resolved\n');
      await runner.abort(repository.root);
      assert.equal(read('a'), '1\n');
      const [kept] = await runner.discarded(repository.root);
      await runner.restoreDiscarded(repository.root, kept?.id ?? '');
      assert.deepEqual([read('a/inside'), read('b')], ['theirs\n', 'resolved\n']);
    });
  });

  describe('continued', () => {
    it('goes through a rebase from conflict to conflict, staged or committed, and can be taken back', async () => {
      diverge();
      const before = tip();
      repository.tryGit('rebase', 'side');
      const refused = await failure(runner.continue(repository.root));
      assert.deepEqual([refused.reason, refused.files], ['conflicts', ['a']]);
      await resolve('a', 'resolved\n');
      repository.write('a', 'resolved better\n');
      assert.match((await failure(runner.continue(repository.root))).message, /not staged.*\(a\)/);
      await runner.stage(repository.root, ['a']);
      const stopped = await runner.continue(repository.root);
      assert.deepEqual([stopped.conflicts, stopped.left?.progress, stopped.undo], [['b'], '2/2', undefined]);
      await resolve('b', 'resolved\n');
      await runner.commit(repository.root, 'Both b');
      const done = await runner.continue(repository.root);
      assert.deepEqual([done.left, done.conflicts, await underWay()], [undefined, [], undefined]);
      assert.equal(git('branch', '--show-current'), 'main');
      assert.deepEqual(subjects('side..main'), ['Both b', 'Change a here']);
      const finished = tip();
      await done.undo?.();
      assert.deepEqual([tip(), read('a'), git('status', '--porcelain')], [before, 'mine\n', '']);
      const [kept] = await runner.discarded(repository.root);
      assert.ok(git('rev-list', kept?.commit ?? '').includes(finished));
      await runner.restoreDiscarded(repository.root, kept?.id ?? '');
      assert.equal(read('a'), 'resolved better\n');
    });

    it('goes through a rebase by patches, too', async () => {
      diverge();
      repository.tryGit('rebase', '--apply', 'side');
      await resolve('a', 'resolved\n');
      await runner.commit(repository.root, 'Both a');
      assert.deepEqual((await runner.continue(repository.root)).conflicts, ['b']);
      await resolve('b', 'resolved\n');
      await runner.continue(repository.root);
      assert.deepEqual(subjects('side..main'), ['Change b here', 'Both a']);
    });

    it('ends a merge with the message that git has for it, and takes that back', async () => {
      diverge();
      const before = tip();
      repository.tryGit('merge', 'side');
      await resolve('a', 'resolved\n');
      await resolve('b', 'resolved\n');
      const { undo } = await runner.continue(repository.root);
      assert.deepEqual([git('log', '-1', '--format=%B|%P')], [`Merge branch 'side'\n|${before} ${tip('side')}`]);
      await undo?.();
      assert.deepEqual([tip(), await underWay(), git('show', ':a')], [before, 'merge', 'resolved']);
    });

    it('goes through several cherry-picks, and leaves out what is there already', async () => {
      diverge();
      const before = tip();
      repository.tryGit('cherry-pick', 'side~1', 'side');
      await resolve('b', 'mine\n');
      const { conflicts } = await runner.continue(repository.root);
      assert.deepEqual(conflicts, ['a']);
      await resolve('a', 'resolved\n');
      const { undo } = await runner.continue(repository.root);
      assert.deepEqual(subjects(`${before}..`), ['Change a there']);
      await undo?.();
      assert.deepEqual([tip(), read('a'), await underWay()], [before, 'mine\n', undefined]);
    });

    it('ends a revert', async () => {
      diverge();
      repository.commit('a', 'again\n', 'Change a again');
      const { conflicts } = await runner.revert(repository.root, 'HEAD~2');
      assert.deepEqual(conflicts, ['a']);
      await resolve('a', 'resolved\n');
      await runner.continue(repository.root);
      assert.deepEqual(subjects('-1'), ['Revert "Change a here"']);
    });

    it('says where nothing is, and does nothing in Restricted Mode', async () => {
      assert.match((await failure(runner.continue(repository.root))).message, /Nothing is under way/);
      git('bisect', 'start');
      assert.match((await failure(runner.continue(repository.root))).message, /git bisect good/);
      git('bisect', 'reset');
      diverge();
      repository.tryGit('merge', 'side');
      const restricted = new CodeRunner(
        () => undefined,
        undefined,
        () => false,
      );
      assert.equal((await failure(restricted.continue(repository.root))).reason, 'not trusted');
      restricted.dispose();
    });
  });

  describe('and what takes back', () => {
    it('never moves another branch', async () => {
      git('branch', 'old', 'HEAD~1');
      const before = tip();
      const reset = await runner.softReset(repository.root, 'old');
      git('switch', '--quiet', 'old');
      assert.match((await failure(reset.undo())).message, /on main, and old is current: switch to main first/);
      assert.equal(tip('old'), tip('main'));
      git('switch', '--quiet', 'main');
      await reset.undo();
      assert.equal(tip('main'), before);
      for (const act of [() => runner.commit(repository.root, 'Mine', { empty: true }), () => runner.revert(repository.root, 'HEAD')]) {
        const { undo } = await act();
        const made = tip();
        git('switch', '--quiet', '-c', 'feature');
        assert.match((await failure(undo())).message, /switch to main first/);
        git('switch', '--quiet', '--detach');
        assert.match((await failure(undo())).message, /no branch is current/);
        assert.deepEqual([tip('feature'), tip('main')], [made, made]);
        git('switch', '--quiet', 'main');
        git('branch', '--quiet', '-D', 'feature');
        await undo();
        assert.equal(tip('main'), before);
      }
    });

    it('a pull never moves another branch', async () => {
      git('branch', 'upstream');
      git('branch', '--quiet', '--set-upstream-to=upstream');
      git('switch', '--quiet', 'upstream');
      const ahead = repository.commit('c', '1\n');
      git('switch', '--quiet', 'main');
      const { undo } = await runner.pull(repository.root);
      git('switch', '--quiet', 'upstream');
      assert.match((await failure(undo())).message, /switch to main first/);
      assert.equal(tip('upstream'), ahead);
    });

    it('a merge makes it a merge again', async () => {
      diverge();
      const before = tip();
      repository.tryGit('merge', 'side');
      await resolve('a', 'resolved\n');
      await resolve('b', 'resolved\n');
      const { undo } = await runner.commit(repository.root, 'Both');
      await undo();
      assert.equal(await underWay(), 'merge');
      assert.match(readFileSync(repository.path('.git', 'MERGE_MSG'), 'utf8'), /^Merge branch 'side'/);
      await runner.commit(repository.root, 'Both again');
      assert.equal(git('log', '-1', '--format=%P'), `${before} ${tip('side')}`);
    });

    it('a cherry-pick keeps whose it is', async () => {
      diverge();
      git('switch', '--quiet', 'side');
      git('commit', '--quiet', '--amend', '--no-edit', '--author=Bea <bea@example.org>');
      git('switch', '--quiet', 'main');
      repository.tryGit('cherry-pick', 'side');
      await resolve('a', 'resolved\n');
      const { undo } = await runner.commit(repository.root, 'Picked');
      await undo();
      await runner.commit(repository.root, 'Picked again');
      assert.equal(git('log', '-1', '--format=%an'), 'Bea');
    });

    it('a commit does not end what was begun since', async () => {
      diverge();
      const { undo } = await runner.commit(repository.root, 'Nothing', { empty: true });
      for (const how of ['cherry-pick', 'merge']) {
        repository.tryGit(how, 'side');
        assert.match((await failure(undo())).message, new RegExp(`A ${how} is under way`));
        assert.equal(await underWay(), how);
        git(how, '--abort');
      }
      await undo();
    });

    it('a revert that stopped gives up that one only', async () => {
      diverge();
      repository.commit('a', 'again\n');
      const reverted = await runner.revert(repository.root, 'HEAD~2');
      await resolve('a', 'resolved\n');
      const committed = await runner.commit(repository.root, 'Take it back');
      repository.tryGit('merge', 'side');
      assert.match((await failure(reverted.undo())).message, /moved on/);
      assert.equal(await underWay(), 'merge');
      git('merge', '--abort');
      await committed.undo();
      assert.equal(await underWay(), 'revert');
      await reverted.undo();
      assert.deepEqual([await underWay(), read('a')], [undefined, 'again\n']);
      repository.tryGit('merge', 'side');
      assert.match((await failure(reverted.undo())).message, /not under way any more/);
      assert.ok(existsSync(repository.path('.git', 'MERGE_HEAD')));
    });
  });
});
