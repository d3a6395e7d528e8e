import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import type { Locator } from 'playwright-core';
import { BrowserHost } from '../support/browserHost';
import { DataProject, table } from '../support/dataProject';
import { until } from '../support/until';
import { Workbench } from '../support/workbench';

describe('data, under DVC', function () {
  this.timeout(120_000);
  this.bail(true);

  const dvc = process.env['DVC_BIN'] ?? '';
  let project: DataProject;
  let host: BrowserHost;
  let workbench: Workbench;

  before(async () => {
    const vsix = process.env['ML_TRACKING_VSIX'];
    assert.ok(vsix, 'ML_TRACKING_VSIX names the packaged extension: run `node scripts/test.mjs ui`');
    assert.ok(existsSync(dvc), 'DVC_BIN names the dvc program: run `node scripts/peers.mjs dvc`');
    project = await DataProject.make(dvc);
    host = await BrowserHost.start({ vsix, settings: { 'workbench.colorTheme': 'Dark Modern', 'mlTracking.dvc.path': dvc } });
    workbench = new Workbench(host.page);
    await host.open(project.folder);
  });

  afterEach(async function () {
    if (this.currentTest?.isFailed()) await workbench?.screenshot('data-failure');
  });

  after(async () => {
    await host?.stop();
    await project?.dispose();
  });

  const row = (text: string | RegExp): Locator => workbench.rows('Data', text).first();
  const state = (name: string, words: string): Locator => row(new RegExp(`^${name.replaceAll('.', '\\.')}.*${words}`));

  it('shows the data by folder, with size and number of files, the pipeline, the remotes and the cache', async () => {
    await workbench.openViewContainer('ML Tracking');
    await workbench.expandView('Data');
    for (const other of ['Runs', 'Models', 'Code']) await workbench.collapseView(other);
    await row(/^3 tracked$/).waitFor();
    await row(/^shapes\/.*12 files/).waitFor();
    await workbench.expandRow(row(/^Pipeline.*1 up to date/));
    await workbench.expandRow(row(/^Remotes and Cache.*store/));
    await row(/^Cache.*objects/).waitFor();
    await workbench.screenshot('data-clean');
  });

  it('tells of modified data, in the view and in the Explorer', async () => {
    await project.write('data/train.csv', table(421));
    await project.write('data/shapes/circle/0.png', 'no picture');
    await project.remove('data/shapes/square/5.png');
    await state('train.csv', 'modified').waitFor();
    await workbench.expandRow(state('shapes/', 'modified'));
    await row(/^0\.png.*modified/).waitFor();
    await row(/^5\.png.*deleted/).waitFor();
    await row(/^prepare.*data changed/).waitFor();
    await workbench.screenshot('data-modified');
  });
});
