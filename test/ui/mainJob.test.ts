import assert from 'node:assert/strict';
import type { Run } from '../../src/core/run';
import { BrowserHost, packagedExtension } from '../support/browserHost';
import { ComparePage } from '../support/comparePage';
import { DemoProject } from '../support/demoProject';
import { processOf, RecordedRuns } from '../support/recordedRuns';
import { reportFailures } from '../support/failureReport';
import { until } from '../support/until';
import { Workbench } from '../support/workbench';

/** A training that lasts until it is ended, with an epoch every second or so; and one that is soon done. */
const LONG = { epochs: 1000, limit: 1500 };
const SHORT = { epochs: 3, limit: 3000 };

describe('the main job, from an empty folder to a registered model', function () {
  this.timeout(180_000);
  this.bail(true);

  let project: DemoProject;
  let host: BrowserHost;
  let workbench: Workbench;
  let compare: ComparePage;
  let runs: RecordedRuns;
  let live: Run;
  let first: Run;
  let second: Run;

  before(async () => {
    project = await DemoProject.make();
    host = await BrowserHost.start({ vsix: packagedExtension(), settings: { 'workbench.colorTheme': 'Dark Modern' } });
    workbench = new Workbench(host.page);
    compare = new ComparePage(workbench.webview());
    runs = new RecordedRuns(project.store);
    await host.open(project.folder);
  });

  reportFailures('main-job', () => host);

  after(async () => {
    await host?.stop();
    await project?.dispose();
  });

  const runRow = (run: Run) => workbench.rows('Runs', run.runName);

  it('opens the views, with a welcome where there is nothing yet', async () => {
    await workbench.openViewContainer('ML Tracking');
    for (const title of ['Runs', 'Models', 'Code', 'Data']) await workbench.view(title).waitFor();
    await workbench.view('Runs').getByRole('button', { name: 'Train Digit Model' }).first().waitFor();
    await workbench.screenshot('01-welcome');
  });

  it('shows branches and changed files, and the data that DVC tracks', async () => {
    await project.configure(LONG);
    await workbench.expandView('Code');
    await workbench.rows('Code', 'main').first().waitFor();
    await workbench.expandRow(workbench.rows('Code', /Changes\s*1/));
    await workbench.rows('Code', 'cnn.yaml').waitFor();
    await workbench.expandView('Data');
    await workbench.rows('Data', 'train-images-idx3-ubyte').first().waitFor();
    await workbench.screenshot('02-code-and-data');
  });

  it('trains, and the curves grow in Compare meanwhile', async () => {
    await workbench.command('ML Tracking: Train Digit Model');
    live = await runs.newest(1);
    await runRow(live).waitFor();
    await workbench.statusBarItem(live.runName).click();
    await workbench.pick('Watch Live');
    await compare.legend.filter({ hasText: live.runName }).waitFor();
    await compare.card('val_accuracy').waitFor();
    await compare.showTable('batch_loss', true);
    const before = await until('the first values', async () => (await compare.valueCount('batch_loss')) || undefined);
    await until('more values while it trains', async () => (await compare.valueCount('batch_loss')) > before + 5);
    await compare.showTable('batch_loss', false);
    await runs.withMetric(live.runId, 'val_accuracy', 3);
    await until('a drawn curve', () => compare.isDrawn('val_accuracy'));
    assert.equal((await runs.get(live.runId)).status, 'RUNNING', 'the training was over before it was watched');
    await workbench.screenshot('03-live-training');
  });

  it('cancels the training, which keeps what was logged', async () => {
    const asked = await workbench.command('ML Tracking: Cancel Training');
    live = await runs.withStatus(live.runId, 'KILLED');
    console.log(`      KILLED ${(((live.endTime ?? NaN) - asked) / 1000).toFixed(1)} s after the command was chosen`);
    assert.ok(
      live.metrics.some((metric) => metric.key === 'batch_loss' && (metric.count ?? 0) > 5),
      'what was logged is gone',
    );
    await runRow(live).filter({ hasText: 'cancelled' }).waitFor();
    await workbench.screenshot('04-cancelled');
  });

  it('shows in the terminal and in the Runs view how a training ended', async () => {
    await project.configure(SHORT);
    await workbench.command('ML Tracking: Train Digit Model');
    first = await runs.ended((await runs.newest(2)).runId);
    assert.equal(first.status, 'FINISHED');
    await workbench.terminal.filter({ hasText: /Test accuracy/ }).waitFor();
    await runRow(first)
      .filter({ hasText: /test_accuracy/ })
      .waitFor();
    assert.ok(
      first.metrics.some((metric) => metric.key === 'val_accuracy'),
      'validation was not logged',
    );
    assert.ok(first.params.length >= 29, `only ${first.params.length} parameters were logged`);
    await workbench.expandRow(runRow(first));
    await workbench.screenshot('05-trained');
  });

  it('trains again with other settings', async () => {
    await project.configure({ ...SHORT, learning_rate: 0.004 });
    await workbench.command('ML Tracking: Train Digit Model');
    second = await runs.ended((await runs.newest(3)).runId);
    assert.equal(second.status, 'FINISHED');
    await runRow(second)
      .filter({ hasText: /test_accuracy/ })
      .waitFor();
  });

  it('compares two runs side by side', async () => {
    await workbench.closeEditors();
    await workbench.togglePanel(false);
    await runRow(first).click();
    await runRow(second).click({ modifiers: ['ControlOrMeta'] });
    await workbench.command('ML Tracking: Compare Runs');
    await compare.legend.nth(1).waitFor();
    assert.equal(await compare.legend.count(), 2);
    await until('both curves', () => compare.isDrawn('val_accuracy'));
    await workbench.screenshot('06-compare');
    await compare.onlyDiffering.click();
    const cells = compare.row('opt_learning_rate').locator('td');
    await cells.first().scrollIntoViewIfNeeded();
    assert.deepEqual((await cells.allInnerTexts()).map((cell) => Number.parseFloat(cell)).sort(), [0.002, 0.004]);
    await workbench.screenshot('07-what-differs');
  });

  it('finds the comparison again after the window was reloaded', async () => {
    await workbench.reloadWindow();
    await compare.legend.nth(1).waitFor({ timeout: 60_000 });
    const names = await compare.legend.allInnerTexts();
    assert.deepEqual(names.map((name) => name.trim()).sort(), [first.runName, second.runName].sort());
    await until('the curves again', () => compare.isDrawn('val_accuracy'));
    await workbench.screenshot('08-reloaded');
  });

  it('finds a training that died without a word', async () => {
    await project.configure(LONG);
    await workbench.command('ML Tracking: Train Digit Model');
    const doomed = await runs.withMetric((await runs.newest(4)).runId, 'batch_loss');
    process.kill(processOf(doomed).pid, 'SIGKILL');
    await runs.withStatus(doomed.runId, 'FAILED');
    await runRow(doomed).filter({ hasText: 'failed' }).waitFor();
    await workbench.screenshot('09-died');
  });

  it('registers a model and shows it among the models', async () => {
    await workbench.togglePanel(false);
    await runRow(first).click();
    await workbench.command('ML Tracking: Register Model');
    await workbench.answer('digits');
    await workbench.notification('Registered digits version 1').waitFor();
    await workbench.expandView('Models');
    const model = workbench.rows('Models', 'digits').first();
    await workbench.expandRow(model);
    await workbench.rows('Models', /^v1/).waitFor();
    await workbench.screenshot('10-registered');
  });

  it('stands light, high contrast and narrow windows', async () => {
    await workbench.clearNotifications();
    for (const [theme, name] of [
      ['Light Modern', 'light'],
      ['Default High Contrast', 'high-contrast'],
    ] as const) {
      await useTheme(theme);
      await until('the curves in other colours', () => compare.isDrawn('val_accuracy'));
      await workbench.screenshot(`11-${name}`);
    }
    await useTheme('Dark Modern');
    await host.page.setViewportSize({ width: 760, height: 700 });
    await until('the curves in a narrow window', () => compare.isDrawn('val_accuracy'));
    await workbench.screenshot('12-narrow');
  });

  async function useTheme(theme: string): Promise<void> {
    await workbench.command('Preferences: Color Theme');
    await workbench.answer(theme);
    const kind = theme.includes('Light') ? '.vs' : theme.includes('Contrast') ? '.hc-black' : '.vs-dark';
    await host.page.locator(`.monaco-workbench${kind}`).waitFor();
    await workbench.quickInput.waitFor({ state: 'hidden' });
  }
});
