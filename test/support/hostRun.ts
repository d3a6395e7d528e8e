import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { addDevelopmentOptions, type DevelopmentOptions } from './developmentOptions';
import { BrowserHost, type BrowserHostOptions } from './browserHost';
import { Workbench } from './workbench';
import { outputFileName, resultFileName, type HostResult } from './hostFiles';

export interface HostRunOptions extends DevelopmentOptions, BrowserHostOptions {
  readonly workspace: string;
  /** Milliseconds for the whole run. */
  readonly timeout: number;
}

/** Runs a tests module inside the extension host of a real VS Code, prints what it prints, and tells how it went. */
export async function runInHost(options: HostRunOptions): Promise<HostResult> {
  const host = await BrowserHost.start(options);
  const fileOfHost = (name: string) => join(host.folder, 'tmp', name);
  const workbenchLog: string[] = [];
  try {
    let exited: (code: number) => void = () => undefined;
    const exit = new Promise<number>((resolve) => (exited = resolve));
    await host.page.exposeFunction('codeAutomationLog', (_kind: string, parts: unknown[]) =>
      workbenchLog.push(parts.map(String).join(' ')),
    );
    await host.page.exposeFunction('codeAutomationExit', (code: number) => exited(code));
    await addDevelopmentOptions(host.page, host.server.port, options);
    await host.open(options.workspace);
    const code = await withTimeout(exit, options.timeout);
    if (code !== 0) await new Workbench(host.page).screenshot('host-failure');
    if (!existsSync(fileOfHost(resultFileName))) throw new Error(`The extension host ended (exit code ${code}) before its tests did.`);
    const result = JSON.parse(readFileSync(fileOfHost(resultFileName), 'utf8')) as HostResult;
    if (code !== 0 && result.failed === 0) throw new Error(`The extension host reports exit code ${code}, but no test failed.`);
    return result;
  } catch (error) {
    console.error(`${host.server.output()}\n${workbenchLog.join('\n')}`);
    throw error;
  } finally {
    if (existsSync(fileOfHost(outputFileName))) console.log(readFileSync(fileOfHost(outputFileName), 'utf8'));
    await host.stop();
  }
}

async function withTimeout<T>(promise: Promise<T>, milliseconds: number): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(
      () => reject(new Error(`The tests in the extension host did not end within ${milliseconds / 1000} s.`)),
      milliseconds,
    );
  });
  return Promise.race([promise, late]).finally(() => clearTimeout(timer));
}
