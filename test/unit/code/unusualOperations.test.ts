import assert from 'node:assert/strict';
import { chmodSync, readFileSync, writeFileSync } from 'node:fs';
import { CodeReader } from '../../../src/code/reader';
import { CodeRunner } from '../../../src/code/runner';
import { CodeRepository, failure } from './codeRepository';

describe('what is under way in a repository, in less usual ways', () => {
  const repositories: CodeRepository[] = [];
  let repository: CodeRepository;
  let runner: CodeRunner;
  let reader: CodeReader;
  const git = (...args: string[]): string => repository.git(...args);
  const tip = (name = 'HEAD'): string => git('rev-parse', name);
  const underWay = async ({ root } = repository): Promise<string | undefined> => (await reader.status(root)).operation?.kind;

  beforeEach(() => {
    repository = made(new CodeRepository());
    const quiet = (): undefined => undefined;
    runner = new CodeRunner(quiet, undefined, () => true);
    reader = new CodeReader(quiet);
    repository.commit('a', '1\n', 'Begin a');
    repository.commit('b', '1\n', 'Begin b');
  });

  afterEach(() => {
    runner.dispose();
    reader.dispose();
    for (const each of repositories.splice(0)) each.dispose();
  });

  function made(each: CodeRepository): CodeRepository {
    repositories.unshift(each);
    each.configure();
    return each;
  }

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

  async function resolve(path: string, content: string, { root } = repository): Promise<void> {
    new CodeRepository(root).write(path, content);
    await runner.stage(root, [path]);
  }

  function hook(name: string, ...lines: readonly string[]): void {
    repository.write(`.git/hooks/${name}`, ['#!/bin/sh', ...lines, ''].join('\n'));
    chmodSync(repository.path('.git', 'hooks', name), 0o755);
  }

  describe('given up', () => {
    it('keeps what was committed during a bisect', async () => {
      for (let i = 0; i < 6; i++) repository.commit('c', `${i}\n`);
      git('bisect', 'start', 'HEAD', 'HEAD~5');
      repository.commit('fix', 'one\n');
      const own = repository.commit('fix', 'work\n');
      await runner.abort(repository.root);
      assert.deepEqual([await underWay(), git('branch', '--show-current')], [undefined, 'main']);
      const [kept] = await runner.discarded(repository.root);
      assert.deepEqual(kept?.paths, ['fix'], 'what the bisect itself looked at is not of it');
      assert.ok(git('rev-list', kept.commit).includes(own));
      await runner.restoreDiscarded(repository.root, kept.id);
      assert.equal(readFileSync(repository.path('fix'), 'utf8'), 'work\n');
    });

    it('refuses where a file could not be kept, because its name is not UTF-8', async function () {
      if (process.platform !== 'linux') this.skip();
      const file = Buffer.concat([Buffer.from(repository.path('caf')), Buffer.from([0xe9])]);
      const write = (content: string): void => writeFileSync(file, content);
      const commit = (content: string): void => {
        write(content);
        git('add', '--all');
        git('commit', '--quiet', '-m', content);
      };
      commit('1\n');
      git('branch', 'side');
      commit('mine\n');
      git('switch', '--quiet', 'side');
      commit('theirs\n');
      repository.tryGit('merge', 'main');
      write('resolved\n');
      assert.match((await failure(runner.abort(repository.root))).message, /is not UTF-8/);
      assert.deepEqual([readFileSync(file, 'utf8'), await underWay()], ['resolved\n', 'merge']);
    });

    for (const place of ['a linked working tree', 'a submodule'])
      it(`keeps what was committed and what was not in ${place}`, async () => {
        diverge();
        const folder = `${repository.root}-tree`;
        if (place === 'a submodule') {
          const above = made(new CodeRepository());
          above.git('submodule', '--quiet', 'add', repository.root, 'sub');
          repository = made(new CodeRepository(above.path('sub')));
          git('branch', 'side', 'origin/side');
        } else {
          git('worktree', 'add', '--quiet', '--detach', folder, 'main');
          repository = made(new CodeRepository(folder));
        }
        const before = tip();
        repository.tryGit('rebase', 'side');
        await resolve('a', 'resolved\n');
        await runner.commit(repository.root, 'Both a');
        repository.tryGit('rebase', '--continue');
        repository.write('b', 'half\n');
        await runner.abort(repository.root);
        assert.deepEqual([tip(), git('status', '--porcelain')], [before, '']);
        const [kept] = await runner.discarded(repository.root);
        await runner.restoreDiscarded(repository.root, kept?.id ?? '');
        assert.deepEqual(
          ['a', 'b'].map((path) => readFileSync(repository.path(path), 'utf8')),
          ['resolved\n', 'half\n'],
        );
      });
  });

  describe('taken back', () => {
    it('gives up a revert during a rebase, and not the rebase', async () => {
      diverge();
      repository.tryGit('rebase', 'side');
      await resolve('a', 'resolved\n');
      await runner.commit(repository.root, 'Both a');
      const before = tip();
      const { undo, conflicts } = await runner.revert(repository.root, 'side');
      assert.deepEqual(conflicts, ['a']);
      await undo();
      assert.deepEqual([await underWay(), tip(), git('status', '--porcelain')], ['rebase', before, '']);
      repository.tryGit('rebase', '--continue');
      await resolve('b', 'resolved\n');
      await runner.continue(repository.root);
      assert.equal(git('log', '-2', '--format=%s'), 'Change b here\nBoth a');
    });

    it('ends nothing that was begun since, and brings back what a reset ended', async () => {
      diverge();
      repository.commit('c', '1\n');
      const { undo } = await runner.revert(repository.root, 'HEAD');
      repository.tryGit('cherry-pick', 'side');
      await resolve('a', 'both\n');
      assert.match((await failure(undo())).message, /A cherry-pick is under way/);
      assert.equal(await underWay(), 'cherry-pick');
      const reset = await runner.softReset(repository.root, 'HEAD~1');
      await reset.undo();
      assert.equal(await underWay(), 'cherry-pick');
      git('cherry-pick', '--abort');
      await undo();
      assert.equal(git('log', '-1', '--format=%s'), 'Write c');
    });

    it('says where the branch has another name by now, or is gone', async () => {
      git('branch', 'other');
      const { undo } = await runner.commit(repository.root, 'Mine', { empty: true });
      git('branch', '--move', 'trunk');
      assert.match((await failure(undo())).message, /on main, which was renamed or deleted since/);
      const made = tip();
      git('switch', '--quiet', 'other');
      assert.match((await failure(undo())).message, /on main, which was renamed or deleted since/);
      assert.equal(tip('trunk'), made);
      git('branch', '--move', 'trunk', 'main');
      git('switch', '--quiet', 'main');
      await undo();
      assert.equal(tip('main'), tip('other'));
    });

    it('removes a branch, and leaves whoever has gone on to another one there', async () => {
      const { undo } = await runner.createBranch(repository.root, 'feature', { switch: true });
      git('switch', '--quiet', '-c', 'third');
      await undo();
      assert.deepEqual(git('branch', '--format=%(HEAD)%(refname:short)').split('\n'), [' main', '*third']);
    });
  });

  describe('continued', () => {
    it('drops no patch that could not be applied, and goes on from one that was committed', async () => {
      diverge();
      git('format-patch', '--quiet', '--output-directory', '.git/patches', 'side~2..side');
      const patches = ['1-Change-b-there', '2-Change-a-there'].map((name) => repository.path('.git', 'patches', `000${name}.patch`));
      repository.tryGit('am', ...patches);
      assert.deepEqual([await underWay(), git('status', '--porcelain')], ['am', '']);
      assert.match((await failure(runner.continue(repository.root))).message, /Nothing is staged: change what the patch would/);
      await resolve('b', 'both\n');
      await runner.commit(repository.root, 'By hand');
      await failure(runner.continue(repository.root));
      assert.equal(await underWay(), 'am', 'the next patch');
      await resolve('a', 'both\n');
      const { left } = await runner.continue(repository.root);
      assert.equal(left, undefined);
      assert.equal(git('log', '-2', '--format=%s'), 'Change a there\nBy hand');
    });

    it('tells of conflict markers that were staged, and only of these', async () => {
      repository.commit('kept', '<<<<<<< HEAD\nin a text about git\n');
      repository.commit('gone', '<<<<<<< HEAD\n>>>>>>> side\n');
      diverge();
      repository.tryGit('merge', 'side');
      const marked = (): Promise<readonly string[]> => runner.marked(repository.root);
      assert.deepEqual(await marked(), []);
      git('add', 'a');
      await resolve('b', 'both\n');
      await resolve('gone', 'both\n');
      await resolve('kept', '<<<<<<< HEAD\nin a longer text about git\n');
      await resolve('[x] ü\n', '=======\ntitle\n=======\n');
      assert.deepEqual(await marked(), ['a']);
      await resolve('[x] ü\n', '<<<<<<< HEAD\r\n');
      assert.deepEqual(await marked(), ['[x] ü\n', 'a']);
    });

    it('opens no editor, and has none of git’s remarks for one in the message', async () => {
      diverge();
      git('config', 'commit.cleanup', 'whitespace');
      git('config', 'core.editor', 'false');
      for (const kind of ['merge', 'cherry-pick'] as const) {
        repository.tryGit(kind, 'side');
        await resolve('a', `${kind}\n`);
        if (kind === 'merge') await resolve('b', `${kind}\n`);
        const { undo } = await runner.continue(repository.root);
        assert.equal(git('log', '-1', '--format=%B').trim(), kind === 'merge' ? "Merge branch 'side'" : 'Change a there');
        await undo?.();
        await runner.abort(repository.root);
      }
    });

    it('stays where it is when a hook, a signature or a command of the rebase fails, and says why', async function () {
      if (process.platform === 'win32') this.skip();
      diverge();
      repository.tryGit('merge', 'side');
      for (const path of ['a', 'b']) await resolve(path, 'both\n');
      const status = git('status', '--porcelain');
      hook('pre-commit', 'echo "Conflict of style in a" >&2', 'exit 1');
      const refused = await failure(runner.continue(repository.root));
      assert.deepEqual([refused.reason, refused.message], ['failed', 'git merge --continue: Conflict of style in a']);
      hook('pre-commit', 'exit 0');
      git('config', 'commit.gpgSign', 'true');
      git('config', 'gpg.program', 'false');
      assert.match((await failure(runner.continue(repository.root))).message, /could not sign the commit/);
      assert.deepEqual([await underWay(), git('status', '--porcelain')], ['merge', status]);
      git('config', 'commit.gpgSign', 'false');
      await runner.continue(repository.root);
      for (const path of ['c', 'd']) repository.commit(path, '1\n');
      repository.tryGit('rebase', '--exec', 'test -e there', 'HEAD~2');
      assert.match((await failure(runner.continue(repository.root))).message, /A command that the rebase runs/);
      assert.equal(await underWay(), 'rebase');
    });
  });
});
