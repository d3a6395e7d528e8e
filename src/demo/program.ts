// The demo's maker as a program: `program.ts --workspace DIR [--data DIR] [--offline]`, for scripts/start.mjs.
import { dirname, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { messageOf } from '../core/errors';
import { formatBytes } from '../core/format';
import type { DownloadProgress } from '../train/data/download';
import { obtainDigits } from '../train/data/source';
import { makeDemo } from './demoWorkspace';

const { values } = parseArgs({
  options: { workspace: { type: 'string' }, data: { type: 'string' }, offline: { type: 'boolean' }, verbose: { type: 'boolean' } },
});
const cancel = new AbortController();
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.once(signal, () => cancel.abort());
const say = (line: string): void => void process.stdout.write(`${line}\n`);

/** One line that is written over while it grows; where no person looks, nothing. */
function showProgress({ bytes, total }: DownloadProgress): void {
  if (!process.stdout.isTTY) return;
  const part = bytes / total;
  const bar = '█'.repeat(Math.round(part * 30)).padEnd(30, '░');
  process.stdout.write(`\rMNIST ${bar} ${String(Math.round(part * 100)).padStart(3)} %  ${formatBytes(bytes)} of ${formatBytes(total)}   `);
  if (bytes === total) process.stdout.write('\n');
}

try {
  const folder = resolve(values.workspace ?? 'digits');
  const made = await makeDemo({
    folder,
    digits: () => {
      say(`Making the demo workspace ${folder} …`);
      return obtainDigits({ data: values.data, offline: values.offline, onProgress: showProgress, log: say, signal: cancel.signal });
    },
    packageFolder: dirname(dirname(dirname(fileURLToPath(import.meta.url)))),
    log: values.verbose ? say : () => undefined,
    signal: cancel.signal,
  });
  if (!made) say(`The demo workspace ${folder} is there already${values.data === undefined ? '' : '; it keeps its data'}.`);
} catch (error) {
  process.stderr.write(`${cancel.signal.aborted ? 'Cancelled.' : messageOf(error)}\n`);
  process.exitCode = cancel.signal.aborted ? 130 : 1;
}
