import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { chromium, type Browser, type BrowserContext, type Page } from 'playwright-core';
import { installExtension, startServer, type RunningServer } from '../../scripts/codeServer.mjs';
import { findChromium } from '../../scripts/systemPackages.mjs';
import { withoutServiceWorker } from './developmentOptions';
import { endProcessesOf } from './leftovers';

const chromiumFlags = [
  '--headless=new',
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

export interface BrowserHostOptions {
  readonly settings?: Readonly<Record<string, unknown>>;
  readonly env?: NodeJS.ProcessEnv;
  /** A packaged extension, installed before the start. */
  readonly vsix?: string;
  /** Ask for trust in workspaces; absent: every workspace is trusted. */
  readonly trust?: boolean;
  readonly width?: number;
  readonly height?: number;
}

/** The extension that the driven tests are about, as it is installed. */
export function packagedExtension(): string {
  const vsix = process.env['ML_TRACKING_VSIX'];
  if (!vsix) throw new Error('ML_TRACKING_VSIX names the packaged extension: run `node scripts/test.mjs ui`.');
  return vsix;
}

/** VS Code's server with a folder of its own, and a browser to open it in. Nothing of it is left after `stop`. */
export class BrowserHost {
  /** When the tests' own process ends in the middle, nobody calls `stop`. */
  private readonly onExit = () => this.endAtOnce();

  private constructor(
    readonly folder: string,
    readonly server: RunningServer,
    private readonly browser: Browser,
    readonly context: BrowserContext,
    readonly page: Page,
  ) {
    process.once('exit', this.onExit);
  }

  static async start(options: BrowserHostOptions = {}): Promise<BrowserHost> {
    const executablePath = findChromium();
    if (!executablePath) throw new Error('No Chromium or Chrome was found; name one in the environment variable CHROMIUM.');
    const folder = mkdtempSync(join(process.platform === 'win32' ? tmpdir() : '/tmp', 'mlt-'));
    let server: RunningServer | undefined;
    let browser: Browser | undefined;
    try {
      if (options.vsix) await installExtension({ folder, vsix: options.vsix });
      server = await startServer({ folder, settings: options.settings, env: options.env, trust: options.trust });
      browser = await chromium.launch({ executablePath, chromiumSandbox: false, args: chromiumFlags });
      const viewport = { width: options.width ?? 1440, height: options.height ?? 900 };
      const context = await browser.newContext({ viewport, reducedMotion: 'reduce', acceptDownloads: true });
      context.setDefaultTimeout(60_000);
      const page = await context.newPage();
      await withoutServiceWorker(page);
      return new BrowserHost(folder, server, browser, context, page);
    } catch (error) {
      await browser?.close();
      await server?.stop();
      endProcessesOf(folder);
      rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
      throw error;
    }
  }

  /** Opens a folder of this machine and waits until the workbench stands. */
  async open(workspace: string): Promise<void> {
    await this.page.goto(`http://127.0.0.1:${this.server.port}/?folder=${encodeURI(workspace)}`);
    await this.page.locator('.monaco-workbench .part.statusbar').waitFor({ timeout: 60_000 });
  }

  /** @returns the command lines of processes that outlived the server and had to be ended */
  async stop(): Promise<readonly string[]> {
    await this.browser.close();
    await this.server.stop();
    process.off('exit', this.onExit);
    return this.endAtOnce();
  }

  private endAtOnce(): readonly string[] {
    this.server.kill();
    const leftovers = endProcessesOf(this.folder);
    rmSync(this.folder, { recursive: true, force: true, maxRetries: 5 });
    return leftovers;
  }
}
