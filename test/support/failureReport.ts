import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { BrowserHost } from './browserHost';
import { Workbench } from './workbench';

const LAST_LINES = 25;

/** Says what a person would look at, in a suite of driven tests, whenever one of them fails; `name` is that of the picture. */
export function reportFailures(name: string, host: () => BrowserHost | undefined): void {
  afterEach(async function () {
    if (this.currentTest?.isFailed()) await reportFailure(name, host());
  });
}

/** A picture, what can be read on the screen, and the end of our log. */
async function reportFailure(name: string, host: BrowserHost | undefined): Promise<void> {
  if (!host) return;
  const { page } = host;
  await new Workbench(page).screenshot(`${name}-failure`);
  const text = async (selector: string): Promise<string> =>
    (await page.locator(selector).allInnerTexts()).join('\n').replace(/\n+/g, ' | ');
  const rows = await page.locator('.part.sidebar .monaco-list-row').evaluateAll((all) => all.map((row) => row.getAttribute('aria-label')));
  console.log(
    [
      `${name} failed; on the screen:`,
      ...rows.map((row) => `  ${row ?? ''}`),
      `notifications: ${await text('.notification-list-item')}`,
      `dialog: ${await text('.monaco-dialog-box')}`,
      `quick input: ${await text('.quick-input-widget:not([style*="display: none"])')}`,
      ...logLines(host.folder).slice(-LAST_LINES),
    ].join('\n'),
  );
}

/** Of our log, in every window. */
export function logLines(folder: string): string[] {
  const logs = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((path) => path.endsWith('ML Tracking.log'));
  return logs.flatMap((path) => readFileSync(join(folder, path), 'utf8').trimEnd().split('\n'));
}
