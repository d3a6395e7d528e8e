import { readdirSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { format, stripVTControlCharacters } from 'node:util';
import Mocha from 'mocha';
import { print, resultFileName, type HostResult } from '../support/hostFiles';

/** Called by VS Code inside the extension host: runs the test files that were bundled beside this one. */
export async function run(): Promise<void> {
  Mocha.reporters.Base.consoleLog = (...parts: unknown[]) => print(stripVTControlCharacters(format(...parts)));
  const mocha = new Mocha({ ui: 'bdd', color: false, reporter: 'spec', timeout: 120_000 });
  for (const name of readdirSync(__dirname).sort()) if (name.endsWith('.test.cjs')) mocha.addFile(join(__dirname, name));
  const stats = await new Promise<Mocha.Stats>((resolve) => {
    const runner = mocha.run(() => resolve(runner.stats!));
  });
  const result: HostResult = { passed: stats.passes, failed: stats.failures, pending: stats.pending };
  writeFileSync(join(tmpdir(), resultFileName), JSON.stringify(result));
  if (stats.failures > 0) throw new Error(`${stats.failures} tests failed in the extension host.`);
}
