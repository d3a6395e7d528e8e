import assert from 'node:assert/strict';
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Locator } from 'playwright-core';
import { BrowserHost, packagedExtension } from '../support/browserHost';
import { DataProject, table } from '../support/dataProject';
import { logLines, reportFailures } from '../support/failureReport';
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
    assert.ok(existsSync(dvc), 'DVC_BIN names the dvc program: run `node scripts/peers.mjs dvc`');
    project = await DataProject.make(dvc);
    host = await BrowserHost.start({ vsix: packagedExtension(), settings: { 'workbench.colorTheme': 'Dark Modern' } });
    workbench = new Workbench(host.page);
    await host.open(project.folder);
  });

  reportFailures('data', () => host);

  after(async () => {
    await host?.stop();
    await project?.dispose();
  });

  const row = (text: string | RegExp): Locator => workbench.rows('Data', text).first();
  const state = (name: string, words = ''): Locator => row(new RegExp(`^${name.replaceAll('.', '\\.')}.*${words}`));
  const content = async (path: string, expected: string): Promise<void> =>
    void (await until(`${path} is as expected`, async () => (await project.read(path)) === expected));

  /** Chooses a row's action that asks first; again where the row was read anew at that moment. */
  const askedBy = async (target: Locator, action: string, question: string): Promise<void> =>
    void (await until(`${action} asks`, async () => {
      await workbench.rowAction(target, action);
      return workbench
        .dialog(question)
        .waitFor({ timeout: 5_000 })
        .then(
          () => true,
          () => false,
        );
    }));

  it('shows the data by folder, with size and number of files, the pipeline, the remotes and the cache', async () => {
    await workbench.showOnly('Data');
    await row(/^3 tracked$/).waitFor();
    await state('shapes/', '12 files').waitFor();
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
    await row(/^circle\/0\.png.*modified/).waitFor();
    await row(/^square\/5\.png.*deleted/).waitFor();
    await row(/^prepare.*data changed/).waitFor();
    await workbench.screenshot('data-modified');
    await workbench.openViewContainer('Explorer');
    const file = (name: string): Locator => workbench.page.locator('.explorer-folders-view .monaco-list-row', { hasText: name }).first();
    await workbench.expandRow(file('data'));
    await until('the Explorer marks the file', async () => (await file('train.csv').innerHTML()).includes('Data modified'));
    await workbench.screenshot('data-explorer');
    await workbench.openViewContainer('ML Tracking');
  });

  it('checks out after asking about what would be lost, and takes it back', async () => {
    await askedBy(state('train.csv'), 'Check Out Data', 'data/train.csv, whose content is nowhere else');
    await workbench.screenshot('data-checkout-question');
    await workbench.answerDialog('whose content is nowhere else', 'Cancel');
    assert.equal(await project.read('data/train.csv'), table(421));
    await askedBy(state('train.csv'), 'Check Out Data', 'whose content is nowhere else');
    await workbench.answerDialog('whose content is nowhere else', 'Keep and Go On');
    await content('data/train.csv', table(420));
    await workbench.notificationButton('data/train.csv is as recorded', 'Undo');
    await content('data/train.csv', table(421));
    await state('train.csv', 'modified').waitFor();
    await workbench.clearNotifications();
    await askedBy(state('shapes/'), 'Check Out Data', 'whose content is nowhere else');
    await workbench.answerDialog('whose content is nowhere else', 'Keep and Go On');
    await row(/^square\/5\.png/).waitFor({ state: 'detached' });
    assert.ok(existsSync(join(project.folder, 'data/shapes/square/5.png')));
    await row(/^Kept Data.*10 B · 1 time/).waitFor();
    await workbench.clearNotifications();
  });

  it('pulls from a folder without dvc', async () => {
    await project.remove('.dvc/cache');
    await project.remove('data/prepared.csv');
    await state('prepared.csv', 'not in cache, deleted').waitFor();
    await state('shapes/', 'not in cache').waitFor();
    await workbench.screenshot('data-not-in-cache');
    await workbench.rowAction(state('prepared.csv'), 'Pull Data');
    await until('the data is back', async () => (await project.read('data/prepared.csv')) !== '');
    await state('prepared.csv', '4\\.2 kB').waitFor();
    await workbench.clearNotifications();
    await workbench.rowAction(row(/^Remotes and Cache/), 'Pull Data');
    await workbench.answerDialog('data/train.csv, whose content is nowhere else', 'Keep and Go On');
    await workbench.notificationButton('data/train.csv is as recorded', 'Undo');
    await content('data/train.csv', table(421));
    await state('train.csv', 'modified').waitFor();
    await workbench.clearNotifications();
  });

  it('says how to get dvc where nothing else can do it, and finds it in the folder’s environment', async () => {
    await workbench.rowAction(state('train.csv'), 'Commit Data');
    await workbench.notification('DVC was not found').waitFor();
    await workbench.screenshot('data-no-dvc');
    await project.install();
    await workbench.notificationButton('DVC was not found', 'Set Up DVC');
    await workbench.page.locator('.quick-input-box input[placeholder*="is used"]').waitFor();
    await workbench.page.keyboard.press('Escape');
  });

  it('records data as it is, and takes that back', async () => {
    await workbench.rowAction(state('train.csv'), 'Commit Data');
    await state('train.csv', 'new version').waitFor();
    assert.match(await project.git('status', '--porcelain'), /data\/train\.csv\.dvc/);
    await workbench.notificationButton('data/train.csv is recorded as it is', 'Undo');
    await state('train.csv', 'modified').waitFor();
    assert.equal(await project.git('status', '--porcelain'), '');
    await workbench.clearNotifications();
  });

  it('runs a stage whose data has changed', async () => {
    await workbench.rowAction(state('train.csv'), 'Commit Data');
    await state('train.csv', 'new version').waitFor();
    await project.write('params.yaml', 'least: 90\n');
    await row(/^prepare.*(data|parameters).*changed/).waitFor();
    await workbench.expandRow(row(/^prepare(?!d\.csv).*changed/));
    await row(/^least.*params\.yaml · modified/).waitFor();
    await workbench.screenshot('data-stage');
    await workbench.rowAction(row(/^prepare(?!d\.csv)/), 'Reproduce Stages');
    await workbench.notification('The stages are up to date').waitFor();
    await row(/^Pipeline.*1 up to date/).waitFor();
    assert.ok(!(await project.read('data/prepared.csv')).includes('\n50,'));
    await workbench.clearNotifications();
    await project.write('params.yaml', 'least: 40\n');
    await row(/^prepare(?!d\.csv).*parameters.*changed/).waitFor();
    await workbench.rowMenu(state('prepared.csv'), 'Reproduce Stages');
    await row(/^Pipeline.*1 up to date/).waitFor();
    assert.ok((await project.read('data/prepared.csv')).includes('\n50,'));
    await workbench.notification('The stages are up to date').waitFor();
    await workbench.clearNotifications();
    await project.commit('Collect one row more');
    await row(/^3 tracked.*2 not in remote/).waitFor();
  });

  it('pushes, and pulls what was lost', async () => {
    await workbench.rowAction(row(/^Remotes and Cache/), 'Push Data');
    await workbench.notification('The data is in the remote').waitFor();
    await row(/^3 tracked$/).waitFor();
    await workbench.clearNotifications();
    await project.remove('.dvc/cache');
    await project.remove('data/train.csv');
    await state('train.csv', 'not in cache, deleted').waitFor();
    await workbench.rowAction(state('train.csv'), 'Pull Data');
    await content('data/train.csv', table(421));
    await state('train.csv', '5\\.').waitFor();
    await workbench.clearNotifications();
    await workbench.rowAction(row(/^Remotes and Cache/), 'Pull Data');
    await row(/^3 tracked$/).waitFor();
    await workbench.clearNotifications();
  });

  it('follows what is done in a terminal', async () => {
    await project.write('data/notes.txt', 'of the terminal\n');
    await project.dvc('add', '--quiet', 'data/notes.txt');
    await state('notes.txt', 'new').waitFor();
    await project.write('data/train.csv', table(425));
    await project.dvc('add', '--quiet', 'data/train.csv');
    await state('train.csv', 'new version').waitFor();
    await project.commit('Take notes');
    await state('notes.txt', 'not in remote').waitFor();
    await project.dvc('push', '--quiet');
    await row(/^notes\.txt\s*16 B/).waitFor();
    await row(/^train\.csv\s*5\./).waitFor();
    await project.dvc('repro', '--quiet');
    await project.commit('Prepare it again');
    await project.dvc('push', '--quiet');
    await row(/^4 tracked$/).waitFor();
  });

  it('shows the versions of data with their runs, and brings one back', async () => {
    await workbench.expandRow(state('train.csv'));
    await workbench.expandRow(workbench.rows('Data', /^Versions/).last());
    await row(/^Track the data.*run/).waitFor();
    await row(/^Collect more rows, and prepare them/).waitFor();
    await workbench.screenshot('data-versions');
    await project.write('data/train.csv', table(999));
    await state('train.csv', 'modified').waitFor();
    await workbench.rowAction(row(/^Track the data.*run/), 'Check Out Version');
    await workbench.answerDialog('data/train.csv, whose content is nowhere else', 'Keep and Go On');
    await content('data/train.csv', table(300));
    await state('train.csv', 'new version').waitFor();
    await workbench.screenshot('data-version-back');
    await workbench.notificationButton('train.csv is as', 'Undo');
    await content('data/train.csv', table(999));
    await state('train.csv', 'modified').waitFor();
    assert.equal(await project.git('status', '--porcelain'), '');
    await workbench.clearNotifications();
    await askedBy(state('train.csv'), 'Check Out Data', 'whose content is nowhere else');
    await workbench.answerDialog('whose content is nowhere else', 'Keep and Go On');
    await content('data/train.csv', table(425));
    await workbench.clearNotifications();
  });

  it('writes checks, runs them, and says which rows fail', async () => {
    await workbench.rowMenu(state('train.csv'), 'Add Data Checks');
    await workbench.editorTab('train.csv.checks.yaml').waitFor();
    await row(/^Checks.*not run yet/).waitFor();
    await workbench.rowAction(row(/^Checks/), 'Run Data Checks');
    await workbench.notification(/train\.csv: \d+ checks? passed/).waitFor();
    await row(/^Checks.*\d+ passed/).waitFor();
    await workbench.clearNotifications();
    await project.write('data/train.csv', `${table(425)}-5,400,moon\n`);
    await row(/^Checks.*the data has changed since/).waitFor();
    await workbench.page.locator('.part.editor .codelens-decoration a', { hasText: 'Run Data Checks' }).click();
    await workbench.notification(/train\.csv: \d+ of \d+ checks failed/).waitFor();
    await row(/^Checks.*failed/).waitFor();
    await state('train.csv', 'checks failed').waitFor();
    await workbench.page.locator('.part.editor .codelens-decoration a', { hasText: 'checks failed' }).waitFor();
    await workbench.command('Problems: Focus on Problems View');
    await workbench.page.locator('.markers-panel .monaco-list-row', { hasText: 'expected' }).first().waitFor();
    await workbench.screenshot('data-checks');
    await workbench.togglePanel(false);
    await workbench.closeEditors();
    await workbench.clearNotifications();
    await project.write('data/train.csv', table(425));
    await project.remove('data/train.csv.checks.yaml');
    await row(/^Checks/).waitFor({ state: 'detached' });
    await row(/^4 tracked$/).waitFor();
  });

  it('cleans the cache after showing what would go', async () => {
    await workbench.rowAction(row(/^Cache.*objects/), 'Clean Cache');
    await workbench.screenshot('data-clean-cache');
    await workbench.pick('Keep only what is used here and now');
    await workbench.dialog('objects').waitFor();
    await workbench.screenshot('data-clean-cache-preview');
    await workbench.answerDialog('from the cache for good', 'Remove');
    await workbench.notification('removed from the cache').waitFor();
    await row(/^Cache.*objects/).waitFor();
    await workbench.clearNotifications();
  });

  it('gives up what was kept, after asking', async () => {
    await row(/^Kept Data/).scrollIntoViewIfNeeded();
    await workbench.rowAction(row(/^Kept Data/), 'Delete Kept Data');
    const boxes = workbench.page.locator('.quick-input-list .monaco-list-row').locator('.monaco-checkbox, input[type=checkbox]');
    await boxes.first().waitFor();
    for (const box of await boxes.all()) await box.check();
    await workbench.screenshot('data-kept');
    await workbench.page.locator('.quick-input-widget .monaco-button', { hasText: 'OK' }).click();
    await workbench.answerDialog('of kept data for good', 'Delete');
    await row(/^Kept Data/).waitFor({ state: 'detached' });
    assert.deepEqual(readdirSync(join(project.folder, '.tracking/kept')), []);
  });

  it('has a line in the log for each process, with its number, time and exit code', () => {
    const lines = logLines(host.folder).filter((line) => / dvc \w/.test(line));
    for (const command of ['checkout', 'commit', 'repro', 'push', 'fetch', 'gc'])
      assert.ok(
        lines.some((line) => new RegExp(`dvc ${command}\\b.* pid \\d+, code 0, \\d+ ms`).test(line)),
        `${command}: ${lines.join('\n')}`,
      );
  });

  it('can be read in every theme, and in a narrow window', async () => {
    await project.write('data/train.csv', table(7));
    await project.remove('data/notes.txt');
    await state('notes.txt', 'deleted').waitFor();
    for (const [name, theme, shown] of [
      ['light', 'Light Modern', '.vs'],
      ['high-contrast', 'Dark High Contrast', '.hc-black'],
    ] as const) {
      await workbench.command('Preferences: Color Theme');
      await workbench.answer(theme);
      await workbench.page.locator(`.monaco-workbench${shown}`).first().waitFor();
      await workbench.quickInput.waitFor({ state: 'hidden' });
      await workbench.screenshot(`data-${name}`);
    }
    await workbench.page.setViewportSize({ width: 700, height: 900 });
    await state('notes.txt').waitFor();
    await workbench.screenshot('data-narrow');
  });
});
