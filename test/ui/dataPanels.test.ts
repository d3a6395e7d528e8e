import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import type { Locator } from 'playwright-core';
import { BrowserHost, packagedExtension } from '../support/browserHost';
import { DataProject } from '../support/dataProject';
import { reportFailures } from '../support/failureReport';
import { until } from '../support/until';
import { Workbench } from '../support/workbench';

describe('data, looked into', function () {
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
    await workbench.showOnly('Data');
    await workbench
      .rows('Data', /^3 tracked/)
      .first()
      .waitFor();
  });

  reportFailures('data-panels', () => host);

  after(async () => {
    await host?.stop();
    await project?.dispose();
  });

  const inPage = (selector: string): Locator => workbench.webview().locator(selector);
  const says = (selector: string, text: RegExp): Promise<unknown> =>
    until(`${selector} says ${String(text)}`, async () => text.test((await inPage(selector).first().innerText()).replace(/\s+/g, ' ')));

  /** What a node of a graph tells those who don't see it. */
  const tells = (node: string, text: RegExp): Promise<unknown> =>
    until(`${node} tells ${String(text)}`, async () => text.test((await inPage(node).first().getAttribute('aria-label')) ?? ''));

  async function compare(data: string, version: string): Promise<void> {
    await workbench.command('ML Tracking: Compare Data Versions…');
    await workbench.pick(data);
    await workbench.quickPickRow(version).first().waitFor();
    await workbench.pick(version);
  }

  it('compares a table with an earlier version: rows, columns, ranges and classes', async () => {
    await compare('train.csv', 'Track the data');
    await says('[data-fact="Rows"]', /300.*420 \+120/);
    await says('[data-column="size"]', /size integer/);
    await says('[data-column="kind"]', /circle.*square.*star/);
    await says('[data-class="star"]', /0 → 140/);
    await inPage('[data-column="weight"] svg[role="img"]').waitFor();
    await says('[data-testid="headline"]', /column.* changed · class counts differ/);
    await workbench.screenshot('data-compare-table');
  });

  it('keeps the tab over a reload of the window', async () => {
    await workbench.reloadWindow();
    await says('[data-fact="Rows"]', /300.*420/);
    await workbench.closeEditors();
  });

  it('compares folders of images: files, pictures in pairs, and one of them alone', async () => {
    await project.write('data/shapes/circle/0.png', await project.bytes('data/shapes/square/3.png'));
    await project.remove('data/shapes/square/5.png');
    await compare('data/shapes', 'HEAD');
    await says('[data-testid="headline"]', /1 file changed · 1 file removed/);
    await inPage('[data-testid="changed-images"] li').nth(1).waitFor();
    assert.equal(await inPage('[data-testid="changed-images"] img').count(), 3);
    const loaded = inPage('[data-testid="samples"] img').first();
    await until('pictures are drawn', () => loaded.evaluate((image) => (image as HTMLImageElement).naturalWidth === 24));
    await workbench.screenshot('data-compare-images');
    await inPage('[data-file="circle/0.png"]').click();
    await says('h1', /data\/shapes.*circle\/0\.png/);
    await inPage('[data-testid="facts"]').waitFor();
    await inPage('[data-action="back"]').click();
    await inPage('[data-testid="files"]').waitFor();
    await workbench.closeEditors();
  });

  it('shows the content of what lies in the working tree', async () => {
    await workbench.command('ML Tracking: Show Data Content');
    await workbench.pick('train.csv');
    await says('[data-fact="Rows"]', /Rows 420/);
    assert.equal(await inPage('[data-testid="headline"]').count(), 0);
    await workbench.closeEditors();
  });

  it('draws the pipeline, follows what changes, and opens what is clicked', async () => {
    await workbench.command('ML Tracking: Show Pipeline Graph');
    await inPage('[data-node="stage:prepare"]').waitFor();
    await project.write('params.yaml', 'least: 30\n');
    await tells('[data-node="stage:prepare"]', /parameters changed/);
    await inPage('[data-node="stage:prepare"]').hover();
    await workbench.screenshot('data-graph');
    await inPage('[data-node="stage:prepare"]').click();
    await workbench.editorTab('dvc.yaml').waitFor();
    await workbench.closeEditors();
  });

  it('is walked through with the keyboard', async () => {
    await workbench.command('ML Tracking: Show Pipeline Graph');
    const focused = (): Promise<string | null> =>
      inPage('graph-app').evaluate((app) => app.shadowRoot?.activeElement?.getAttribute('data-node') ?? null);
    await inPage('[data-node][tabindex="0"]').focus();
    for (const key of ['ArrowRight', 'ArrowRight']) await host.page.keyboard.press(key);
    await until('the focus has moved along', async () => (await focused()) === 'data:data/prepared.csv');
    await workbench.closeEditors();
  });

  it('draws the lineage of data to the runs that used it', async () => {
    await workbench.command('ML Tracking: Show Lineage');
    await workbench.pick('train.csv');
    await tells('.node.kind-run', /Run (calm-heron-2|bold-otter-1)/);
    await workbench.screenshot('data-lineage');
    await workbench.closeEditors();
  });
});
