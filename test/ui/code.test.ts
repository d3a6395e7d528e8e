import assert from 'node:assert/strict';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { Locator } from 'playwright-core';
import { BrowserHost, packagedExtension } from '../support/browserHost';
import { CodeProject } from '../support/codeProject';
import { reportFailures } from '../support/failureReport';
import { until } from '../support/until';
import { Workbench } from '../support/workbench';

describe('code, beside the runs', function () {
  this.timeout(120_000);
  this.bail(true);

  let project: CodeProject;
  let host: BrowserHost;
  let workbench: Workbench;

  before(async () => {
    project = await CodeProject.make();
    host = await BrowserHost.start({ vsix: packagedExtension(), settings: { 'workbench.colorTheme': 'Dark Modern' } });
    workbench = new Workbench(host.page);
    await host.open(project.folder);
  });

  reportFailures('code', () => host);

  after(async () => {
    await host?.stop();
    await project?.dispose();
  });

  const row = (text: string | RegExp): Locator => workbench.rows('Code', text).first();
  /** Empty where there is no file, as for a moment while git replaces it. */
  function read(path: string): string {
    try {
      return readFileSync(join(project.folder, path), 'utf8');
    } catch {
      return '';
    }
  }
  const dialog = (text: string): Locator => workbench.dialog(text);
  const answerDialog = (text: string, button: string): Promise<void> => workbench.answerDialog(text, button);
  const inline = (text: string | RegExp, action: string): Promise<void> => workbench.rowAction(row(text), action);
  const menu = (text: string | RegExp, entry: string): Promise<void> => workbench.rowMenu(row(text), entry);

  async function gitSays(expected: string, ...args: string[]): Promise<void> {
    await until(`git ${args.join(' ')} says ${JSON.stringify(expected)}`, async () => (await project.git(...args)) === expected);
  }

  it('shows branches with their runs, and each commit with its own', async () => {
    await workbench.showOnly('Code');
    await row(/^main.*2 runs, best 0\.97 val_accuracy/).waitFor();
    await workbench.expandRow(row(/^History/));
    await row(/^Add a layer/).waitFor();
    await row(/^calm-heron-2.*0\.97 ▲ \+0\.06 · val_accuracy · better than at/).waitFor();
    await row(/^bold-otter-1.*0\.91 · val_accuracy/).waitFor();
    await workbench.screenshot('code-history');
  });

  it('shows what one commit changed', async () => {
    await row(/^Train longer/).click();
    await workbench.editorTab(/Train longer/).waitFor();
    await workbench.page.locator('.part.editor .view-line', { hasText: 'epochs: 5' }).first().waitFor();
    await workbench.screenshot('code-commit');
    await workbench.closeEditors();
  });

  it('tells of an edit, and opens its diff', async () => {
    await project.write('params.yaml', 'epochs: 9\nbatch_size: 128\n');
    await project.write('notes.txt', 'new\n');
    await row(/^params\.yaml/).click();
    await workbench.editorTab('params.yaml (Working Tree)').waitFor();
    await workbench.page.locator('.part.editor .view-line', { hasText: 'epochs: 5' }).first().waitFor();
    await workbench.page.locator('.part.editor .view-line', { hasText: 'epochs: 9' }).first().waitFor();
    await workbench.screenshot('code-diff');
    await workbench.closeEditors();
  });

  it('stages and unstages', async () => {
    await inline(/^params\.yaml/, 'Stage Changes');
    await row(/^Staged/).waitFor();
    await gitSays('params.yaml', 'diff', '--cached', '--name-only');
    await row(/^params\.yaml/).click();
    await workbench.editorTab('params.yaml (Index)').waitFor();
    await workbench.closeEditors();
    await inline(/^params\.yaml/, 'Unstage Changes');
    await row(/^Staged/).waitFor({ state: 'detached' });
    await row(/^Changed/).waitFor();
    await gitSays('', 'diff', '--cached', '--name-only');
    await workbench.statusBarItem('params.yaml: unstaged').waitFor();
    await workbench.command('ML Tracking: Undo Last Code Action');
    await gitSays('params.yaml', 'diff', '--cached', '--name-only');
    await workbench.command('ML Tracking: Undo Last Code Action');
    await gitSays('', 'diff', '--cached', '--name-only');
    await row(/^Staged/).waitFor({ state: 'detached' });
    await row(/^Changed/).waitFor();
  });

  it('shows the history of one file, with its runs, and goes back', async () => {
    await menu(/^params\.yaml/, 'Show History of File');
    await row(/^History of params\.yaml/).waitFor();
    await row(/^Begin the project/).waitFor();
    await row(/^Add a layer/).waitFor({ state: 'detached' });
    await row(/^Begin the project/).click();
    await workbench.editorTab(/Begin the project \(1 file\)/).waitFor();
    await workbench.screenshot('code-file-history');
    await workbench.closeEditors();
    await inline(/^History of params\.yaml/, 'Show Whole History');
    await row(/^Add a layer/).waitFor();
  });

  it('discards after asking, takes it back, and restores what was discarded', async () => {
    await inline(/^params\.yaml/, 'Discard Changes');
    await dialog('Discard params.yaml?').waitFor();
    await workbench.screenshot('code-discard');
    await answerDialog('Discard params.yaml?', 'Discard');
    await until('the file is as it was', async () => read('params.yaml').includes('epochs: 5'));
    await workbench.notificationButton('params.yaml was discarded', 'Undo');
    await until('the change is back', async () => read('params.yaml').includes('epochs: 9'));
    await row(/^params\.yaml/).waitFor();

    await inline(/^notes\.txt/, 'Discard Changes');
    await answerDialog('Discard notes.txt?', 'Discard');
    await until('the file is gone', async () => !existsSync(join(project.folder, 'notes.txt')));
    await workbench.clearNotifications();
    await workbench.command('ML Tracking: Restore Discarded…');
    await workbench.pick('notes.txt');
    await until('the file is back', async () => read('notes.txt') === 'new\n');
    await workbench.clearNotifications();
  });

  it('commits what is staged', async () => {
    await inline(/^params\.yaml/, 'Stage Changes');
    await row(/^Staged/).waitFor();
    await workbench.command('ML Tracking: Commit Changes…');
    await workbench.answer('Train for nine epochs');
    await gitSays('Train for nine epochs', 'log', '-1', '--format=%s');
    await row(/^Train for nine epochs/).waitFor();
    assert.equal(await project.git('status', '--porcelain'), '?? notes.txt');
    await workbench.clearNotifications();
  });

  it('reverts a commit', async () => {
    await menu(/^Train for nine epochs/, 'Revert Commit');
    await until('the commit is reverted', async () => {
      // Where the rows are read again at that very moment, we are asked which commit is meant.
      const asked = workbench.quickPickRow('Train for nine epochs').first();
      if (await asked.isVisible()) await asked.click();
      return (await project.git('log', '-1', '--format=%s')) === 'Revert "Train for nine epochs"';
    });
    await row(/^Revert "Train for nine epochs"/).waitFor();
    assert.match(read('params.yaml'), /epochs: 5/);
    await workbench.clearNotifications();
  });

  it('resets softly after saying which commits leave, and takes it back', async () => {
    const head = await project.git('rev-parse', 'HEAD');
    await menu(/^Add a layer/, 'Reset to Commit');
    await dialog('Revert "Train for nine epochs"').waitFor();
    await workbench.screenshot('code-soft-reset');
    await answerDialog('Let the branch point at', 'Reset');
    await gitSays('Add a layer', 'log', '-1', '--format=%s');
    await workbench.notificationButton('The branch points at', 'Undo');
    await gitSays(head, 'rev-parse', 'HEAD');
    await workbench.clearNotifications();
  });

  it('switches, and offers a stash where a change would be lost', async () => {
    await project.write('train.py', 'layers = 4\nprint(layers)\n');
    await row(/^train\.py/).waitFor();
    await inline(/^wider-network/, 'Switch Branch');
    await dialog('wider-network would overwrite').waitFor();
    await workbench.screenshot('code-switch');
    await answerDialog('wider-network would overwrite', 'Stash and Switch');
    await gitSays('wider-network', 'branch', '--show-current');
    assert.match(read('train.py'), /width = 64/);
    await workbench.notificationButton('your changes are in a stash', 'Undo');
    await gitSays('main', 'branch', '--show-current');
    await until('the change is back', async () => read('train.py').includes('layers = 4'));
    await workbench.clearNotifications();
  });

  it('asks for the branch where a button above the view was pressed, whatever row has the focus', async () => {
    await row(/^wider-network/).click();
    await workbench.viewMenu('Code', 'Switch Branch');
    await workbench.quickPickRow('wider-network').first().waitFor();
    await workbench.page.keyboard.press('Escape');
    assert.equal(await project.git('branch', '--show-current'), 'main');
  });

  it('tells which packages went up or down', async () => {
    await project.write('requirements.txt', 'torch==2.3.0\nnumpy==1.25.0\n');
    await row(/^requirements\.txt/).waitFor();
    await workbench.expandRow(row(/^Dependencies/));
    await row(/^torch.*2\.1\.0 → 2\.3\.0/).waitFor();
    await row(/^numpy.*1\.26\.0 → 1\.25\.0/).waitFor();
    await row(/^numpy/).scrollIntoViewIfNeeded();
    await workbench.screenshot('code-dependencies');
  });

  it('tells which packages moved since a run', async () => {
    await row(/^Since a run/).click();
    await workbench.pick('bold-otter-1');
    await row(/^Since bold-otter-1.*1 up, 1 down/).waitFor();
    await row(/^Since bold-otter-1/).scrollIntoViewIfNeeded();
    await workbench.screenshot('code-dependencies-since-run');
    await inline(/^Since bold-otter-1/, 'Stop Comparing');
    await row(/^Since a run/).waitFor();
  });

  it('shows the code changes between two runs', async () => {
    await workbench.command('ML Tracking: Show Code Changes Between Runs');
    await workbench.pickSeveral(['bold-otter-1', 'calm-heron-2']);
    await workbench.editorTab('Code: bold-otter-1 → calm-heron-2').waitFor();
    await workbench.page.locator('.part.editor .view-line', { hasText: 'layers = 3' }).first().waitFor();
    await workbench.screenshot('code-between-runs');
    await workbench.closeEditors();
  });

  it('restores a run’s code beside the working tree, which stays as it is', async () => {
    const before = await project.git('status', '--porcelain');
    await workbench.command('ML Tracking: Restore Run’s Code…');
    await workbench.pick('bold-otter-1');
    await workbench.quickInput.filter({ hasText: 'The folder of the new working tree' }).waitFor();
    await workbench.page.keyboard.press('Enter');
    const folder = join(dirname(project.folder), 'digits-bold-otter-1');
    await workbench.notification(/The code of bold-otter-1 \(/).waitFor();
    assert.equal(readFileSync(join(folder, 'train.py'), 'utf8'), 'layers = 2\nprint(layers)\n');
    assert.equal(await project.git('status', '--porcelain'), before);
    await workbench.screenshot('code-restore');
    await workbench.clearNotifications();
  });

  it('lists the restored working tree, keeps it while there is work in it, and removes it after asking', async () => {
    const folder = join(dirname(project.folder), 'digits-bold-otter-1');
    await row(/^Restored Working Trees/).click();
    await row(/^bold-otter-1.*digits-bold-otter-1/).waitFor();
    await workbench.screenshot('code-restored-trees');
    writeFileSync(join(folder, 'train.py'), 'my own work\n');
    await workbench.command('ML Tracking: Remove Restored Working Trees…');
    await workbench.quickInput.filter({ hasText: 'train.py changed since' }).waitFor();
    await workbench.screenshot('code-remove-restored-trees');
    await workbench.page.keyboard.press('Escape');
    writeFileSync(join(folder, 'train.py'), 'layers = 2\nprint(layers)\n');
    await workbench.command('ML Tracking: Remove Restored Working Trees…');
    await workbench.quickInput.filter({ hasText: 'as it was restored' }).waitFor();
    await workbench.page.keyboard.press('Enter');
    await dialog('Remove the working tree').waitFor();
    await workbench.screenshot('code-remove-restored-tree');
    await answerDialog('Remove the working tree', 'Remove');
    await workbench.notification(/digits-bold-otter-1 is removed/).waitFor();
    await until('the working tree is gone', () => !existsSync(folder));
    await row(/^Restored Working Trees/).waitFor({ state: 'detached' });
    await workbench.clearNotifications();
  });

  it('repeats a run’s command', async () => {
    await workbench.command('ML Tracking: Repeat Run…');
    await workbench.pick('calm-heron-2');
    await workbench.pick('With the Code as It Is Here');
    await workbench.terminal.filter({ hasText: 'trained once more' }).waitFor();
    await workbench.togglePanel(false);
  });

  it('can be read in every theme, and in a narrow window', async () => {
    for (const [name, theme, shown] of [
      ['light', 'Light Modern', '.vs'],
      ['high-contrast', 'Dark High Contrast', '.hc-black'],
    ] as const) {
      await workbench.command('Preferences: Color Theme');
      await workbench.answer(theme);
      await workbench.page.locator(`.monaco-workbench${shown}`).first().waitFor();
      await workbench.quickInput.waitFor({ state: 'hidden' });
      await workbench.screenshot(`code-${name}`);
    }
    await workbench.page.setViewportSize({ width: 700, height: 900 });
    await row(/^main/).waitFor();
    await workbench.screenshot('code-narrow');
  });
});
