import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { FrameLocator, Locator, Page } from 'playwright-core';
import { until } from './until';

const screenshotFolder = join(process.cwd(), 'test-results', 'screenshots');

/** What a person does in the workbench, by hand and eye. Everything waits for what it needs; nothing sleeps. */
export class Workbench {
  /** How often something was chosen of a row. */
  private choices = 0;

  constructor(readonly page: Page) {}

  /** Shows a view container of the activity bar, unless it is shown (a second click would close it). */
  async openViewContainer(name: string): Promise<void> {
    const action = this.page.locator(`.part.activitybar a.action-label[aria-label^="${name}"]`);
    await action.waitFor();
    const item = this.page
      .locator('.part.activitybar .action-item')
      .filter({ has: this.page.locator(`a.action-label[aria-label^="${name}"]`) });
    const title = this.page.locator('.part.sidebar .composite.title h2', { hasText: new RegExp(name, 'i') });
    await until(`${name} is shown`, async () => {
      if (!(await item.getAttribute('class'))?.includes('checked')) await action.click();
      // A click that met a window just showing it by itself has closed it.
      return title.waitFor({ timeout: 3_000 }).then(
        () => true,
        () => false,
      );
    });
  }

  /** The pane of one view, by its title. */
  view(title: string): Locator {
    return this.page.locator('.part.sidebar .pane').filter({ has: this.page.locator(`.pane-header h3.title:text-is("${title}")`) });
  }

  /** Gives one of our views the whole sidebar. */
  async showOnly(title: string): Promise<void> {
    await this.openViewContainer('ML Tracking');
    await this.expandView(title);
    for (const other of ['Runs', 'Models', 'Code', 'Data']) if (other !== title) await this.collapseView(other);
  }

  async expandView(title: string): Promise<void> {
    const header = this.view(title).locator('.pane-header');
    await header.waitFor();
    if ((await header.getAttribute('aria-expanded')) !== 'true') await header.click();
    await this.view(title).locator('.pane-header[aria-expanded="true"]').waitFor();
  }

  async collapseView(title: string): Promise<void> {
    const header = this.view(title).locator('.pane-header');
    if ((await header.getAttribute('aria-expanded')) === 'true') await header.click();
    await this.view(title).locator('.pane-header[aria-expanded="false"]').waitFor();
  }

  /** The rows of a view that hold a text. */
  rows(viewTitle: string, text?: string | RegExp): Locator {
    const rows = this.view(viewTitle).locator('.monaco-list-row');
    return text === undefined ? rows : rows.filter({ hasText: text });
  }

  /** Opens a row that can be opened, once it can. */
  async expandRow(row: Locator): Promise<void> {
    await until('a row that opens', async () => {
      const state = await row.getAttribute('aria-expanded');
      if (state === 'false') await row.locator('.monaco-tl-twistie').click();
      return state === 'true';
    });
  }

  /**
   * Runs a command of the palette by its whole title, e.g. `ML Tracking: Train Digit Model`.
   * @returns when it was chosen, in milliseconds since the epoch
   */
  async command(title: string): Promise<number> {
    const row = this.quickPickRow(title).first();
    // The palette lists what is enabled when it opens; just after a reload of the window that isn't everything yet.
    await until(`the palette lists ${title}`, async () => {
      await this.page.keyboard.press('F1');
      // What takes the focus at that moment closes it again.
      const listed = await this.page
        .locator('.quick-input-box input')
        .fill(`>${title}`, { timeout: 3_000 })
        .then(() => row.waitFor({ timeout: 3_000 }))
        .then(
          () => true,
          () => false,
        );
      if (!listed) await this.page.keyboard.press('Escape');
      return listed;
    });
    await row.click();
    return Date.now();
  }

  /** Reloads as the editor's own command does, which saves what is open first. */
  async reloadWindow(): Promise<void> {
    const loaded = this.page.waitForEvent('load');
    await this.command('Developer: Reload Window');
    await loaded;
    await this.page.locator('.monaco-workbench .part.statusbar').waitFor();
  }

  quickPickRow(text: string): Locator {
    return this.page.locator('.quick-input-list .monaco-list-row').filter({ hasText: text });
  }

  /** Chooses one entry of an open quick pick. */
  async pick(text: string): Promise<void> {
    await this.quickPickRow(text).first().click();
  }

  /** Ticks entries of an open quick pick of several and accepts. */
  async pickSeveral(texts: readonly string[]): Promise<void> {
    for (const text of texts) await this.quickPickRow(text).first().locator('.monaco-checkbox, input[type=checkbox]').first().check();
    await this.page.locator('.quick-input-widget .monaco-button', { hasText: 'OK' }).click();
  }

  /** Answers an open input box. */
  async answer(text: string): Promise<void> {
    const input = this.page.locator('.quick-input-box input');
    await input.waitFor();
    await input.fill(text);
    await this.page.keyboard.press('Enter');
  }

  async closeEditors(): Promise<void> {
    await this.command('View: Close All Editors');
    await this.page.locator('.part.editor .tab').first().waitFor({ state: 'detached' });
  }

  /** Shows or hides the panel with the terminals. */
  async togglePanel(shown: boolean): Promise<void> {
    const panel = this.page.locator('.part.panel');
    if ((await panel.isVisible()) !== shown) await this.command('View: Toggle Panel Visibility');
    await panel.waitFor({ state: shown ? 'visible' : 'hidden' });
  }

  /** Does what a row offers while the pointer is on it. */
  async rowAction(row: Locator, action: string): Promise<void> {
    await this.chosen(() => this.clickRowAction(row, action));
  }

  /** Chooses an entry of a row's context menu. */
  async rowMenu(row: Locator, entry: string): Promise<void> {
    await this.chosen(() => this.clickRowMenu(row, entry));
  }

  /** Does something to a row; where it was read again at that moment and nothing was done, it is chosen once more, as we ask a person to. */
  private async chosen(choose: () => Promise<void>): Promise<void> {
    const turn = ++this.choices;
    await choose();
    const refused = this.notification('choose it once more');
    const again = async (): Promise<void> => {
      await refused.waitFor();
      if (turn !== this.choices) return;
      await refused.hover();
      await refused.locator('.codicon-notifications-clear').click();
      await refused.waitFor({ state: 'detached' });
      await choose();
      await again();
    };
    // Meanwhile the test waits for what it has chosen.
    void again().catch(() => undefined);
  }

  private async clickRowAction(row: Locator, action: string): Promise<void> {
    // Where the tree is drawn anew a row's element may stand for another row a moment later: which it is, is asked in the turn of the click.
    await until(`${action} is there`, async () => {
      await row.hover();
      const name = await row.getAttribute('aria-label');
      return row.evaluate(
        (element, [wanted, offered]) => {
          const label = element.querySelector<HTMLElement>(`.action-label[aria-label^="${offered}"]`);
          if (!label || element.getAttribute('aria-label') !== wanted) return false;
          label.click();
          return true;
        },
        [name, action] as const,
      );
    });
  }

  /** A menu takes no click just after it has opened. */
  private async clickMenuEntry(item: Locator, entry: string): Promise<void> {
    await until(`${entry} is chosen`, async () => {
      await item.click({ timeout: 1_000 }).catch(() => undefined);
      return (await item.count()) === 0;
    });
  }

  private async clickRowMenu(row: Locator, entry: string): Promise<void> {
    const item = this.page.locator('.monaco-menu .action-label', { hasText: entry });
    const open = this.page.locator('.monaco-menu-container');
    await until(`${entry} is offered`, async () => {
      if (await item.isVisible()) return true;
      // A menu without it was opened for what stood in the row's place a moment before.
      if (await open.isVisible()) await this.page.keyboard.press('Escape');
      await row.click({ button: 'right', timeout: 2_000 }).catch(() => undefined);
      return item.waitFor({ timeout: 2_000 }).then(
        () => true,
        () => false,
      );
    });
    await this.clickMenuEntry(item, entry);
  }

  /** Chooses an entry of what a view's “…” offers. */
  async viewMenu(title: string, entry: string): Promise<void> {
    const item = this.page.locator('.monaco-menu .action-label', { hasText: entry });
    await this.view(title).locator('.pane-header').hover();
    await this.view(title).locator('.pane-header .codicon-toolbar-more').click();
    await item.waitFor();
    await this.clickMenuEntry(item, entry);
  }

  /** A modal question, by a part of its text. */
  dialog(text: string): Locator {
    return this.page.locator('.monaco-dialog-box').filter({ hasText: text });
  }

  async answerDialog(text: string, button: string): Promise<void> {
    await this.dialog(text).getByRole('button', { name: button, exact: true }).click();
    await this.dialog(text).waitFor({ state: 'detached' });
  }

  /** The quick input, to wait for it to come or go. */
  get quickInput(): Locator {
    return this.page.locator('.quick-input-widget');
  }

  notification(text: string | RegExp): Locator {
    return this.page.locator('.notifications-toasts .notification-list-item').filter({ hasText: text });
  }

  async notificationButton(text: string | RegExp, button: string): Promise<void> {
    await this.notification(text).getByRole('button', { name: button }).click();
  }

  async clearNotifications(): Promise<void> {
    await this.command('Notifications: Clear All Notifications');
  }

  /** The page inside the webview of our extension that is in front. */
  webview(extensionId = 'ml-tracking.ml-tracking'): FrameLocator {
    return this.page.frameLocator(`iframe.webview.ready[src*="extensionId=${extensionId}"]`).frameLocator('iframe#active-frame');
  }

  editorTab(title: string | RegExp): Locator {
    return this.page.locator('.part.editor .tab').filter({ hasText: title });
  }

  statusBarItem(text: string | RegExp): Locator {
    return this.page.locator('.part.statusbar .statusbar-item').filter({ hasText: text });
  }

  /** The lines of the terminal in front, as a person reads them; needs `terminal.integrated.gpuAcceleration: off`. */
  get terminal(): Locator {
    return this.page.locator('.terminal-wrapper.active .xterm-rows');
  }

  /** Keeps a picture of what is on the screen in test-results/screenshots. */
  async screenshot(name: string): Promise<void> {
    mkdirSync(screenshotFolder, { recursive: true });
    await this.page.screenshot({ path: join(screenshotFolder, `${name}.png`) });
  }
}
