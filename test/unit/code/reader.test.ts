import assert from 'node:assert/strict';
import { chmodSync, existsSync, realpathSync, rmSync } from 'node:fs';
import { CodeStateReader } from '../../../src/code/codeState';
import { Git, GitError } from '../../../src/code/git';
import { CodeReader } from '../../../src/code/reader';
import { CodeRepository } from './codeRepository';

const HARD = [
  'two words',
  '"quoted"',
  'é',
  '😀',
  '-dash',
  ...(process.platform === 'win32' ? [] : ['line\nbreak', 'tab\there', '\x1b[31mred']),
];

describe('reading a repository', () => {
  let repository: CodeRepository;
  let reader: CodeReader;
  let lines: string[];
  beforeEach(() => {
    repository = new CodeRepository();
    lines = [];
    reader = new CodeReader((line) => lines.push(line));
  });
  afterEach(() => {
    reader.dispose();
    repository.dispose();
  });

  it('finds hard names where plain git finds them', async () => {
    repository.commit('start', 'x');
    for (const name of HARD) {
      repository.commit(`changed/${name}`, 'x');
      repository.write(`changed/${name}`, 'y');
      repository.write(`staged/${name}`, 'x');
      repository.git('add', '--', `staged/${name}`);
    }
    for (const name of HARD) repository.write(name, 'x');
    const status = await reader.status(repository.path('changed'));
    const listed = (...args: string[]): string[] =>
      repository
        .git(...args, '-z')
        .split('\0')
        .filter(Boolean)
        .sort();
    assert.equal(status.root, repository.root);
    assert.deepEqual(status.changed.map(({ path }) => path).sort(), listed('diff', '--name-only'));
    assert.deepEqual(status.staged.map(({ path }) => path).sort(), listed('diff', '--cached', '--name-only'));
    assert.deepEqual([...status.untracked].sort(), listed('ls-files', '--others', '--exclude-standard'));
  });

  it('names a rename’s both paths', async () => {
    repository.commit('old name', 'some content\nof two lines\n');
    repository.git('mv', 'old name', 'new name');
    assert.deepEqual((await reader.status(repository.root)).staged, [
      { path: 'new name', kind: 'renamed', from: 'old name', submodule: false },
    ]);
  });

  it('counts ahead and behind as plain git does, and sees an upstream that is gone', async () => {
    repository.commit('a', '1');
    const clone = new CodeRepository();
    try {
      clone.git('remote', 'add', 'origin', repository.root);
      clone.git('fetch', '--quiet');
      clone.git('checkout', '--quiet', '-B', 'main', '--track', 'origin/main');
      clone.commit('mine', '1');
      clone.commit('mine', '2');
      repository.commit('a', '2');
      clone.git('fetch', '--quiet');
      const { upstream } = await reader.status(clone.root);
      assert.deepEqual(upstream, { name: 'origin/main', gone: false, ahead: 2, behind: 1 });
      const { local, remotes } = await reader.branches(clone.root);
      assert.deepEqual(local[0]?.upstream, upstream);
      assert.deepEqual(
        remotes.get('origin')?.map(({ name, tip }) => [name, tip]),
        [['main', repository.git('rev-parse', 'main')]],
      );
      clone.git('update-ref', '-d', 'refs/remotes/origin/main');
      assert.equal((await reader.status(clone.root)).upstream?.gone, true);
      assert.equal((await reader.branches(clone.root)).local[0]?.upstream?.gone, true);
    } finally {
      clone.dispose();
    }
  });

  it('lists branches and tags with tips and subjects', async () => {
    const first = repository.commit('a', '1', 'First “subject”');
    repository.git('tag', 'light');
    repository.git('tag', '-a', 'v1', '-m', 'Version 1');
    repository.git('branch', 'feature/x');
    const second = repository.commit('a', '2', 'Second');
    const { local, remotes, tags } = await reader.branches(repository.root);
    assert.deepEqual(
      local.map(({ name, tip, subject, current }) => [name, tip, subject, current]),
      [
        ['feature/x', first, 'First “subject”', false],
        ['main', second, 'Second', true],
      ],
    );
    assert.equal(remotes.size, 0);
    assert.deepEqual(tags.map(({ name, commit, annotated }) => [name, commit, annotated]).sort(), [
      ['light', first, false],
      ['v1', first, true],
    ]);
    const commits = await reader.log(repository.root, { max: 1 });
    assert.deepEqual(
      commits.map(({ hash, subject, author, parents, refs, time }) => [hash, subject, author, parents, refs, time]),
      [[second, 'Second', 'Ada', [first], ['refs/heads/main'], Number(repository.git('log', '-1', '--format=%ct')) * 1000]],
    );
    assert.deepEqual(
      (await reader.log(repository.root, { revision: 'feature/x' })).map(({ hash }) => hash),
      [first],
    );
    await assert.rejects(reader.log(repository.root, { revision: '--output=/tmp/x' }), GitError);
  });

  it('knows a repository without a commit', async () => {
    repository.write('a', 'x');
    const status = await reader.status(repository.root);
    assert.deepEqual(status.head, { kind: 'unborn', name: 'main' });
    assert.deepEqual(status.untracked, ['a']);
    assert.deepEqual(await reader.log(repository.root), []);
    assert.deepEqual((await reader.branches(repository.root)).local, []);
  });

  it('tells what is under way', async () => {
    repository.commit('a', 'base\n');
    repository.git('checkout', '--quiet', '-b', 'other');
    const theirs = repository.commit('a', 'theirs\n');
    repository.git('checkout', '--quiet', 'main');
    repository.commit('a', 'ours\n');
    const underWay = async (): Promise<string | undefined> => (await reader.status(repository.root)).operation?.kind;
    assert.equal(await underWay(), undefined);
    repository.tryGit('merge', 'other');
    const merging = await reader.status(repository.root);
    assert.equal(merging.operation?.kind, 'merge');
    assert.deepEqual(merging.conflicted, [{ path: 'a', kind: 'both modified' }]);
    repository.git('merge', '--abort');
    repository.tryGit('cherry-pick', theirs);
    assert.equal(await underWay(), 'cherry-pick');
    repository.git('cherry-pick', '--abort');
    repository.tryGit('rebase', 'other');
    assert.deepEqual((await reader.status(repository.root)).operation, { kind: 'rebase', branch: 'main', progress: '1/1' });
    repository.git('rebase', '--abort');
    repository.git('bisect', 'start');
    assert.deepEqual((await reader.status(repository.root)).operation, { kind: 'bisect', branch: 'main', progress: undefined });
    repository.git('bisect', 'reset');
    assert.equal(await underWay(), undefined);
  });

  it('tells a linked worktree’s own folder from the shared one', async () => {
    repository.commit('a', 'x');
    const worktree = `${repository.root} linked`;
    try {
      repository.git('worktree', 'add', '--quiet', '--detach', worktree);
      const status = await reader.status(worktree);
      assert.deepEqual([status.root, status.commonDir, status.head.kind], [realpathSync(worktree), repository.path('.git'), 'detached']);
      assert.match(status.gitDir, /worktrees/);
    } finally {
      rmSync(worktree, { recursive: true, force: true });
    }
  });

  it('says why there is no answer', async () => {
    const reasonOf = (promise: Promise<unknown>): Promise<string> =>
      promise.then(
        () => 'none',
        (error: unknown) => (error instanceof GitError ? error.reason : String(error)),
      );
    assert.equal(await reasonOf(reader.status('/')), 'no repository');
    assert.equal(await reasonOf(new CodeReader(() => undefined, ['/nonexistent/git']).status(repository.root)), 'not installed');
    assert.match(lines.at(-1) ?? '', /^git (rev-parse|status) .* pid \d+, code 128, \d+ ms, \d+ bytes$/);
  });

  it('takes the first git that can be started', async () => {
    repository.commit('start', 'x');
    const second = new CodeReader((line) => lines.push(line), ['/nonexistent/git', 'git', '/nonexistent/other']);
    const found = await Promise.all([second.status(repository.root), second.branches(repository.root)]);
    assert.equal(found[0].root, repository.root);
    const tried = lines.length;
    await second.branches(repository.root);
    assert.ok(
      lines.slice(tried).every((line) => / code 0, /.test(line)),
      'the one that is not there is not tried again',
    );
    second.dispose();
  });

  it('ends a git that hangs', async function () {
    if (process.platform === 'win32') this.skip();
    repository.write('hanging git', '#!/bin/sh\nexec sleep 600\n');
    chmodSync(repository.path('hanging git'), 0o755);
    const hanging = new CodeReader((line) => lines.push(line), [repository.path('hanging git')]);
    const asked = hanging.status(repository.root);
    setImmediate(() => hanging.dispose());
    await assert.rejects(asked, (error) => error instanceof GitError && error.reason === 'stopped');
  });

  it('starts nothing that a hostile repository’s configuration names', async function () {
    if (process.platform === 'win32') this.skip();
    repository.commit('a.txt', 'x\n');
    const marker = repository.path('.git', 'ran');
    repository.write('.git/evil', `#!/bin/sh\necho "$@" >> '${marker}'\n`);
    repository.write('.git/hooks/post-index-change', `#!/bin/sh\necho hook >> '${marker}'\n`);
    for (const file of ['.git/evil', '.git/hooks/post-index-change']) chmodSync(repository.path(file), 0o755);
    repository.write('.git/info/attributes', '* diff=evil\n');
    const evil = repository.path('.git', 'evil');
    for (const key of [
      'core.fsmonitor',
      'core.pager',
      'core.sshCommand',
      'core.editor',
      'diff.external',
      'diff.evil.command',
      'diff.evil.textconv',
      'gpg.program',
      'alias.status',
      'alias.log',
      'credential.helper',
    ]) {
      repository.git('config', key, evil);
    }
    repository.git('config', 'log.showSignature', 'true');
    rmSync(marker, { force: true });
    repository.write('a.txt', 'changed\n');
    assert.match((await new CodeStateReader(new Git(() => undefined)).read(repository.root))?.patch ?? '', /\+changed/);
    await reader.status(repository.root);
    await reader.branches(repository.root);
    await reader.log(repository.root);
    assert.equal(existsSync(marker), false);
    repository.tryGit('diff');
    assert.equal(existsSync(marker), true, 'plain git would have started it');
  });
});
