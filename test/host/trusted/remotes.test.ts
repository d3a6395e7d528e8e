import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { mkdir, realpath, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ReadableStream } from 'node:stream/web';
import { commands, ConfigurationTarget, tasks, window, workspace, type ProcessExecution, type TreeItem } from 'vscode';
import type { ExtensionApi } from '../../../src/extension';
import { registerModelFromRun } from '../../../src/models/registration';
import type { Engine } from '../../../src/store/engine';
import type { TreeNode } from '../../../src/views/treeNode';
import { startBuiltServer, type BuiltServer } from '../../support/builtServer';
import { until } from '../../support/until';
import { activated, extensionUnderTest } from '../extensionUnderTest';

const TOKEN = 'a-token-of-the-team';
const textOf = (item: TreeItem) =>
  `${typeof item.label === 'string' ? item.label : (item.label?.label ?? '')} ${String(item.description ?? '')}`;

describe('a remote', function () {
  this.bail(true);

  let api: ExtensionApi;
  let folder: string;
  let program: string;
  let server: BuiltServer;
  let theirs: Engine;
  let ours: Engine;
  let location: string;

  before(async () => {
    api = await activated();
    folder = mkdtempSync(join(await realpath(tmpdir()), 'remote-'));
    program = join(extensionUnderTest().extensionPath, 'dist', 'ml-tracking.js');
    server = await startBuiltServer(program, join(folder, '.tracking'), { token: TOKEN });
    const store = api.stores.all[0]!;
    location = store.location;
    ours = await store.create();
    await commands.executeCommand('mlTracking.runs.focus');
  });

  after(async () => {
    await api.remote.shown.choose(undefined);
    for (const remote of api.remote.remotes.all) await api.remote.remotes.remove(remote);
    await server.end();
    rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
    await commands.executeCommand('notifications.clearAll');
  });

  /** The rows of the Runs view that hold a text, once there are any. */
  async function rows(text: RegExp): Promise<TreeNode[]> {
    return until(`rows like ${String(text)}`, async () => {
      const found = (await api.runsView.rows()).filter((node) => text.test(textOf(node.item())));
      return found.length > 0 ? found : undefined;
    });
  }

  /** The row at the end of a way through the Runs view. */
  async function descend(way: readonly RegExp[]): Promise<TreeNode> {
    let found: TreeNode | undefined;
    for (const text of way) {
      const below: readonly TreeNode[] = found ? ((await found.children()) ?? []) : await api.runsView.rows();
      found = below.find((node) => text.test(textOf(node.item()))) ?? assert.fail(`no row like ${String(text)}`);
    }
    return found!;
  }

  /** Takes the first entry of every list that a command shows. */
  async function accepting(command: string, ...args: unknown[]): Promise<void> {
    let ended = false;
    let failed: unknown;
    void Promise.resolve(commands.executeCommand(command, ...args)).then(
      () => (ended = true),
      (error: unknown) => (failed = error),
    );
    await until(`the end of ${command}`, async () => {
      if (failed) throw failed as Error;
      await commands.executeCommand('workbench.action.acceptSelectedQuickOpenItem');
      return ended;
    });
  }

  it('says that it wants to know who asks, and shows its runs to who does', async () => {
    const { remotes, shown } = api.remote;
    await remotes.add({ name: 'team', uri: server.url, from: 'user' });
    assert.deepEqual(
      remotes.all.map(({ name, uri, from }) => ({ name, uri, from })),
      [{ name: 'team', uri: server.url, from: 'user' }],
    );
    await shown.choose(server.url);
    const [row] = await rows(/^Sign in to team/);
    assert.equal(row!.item().contextValue, 'remoteProblem signIn');
    assert.equal(row!.item().command?.command, 'mlTracking.signIn');
    await remotes.signIn(server.url, { token: TOKEN });
    theirs = await until('the store of the remote', () => shown.all[0]?.engine);
    assert.deepEqual(await api.runsView.rows(), []);
    const experimentId = await theirs.experiments.create('of the team');
    const { runId } = await theirs.runs.create({ experimentId, name: 'run-of-the-team', startTime: Date.now() - 5_000 });
    await theirs.runs.logBatch(runId, { metrics: [{ key: 'val_accuracy', value: 0.5, step: 1, timestamp: Date.now() }] });
    await rows(/^of the team/);
  });

  it('keeps its credentials out of the settings', () => {
    assert.deepEqual(workspace.getConfiguration('mlTracking').get('remote.servers'), [{ name: 'team', uri: server.url }]);
  });

  it('has its runs compared, registered and tagged like those of the workspace', async () => {
    const experiment = (await theirs.experiments.getByName('of the team'))!;
    const { runId } = await theirs.runs.create({ experimentId: experiment.experimentId, name: 'with a model' });
    await theirs.artifacts.write(runId, 'model/MLmodel', 'flavors: {}\n');
    await theirs.runs.logBatch(runId, { metrics: [{ key: 'val_accuracy', value: 0.75, step: 1, timestamp: Date.now() }] });
    await theirs.runs.update(runId, { status: 'FINISHED', endTime: Date.now() });
    const model = await theirs.loggedModels.create({
      experimentId: experiment.experimentId,
      name: 'model',
      sourceRunId: runId,
      runPath: 'model',
    });
    await theirs.loggedModels.finalize(model.modelId, 'READY');
    const version = await registerModelFromRun(theirs, runId, 'team-digits');
    assert.equal(version.version, 1);
    const models = await until('the model in its view', async () => {
      const found = await api.modelsView.getChildren();
      return found.length > 0 ? found : undefined;
    });
    assert.match(textOf(models[0]!.item()), /^team-digits/);
    api.comparePanels.open(server.url, [runId]);
    assert.deepEqual(api.comparePanels.current(), { location: server.url, runIds: [runId] });
    await commands.executeCommand('mlTracking.openRun', { location: server.url, runId });
    await until('the run selected', () => api.runsView.selection.some((node) => /^with a model/.test(textOf(node.item()))));
    await commands.executeCommand('workbench.action.closeAllEditors');
  });

  it('brings a file of a run here to be looked at, and only looked at', async () => {
    const node = await descend([/^of the team/, /^with a model/, /^Artifacts/, /^model /, /^MLmodel/]);
    await commands.executeCommand('mlTracking.openArtifact', node);
    const document = await until('the file in an editor', () => window.activeTextEditor?.document);
    assert.equal(document.getText(), 'flavors: {}\n');
    assert.equal(statSync(document.uri.fsPath).mode & 0o222, 0);
    await commands.executeCommand('workbench.action.closeAllEditors');
  });

  it('brings a file of a model that lies beside its run, too', async () => {
    const { experimentId } = (await theirs.experiments.getByName('of the team'))!;
    const { items } = await theirs.runs.search({ experimentIds: [experimentId], filter: "attributes.run_name = 'with a model'" });
    const { modelId } = await theirs.loggedModels.create({ experimentId, name: 'apart', sourceRunId: items[0]!.runId });
    const content = ReadableStream.from([Buffer.from('flavors: {apart: {}}\n')]);
    await theirs.artifactTree.write(`${experimentId}/models/${modelId}/artifacts/MLmodel`, content);
    const node = await descend([/^of the team/, /^with a model/, /^Model apart/, /^MLmodel/]);
    await commands.executeCommand('mlTracking.openArtifact', node);
    const document = await until('the file in an editor', () => window.activeTextEditor?.document);
    assert.equal(document.getText(), 'flavors: {apart: {}}\n');
    await commands.executeCommand('workbench.action.closeAllEditors');
  });

  it('is what a training records on, with its credentials in no argument', async () => {
    const [training] = await tasks.fetchTasks({ type: 'mlTracking' });
    const execution = training!.execution as ProcessExecution;
    assert.ok(execution.args.includes(`--tracking-uri=${server.url}`));
    assert.ok(!execution.args.join(' ').includes(TOKEN));
    assert.deepEqual(JSON.parse(execution.options?.env?.['ML_TRACKING_REMOTE'] ?? ''), { uri: server.url, token: TOKEN });
  });

  it('takes runs that are pushed, once', async () => {
    const { runId } = await ours.runs.create({ experimentId: await ours.experiments.create('to push'), name: 'pushed-run' });
    await ours.runs.logBatch(runId, {
      params: [{ key: 'epochs', value: '3' }],
      metrics: [1, 2, 3].map((step) => ({ key: 'loss', value: 1 / step, step, timestamp: Date.now() })),
    });
    await ours.artifacts.write(runId, 'notes.txt', 'hello');
    await ours.runs.update(runId, { status: 'FINISHED', endTime: Date.now() });
    const copies = async () => {
      const experiment = await theirs.experiments.getByName('to push');
      return experiment ? (await theirs.runs.search({ experimentIds: [experiment.experimentId] })).items : [];
    };
    for (let time = 1; time <= 2; time++) {
      await accepting('mlTracking.pushRuns', { location, runId });
      const [copy, ...more] = await copies();
      assert.deepEqual(more, []);
      assert.equal(copy?.runName, 'pushed-run');
      assert.equal((await theirs.metrics.history(copy.runId, 'loss')).items.length, 3);
      assert.equal(Buffer.from(await theirs.artifacts.read(copy.runId, 'notes.txt')).toString(), 'hello');
    }
    await rows(/^to push/);
  });

  it('gives runs that are pulled', async () => {
    const experimentId = await theirs.experiments.create('to pull');
    const { runId } = await theirs.runs.create({ experimentId, name: 'pulled-run' });
    await theirs.runs.logBatch(runId, { params: [{ key: 'depth', value: '4' }] });
    await theirs.runs.update(runId, { status: 'FINISHED', endTime: Date.now() });
    await accepting('mlTracking.pullRuns', { location: server.url, runId });
    const experiment = await ours.experiments.getByName('to pull');
    assert.ok(experiment, 'the experiment did not come');
    const [run] = (await ours.runs.search({ experimentIds: [experiment.experimentId] })).items;
    assert.equal(run?.runName, 'pulled-run');
    assert.deepEqual(run.params, [{ key: 'depth', value: '4' }]);
  });

  it('is missed in one row while it is away, and comes back by itself', async () => {
    const { port } = server;
    await server.end();
    await until('the loss noticed', () => api.remote.shown.all[0]?.state.kind === 'failed');
    const [row] = await rows(/^Can't reach team/);
    assert.match(textOf(row!.item()), /nobody listens there/);
    assert.equal((await api.runsView.rows()).length, 1);
    server = await startBuiltServer(program, join(folder, '.tracking'), { port, token: TOKEN });
    await rows(/^of the team/);
    // What was open goes on.
    assert.ok(await theirs.experiments.getByName('of the team'));
  });

  it('leaves the place to the workspace again, whose runs were there all along', async () => {
    await api.remote.shown.choose(undefined);
    await rows(/^to pull/);
    assert.deepEqual(
      (await api.runsView.rows()).filter((node) => /^of the team/.test(textOf(node.item()))),
      [],
    );
    const [training] = await tasks.fetchTasks({ type: 'mlTracking' });
    assert.ok(!(training!.execution as ProcessExecution).args.some((arg) => arg.startsWith('--tracking-uri')));
  });

  it('is offered, and asked nothing, where the workspace names it', async () => {
    const { remotes } = api.remote;
    const uri = 'http://127.0.0.1:9';
    await workspace.getConfiguration('mlTracking').update('remote.uri', `${uri}/`, ConfigurationTarget.Workspace);
    await until('the remote of the workspace', () => remotes.of(uri)?.from === 'workspace');
    assert.ok(remotes.opened.every(({ location: opened }) => opened !== uri));
    await remotes.remove(remotes.of(uri)!);
    await until('the setting gone', () => remotes.of(uri) === undefined);
  });

  it('is forgotten with its credentials', async () => {
    const { remotes, credentials } = api.remote;
    await remotes.remove(remotes.all[0]!);
    assert.deepEqual(remotes.all, []);
    assert.equal(await credentials.of({ uri: server.url }), undefined);
  });
});

describe('runs that MLflow has recorded in the folder', () => {
  const runId = '0123456789abcdef0123456789abcdef';
  let api: ExtensionApi;
  let mlruns: string;

  before(async () => {
    api = await activated();
    mlruns = join(workspace.workspaceFolders![0]!.uri.fsPath, 'mlruns');
    const run = join(mlruns, '1', runId);
    await mkdir(join(run, 'metrics'), { recursive: true });
    await mkdir(join(run, 'params'), { recursive: true });
    await writeFile(
      join(mlruns, '1', 'meta.yaml'),
      "artifact_location: ./mlruns/1\nexperiment_id: '1'\nlifecycle_stage: active\nname: from-files\n",
    );
    await writeFile(
      join(run, 'meta.yaml'),
      `artifact_uri: ./mlruns/1/${runId}/artifacts\nend_time: 1700000001000\nexperiment_id: '1'\nlifecycle_stage: active\nrun_id: ${runId}\nrun_name: filed-run\nrun_uuid: ${runId}\nstart_time: 1700000000000\nstatus: 3\nuser_id: ada\n`,
    );
    await writeFile(join(run, 'metrics', 'loss'), '1700000000500 0.25 1\n');
    await writeFile(join(run, 'params', 'epochs'), '3');
  });

  after(() => {
    rmSync(mlruns, { recursive: true, force: true, maxRetries: 5 });
    api.imports.look();
  });

  it('are offered in one row, and imported by it', async () => {
    const { location } = api.stores.all[0]!;
    const engine = await api.stores.all[0]!.create();
    await engine.runs.create({ experimentId: '0' });
    api.imports.look();
    const offer = await until('the offer', async () =>
      (await api.runsView.rows()).find((node) => /^mlruns holds 1 run · Import/.test(textOf(node.item()))),
    );
    await commands.executeCommand('mlTracking.importRuns', offer);
    const run = await engine.runs.get(runId);
    assert.equal(run.runName, 'filed-run');
    assert.deepEqual(run.params, [{ key: 'epochs', value: '3' }]);
    await until('the offer gone', () => api.imports.of(location).length === 0);
  });
});
