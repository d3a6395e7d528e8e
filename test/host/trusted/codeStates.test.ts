import assert from 'node:assert/strict';
import { existsSync, mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { Uri, window, workspace, type LogOutputChannel, type WorkspaceFolder } from 'vscode';
import { CodeReader } from '../../../src/code/reader';
import { CodeView, type CodeViewState } from '../../../src/views/code/codeView';
import type { TreeRow } from '../../../src/views/treeRow';
import { CodeRepository } from '../../unit/code/codeRepository';

/** Every state that a repository can be in, as the view shows it. */
describe('Code view in every state', () => {
  const log: LogOutputChannel = window.createOutputChannel('Code view in every state', { log: true });
  const made: CodeRepository[] = [];
  const views: { dispose(): void }[] = [log];

  after(() => {
    for (const each of views) each.dispose();
    for (const each of made) each.dispose();
  });

  function repository(folder?: string): CodeRepository {
    const one = new CodeRepository(folder);
    made.push(one);
    return one;
  }

  function committed(): CodeRepository {
    const one = repository();
    one.commit('train.py', 'layers = 2\n', 'Begin');
    one.commit('train.py', 'layers = 3\n', 'Add a layer');
    return one;
  }

  /** The rows of the view over these folders, with those beneath, and what its welcome is told. */
  async function shown(
    folders: readonly string[],
    binaries?: readonly string[],
  ): Promise<{ lines: string[]; rows: readonly TreeRow[]; state: CodeViewState | undefined }> {
    const reader = new CodeReader(() => undefined, binaries);
    let state: CodeViewState | undefined;
    const listed = folders.map((folder, index): WorkspaceFolder => ({ uri: Uri.file(folder), name: `folder ${index}`, index }));
    const view = new CodeView(
      reader,
      () => listed,
      () => workspace.isTrusted,
      (now) => (state = now),
      log,
    );
    views.push(reader, view);
    const draw = async (rows: readonly TreeRow[], indent: string): Promise<string[]> =>
      (
        await Promise.all(
          rows.map(async (row) => {
            const own = `${indent}${row.label}${row.description === undefined ? '' : ` | ${row.description}`}`;
            return [own, ...(await draw(await view.rows.getChildren(row), `${indent}  `))];
          }),
        )
      ).flat();
    const rows = await view.rows.getChildren();
    const lines = (await draw(rows, '')).map((line) => line.replace(/\b[0-9a-f]{8}\b/g, 'HASH'));
    const ids = new Set<string | undefined>();
    for (const row of rows) ids.add(view.rows.getTreeItem(row).id);
    assert.equal(ids.size, rows.length);
    return { lines, rows, state };
  }

  function assertHas(lines: readonly string[], ...wanted: readonly (string | RegExp)[]): void {
    for (const each of wanted)
      assert.ok(
        lines.some((line) => (typeof each === 'string' ? line === each : each.test(line))),
        `${String(each)} is not in:\n${lines.join('\n')}`,
      );
  }

  it('several folders: a row for each repository, and one for two folders of the same', async () => {
    const [one, other] = [committed(), repository()];
    other.write('a.py', '');
    one.write('src/x.py', '');
    const { lines, rows, state } = await shown([one.root, other.root, one.path('src')]);
    assert.equal(state, 'filled');
    assert.deepEqual(
      rows.map(({ label, description, context }) => [label, description, context]),
      [
        [one.root.split('/').at(-1), 'main', 'repository'],
        [other.root.split('/').at(-1), 'main', 'repository'],
      ],
    );
    assertHas(lines, '  main | no upstream', '  main | no commit yet', '  Changes | 1');
  });

  it('a folder that is no repository beside one that is', async () => {
    const one = committed();
    const plain = join(one.root, '..', `${one.root.split('/').at(-1) ?? ''}-plain`);
    mkdirSync(plain);
    try {
      assertHas((await shown([plain, one.root])).lines, 'main | no upstream');
      assert.deepEqual([(await shown([plain])).lines, (await shown([plain])).state], [[], 'noRepository']);
    } finally {
      rmSync(plain, { recursive: true });
    }
  });

  it('a repository in a folder above', async () => {
    const one = committed();
    one.write('inner/deep/new.py', '');
    const { lines, rows } = await shown([one.path('inner', 'deep')]);
    assertHas(lines, 'main | no upstream', /^ {4}inner\/$/);
    assert.ok(rows[0]?.about?.kind === 'repository' && rows[0].about.root === one.root);
  });

  it('detached HEAD', async () => {
    const one = committed();
    one.git('checkout', '--quiet', '--detach', 'HEAD~1');
    const { lines, rows } = await shown([one.root]);
    assertHas(lines, 'detached at HASH', 'Changes | none', 'History', /^ {2}Begin \| HASH/);
    assert.equal(rows[0]?.icon?.id, 'git-commit');
    assert.ok(!lines.some((line) => line.includes('undefined')));
  });

  it('no commit yet, with and without files', async () => {
    const one = repository();
    assertHas(
      (await shown([one.root])).lines,
      'main | no commit yet',
      'Changes | none',
      'Local Branches | none',
      'History | no commit yet',
    );
    one.write('requirements.txt', 'torch==2.0\n');
    one.git('add', '.');
    const { lines } = await shown([one.root]);
    assertHas(lines, '  Staged | 1', '    requirements.txt', /^ {2}requirements\.txt \| 1 added · added/);
  });

  it('a linked worktree', async () => {
    const one = committed();
    const folder = `${one.root}-tree`;
    one.git('worktree', 'add', '--quiet', '-b', 'wide', folder);
    const tree = repository(folder);
    tree.write('train.py', 'layers = 9\n');
    const { lines, rows } = await shown([tree.root]);
    assertHas(lines, `wide | no upstream · worktree of ${one.root.split('/').at(-1) ?? ''}`, '    train.py', 'Local Branches | 2');
    assert.ok(rows[0]?.about?.kind === 'repository' && rows[0].about.root === tree.root);
  });

  it('a submodule that stands elsewhere, and the submodule itself', async () => {
    const [one, inner] = [committed(), committed()];
    one.git('submodule', '--quiet', 'add', inner.root, 'lib');
    one.git('commit', '--quiet', '-m', 'Take the library');
    const sub = new CodeRepository(one.path('lib'));
    sub.commit('train.py', 'layers = 4\n', 'Improve the library');
    assertHas((await shown([one.root])).lines, '    lib | new commits', /^ {6}Improve the library \| /);
    const { lines, rows } = await shown([sub.root]);
    assertHas(lines, /^main \| ⇄ origin\/main ↑1/, 'Changes | none');
    assert.ok(rows[0]?.about?.kind === 'repository' && rows[0].about.root === sub.root);
  });

  it('a merge, a rebase, a cherry-pick, a revert and a bisect under way', async () => {
    const one = committed();
    one.git('switch', '--quiet', '-c', 'other', 'HEAD~1');
    one.commit('train.py', 'layers = 7\n', 'Seven layers');
    const under = async (...wanted: readonly (string | RegExp)[]): Promise<string | undefined> => {
      const { lines, rows } = await shown([one.root]);
      assertHas(lines, ...wanted);
      return rows[0]?.context;
    };
    const continuable = 'codeStatus underWay continuable';
    one.tryGit('merge', 'main');
    assert.equal(await under('other | merge in progress', '  Conflicts | 1', '    train.py'), continuable);
    one.git('merge', '--abort');
    one.tryGit('rebase', 'main');
    assert.equal(await under('other | rebase in progress, 1/1', '  Conflicts | 1'), continuable);
    one.git('rebase', '--abort');
    one.tryGit('cherry-pick', 'main');
    assert.equal(await under('other | cherry-pick in progress'), continuable);
    one.git('cherry-pick', '--abort');
    one.tryGit('revert', '--no-edit', 'HEAD~1');
    assert.equal(await under('other | revert in progress'), continuable);
    one.git('revert', '--abort');
    one.git('bisect', 'start', 'main', 'main~1');
    one.git('checkout', '--quiet', 'main~1');
    assert.equal(await under(/ \| bisect in progress/), 'codeStatus underWay');
  });

  it('an upstream ahead and behind, and one that is gone', async () => {
    const one = committed();
    const remote = repository();
    remote.git('config', 'receive.denyCurrentBranch', 'ignore');
    one.git('remote', 'add', 'origin', remote.root);
    one.git('push', '--quiet', '--set-upstream', 'origin', 'main');
    one.git('reset', '--quiet', '--hard', 'HEAD~1');
    one.commit('other.py', '', 'Another way');
    assertHas((await shown([one.root])).lines, 'main | ⇄ origin/main ↑1 ↓1', 'Remote Branches | 1', /^ {4}main \| HASH Add a layer/);
    one.git('config', 'branch.main.merge', 'refs/heads/gone');
    assertHas((await shown([one.root])).lines, 'main | origin/gone is gone');
  });

  it('without git, and in a folder whose repository is broken', async () => {
    const one = committed();
    const none = await shown([one.root], [join(one.root, 'no-such-git')]);
    assert.deepEqual([none.lines, none.state], [[], 'noGit']);
    one.write('.git/config', '[core\n');
    const broken = await shown([one.root]);
    assert.equal(broken.lines.length, 1);
    assert.match(broken.lines[0] ?? '', /^folder 0 \| .*bad config line/);
    assert.equal(broken.state, 'filled');
    assert.ok(existsSync(one.path('.git')));
  });
});
