import assert from 'node:assert/strict';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { commands, ConfigurationTarget, tasks, Uri, workspace } from 'vscode';
import type { TreeRow } from '../../../src/views/treeRow';
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

  describe('data', () => {
    /** Programs that come first on the PATH, and one of the workspace's own: each would tell that it was run. */
    const traps = mkdtempSync(join(tmpdir(), 'ml-traps-'));
    const ran = join(traps, 'ran');
    const path = process.env['PATH'];
    const folder = (): string => workspace.workspaceFolders![0]!.uri.fsPath;
    const target = (): string => join(folder(), 'data', 'test.csv');
    const out = (): object => ({ data: { kind: 'out', root: folder(), path: target(), address: 'data/test.csv.dvc' } });

    before(() => {
      const own = join(folder(), '.venv', process.platform === 'win32' ? 'Scripts' : 'bin');
      mkdirSync(own, { recursive: true });
      for (const file of [join(own, 'dvc'), ...['git', 'dvc', 'python', 'python3'].map((name) => join(traps, name))])
        writeFileSync(file, `#!/bin/sh\necho "$0 $*" >> '${ran}'\n`, { mode: 0o755 });
      process.env['PATH'] = [traps, path].join(delimiter);
    });
    after(() => {
      process.env['PATH'] = path;
      rmSync(traps, { recursive: true });
    });
    afterEach(() => assert.equal(existsSync(ran) ? readFileSync(ran, 'utf8') : '', '', 'a program was run'));

    it('is read', async () => {
      const { dataView } = await activated();
      const [status] = await dataView.want();
      assert.deepEqual(
        status?.outs.map(({ path: each, workspace: state, committed }) => [each, state, committed]),
        [
          ['data/test.csv', 'modified', 'unknown'],
          ['data/train.csv', 'unchanged', 'unknown'],
        ],
      );
    });

    it('is shown to its last row, and in its tabs, with no program run', async () => {
      const { dataView, dataTabs } = await activated();
      let shown = 0;
      const open = async (rows: readonly TreeRow[]): Promise<void> => {
        for (const row of rows) {
          shown++;
          dataView.rows.getTreeItem(row);
          await open(await dataView.rows.getChildren(row));
        }
      };
      await open(await dataView.rows.getChildren());
      assert.ok(shown > 5, `${shown} rows`);
      await commands.executeCommand('mlTracking.showDataGraph', { data: { kind: 'repository', root: folder() } });
      await commands.executeCommand('mlTracking.showDataLineage', out());
      await commands.executeCommand('mlTracking.showDataContent', out());
      assert.deepEqual(
        dataTabs.contents.subjects.map(({ label }) => label),
        ['data/test.csv'],
      );
      assert.equal(dataTabs.graphs.subjects.length, 2);
      await commands.executeCommand('workbench.action.closeAllEditors');
    });

    const version = (): object => ({
      data: {
        kind: 'version',
        root: folder(),
        path: target(),
        digest: 'd',
        commit: 'HEAD',
        recordedPath: 'data/test.csv',
        before: undefined,
      },
    });
    const described = (): object => ({
      data: { kind: 'metadata', root: folder(), path: target(), address: 'data/test.csv.dvc', field: 'description', item: undefined },
    });
    const REFUSED: readonly (readonly [string, () => object])[] = [
      ...[
        'initializeDvc',
        'trackData',
        'untrackData',
        'commitData',
        'checkOutData',
        'pullData',
        'fetchData',
        'pushData',
        'reproduceStages',
        'importData',
        'updateImport',
        'cleanCache',
        'restoreKeptData',
        'deleteKeptData',
        'setUpDvc',
        'describeData',
      ].map((id) => [id, out] as const),
      ['checkOutVersion', version],
      ['removeDataMetadata', described],
    ];
    for (const [id, row] of REFUSED)
      it(`is not acted on by ${id}, whoever calls it`, async () => {
        await activated();
        const record = readFileSync(`${target()}.dvc`, 'utf8');
        let refused = false;
        void Promise.resolve(commands.executeCommand(`mlTracking.${id}`, row())).finally(() => (refused = true));
        await until('the refusal', async () => {
          await commands.executeCommand('notifications.clearAll');
          return refused;
        });
        assert.equal(readFileSync(target(), 'utf8'), 'changed\n');
        assert.equal(readFileSync(`${target()}.dvc`, 'utf8'), record);
        assert.ok(!existsSync(join(folder(), '.tracking', 'kept')));
      });
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
