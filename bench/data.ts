import { createHash } from 'node:crypto';
import { chmod, mkdir, mkdtemp, realpath, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { monitorEventLoopDelay, performance } from 'node:perf_hooks';
import { setTimeout } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { DataReader } from '../src/data/reader';
import type { DataSource } from '../src/data/source';
import type { DataStatus } from '../src/data/status/status';
import { WorkerReader } from '../src/data/thread/workerReader';
import { fileDecorations } from '../src/views/data/dataDecoration';
import { dataRows } from '../src/views/data/dataNode';
import { untranslated } from '../src/views/treeRow';
import { bundle } from '../test/contract/bundle';

/** The real dvc, as tests install it; it may be absent. */
export const DVC = process.env['DVC_BIN'] ?? fileURLToPath(new URL('../.vscode-test/dvc/bin/dvc', import.meta.url));

/** Measures how long reading tracked data holds up the thread that asks: within the extension host that may be 50 ms. */
export async function bench(): Promise<void> {
  const worker = await bundle('src/dataWorker.ts');
  const above = await realpath(await mkdtemp(join(tmpdir(), 'bench-data-')));
  try {
    print('an idle event loop, for comparison', show(await delayDuring(() => setTimeout(2_000))));
    const cases: readonly (readonly [what: string, make: (root: string) => Promise<void>])[] = [
      ['2,000 .dvc files', (root) => makeFiles(root, 2_000)],
      ['20,000 .dvc files', (root) => makeFiles(root, 20_000)],
      ['a folder of 20,000 files', (root) => makeFolder(root, 20_000, false)],
      ['a folder of 100,000 files, all changed', (root) => makeFolder(root, 100_000, true)],
    ];
    for (const [index, [what, make]] of cases.entries()) {
      const root = join(above, String(index));
      await make(root);
      await measure(`${what}, in this thread`, root, new DataReader(() => undefined));
      await measure(`${what}, in a thread of its own`, root, new WorkerReader(worker.file, () => undefined));
      await rm(root, { recursive: true });
    }
  } finally {
    await worker.dispose();
    await rm(above, { recursive: true, force: true });
  }
}

async function measure(what: string, root: string, source: DataSource): Promise<void> {
  try {
    let status: DataStatus | undefined;
    for (const round of ['first reading', 'again']) {
      const timing = await delayDuring(async () => (status = await source.status(root)));
      print(`${what}, ${round}`, show(timing), '< 50 ms');
    }
    let changes = 0;
    const asking = await delayDuring(async () => {
      const { answer } = await source.answer({ kind: 'dataStatus', root, granular: true });
      const { uncommitted } = answer as { uncommitted?: Readonly<Record<string, readonly unknown[]>> };
      changes = Object.values(uncommitted ?? {}).reduce((sum, paths) => sum + paths.length, 0);
    });
    print(`${what}, all of ${changes.toLocaleString('en')} changes asked for`, show(asking), '< 50 ms');
    if (!status) return;
    const begun = performance.now();
    fileDecorations([status], join);
    const rows = dataRows([status], async () => ({ bytes: 0, files: 0 }), untranslated);
    print(`${what}, the view's ${rows.length} rows at the top`, `${(performance.now() - begun).toFixed(0)} ms`, '< 50 ms');
  } finally {
    source.dispose();
  }
}

export interface Timing {
  readonly took: number;
  /** The longest that the event loop of this thread did not turn; other programs may have kept it waiting, too. */
  readonly longest: number;
  /** What all threads of this process used of the processors: the same however busy the machine is with other programs. */
  readonly used: number;
  /** The most of the processor that this thread used from one turn of a timer to the next: the longest delay of its own making. */
  readonly own: number;
}

/** How an action fares that this thread begins and waits for; all in milliseconds. */
export async function delayDuring(action: () => Promise<unknown>): Promise<Timing> {
  const monitor = monitorEventLoopDelay({ resolution: 1 });
  monitor.enable();
  await setTimeout(5);
  let own = 0;
  let last = process.threadCpuUsage();
  const turn = (): void => {
    const { user, system } = process.threadCpuUsage(last);
    last = process.threadCpuUsage();
    own = Math.max(own, (user + system) / 1_000);
  };
  const turning = setInterval(turn, 1);
  const begun = performance.now();
  const before = process.cpuUsage();
  await action();
  const took = performance.now() - begun;
  const { user, system } = process.cpuUsage(before);
  turn();
  clearInterval(turning);
  await setTimeout(5);
  monitor.disable();
  return { took, used: (user + system) / 1_000, longest: monitor.max / 1e6, own };
}

function show({ took, used, longest, own }: Timing): string {
  return `${took.toFixed(0)} ms (${used.toFixed(0)} ms of processors), longest delay of the event loop ${longest.toFixed(0)} ms, of its own making ${own.toFixed(0)} ms`;
}

const md5 = (content: string): string => createHash('md5').update(content).digest('hex');

/** Files of their own `.dvc` files each, 1,000 in a folder, with their objects in the cache. */
export async function makeFiles(root: string, count: number): Promise<void> {
  await prepare(root);
  await inTurns(count, async (index) => {
    const content = `file ${index}\n`;
    const file = join(root, 'data', `part${Math.floor(index / 1_000)}`, `f${index}.csv`);
    await write(file, content);
    // A description makes it one for the YAML parser, which takes much longer.
    const more = index % 2 === 0 ? '' : '  desc: "told by hand"\n';
    await write(`${file}.dvc`, `outs:\n- md5: ${md5(content)}\n  size: ${content.length}\n  hash: md5\n  path: f${index}.csv\n${more}`);
    await writeObject(root, md5(content), content);
  });
}

/** One tracked folder, as recorded or with every file changed since. */
export async function makeFolder(root: string, count: number, changed: boolean): Promise<void> {
  await prepare(root);
  const name = (index: number): string => `image${String(index).padStart(6, '0')}.png`;
  const entries: string[] = [];
  for (let index = 0; index < count; index++) entries.push(`{"md5": "${md5(`image ${index}`)}", "relpath": "${name(index)}"}`);
  await inTurns(count, async (index) => {
    await write(join(root, 'images', name(index)), changed ? `changed ${index}` : `image ${index}`);
    await writeObject(root, md5(`image ${index}`), `image ${index}`);
  });
  const manifest = `[${entries.join(', ')}]`;
  await writeObject(root, `${md5(manifest)}.dir`, manifest);
  await write(join(root, 'images.dvc'), `outs:\n- md5: ${md5(manifest)}.dir\n  nfiles: ${count}\n  hash: md5\n  path: images\n`);
}

async function prepare(root: string): Promise<void> {
  await write(join(root, '.dvc', 'config'), '');
}

async function writeObject(root: string, digest: string, content: string): Promise<void> {
  const file = join(root, '.dvc', 'cache', 'files', 'md5', digest.slice(0, 2), digest.slice(2));
  await write(file, content);
  await chmod(file, 0o444);
}

async function write(file: string, content: string): Promise<void> {
  await mkdir(dirname(file), { recursive: true });
  await writeFile(file, content);
}

async function inTurns(count: number, action: (index: number) => Promise<void>): Promise<void> {
  for (let from = 0; from < count; from += 100)
    await Promise.all(Array.from({ length: Math.min(100, count - from) }, (_, index) => action(from + index)));
}

export function print(what: string, figure: string, goal?: string): void {
  console.log(`data: ${what}: ${figure}${goal === undefined ? '' : ` (goal ${goal})`}`);
}

if (process.argv[1] === fileURLToPath(import.meta.url)) await bench();
