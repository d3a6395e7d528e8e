import { createHash } from 'node:crypto';
import { mkdir, mkdtemp, realpath, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import type { Locator } from 'playwright-core';
import { BrowserHost, packagedExtension } from '../support/browserHost';
import { reportFailures } from '../support/failureReport';
import { Workbench } from '../support/workbench';

/** The Data view where there is nothing, very much, or something broken; no dvc is needed for any of it. */
describe('data, in other states', function () {
  this.timeout(120_000);

  let above: string;
  let host: BrowserHost;
  let workbench: Workbench;

  before(async () => {
    above = await realpath(await mkdtemp(join(tmpdir(), 'ml-states-')));
    host = await BrowserHost.start({ vsix: packagedExtension(), settings: { 'workbench.colorTheme': 'Dark Modern' } });
    workbench = new Workbench(host.page);
  });

  reportFailures('data-states', () => host);

  after(async () => {
    await host?.stop();
    await rm(above, { recursive: true, force: true, maxRetries: 5 });
  });

  const row = (text: string | RegExp): Locator => workbench.rows('Data', text).first();
  const write = async (path: string, content: string): Promise<void> => {
    await mkdir(dirname(join(above, path)), { recursive: true });
    await writeFile(join(above, path), content);
  };
  const record = (name: string, content: string): string =>
    `outs:\n- md5: ${createHash('md5').update(content).digest('hex')}\n  size: ${content.length}\n  hash: md5\n  path: ${name}\n`;

  async function open(name: string): Promise<void> {
    await host.open(join(above, name));
    await workbench.showOnly('Data');
  }

  it('says what to do in an empty folder', async () => {
    await mkdir(join(above, 'empty'));
    await open('empty');
    await workbench
      .view('Data')
      .getByText(/DVC, which was not found on this machine|No DVC repository here/)
      .waitFor();
    await workbench.screenshot('data-empty');
  });

  it('has one bad row for one bad file, and the others beside it', async () => {
    await write('bad/.dvc/config', '');
    await write('bad/good.csv', 'good');
    await write('bad/good.csv.dvc', record('good.csv', 'good'));
    await write('bad/broken.csv.dvc', 'outs:\n- md5: [\n');
    await open('bad');
    await row(/^broken\.csv\.dvc.*line \d+/).waitFor();
    await row(/^good\.csv.*not in cache/).waitFor();
    await row(/^1 tracked.*1 unreadable/).waitFor();
    await workbench.screenshot('data-bad-file');
    await row(/^broken\.csv/).click();
    await workbench.editorTab('broken.csv.dvc').waitFor();
    await workbench.closeEditors();
  });

  it('shows a repository of 2,000 data sets, those first that ask for something', async () => {
    const names = Array.from({ length: 2_000 }, (_, i) => `${String(i).padStart(4, '0')}.bin`);
    await write('many/.dvc/config', '');
    for (const name of names) {
      const md5 = createHash('md5').update(name).digest('hex');
      await write(`many/data/${name}`, name === '1999.bin' ? 'changed' : name);
      await write(`many/data/${name}.dvc`, record(name, name));
      await write(`many/.dvc/cache/files/md5/${md5.slice(0, 2)}/${md5.slice(2)}`, name);
    }
    await open('many');
    await row(/^2000 tracked.*1 modified/).waitFor();
    await workbench.expandRow(row(/^data/));
    await row(/^1999\.bin.*modified/).waitFor();
    await workbench.screenshot('data-many');
    await writeFile(join(above, 'many/data/1000.bin'), 'changed too');
    await row(/^2000 tracked.*2 modified/).waitFor();
  });
});
