import { appendFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** The files by which tests inside the extension host speak to the process that started it; in the host's own temporary folder. */
export const resultFileName = 'test-result.json';
export const outputFileName = 'test-output.log';

/** What the tests' `run()` writes at its end; without it the extension host has died, whatever exit code is reported. */
export interface HostResult {
  readonly passed: number;
  readonly failed: number;
  readonly pending: number;
}

/** Prints a line from inside the extension host. */
export function print(line: string): void {
  appendFileSync(join(tmpdir(), outputFileName), `${line}\n`);
}
