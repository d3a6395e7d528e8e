import { mkdtemp, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { performance } from 'node:perf_hooks';
import { fileURLToPath } from 'node:url';
import type { Engine } from '../src/store/engine';
import { loadSqlite } from '../src/store/sqliteModule';
import { openStore } from '../src/store/sqlite/store';

const BATCH = 1_000;
const POINTS = 1_000_000;
const RUNS = 10_000;
const START = 1_700_000_000_000;

/** Measures the embedded store beside the figures that it is to reach, and prints them. */
export async function bench(): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'bench-store-'));
  try {
    await benchPoints(join(folder, 'points'));
    await benchRuns(join(folder, 'runs'));
  } finally {
    await rm(folder, { recursive: true });
  }
}

/** How fast durable batches go in, what a point takes on the disk, and how fast curves come out. */
async function benchPoints(folder: string): Promise<void> {
  const engine = await openStore(folder);
  const { runId } = await engine.runs.create({ experimentId: '0' });
  const rate = await logPoints(engine, runId, ['loss'], POINTS);
  print('points, batches of 1,000 of one metric', `${thousands(rate)} points/s`, '≥ 250,000');
  await engine.close();
  const size = (await stat(join(folder, 'tracking.db'))).size;
  print('size on disk', `${(size / POINTS).toFixed(1)} bytes a point`);

  const plain = await plainRows(`${folder}.db`);
  const again = await openStore(folder);
  for (const axis of ['step', 'time'] as const)
    for (const [name, from, to] of [
      ['full', 0, POINTS - 1],
      ['a quarter', 300_000, 549_999],
      ['a hundredth', 512_345, 522_344],
    ] as const) {
      const [low, high] = axis === 'step' ? [from, to] : [START + from * 10, START + to * 10];
      const ours = await measure(() => again.metrics.envelope(runId, 'loss', { axis, buckets: 1_000, from: low, to: high }));
      const theirs = axis === 'step' ? await measure(async () => plain.envelope(from, to)) : undefined;
      const ratio =
        theirs === undefined ? '' : `; plain GROUP BY ${show(theirs)}: ${(theirs.processor / ours.processor).toFixed(0)} times as fast`;
      print(`1,000-bucket envelope of 1,000,000 points, ${axis}, ${name}`, `${show(ours)}${ratio}`, '< 50 ms');
    }
  plain.close();
  await again.close();

  const many = await openStore(`${folder}-many`);
  const run = await many.runs.create({ experimentId: '0' });
  const ten = Array.from({ length: 10 }, (_, index) => `metric ${index}`);
  print('points, batches of 1,000 over 10 metrics', `${thousands(await logPoints(many, run.runId, ten, 300_000))} points/s`);
  const small = await many.runs.create({ experimentId: '0' });
  const begun = performance.now();
  for (let step = 0; step < 500; step++)
    await many.runs.logBatch(small.runId, {
      metrics: ten.slice(0, 4).map((key) => ({ key, value: step / 7, step, timestamp: START + step })),
    });
  print('batches of 4 points, one of each of 4 metrics', `${((performance.now() - begun) / 500).toFixed(2)} ms a batch`);
  await many.close();
}

async function logPoints(engine: Engine, runId: string, keys: readonly string[], points: number): Promise<number> {
  let taken = 0;
  for (let from = 0; from < points; from += BATCH) {
    const metrics = Array.from({ length: BATCH }, (_, index) => {
      const step = from + index;
      return { key: keys[step % keys.length]!, value: Math.sin(step / 1_000) + Math.random(), step, timestamp: START + step * 10 };
    });
    const begun = performance.now();
    await engine.runs.logBatch(runId, { metrics });
    taken += performance.now() - begun;
  }
  return (points / taken) * 1_000;
}

/** The same points as plain rows, to compare with. */
async function plainRows(file: string): Promise<{ envelope(from: number, to: number): unknown; close(): void }> {
  const { DatabaseSync } = loadSqlite();
  const database = new DatabaseSync(file);
  database.exec(
    'PRAGMA synchronous = OFF; CREATE TABLE point (metric INTEGER, step INTEGER, value REAL, PRIMARY KEY (metric, step)) WITHOUT ROWID; BEGIN',
  );
  const insert = database.prepare('INSERT INTO point VALUES (1, ?, ?)');
  for (let step = 0; step < POINTS; step++) insert.run(step, Math.sin(step / 1_000) + Math.random());
  database.exec('COMMIT');
  const select = database.prepare(
    'SELECT min(step), max(step), min(value), max(value), count(*) FROM point WHERE metric = 1 AND step BETWEEN ?1 AND ?2 GROUP BY CAST((step - ?1) * 1000 / (?2 - ?1 + 1) AS INTEGER)',
  );
  return { envelope: (from, to) => select.all(from, to), close: () => database.close() };
}

/** How long it takes to open a large store and list its newest runs. */
async function benchRuns(folder: string): Promise<void> {
  const engine = await openStore(folder);
  const params = Array.from({ length: 30 }, (_, index) => ({ key: `param ${index}`, value: String(index) }));
  const metrics = Array.from({ length: 10 }, (_, index) => ({ key: `metric ${index}`, value: index, step: 0, timestamp: START }));
  const begun = performance.now();
  for (let index = 0; index < RUNS; index++) {
    const { runId } = await engine.runs.create({ experimentId: '0', startTime: START + index });
    await engine.runs.logBatch(runId, { params, metrics, tags: { team: `${index % 7}` } });
  }
  print('create a run and log 30 params, 10 metrics and a tag', `${((performance.now() - begun) / RUNS).toFixed(2)} ms`);
  await engine.close();
  const listed = await measure(async () => {
    const opened = await openStore(folder);
    await opened.runs.search({ experimentIds: ['0'], maxResults: 100 });
    await opened.close();
  });
  print('open a store of 10,000 runs and list the newest 100', show(listed), '< 20 ms');
  const opened = await openStore(folder);
  const filter = "params.`param 3` = '3' AND metrics.`metric 9` > 5 AND tags.team = '4'";
  const found = await measure(() =>
    opened.runs.search({ experimentIds: ['0'], maxResults: 100, filter, orderBy: ['metrics.`metric 1` DESC'] }),
  );
  print('search 10,000 runs by param, metric and tag, ordered by a metric', show(found));
  await opened.close();
}

interface Timing {
  /** The middle of seven times, in milliseconds. */
  readonly time: number;
  /** The processor's share of it: what is left when other programs keep this one waiting. */
  readonly processor: number;
}

/** Times an action seven times, after once to warm up. */
async function measure(action: () => Promise<unknown>): Promise<Timing> {
  await action();
  const times: number[] = [];
  const processors: number[] = [];
  for (let round = 0; round < 7; round++) {
    const used = process.cpuUsage();
    const begun = performance.now();
    await action();
    times.push(performance.now() - begun);
    const { user, system } = process.cpuUsage(used);
    processors.push((user + system) / 1_000);
  }
  const middle = (values: number[]): number => values.sort((a, b) => a - b)[3]!;
  return { time: middle(times), processor: middle(processors) };
}

function show({ time, processor }: Timing): string {
  return `${time.toFixed(1)} ms (processor ${processor.toFixed(1)} ms)`;
}

function thousands(value: number): string {
  return Math.round(value).toLocaleString('en');
}

function print(what: string, figure: string, goal?: string): void {
  console.log(`store: ${what}: ${figure}${goal === undefined ? '' : ` (goal ${goal})`}`);
}

if (process.argv[1] === fileURLToPath(import.meta.url)) await bench();
