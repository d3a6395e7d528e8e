import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { commands, Uri, window, workspace, type CodeLens, type Hover } from 'vscode';
import { INDEX, revision } from '../../../src/code/side';
import { TagName } from '../../../src/core/tagNames';
import { CommandId } from '../../../src/host/commandIds';
import { contentUri } from '../../../src/views/code/contentUri';
import { until } from '../../support/until';
import { activated } from '../extensionUnderTest';

describe('code commands', () => {
  const root = (): string => workspace.workspaceFolders?.[0]?.uri.fsPath ?? assert.fail('no folder');
  const git = async (...args: readonly string[]): Promise<string> => {
    const { stdout } = await promisify(execFile)('git', [...args], { cwd: root(), timeout: 30_000 });
    return stdout.replace(/\n$/, '');
  };
  const file = (group: string, path: string): unknown => ({ about: { kind: 'file', root: root(), group, path } });
  const write = (path: string, content: string | Buffer): Promise<void> => writeFile(join(root(), path), content);
  let readme: string;

  before(async () => {
    await activated();
    readme = Buffer.from(await workspace.fs.readFile(Uri.file(join(root(), 'README.md')))).toString('utf8');
  });

  after(async () => {
    await commands.executeCommand('workbench.action.closeAllEditors');
    await git('reset', '--quiet');
    await git('checkout', '--quiet', '--', 'configs/cnn.yaml');
    await write('README.md', readme);
    await rm(join(root(), 'weights.bin'), { force: true });
  });

  it('stage and unstage what they are told, several rows at once', async () => {
    await write('weights.bin', Buffer.from([0, 255, 0, 13, 10]));
    const rows = [file('changed', 'README.md'), file('untracked', 'weights.bin')];
    await commands.executeCommand(CommandId.stageChanges, rows[0], rows);
    assert.equal(await git('diff', '--cached', '--name-only'), 'README.md\nweights.bin');
    await commands.executeCommand(CommandId.unstageChanges, file('staged', 'README.md'));
    assert.equal(await git('diff', '--cached', '--name-only'), 'weights.bin');
  });

  it('serve the index and commits byte by byte, and follow them', async () => {
    const staged = contentUri({ root: root(), path: 'weights.bin', side: INDEX });
    assert.deepEqual([...(await workspace.fs.readFile(staged))], [0, 255, 0, 13, 10]);
    assert.equal((await workspace.fs.stat(staged)).size, 5);
    const committed = await workspace.fs.readFile(contentUri({ root: root(), path: 'README.md', side: revision('HEAD') }));
    assert.equal(Buffer.from(committed).toString('utf8'), '# A project\n');
    const none = await workspace.fs.readFile(contentUri({ root: root(), path: 'weights.bin', side: revision('HEAD') }));
    assert.equal(none.length, 0, 'a file that a side lacks is empty');
    await write('weights.bin', 'longer than before\n');
    await commands.executeCommand(CommandId.stageChanges, file('changed', 'weights.bin'));
    await until('the index is read again', async () => (await workspace.fs.readFile(staged)).length === 19);
    await assert.rejects(async () => workspace.fs.writeFile(staged, new Uint8Array()));
    await commands.executeCommand(CommandId.unstageChanges, file('staged', 'weights.bin'));
  });

  it('open what a commit changed in the editor of several files', async () => {
    const hash = await git('rev-parse', 'HEAD');
    await commands.executeCommand(CommandId.openCommit, { about: { kind: 'commit', root: root(), hash, subject: '' } });
    await until('the editor is there', () =>
      window.tabGroups.all.some(({ tabs }) => tabs.some(({ label }) => label.includes('Begin the project'))),
    );
    await commands.executeCommand('workbench.action.closeAllEditors');
  });

  it('tell in a file of parameters of the last runs, and of a line’s', async () => {
    const { stores } = await activated();
    const store = stores.all[0] ?? assert.fail('no store');
    const engine = await store.create();
    const commit = await git('rev-parse', 'HEAD');
    const experimentId = await engine.experiments.create('told beside the code');
    const tags = { [TagName.gitCommit]: commit, [TagName.gitBranch]: 'main' };
    const { runId } = await engine.runs.create({ experimentId, name: 'told-heron-7', tags });
    await engine.runs.logBatch(runId, { metrics: [{ key: 'val_accuracy', value: 0.987, step: 0, timestamp: Date.now() }] });
    await engine.runs.update(runId, { status: 'FINISHED', endTime: Date.now() });
    const { uri } = await workspace.openTextDocument(Uri.file(join(root(), 'configs', 'cnn.yaml')));
    const lens = await until('the lens tells of the run', async () => {
      const lenses = await commands.executeCommand<CodeLens[]>('vscode.executeCodeLensProvider', uri);
      return lenses.find(({ command }) => command?.title.includes('told-heron-7'))?.command;
    });
    assert.match(lens.title, /Last run at this commit: told-heron-7 0\.987 val_accuracy/);
    assert.deepEqual(lens.arguments, [{ location: store.location, runId }]);
    const hovers = await commands.executeCommand<Hover[]>('vscode.executeHoverProvider', uri, { line: 0, character: 2 });
    const texts = hovers.flatMap(({ contents }) => contents.map((each) => (typeof each === 'string' ? each : each.value))).join('\n');
    assert.match(texts, /told\\?-heron\\?-7/);
    await engine.runs.delete(runId);
    await engine.experiments.delete(experimentId);
  });

  it('say nothing where the setting is off', async () => {
    const settings = workspace.getConfiguration('mlTracking');
    await settings.update('code.metricBlame', false);
    const uri = Uri.file(join(root(), 'configs', 'cnn.yaml'));
    assert.deepEqual(await commands.executeCommand<Hover[]>('vscode.executeHoverProvider', uri, { line: 0, character: 2 }), []);
    assert.deepEqual(await commands.executeCommand<CodeLens[]>('vscode.executeCodeLensProvider', uri), []);
    await settings.update('code.metricBlame', undefined);
  });
});
