import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, symlinkSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { CodeReader } from '../../../src/code/reader';
import { leadsToOtherMachine, readRefFiles } from '../../../src/code/refFiles';
import { CodeRepository } from './codeRepository';

describe('refs without git', () => {
  let repository: CodeRepository;
  beforeEach(() => {
    repository = new CodeRepository();
  });
  afterEach(() => repository.dispose());

  it('are those that git tells, loose and packed', async () => {
    repository.commit('a', '1');
    repository.git('branch', 'feature/x');
    repository.git('tag', 'v1');
    repository.git('update-ref', 'refs/remotes/origin/main', 'HEAD');
    repository.git('pack-refs', '--all');
    repository.commit('sub/a', '2');
    repository.git('branch', 'é');
    const files = await readRefFiles(repository.path('sub'));
    const reader = new CodeReader(() => undefined);
    const [status, refs] = [await reader.status(repository.root), await reader.branches(repository.root)];
    const tips = (list: readonly { name: string; tip: string }[] | undefined): string[] =>
      (list ?? []).map(({ name, tip }) => `${name} ${tip}`);
    assert.equal(files?.root, status.root);
    assert.deepEqual(files?.head, status.head);
    assert.deepEqual(tips(files?.refs.local), tips(refs.local));
    assert.deepEqual(tips(files?.refs.remotes.get('origin')), [`main ${repository.git('rev-parse', 'origin/main')}`]);
    assert.deepEqual(
      files?.refs.tags.map(({ name }) => name),
      ['v1'],
    );
    assert.deepEqual(
      files?.refs.local.filter(({ current }) => current).map(({ name }) => name),
      ['main'],
    );
    reader.dispose();
  });

  it('are read from plain files of their size only, whatever a hostile repository has in their places', async function () {
    if (process.platform === 'win32') this.skip();
    repository.commit('a', '1');
    repository.git('branch', 'other');
    execFileSync('mkfifo', [repository.path('.git/refs/heads/pipe'), repository.path('.git/pipe')]);
    symlinkSync('/dev/zero', repository.path('.git/refs/heads/zeros'));
    symlinkSync('/dev/zero', repository.path('.git/packed-refs'));
    const names = async (): Promise<unknown> => (await readRefFiles(repository.root))?.refs.local.map(({ name }) => name);
    assert.deepEqual(await names(), ['main', 'other']);
    rmSync(repository.path('.git/packed-refs'));
    symlinkSync('pipe', repository.path('.git/packed-refs'));
    assert.deepEqual(await names(), ['main', 'other']);
    rmSync(repository.path('.git/packed-refs'));
    writeFileSync(repository.path('.git/packed-refs'), '');
    truncateSync(repository.path('.git/packed-refs'), 1024 ** 4);
    assert.deepEqual(await names(), ['main', 'other']);
    rmSync(repository.path('.git/HEAD'));
    symlinkSync('pipe', repository.path('.git/HEAD'));
    assert.equal(await readRefFiles(repository.root), undefined);
  });

  it('are never looked for on another machine because a file says so', () => {
    assert.equal(leadsToOtherMachine('C:\\work', '\\\\evil\\share', 'win32'), true);
    assert.equal(leadsToOtherMachine('C:\\work', '//evil/share', 'win32'), true);
    assert.equal(leadsToOtherMachine('C:\\work', 'D:\\work', 'win32'), false);
    assert.equal(leadsToOtherMachine('\\\\server\\work', '\\\\server\\main', 'win32'), false);
    assert.equal(leadsToOtherMachine('/work', '//evil/share', 'linux'), false);
  });

  it('tell an unborn branch, a detached HEAD and a linked worktree', async () => {
    assert.deepEqual((await readRefFiles(repository.root))?.head, { kind: 'unborn', name: 'main' });
    const commit = repository.commit('a', '1');
    const worktree = `${repository.root}-linked`;
    try {
      repository.git('worktree', 'add', '--quiet', '-b', 'other', worktree);
      const linked = await readRefFiles(worktree);
      assert.deepEqual(linked?.head, { kind: 'branch', name: 'other', commit });
      assert.deepEqual(
        linked?.refs.local.map(({ name }) => name),
        ['main', 'other'],
      );
    } finally {
      rmSync(worktree, { recursive: true, force: true });
    }
    repository.git('checkout', '--quiet', '--detach');
    assert.deepEqual((await readRefFiles(repository.root))?.head, { kind: 'detached', commit });
  });

  it('are none outside of repositories, and where .git is nonsense', async () => {
    const plain = mkdtempSync(join(tmpdir(), 'ml-plain-'));
    try {
      assert.equal(await readRefFiles(plain), undefined);
    } finally {
      rmSync(plain, { recursive: true });
    }
    repository.write('.git/HEAD', 'nonsense');
    assert.equal(await readRefFiles(repository.root), undefined);
  });
});
