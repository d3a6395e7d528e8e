import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Locator } from 'playwright-core';
import { BrowserHost, packagedExtension } from '../support/browserHost';
import { reportFailures } from '../support/failureReport';
import { until } from '../support/until';
import { Workbench } from '../support/workbench';
import { CodeRepository } from '../unit/code/codeRepository';

/** What people see of repositories in unusual states, several in one window. */
describe('code in every state', function () {
  this.timeout(120_000);
  this.bail(true);

  let above: string;
  let host: BrowserHost;
  let workbench: Workbench;

  before(async () => {
    above = realpathSync(mkdtempSync(join(tmpdir(), 'ml-states-')));
    host = await BrowserHost.start({ vsix: packagedExtension(), settings: { 'workbench.colorTheme': 'Dark Modern' }, height: 1200 });
    workbench = new Workbench(host.page);
  });

  reportFailures('code-states', () => host);

  after(async () => {
    await host?.stop();
    rmSync(above, { recursive: true, force: true, maxRetries: 5 });
  });

  function repository(name: string): CodeRepository {
    const one = new CodeRepository(join(above, name));
    mkdirSync(one.root);
    one.git('init', '--quiet', '--initial-branch=main');
    return one;
  }

  function committed(name: string): CodeRepository {
    const one = repository(name);
    one.commit('train.py', 'layers = 2\n', 'Begin the project');
    one.commit('train.py', 'layers = 3\n', 'Add a layer');
    return one;
  }

  const row = (text: string | RegExp): Locator => workbench.rows('Code', text).first();

  async function showCode(): Promise<void> {
    await workbench.showOnly('Code');
  }

  it('shows several repositories, each as it stands', async () => {
    const inner = committed('library');
    const digits = committed('digits');
    digits.git('submodule', '--quiet', 'add', inner.root, 'lib');
    digits.git('commit', '--quiet', '-m', 'Take the library');
    const sub = new CodeRepository(digits.path('lib'));
    sub.commit('train.py', 'layers = 4\n', 'Improve the library');
    sub.write('train.py', 'layers = 5\n');
    digits.git('init', '--quiet', 'tools');
    committed('detached').git('checkout', '--quiet', '--detach', 'HEAD~1');
    repository('new');
    const merging = committed('merging');
    merging.git('switch', '--quiet', '-c', 'deeper', 'HEAD~1');
    merging.commit('train.py', 'layers = 7\n', 'Seven layers');
    merging.tryGit('merge', 'main');
    digits.git('worktree', 'add', '--quiet', '-b', 'wider', join(above, 'worktree'));
    const file = join(above, 'states.code-workspace');
    const folders = ['digits', 'detached', 'new', 'merging', 'worktree'].map((path) => ({ path }));
    writeFileSync(file, JSON.stringify({ folders }));
    await host.page.goto(`http://127.0.0.1:${host.server.port}/?workspace=${encodeURI(file)}`);
    await host.page.locator('.monaco-workbench .part.statusbar').waitFor();
    await showCode();
    await row(/^lib.*new commits, modified content/).waitFor();
    await workbench.expandRow(row(/^lib.*new commits/));
    await row(/^Improve the library/).waitFor();
    await row(/^tools\/.*a repository of its own/).waitFor();
    await workbench.screenshot('code-states-submodule');
    await row(/^lib.*new commits/).click();
    await workbench.editorTab(/^lib: [0-9a-f]{8} → Working Tree/).waitFor();
    await workbench.page.locator('.part.editor .view-line', { hasText: 'layers = 5' }).first().waitFor();
    await workbench.screenshot('code-states-submodule-diff');
    await workbench.closeEditors();
    await row(/^digits/)
      .locator('.monaco-tl-twistie')
      .click();
    for (const text of [
      /^detached at [0-9a-f]{8}/,
      /^main.*no commit yet/,
      /^deeper.*merge in progress/,
      /^Conflicts/,
      /^wider.*worktree of digits/,
    ]) {
      await row(text).scrollIntoViewIfNeeded();
      await row(text).waitFor();
    }
    await workbench.screenshot('code-states-several');
  });

  it('shows a file’s history beneath its own repository, in every theme and in a narrow window', async () => {
    await row(/^train\.py/).click({ button: 'right' });
    const item = workbench.page.locator('.monaco-menu .action-label', { hasText: 'Show History of File' });
    await until('the history is asked for', async () => {
      await item.click({ timeout: 1_000 }).catch(() => undefined);
      return (await item.count()) === 0;
    });
    await row(/^History of train\.py/).waitFor();
    await row(/^Seven layers.*deeper/).waitFor();
    assert.equal(await workbench.rows('Code', /^History of/).count(), 1, 'the others show all their commits');
    for (const [name, theme, shown] of [
      ['light', 'Light Modern', '.vs'],
      ['high-contrast', 'Dark High Contrast', '.hc-black'],
    ] as const) {
      await workbench.command('Preferences: Color Theme');
      await workbench.answer(theme);
      await workbench.page.locator(`.monaco-workbench${shown}`).first().waitFor();
      await workbench.quickInput.waitFor({ state: 'hidden' });
      await workbench.screenshot(`code-states-${name}`);
    }
    await workbench.page.setViewportSize({ width: 600, height: 1200 });
    await row(/^History of train\.py/).waitFor();
    await workbench.screenshot('code-states-narrow');
    await workbench.page.setViewportSize({ width: 1440, height: 1200 });
  });

  it('says in a window without a repository, and in one without a folder, what to do', async () => {
    mkdirSync(join(above, 'plain'));
    await host.open(join(above, 'plain'));
    await showCode();
    await workbench.view('Code').getByRole('button', { name: 'Initialize Repository' }).waitFor();
    await workbench.screenshot('code-states-no-repository');
    await workbench.view('Code').getByRole('button', { name: 'Initialize Repository' }).click();
    await row(/no commit yet/).waitFor();
    await host.page.goto(`http://127.0.0.1:${host.server.port}/?ew=true`);
    await host.page.locator('.monaco-workbench .part.statusbar').waitFor();
    await showCode();
    await workbench.view('Code').locator('a', { hasText: 'Open a folder' }).waitFor();
    await workbench.screenshot('code-states-no-folder');
  });

  it('says where git is not installed what it is for, and where to get it', async function () {
    if (process.platform === 'win32') this.skip();
    await host.stop();
    const programs = join(above, 'programs');
    mkdirSync(programs);
    symlinkSync(process.execPath, join(programs, 'node'));
    // The last has VS Code ask no login shell for another PATH.
    host = await BrowserHost.start({ vsix: packagedExtension(), env: { PATH: programs, VSCODE_CLI: '1' }, height: 1200 });
    workbench = new Workbench(host.page);
    await host.open(join(above, 'library'));
    await showCode();
    const view = workbench.view('Code');
    await view.getByText('Git is not installed, or not on the path').waitFor();
    assert.equal(await view.getByRole('button', { name: 'Download Git' }).count(), 1);
    assert.equal(await view.getByRole('button', { name: 'Initialize Repository' }).count(), 0);
    await workbench.screenshot('code-states-no-git');
  });
});
