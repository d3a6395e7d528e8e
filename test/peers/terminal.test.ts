import assert from 'node:assert/strict';
import { copyFile, symlink } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { BrowserHost } from '../support/browserHost';
import { ComparePage } from '../support/comparePage';
import { missingMlflow, mlflowProgram } from '../support/mlflowPeers';
import { RecordedRuns } from '../support/recordedRuns';
import { until } from '../support/until';
import { Workbench } from '../support/workbench';
import { makeWorkspace, type TestWorkspace } from '../support/workspace';

const PYTHON = process.platform === 'win32' ? '.venv\\Scripts\\python' : '.venv/bin/python';

describe('an unchanged Keras script in the integrated terminal', function () {
  this.timeout(180_000);
  this.bail(true);

  let project: TestWorkspace;
  let host: BrowserHost;
  let workbench: Workbench;
  let runs: RecordedRuns;

  before(async function () {
    if (missingMlflow() !== undefined) return this.skip();
    const vsix = process.env['ML_TRACKING_VSIX'];
    assert.ok(vsix, 'ML_TRACKING_VSIX names the packaged extension: run `node scripts/test.mjs peers`');
    project = await makeWorkspace();
    for (const name of ['train.py', 'digits_data.py'])
      await copyFile(join(process.cwd(), 'test/peers/mlflow', name), join(project.folder, name));
    // As most projects have it: an environment in the folder itself.
    await symlink(dirname(dirname(mlflowProgram('mlflow3', 'python'))), join(project.folder, '.venv'), 'junction');
    host = await BrowserHost.start({
      vsix,
      settings: { 'workbench.colorTheme': 'Dark Modern', 'mlTracking.server.port': 0 },
    });
    workbench = new Workbench(host.page);
    runs = new RecordedRuns(join(project.folder, '.tracking'));
    await host.open(project.folder);
    await workbench.openViewContainer('ML Tracking');
  });

  afterEach(async function () {
    if (this.currentTest?.isFailed()) await workbench?.screenshot('keras-failure');
  });

  after(async () => {
    await host?.stop();
    await project?.dispose();
  });

  it('grows in the comparison while it trains', async () => {
    await workbench.command('ML Tracking: Start Server');
    await workbench.rows('Runs', /^Server.*http/).waitFor();
    await workbench.clearNotifications();
    await workbench.command('Terminal: Create New Terminal');
    await workbench.page.locator('.terminal-wrapper.active textarea').first().focus();
    await workbench.page.keyboard.type(`${PYTHON} train.py\n`);
    const run = await runs.newest(1);
    const row = workbench.rows('Runs', run.runName);
    await row.waitFor();
    await row.hover();
    await row.getByRole('button', { name: 'Add to Comparison' }).click();
    const compare = new ComparePage(workbench.webview());
    await compare.card('val_accuracy').waitFor();
    await compare.showTable('val_accuracy', true);
    const early = await compare.valueCount('val_accuracy');
    await until('more epochs', async () => (await compare.valueCount('val_accuracy')) > early, 60_000);
    await compare.showTable('val_accuracy', false);
    await until('the curve is drawn', () => compare.isDrawn('val_accuracy'));
    await workbench.screenshot('keras-growing');
    assert.equal((await runs.get(run.runId)).status, 'RUNNING', 'it had ended before anybody could see it grow');
  });
});
