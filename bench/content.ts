import { execFile } from 'node:child_process';
import { createWriteStream, existsSync } from 'node:fs';
import { mkdtemp, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { performance } from 'node:perf_hooks';
import { mlflowProgram } from '../test/support/mlflowPeers';

const PROGRAM = resolve('dist/cli.js');
const PANDAS = `
import pandas as pd, resource, sys
header = None if sys.argv[2] == 'none' else 0
frame = pd.read_csv(sys.argv[1], header=header)
frame.describe(); frame.nunique(); frame.isna().sum(); frame.duplicated().sum()
print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss)
`;

/** Measures profiles of large tables, time and memory of the whole process, beside pandas where it is installed. */
export async function bench(): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'bench-content-'));
  try {
    // As MNIST's table: four of five pixels are paper.
    const pixels = join(folder, 'train.csv');
    await makeTable(pixels, 60_000, (row, random) => {
      const cells: number[] = [];
      for (let at = 0; at < 784; at++) cells.push(random() < 0.81 ? 0 : Math.floor(random() * 256));
      return [...cells, row % 10].join(',');
    });
    await measure('60,000 rows of 784 pixels and a label', pixels, 'none', '< 200 MB, a few seconds');
    const floats = join(folder, 'floats.csv');
    await makeTable(floats, 200_000, (_row, random) => Array.from({ length: 30 }, () => (random() * 2 - 1).toFixed(8)).join(','));
    await measure('200,000 rows of 30 fractions', floats, 'none', '< 200 MB');
    const texts = join(folder, 'texts.csv');
    await makeTable(
      texts,
      1_000_000,
      (row, random) => `${row},"name ${Math.floor(random() * 1e5)}",city ${row % 50},2026-01-${10 + (row % 20)}`,
    );
    await measure('1,000,000 rows of texts and dates', texts, 'none', '< 300 MB');
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function measure(what: string, file: string, header: string, wanted: string): Promise<void> {
  const size = ((await stat(file)).size / 1e6).toFixed(0);
  const tell = "process.on('exit',()=>process.stderr.write('peak '+process.resourceUsage().maxRSS))";
  const preload = `data:text/javascript,${encodeURIComponent(tell)}`;
  const ours = await timed(process.execPath, ['--import', preload, PROGRAM, 'data', 'profile', file, '--json', '--no-header']);
  print(
    `profile of ${what} (${size} MB)`,
    `${ours.seconds.toFixed(1)} s, ${Math.round(Number(/peak (\d+)/.exec(ours.said)?.[1]) / 1024)} MB`,
    wanted,
  );
  const python = mlflowProgram('mlflow3', 'python');
  if (!existsSync(python)) return;
  const pandas = await timed(python, ['-c', PANDAS, file, header]);
  print(
    '  pandas: read, describe, nunique, isna, duplicated',
    `${pandas.seconds.toFixed(1)} s, ${Math.round(Number(pandas.out) / 1024)} MB`,
    '',
  );
}

function timed(program: string, args: readonly string[]): Promise<{ seconds: number; out: string; said: string }> {
  const begun = performance.now();
  return new Promise((fulfil, reject) => {
    execFile(program, args, { timeout: 300_000, maxBuffer: 2 ** 28 }, (error, out, said) => {
      if (error) reject(new Error(said || error.message));
      else fulfil({ seconds: (performance.now() - begun) / 1000, out, said });
    });
  });
}

/** Writes a table by rows, the same in every run. */
async function makeTable(file: string, rows: number, row: (index: number, random: () => number) => string): Promise<void> {
  let state = 1;
  const random = (): number => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 32;
  };
  const out = createWriteStream(file);
  for (let index = 0; index < rows; index++)
    if (!out.write(`${row(index, random)}\n`)) await new Promise<void>((fulfil) => out.once('drain', fulfil));
  await new Promise<void>((fulfil) => out.end(fulfil));
}

function print(what: string, found: string, wanted: string): void {
  console.log(`${what.padEnd(64)} ${found.padEnd(24)} ${wanted}`);
}

await bench();
