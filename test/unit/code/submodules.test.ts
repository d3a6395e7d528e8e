import assert from 'node:assert/strict';
import { chmodSync, existsSync, readFileSync, rmSync, utimesSync } from 'node:fs';
import { readCodeState } from '../../../src/code/codeState';
import { CodeReader } from '../../../src/code/reader';
import type { CodeStatus, FileChange } from '../../../src/code/repository';
import { CodeRunner } from '../../../src/code/runner';
import { INDEX, pathOf, revision, WORKING_TREE } from '../../../src/code/side';
import { CodeRepository, failure } from './codeRepository';
import { snapshot } from './treeSnapshot';

describe('submodules', () => {
  let repository: CodeRepository;
  let inner: CodeRepository;
  let sub: CodeRepository;
  let reader: CodeReader;
  let runner: CodeRunner;

  beforeEach(() => {
    repository = new CodeRepository();
    inner = new CodeRepository();
    inner.commit('lib.py', '1\n', 'First “é”');
    repository.git('submodule', '--quiet', 'add', inner.root, 'libs/my lib');
    repository.git('commit', '--quiet', '-m', 'Add the submodule');
    sub = new CodeRepository(repository.path('libs/my lib'));
    reader = new CodeReader(() => undefined);
    runner = new CodeRunner(
      () => undefined,
      undefined,
      () => true,
    );
  });
  afterEach(() => {
    reader.dispose();
    runner.dispose();
    repository.dispose();
    inner.dispose();
  });

  const state = (): unknown => [snapshot(repository.root), repository.git('ls-files', '--stage', '-z'), sub.git('rev-parse', 'HEAD')];
  /** As git writes it: what of staged, and of changed, commits, modified and untracked content is there. */
  const plain = (): string | undefined => /^1 (\S+ S...) /m.exec(repository.git('status', '--porcelain=v2'))?.[1];
  const spelled = ({ staged, changed }: CodeStatus): string | undefined => {
    const [one, other]: (FileChange | undefined)[] = [staged[0], changed[0]];
    if (!one && !other) return undefined;
    const within = other?.within;
    const letters = [within?.commits ? 'C' : '.', within?.modified ? 'M' : '.', within?.untracked ? 'U' : '.'].join('');
    return `${one ? 'M' : '.'}${other ? 'M' : '.'} S${letters}`;
  };

  it('are told as git tells them: new commits, modified and untracked content, and all of it', async () => {
    const same = async (): Promise<string | undefined> => {
      const told = spelled(await reader.status(repository.root));
      assert.equal(told, plain());
      return told;
    };
    assert.equal(await same(), undefined);
    sub.write('new', 'x');
    assert.equal(await same(), '.M S..U');
    sub.write('lib.py', '2\n');
    assert.equal(await same(), '.M S.MU');
    sub.commit('lib.py', '3\n', 'Second');
    assert.equal(await same(), '.M SC.U');
    rmSync(sub.path('new'));
    repository.git('add', 'libs');
    assert.equal(await same(), 'M. S...');
    sub.commit('lib.py', '4\n', 'Third');
    assert.equal(await same(), 'MM SC..');
  });

  it('show their commits where the difference is read', async () => {
    sub.commit('lib.py', '2\n', 'Second, <b>bold</b>');
    sub.commit('other.py', '2\n', 'Third');
    const patch = await reader.patch(repository.root, INDEX, WORKING_TREE);
    assert.equal(patch.trimEnd(), repository.git('diff', '--submodule=log'));
    assert.match(patch, /^Submodule libs\/my lib [0-9a-f]+\.\.[0-9a-f]+:\n {2}> Third\n {2}> Second, <b>bold<\/b>\n$/);
    repository.git('add', '--all');
    repository.git('commit', '--quiet', '-m', 'On');
    assert.equal(
      (await reader.patch(repository.root, revision('HEAD~1'), revision('HEAD'))).trimEnd(),
      repository.git('diff', '--submodule=log', 'HEAD~1', 'HEAD'),
    );
  });

  it('are staged by their commit and back, and what is inside them is refused, not passed over', async () => {
    sub.write('lib.py', '2\n');
    sub.write('new', 'x');
    const dirty = state();
    assert.match((await failure(runner.stage(repository.root, ['libs/my lib']))).message, /stage and commit its changes there/);
    assert.deepEqual(state(), dirty);
    repository.write('mine', 'x');
    const { undo: back } = await runner.stage(repository.root, ['libs/my lib', 'mine']);
    assert.equal(repository.git('diff', '--cached', '--name-only'), 'mine');
    await back();
    const second = sub.commit('lib.py', '3\n');
    const before = state();
    const { undo } = await runner.stage(repository.root, ['libs/my lib']);
    assert.match(repository.git('ls-files', '--stage', 'libs'), new RegExp(`^160000 ${second} 0\t`));
    await undo();
    assert.deepEqual(state(), before);
    await runner.stage(repository.root, ['libs/my lib']);
    sub.commit('lib.py', '4\n');
    const twice = state();
    const unstaging = await runner.unstage(repository.root, ['libs/my lib']);
    assert.equal(repository.git('diff', '--cached', '--name-only'), '');
    await unstaging.undo();
    assert.deepEqual(state(), twice);
    // What was staged and has moved on since was nowhere else but in the index.
    const [kept] = await runner.discarded(repository.root);
    await runner.unstage(repository.root, ['libs/my lib']);
    await runner.restoreDiscarded(repository.root, kept?.id ?? '');
    assert.deepEqual(state(), twice);
  });

  it('are never discarded from outside, and it is said what would do it', async () => {
    sub.write('lib.py', '2\n');
    const modified = state();
    assert.match((await failure(runner.discard(repository.root, ['libs/my lib']))).message, /discard its changes there/);
    assert.deepEqual(state(), modified);
    sub.commit('lib.py', '3\n');
    const moved = state();
    assert.match(
      (await failure(runner.discard(repository.root, ['libs']))).message,
      /`git submodule update -- ['"]libs\/my lib['"]` brings/,
    );
    assert.deepEqual(state(), moved);
  });

  describe('whose configuration is hostile', () => {
    let marker: string;
    const touch = (): void => {
      // Git looks into a file that may have changed: the same content, another time.
      utimesSync(sub.path('lib.py'), 1, 1);
    };
    const everything = async (): Promise<void> => {
      touch();
      await reader.status(repository.root);
      for (const [from, to] of [
        [INDEX, WORKING_TREE],
        [revision('HEAD'), WORKING_TREE],
        [revision('HEAD'), INDEX],
      ] as const) {
        await reader.diff(repository.root, from, to, { untracked: true });
        await reader.patch(repository.root, from, to);
      }
      await reader.branches(repository.root);
      await reader.log(repository.root, { path: 'libs/my lib' });
      await readCodeState(repository.root);
      await readCodeState(repository.path('libs'));
    };

    beforeEach(function () {
      if (process.platform === 'win32') this.skip();
      marker = repository.path('.git', 'ran');
      repository.write('.git/evil', `#!/bin/sh\necho "$@" >> '${marker}'\ncat\n`);
      chmodSync(repository.path('.git/evil'), 0o755);
      sub.commit('.gitattributes', '* filter=evil diff=evil\n');
      repository.git('add', '--all');
      repository.git('commit', '--quiet', '-m', 'On');
    });

    const hostile = (gitDir: string): void => {
      const evil = repository.path('.git', 'evil');
      const config = (key: string, value: string): void => void repository.git('config', '--file', `${gitDir}/config`, key, value);
      for (const key of [
        'filter.evil.clean',
        'filter.evil.smudge',
        'diff.evil.textconv',
        'diff.evil.command',
        'diff.external',
        'core.fsmonitor',
        'core.sshCommand',
        'core.pager',
      ])
        config(key, evil);
      config('core.hooksPath', repository.path('.git'));
      rmSync(marker, { force: true });
    };

    it('run nothing of it, where plain git would', async () => {
      hostile(repository.path('.git/modules/libs/my lib'));
      await everything();
      assert.equal(existsSync(marker), false);
      touch();
      repository.git('status');
      assert.equal(existsSync(marker), true, 'plain git would have started it');
    });

    it('nor of a configuration that it includes, of a submodule in it, or of a repository that lies in it', async () => {
      repository.write('.git/more', `[filter "evil"]\n\tclean = ${repository.path('.git', 'evil')}\n`);
      const modules = repository.path('.git/modules/libs/my lib');
      repository.git('config', '--file', `${modules}/config`, 'include.path', repository.path('.git/more'));
      rmSync(marker, { force: true });
      await everything();
      assert.equal(existsSync(marker), false);
      touch();
      repository.git('status');
      assert.equal(existsSync(marker), true, 'plain git would have started it');
      repository.git('config', '--file', `${modules}/config`, '--unset', 'include.path');

      // A repository of its own, as only a copied folder brings it.
      const nested = new CodeRepository(sub.path('deep/one'));
      nested.write('.keep', '');
      nested.git('init', '--quiet');
      nested.commit('.gitattributes', '* filter=evil\n');
      nested.commit('lib.py', 'x\n');
      sub.git('-c', 'advice.addEmbeddedRepo=false', 'add', 'deep/one');
      sub.git('commit', '--quiet', '-m', 'Deeper');
      repository.git('add', '--all');
      hostile(nested.path('.git'));
      utimesSync(nested.path('lib.py'), 1, 1);
      await everything();
      assert.equal(existsSync(marker), false);
      utimesSync(nested.path('lib.py'), 1, 1);
      repository.git('status');
      assert.equal(existsSync(marker), true, 'plain git would have started it');
    });

    it('leave the repository’s own filter of the same name to it', async () => {
      repository.git('config', 'filter.evil.clean', 'tr A-Z a-z');
      repository.commit('.gitattributes', '*.txt filter=evil\n');
      repository.commit('a.txt', 'UPPER\n');
      assert.equal(repository.git('show', ':a.txt'), 'upper');
      hostile(repository.path('.git/modules/libs/my lib'));
      utimesSync(repository.path('a.txt'), 1, 1);
      await everything();
      assert.deepEqual((await reader.status(repository.root)).changed, []);
      repository.write('a.txt', 'Other\n');
      assert.deepEqual((await reader.diff(repository.root, INDEX, WORKING_TREE)).map(pathOf), ['a.txt']);
      assert.equal(existsSync(marker), false);
      assert.equal(readFileSync(repository.path('a.txt'), 'utf8'), 'Other\n');
    });
  });
});
