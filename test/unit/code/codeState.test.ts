import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { CodeStateReader, readCodeState } from '../../../src/code/codeState';
import { Git } from '../../../src/code/git';
import { CodeRepository } from './codeRepository';

describe('code state of a run', () => {
  let repository: CodeRepository;
  beforeEach(() => {
    repository = new CodeRepository();
  });
  afterEach(() => repository.dispose());

  it('names commit and branch of a clean repository, from a folder inside it', async () => {
    const commit = repository.commit('src/train.py', 'x\n');
    const state = await readCodeState(repository.path('src'));
    assert.deepEqual(state, { root: repository.root, commit, branch: 'main', remote: undefined, dirty: false, patch: undefined });
  });

  it('brings the working tree back with its patch: staged, changed, deleted, binary, renamed, odd encodings', async () => {
    const latin = Buffer.from('caf\xe9\n', 'latin1');
    repository.commit('a b', 'one\n');
    repository.commit('gone', 'x\n');
    repository.commit('moved from', 'content\nthat\nmoves\n');
    repository.commit('latin', latin);
    const commit = repository.commit('data.bin', Buffer.from([0, 1, 2, 255]));
    repository.git('config', 'diff.noprefix', 'true');
    repository.git('config', 'color.ui', 'always');
    repository.git('config', 'diff.renames', 'copies');
    repository.write('a b', 'one\ntwo\n');
    repository.write('data.bin', Buffer.from([255, 0, 7]));
    repository.write('latin', Buffer.concat([latin, Buffer.from('\xfc\n', 'latin1')]));
    repository.write('-new é', 'staged\n');
    repository.git('rm', '--quiet', 'gone');
    repository.git('mv', 'moved from', 'moved "to"');
    repository.git('add', '--', '-new é', 'a b');
    repository.write('a b', 'one\ntwo\nthree\n');
    const state = await readCodeState(repository.root);
    assert.equal(state?.dirty, true);
    const elsewhere = new CodeRepository();
    try {
      elsewhere.git('pull', '--quiet', repository.root, 'main');
      assert.equal(elsewhere.git('rev-parse', 'HEAD'), commit);
      elsewhere.write('.git/patch', state?.patch ?? '');
      elsewhere.git('apply', '--index', '.git/patch');
      for (const path of ['a b', 'data.bin', 'latin', '-new é', 'moved "to"']) {
        assert.deepEqual(readFileSync(elsewhere.path(path)), readFileSync(repository.path(path)), path);
      }
      assert.equal(elsewhere.git('ls-files', 'gone', 'moved from'), '');
    } finally {
      elsewhere.dispose();
    }
  });

  it('leaves a patch out that is too large, and still says dirty', async () => {
    repository.commit('a', 'x\n');
    repository.write('a', 'a line\n'.repeat(100_000));
    const state = await new CodeStateReader(new Git(() => undefined), 10_000).read(repository.root);
    assert.deepEqual([state?.dirty, state?.patch], [true, undefined]);
  });

  it('has no commit before the first, and no branch with a detached HEAD', async () => {
    repository.write('a', 'x');
    repository.git('add', 'a');
    const unborn = await readCodeState(repository.root);
    assert.deepEqual([unborn?.commit, unborn?.branch, unborn?.dirty], [undefined, 'main', true]);
    assert.match(unborn?.patch ?? '', /^diff --git a\/a b\/a\nnew file mode 100644\n[^]*\n\+x\n/);
    const commit = repository.commit('a', 'y');
    repository.git('checkout', '--quiet', '--detach');
    const detached = await readCodeState(repository.root);
    assert.deepEqual([detached?.commit, detached?.branch], [commit, undefined]);
  });

  it('names the upstream’s remote, else origin, without a password', async () => {
    repository.commit('a', 'x');
    repository.git('remote', 'add', 'origin', 'https://ada:secret@example.org/origin.git');
    assert.equal((await readCodeState(repository.root))?.remote, 'https://example.org/origin.git');
    repository.git('remote', 'add', 'my/fork', 'git@example.org:fork.git');
    repository.git('config', 'branch.main.remote', 'my/fork');
    assert.equal((await readCodeState(repository.root))?.remote, 'git@example.org:fork.git');
    repository.git('config', 'branch.main.remote', '.');
    assert.equal((await readCodeState(repository.root))?.remote, 'https://example.org/origin.git');
  });

  it('does not count untracked files as changes', async () => {
    repository.commit('a', 'x');
    repository.write('notes', 'n');
    assert.equal((await readCodeState(repository.root))?.dirty, false);
  });

  it('keeps small untracked files in the patch, whatever their names and contents, and touches nothing', async () => {
    const commit = repository.commit('.gitignore', '*.log\n');
    const contents: Record<string, string | Buffer> = {
      'new folder/-train “é”.py': 'print(1)\n',
      empty: '',
      'plot.bin': Buffer.from([0, 255, 13, 10]),
      latin: Buffer.from('caf\xe9\n', 'latin1'),
      ...(process.platform === 'win32' ? {} : { 'line\nbreak "q"': 'x' }),
    };
    for (const [path, content] of Object.entries(contents)) repository.write(path, content);
    repository.write('noise.log', 'ignored');
    const index = readFileSync(repository.path('.git/index'));
    const state = await readCodeState(repository.root);
    assert.deepEqual([state?.dirty, state?.untracked, state?.leftOut], [false, Object.keys(contents).length, undefined]);
    assert.deepEqual(readFileSync(repository.path('.git/index')), index);
    const elsewhere = new CodeRepository();
    try {
      elsewhere.git('pull', '--quiet', repository.root, 'main');
      assert.equal(elsewhere.git('rev-parse', 'HEAD'), commit);
      elsewhere.write('.git/patch', state?.patch ?? '');
      elsewhere.git('apply', '.git/patch');
      for (const [path, content] of Object.entries(contents))
        assert.deepEqual(readFileSync(elsewhere.path(path)), Buffer.from(content), path);
    } finally {
      elsewhere.dispose();
    }
  });

  it('sees a change of the same length that was written right after a commit, beside untracked files', async () => {
    repository.write('untracked', 'x');
    for (let i = 0; i < 5; i++) {
      repository.commit('a', `value ${i}a\n`);
      repository.write('a', `value ${i}b\n`);
      assert.match((await readCodeState(repository.root))?.patch ?? '', new RegExp(`\\+value ${i}b`));
    }
  });

  it('leaves untracked files out that are large or may hold a secret, and says which', async () => {
    repository.commit('a', 'x');
    repository.write('small', 'y');
    repository.write('data/large.csv', 'a line\n'.repeat(200_000));
    repository.write('config/.env', 'TOKEN=1');
    repository.write('id_rsa', 'key');
    repository.write('.dvc/config.local', '[\'remote "s3"\']\n    password = TOKEN\n');
    const state = await readCodeState(repository.root);
    assert.deepEqual(
      [...(state?.leftOut ?? [])].sort((a, b) => (a.path < b.path ? -1 : 1)),
      [
        { path: '.dvc/config.local', reason: 'may hold a secret' },
        { path: 'config/.env', reason: 'may hold a secret' },
        { path: 'data/large.csv', reason: 'too large' },
        { path: 'id_rsa', reason: 'may hold a secret' },
      ],
    );
    assert.equal(state?.untracked, 1);
    assert.doesNotMatch(state?.patch ?? '', /TOKEN|a line/);
  });

  it('leaves large changed files out where the patch is too large with them', async () => {
    repository.commit('large', 'x\n'.repeat(700_000));
    repository.commit('code', '1\n');
    repository.write('large', 'y\n'.repeat(700_000));
    repository.write('code', '2\n');
    const state = await new CodeStateReader(new Git(() => undefined), 1_000_000).read(repository.root);
    assert.match(state?.patch ?? '', /-1\n\+2/);
    assert.deepEqual(state?.leftOut, [{ path: 'large', reason: 'too large' }]);
  });

  it('knows worktrees and submodules by their own folders', async () => {
    repository.commit('a', 'x');
    const worktree = `${repository.root}-worktree`;
    try {
      repository.git('worktree', 'add', '--quiet', '-b', 'other', worktree);
      const state = await readCodeState(worktree);
      assert.deepEqual([state?.root, state?.branch], [worktree, 'other']);
      const outer = new CodeRepository();
      try {
        outer.git('submodule', '--quiet', 'add', repository.root, 'sub');
        outer.git('commit', '--quiet', '-m', 'Add the submodule');
        assert.equal((await readCodeState(outer.path('sub')))?.root, outer.path('sub'));
        outer.write('sub/a', 'changed inside');
        const outside = await readCodeState(outer.root);
        assert.deepEqual([outside?.dirty, outside?.patch], [true, undefined]);
      } finally {
        outer.dispose();
      }
    } finally {
      rmSync(worktree, { recursive: true, force: true });
    }
  });

  it('is undefined in no repository, inside a git folder, without git, and where there is no folder', async () => {
    const plain = mkdtempSync(join(tmpdir(), 'ml-plain-'));
    try {
      assert.equal(await readCodeState(plain), undefined);
      assert.equal(await readCodeState(join(plain, 'absent')), undefined);
      assert.equal(await readCodeState(repository.path('.git')), undefined);
      const withoutGit = new CodeStateReader(new Git(() => undefined, [join(plain, 'no-git')]));
      assert.equal(await withoutGit.read(repository.root), undefined);
    } finally {
      rmSync(plain, { recursive: true });
    }
  });

  it('reads the person’s repository whatever the environment says', async () => {
    const commit = repository.commit('a', 'x');
    const elsewhere = new CodeRepository();
    const kept = { ...process.env };
    try {
      Object.assign(process.env, { GIT_DIR: elsewhere.path('.git'), GIT_EXTERNAL_DIFF: 'false', GIT_PAGER: 'false', EDITOR: 'false' });
      mkdirSync(repository.path('deep'));
      assert.equal((await readCodeState(repository.path('deep')))?.commit, commit);
    } finally {
      process.env = kept;
      elsewhere.dispose();
    }
  });
});
