import assert from 'node:assert/strict';
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { commands, ConfigurationTarget, tasks, Uri, workspace } from 'vscode';
import { until } from '../../support/until';
import { activated } from '../extensionUnderTest';

describe('restricted mode', () => {
  it('is what this workspace is in', () => {
    assert.equal(workspace.isTrusted, false);
  });

  it('still reads the runs that are there', async () => {
    const { stores } = await activated();
    const engine = stores.all[0]?.engine;
    assert.ok(engine, 'the store was not opened');
    const [experiment] = (await engine.experiments.search({ filter: "name = 'made before'" })).items;
    assert.ok(experiment);
    const { items } = await engine.runs.search({ experimentIds: [experiment.experimentId] });
    assert.deepEqual(
      items.map((run) => run.runName),
      ['readable'],
    );
  });

  it('speaks to no server that the workspace names', async () => {
    const { remote } = await activated();
    const settings = await workspace.fs.readFile(Uri.joinPath(workspace.workspaceFolders![0]!.uri, '.vscode', 'settings.json'));
    assert.match(Buffer.from(settings).toString(), /mlTracking\.remote\.uri.*http:\/\/127\.0\.0\.1:9/s);
    assert.deepEqual(remote.remotes.all, []);
    await remote.shown.choose('http://127.0.0.1:9');
    assert.deepEqual(remote.remotes.opened, []);
    assert.equal(remote.shown.remote, undefined);
    await remote.shown.choose(undefined);
  });

  it('starts no training', async () => {
    await activated();
    let started = 0;
    const listening = tasks.onDidStartTask(() => started++);
    // It is refused with a message that offers to trust the workspace, and ends when that message is gone.
    let refused = false;
    void Promise.resolve(commands.executeCommand('mlTracking.trainDigitModel')).finally(() => (refused = true));
    await until('the refusal of the training', async () => {
      await commands.executeCommand('notifications.clearAll');
      return refused;
    });
    assert.equal(started, 0);
    assert.deepEqual(tasks.taskExecutions, []);
    listening.dispose();
  });

  it('runs no git', async () => {
    const root = workspace.workspaceFolders![0]!.uri.fsPath;
    const about = { kind: 'file', root, group: 'changed', path: 'README.md' };
    const index = async (): Promise<string> =>
      Buffer.from(await workspace.fs.readFile(Uri.file(join(root, '.git', 'index')))).toString('hex');
    const before = await index();
    for (const id of ['stageChanges', 'switchBranch', 'openCommit', 'compareRunCode', 'restoreDiscarded']) {
      let refused = false;
      const target = id === 'openCommit' ? { kind: 'commit', root, hash: 'HEAD', subject: '' } : about;
      void Promise.resolve(commands.executeCommand(`mlTracking.${id}`, { about: target })).finally(() => (refused = true));
      await until(`the refusal of ${id}`, async () => {
        await commands.executeCommand('notifications.clearAll');
        return refused;
      });
    }
    assert.equal(await index(), before);
    const content = Uri.file(join(root, 'README.md')).with({
      scheme: 'ml-tracking-git',
      query: JSON.stringify({ root, path: 'README.md' }),
    });
    await assert.rejects(async () => workspace.fs.readFile(content));
    const params = await workspace.openTextDocument(Uri.file(join(root, 'configs', 'cnn.yaml')));
    assert.deepEqual(await commands.executeCommand('vscode.executeCodeLensProvider', params.uri), []);
  });

  it('reads data, and runs no dvc', async () => {
    const { dataView } = await activated();
    const [status] = await dataView.want();
    assert.deepEqual(
      status?.outs.map(({ path, workspace: state, committed }) => [path, state, committed]),
      [
        ['data/test.csv', 'modified', 'unknown'],
        ['data/train.csv', 'unchanged', 'unknown'],
      ],
    );
    const root = workspace.workspaceFolders![0]!.uri.fsPath;
    // A program of the workspace's own that would show that it was run.
    const bin = join(root, '.venv', process.platform === 'win32' ? 'Scripts' : 'bin');
    mkdirSync(bin, { recursive: true });
    writeFileSync(join(bin, 'dvc'), `#!/bin/sh\necho run > '${join(root, 'was-run')}'\n`, { mode: 0o755 });
    const row = { data: { kind: 'out', root, path: join(root, 'data', 'test.csv'), address: 'data/test.csv.dvc' } };
    for (const id of [
      'initializeDvc',
      'trackData',
      'commitData',
      'checkOutData',
      'pullData',
      'pushData',
      'reproduceStages',
      'cleanCache',
      'setUpDvc',
    ]) {
      let refused = false;
      void Promise.resolve(commands.executeCommand(`mlTracking.${id}`, row)).finally(() => (refused = true));
      await until(`the refusal of ${id}`, async () => {
        await commands.executeCommand('notifications.clearAll');
        return refused;
      });
    }
    assert.ok(!existsSync(join(root, 'was-run')));
    const content = await workspace.fs.readFile(Uri.file(join(root, 'data', 'test.csv')));
    assert.equal(Buffer.from(content).toString(), 'changed\n');
  });

  it('starts no tracking server, and knows none', async () => {
    const { servers, stores } = await activated();
    await workspace.getConfiguration('mlTracking').update('server.autoStart', true, ConfigurationTarget.Workspace);
    let refused = false;
    void Promise.resolve(commands.executeCommand('mlTracking.startServer')).finally(() => (refused = true));
    await until('the refusal of the server', async () => {
      await commands.executeCommand('notifications.clearAll');
      return refused;
    });
    assert.deepEqual(servers.all, []);
    assert.ok(!existsSync(join(stores.all[0]!.location, 'server.json')));
    await workspace.getConfiguration('mlTracking').update('server.autoStart', undefined, ConfigurationTarget.Workspace);
  });
});
