import assert from 'node:assert/strict';
import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { commands, EventEmitter, extensions, ThemeIcon, window, workspace, type LogOutputChannel } from 'vscode';
import { CodeReader } from '../../../src/code/reader';
import { WorkerReader } from '../../../src/data/thread/workerReader';
import { CodeView } from '../../../src/views/code/codeView';
import { DataView } from '../../../src/views/data/dataView';
import type { RowTree } from '../../../src/views/rowTree';
import type { TreeRow } from '../../../src/views/treeRow';

interface View {
  readonly rows: RowTree;
}

describe('Code and Data views', () => {
  const log: LogOutputChannel = window.createOutputChannel('Code and Data views under test', { log: true });
  const states = new EventEmitter<string>();
  const folders = (): typeof workspace.workspaceFolders & object => workspace.workspaceFolders ?? [];
  const folder = (): string => folders()[0]?.uri.fsPath ?? '';
  const gitLines: string[] = [];
  const seen: string[] = [];
  const reader = new CodeReader((line) => gitLines.push(line));
  const code = new CodeView(
    reader,
    folders,
    () => workspace.isTrusted,
    (state) => states.fire(`code ${state}`),
    log,
  );
  const built = extensions.getExtension('ml-tracking.ml-tracking')?.extensionPath ?? assert.fail('the extension is not there');
  const dataReader = new WorkerReader(join(built, 'dist', 'dataWorker.js'), () => undefined);
  const data = new DataView(dataReader, folders, (state) => states.fire(`data ${state}`), log);
  const listening = states.event((state) => seen.push(state));

  after(() => {
    for (const each of [listening, states, code, data, reader, dataReader, log]) each.dispose();
  });

  /** Every row with its description, from the top. */
  async function drawn(view: View): Promise<string[]> {
    const lines = async (rows: readonly TreeRow[]): Promise<string[]> =>
      (
        await Promise.all(
          rows.map(async (row) => [`${row.label} ${row.description ?? ''}`.trim(), ...(await lines(await view.rows.getChildren(row)))]),
        )
      ).flat();
    return lines(await view.rows.getChildren());
  }

  /** Does something, and waits for the view's own word that its rows have become what is meant. */
  async function afterwards(view: View, act: () => void, meant: (lines: readonly string[]) => boolean): Promise<void> {
    const found = new Promise<void>((resolve, reject) => {
      const changed = view.rows.onDidChangeTreeData(() => {
        drawn(view).then((lines) => {
          if (!meant(lines)) return;
          changed.dispose();
          resolve();
        }, reject);
      });
    });
    act();
    await found;
  }

  it('show the branch, what changed, and the branches', async () => {
    const lines = await drawn(code);
    assert.ok(lines.includes('main no upstream'), lines.join('\n'));
    assert.ok(lines.includes('README.md'));
    assert.ok(lines.some((line) => /^wider-network [0-9a-f]{8} Begin the project$/.test(line)));
    assert.ok(seen.includes('code filled'));
    const row = (await code.rows.getChildren()).flatMap((top) => [...(top.children ?? [])]).flatMap((group) => [...(group.children ?? [])]);
    const item = code.rows.getTreeItem(row.find(({ label }) => label === 'README.md') ?? assert.fail('no row for README.md'));
    assert.equal(item.iconPath, ThemeIcon.File);
    assert.equal(item.command?.command, 'vscode.diff');
    await commands.executeCommand(item.command.command, ...((item.command.arguments ?? []) as unknown[]));
    assert.match(window.tabGroups.activeTabGroup.activeTab?.label ?? '', /README\.md \(Working Tree\)/);
    await commands.executeCommand('workbench.action.closeActiveEditor');
  });

  it('show the data and how it stands', async () => {
    const lines = await drawn(data);
    assert.match(lines[0] ?? '', /^2 tracked/);
    assert.ok(
      lines.some((line) => line.startsWith('test.csv')),
      lines.join('\n'),
    );
    assert.ok(seen.includes('data filled'));
  });

  it('keep data rows clear of git’s grey for ignored files', async () => {
    const all = async (rows: readonly TreeRow[]): Promise<TreeRow[]> =>
      (await Promise.all(rows.map(async (row) => [row, ...(await all(await data.rows.getChildren(row)))]))).flat();
    const row = (await all(await data.rows.getChildren())).find(({ label }) => label === 'test.csv') ?? assert.fail('no row for test.csv');
    const { resourceUri } = data.rows.getTreeItem(row);
    assert.match(resourceUri?.path ?? '', /\/test\.csv$/, 'the name gives the icon');
    assert.ok(!resourceUri?.fsPath.startsWith(folder()), 'git’s extension goes by the path, whatever the scheme');
  });

  it('follow what other programs write', async () => {
    const notes = join(folder(), 'data', 'more.dvc');
    await afterwards(
      data,
      () => writeFileSync(notes, 'outs:\n- path: more\n'),
      (lines) => lines.includes('more deleted'),
    );
    await afterwards(
      data,
      () => writeFileSync(join(folder(), 'data', 'more'), 'x'),
      (lines) => lines.includes('more modified'),
    );
    await afterwards(
      data,
      () => rmSync(notes),
      ([first]) => first?.startsWith('2 tracked') ?? false,
    );
    await afterwards(
      code,
      () => writeFileSync(join(folder(), 'new file.py'), ''),
      (lines) => lines.includes('new file.py'),
    );
    await afterwards(
      code,
      () => rmSync(join(folder(), 'new file.py')),
      (lines) => !lines.includes('new file.py'),
    );
    rmSync(join(folder(), 'data', 'more'));
    assert.ok(
      gitLines.every((line) => /\] pid \d+, code [01], \d+ ms, \d+ bytes$/.test(line)),
      gitLines.join('\n'),
    );
  });

  it('say so where nothing may run, and run nothing', async () => {
    const lines: string[] = [];
    const silent = new CodeReader((line) => lines.push(line));
    const restricted = new CodeView(
      silent,
      folders,
      () => false,
      () => undefined,
      log,
    );
    const [row, branch] = await restricted.rows.getChildren();
    assert.equal(branch?.label, 'main');
    assert.equal(row?.label, 'Restricted Mode');
    assert.equal(restricted.rows.getTreeItem(row).command?.command, 'workbench.trust.manage');
    assert.deepEqual(lines, []);
    restricted.dispose();
    silent.dispose();
  });
});
