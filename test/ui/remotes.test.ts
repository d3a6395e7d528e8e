import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { openStore } from '../../src/store/sqlite/store';
import { BrowserHost, packagedExtension } from '../support/browserHost';
import { startBuiltServer, type BuiltServer } from '../support/builtServer';
import { reportFailures } from '../support/failureReport';
import { until } from '../support/until';
import { Workbench } from '../support/workbench';
import { makeWorkspace, type TestWorkspace } from '../support/workspace';

const TOKEN = 'a-token-of-the-team';
const program = resolve('dist/ml-tracking.js');

describe('a tracking server elsewhere, by hand', function () {
  this.timeout(180_000);
  this.bail(true);

  let workspace: TestWorkspace;
  let elsewhere: string;
  let server: BuiltServer;
  let host: BrowserHost;
  let workbench: Workbench;

  /** Finished runs, with a file each. */
  async function record(store: string, experiment: string, count: number): Promise<void> {
    const engine = await openStore(store, { create: true });
    const experimentId = await engine.experiments.create(experiment);
    for (let index = 0; index < count; index++) {
      const startTime = Date.now() - 60_000 * (index + 1);
      const { runId } = await engine.runs.create({ experimentId, name: `${experiment}-${index}`, startTime });
      const metrics = [{ key: 'val_accuracy', value: 0.9 + index / 100, step: 1, timestamp: startTime }];
      await engine.runs.logBatch(runId, { params: [{ key: 'epochs', value: '3' }], metrics });
      await engine.artifacts.write(runId, 'notes.txt', `about run ${index}`);
      await engine.runs.update(runId, { status: 'FINISHED', endTime: startTime + 42_000 });
    }
    await engine.close();
  }

  before(async () => {
    workspace = await makeWorkspace();
    elsewhere = await mkdtemp(join(tmpdir(), 'ml-remote-'));
    await record(join(workspace.folder, '.tracking'), 'ours', 3);
    await record(join(elsewhere, '.tracking'), 'theirs', 2);
    server = await startBuiltServer(program, join(elsewhere, '.tracking'), { token: TOKEN });
    host = await BrowserHost.start({ vsix: packagedExtension(), settings: { 'workbench.colorTheme': 'Dark Modern' } });
    workbench = new Workbench(host.page);
    await host.open(workspace.folder);
    await workbench.showOnly('Runs');
    await workbench.rows('Runs', 'ours-0').waitFor();
  });

  reportFailures('remotes', () => host);

  after(async () => {
    await host?.stop();
    await server?.end();
    await workspace?.dispose();
    await rm(elsewhere, { recursive: true, force: true, maxRetries: 5 });
  });

  const input = (type: 'text' | 'password') => host.page.locator(`.quick-input-box input[type=${type}]`);

  async function signIn(token: string): Promise<void> {
    await workbench.quickPickRow('Token').waitFor();
    await workbench.pick('Token');
    await input('password').waitFor();
    await workbench.answer(token);
  }

  it('is added by its address, and asks who one is until one is right', async () => {
    await workbench.command('ML Tracking: Switch Store');
    await workbench.pick('Add Remote');
    await until('the question for the address', async () => (await input('text').getAttribute('placeholder'))?.startsWith('https://'));
    await input('text').fill('mlflow.example.org');
    await host.page.locator('.quick-input-message', { hasText: 'begins with http' }).waitFor();
    await workbench.answer(server.url);
    await signIn('wrong');
    await host.page.locator('.quick-input-title', { hasText: 'Sign In' }).waitFor();
    await signIn(TOKEN);
    await host.page.locator('.quick-input-title', { hasText: '2/2' }).waitFor();
    await workbench.answer('team');
    await workbench
      .rows('Runs', 'theirs-0')
      .filter({ hasText: /val_accuracy|0\.9/ })
      .waitFor();
    assert.equal(await workbench.rows('Runs', 'ours').count(), 0);
    await workbench.screenshot('remote-runs');
  });

  it('is chosen, and left, in the picker', async () => {
    await workbench.command('ML Tracking: Switch Store');
    await workbench.quickPickRow('team').first().waitFor();
    await workbench.screenshot('remote-picker');
    await workbench.pick('This Workspace');
    await workbench.rows('Runs', 'ours-0').waitFor();
  });

  it('takes the runs that are pushed to it', async () => {
    await workbench.rows('Runs', 'ours-0').click();
    await workbench.rows('Runs', 'ours-2').click({ modifiers: ['Shift'] });
    await workbench.command('ML Tracking: Push Runs');
    await workbench.quickPickRow('team').first().waitFor();
    await workbench.pick('team');
    await workbench.notification(/Pushed 3 runs to team: 3 new; 3 files/).waitFor();
    await workbench.screenshot('remote-pushed');
  });

  it('is found again after the window was reloaded, with what was pushed', async () => {
    await workbench.command('ML Tracking: Switch Store');
    await workbench.quickPickRow('team').first().waitFor();
    await workbench.pick('team');
    await workbench.rows('Runs', /^ours/).first().waitFor();
    await workbench.reloadWindow();
    // Which server is shown is remembered; in a browser, VS Code's own server keeps secrets only until a reload.
    await workbench.rows('Runs', 'Sign in to team').click({ timeout: 60_000 });
    await signIn(TOKEN);
    await workbench.rows('Runs', 'theirs-0').waitFor({ timeout: 60_000 });
  });

  it('is missed in one row while it is away', async () => {
    const { port } = server;
    await server.end();
    await workbench.rows('Runs', "Can't reach team").waitFor({ timeout: 60_000 });
    await workbench.screenshot('remote-away');
    server = await startBuiltServer(program, join(elsewhere, '.tracking'), { token: TOKEN, port });
    await workbench.rows('Runs', 'theirs-0').waitFor({ timeout: 60_000 });
  });
});
