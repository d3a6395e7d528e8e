import type { Page } from 'playwright-core';

export interface DevelopmentOptions {
  /** The extension's folder on this machine. */
  readonly extensionPath: string;
  /** A module that exports `run()`, started inside the extension host. */
  readonly testsPath: string;
}

/** Lets the workbench load an extension from a folder and run tests in its host, by adding to the configuration that the page holds. */
export async function addDevelopmentOptions(page: Page, port: number, options: DevelopmentOptions): Promise<void> {
  const uri = (path: string) => ({ scheme: 'vscode-remote', authority: `127.0.0.1:${port}`, path });
  const developmentOptions = { extensions: [uri(options.extensionPath)], extensionTestsPath: uri(options.testsPath) };
  await page.addInitScript(amendSettings, { developmentOptions });
}

/** The service worker delays the first web page of a panel by seconds and is of no use on one machine. */
export async function withoutServiceWorker(page: Page): Promise<void> {
  await page.addInitScript(amendSettings, {});
}

function amendSettings(amendments: Record<string, unknown>): void {
  // eslint-disable-next-line @typescript-eslint/unbound-method -- it is called with its element below
  const original = Element.prototype.getAttribute;
  Element.prototype.getAttribute = function (name: string): string | null {
    const value = original.call(this, name);
    if (name !== 'data-settings' || value === null || this.id !== 'vscode-workbench-web-configuration') return value;
    const settings = { ...(JSON.parse(value) as { productConfiguration?: Record<string, unknown> }), ...amendments };
    delete settings.productConfiguration?.['serviceWorker'];
    return JSON.stringify(settings);
  };
}
