import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { readServerFile, type ServerFile } from '../../src/store/serverFile';
import { BrowserHost, packagedExtension } from '../support/browserHost';
import { withoutServiceWorker } from '../support/developmentOptions';
import { reportFailures } from '../support/failureReport';
import { until } from '../support/until';
import { Workbench } from '../support/workbench';
import { makeWorkspace, type TestWorkspace } from '../support/workspace';

describe('a tracking server, over reloads and windows', function () {
  this.timeout(120_000);
  this.bail(true);

  let project: TestWorkspace;
  let host: BrowserHost;
  let workbench: Workbench;
  let other: Workbench;
  let store: string;
  let server: ServerFile;

  before(async () => {
    project = await makeWorkspace();
    store = join(project.folder, '.tracking');
    host = await BrowserHost.start({ vsix: packagedExtension(), settings: { 'mlTracking.server.port': 0 } });
    workbench = new Workbench(host.page);
    await host.open(project.folder);
  });

  reportFailures('server', () => host);

  after(async () => {
    await host?.stop();
    await project?.dispose();
  });

  const row = (window: Workbench) => window.rows('Runs', /^Server/);
  const announced = () => until('the server is announced', () => readServerFile(store));

  it('is started by command, and its row and the status bar tell where it listens', async () => {
    await workbench.openViewContainer('ML Tracking');
    await workbench.command('ML Tracking: Start Server');
    server = await announced();
    await row(workbench).filter({ hasText: server.url }).waitFor();
    await workbench.statusBarItem(new URL(server.url).host).waitFor();
  });

  it('is known to the integrated terminal', async () => {
    await workbench.command('Terminal: Create New Terminal');
    await workbench.page.locator('.terminal-wrapper.active').waitFor();
    await workbench.page.locator('.terminal-wrapper.active textarea').first().focus();
    await workbench.page.keyboard.type('echo "it is at <$MLFLOW_TRACKING_URI>"\n');
    await workbench.terminal.filter({ hasText: `it is at <${server.url}>` }).waitFor();
  });

  it('is found again after a reload of the window', async () => {
    await workbench.reloadWindow();
    await workbench.openViewContainer('ML Tracking');
    await row(workbench).filter({ hasText: server.url }).waitFor();
    assert.deepEqual(await announced(), server);
  });

  it('is the same in a second window', async () => {
    const page: Page = await host.context.newPage();
    await withoutServiceWorker(page);
    await page.goto(host.page.url());
    other = new Workbench(page);
    await other.openViewContainer('ML Tracking');
    await row(other).filter({ hasText: server.url }).waitFor();
    assert.deepEqual(await announced(), server);
  });

  /** Waits until just these processes serve the store: one that has told everybody of its end has yet to come to it. */
  async function serve(pids: readonly number[]): Promise<void> {
    if (process.platform !== 'linux') return;
    await until(`[${pids.join()}] serve the store`, () => serversOf(store).join() === pids.join());
  }

  it('is started again by one of the windows only when it dies', async () => {
    process.kill(server.pid, 'SIGKILL');
    const after = await until('another server', async () => {
      const file = await readServerFile(store);
      return file && file.pid !== server.pid ? file : undefined;
    });
    assert.equal(after.url, server.url);
    // The windows' connections to it are what makes a row say so.
    for (const window of [workbench, other])
      await until('the row tells of the new process', async () => {
        // A pointer that is there already asks for no hover once the row was drawn anew.
        await window.page.mouse.move(0, 0);
        await row(window).filter({ hasText: after.url }).first().hover();
        const hover = window.page.locator('.monaco-hover');
        const told = await hover.innerText({ timeout: 3_000 }).catch(() => '');
        return told.includes(String(after.pid));
      });
    await serve([after.pid]);
    server = after;
  });

  it('is off in both windows when it is stopped in one', async () => {
    await workbench.command('ML Tracking: Stop Server');
    for (const window of [workbench, other]) await window.statusBarItem(new URL(server.url).host).waitFor({ state: 'detached' });
    await until('the server’s file is gone', async () => (await readServerFile(store)) === undefined);
    await serve([]);
  });
});

/** The processes that serve a store, by their command lines. */
function serversOf(store: string): number[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .filter((pid) => {
      try {
        const words = readFileSync(`/proc/${pid}/cmdline`, 'utf8').split('\0');
        return words.includes('server') && words.includes(`--store=${store}`);
      } catch {
        return false;
      }
    })
    .map(Number);
}
