import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { DatabaseSync } from 'node:sqlite';
import { createInterface } from 'node:readline';
import { openStore } from '../../../src/store/sqlite/store';
import { bundle } from '../../contract/bundle';
import { randomSource } from '../../contract/randomSource';
import { temporaryFolder } from './temporaryFolder';

const KEY = 'loss';
const KILLS = 100;

describe('What the store has answered for', function () {
  this.timeout(30_000);
  const path = temporaryFolder();
  let writer: Awaited<ReturnType<typeof bundle>>;
  before(async function () {
    this.timeout(30_000);
    writer = await bundle('test/unit/store/writerProcess.ts');
  });
  after(() => writer.dispose());

  const start = (folder: string, runId: string, key: string, count: number): ChildProcess =>
    spawn(process.execPath, [writer.file, folder, runId, key, String(count)], {
      stdio: ['ignore', 'pipe', 'inherit'],
      timeout: 120_000,
      killSignal: 'SIGKILL',
    });

  /** Lets a writer write until it has acknowledged some batches, kills it a moment later, and gives the last one acknowledged. */
  async function killAfter(child: ChildProcess, batches: number, turns: number): Promise<number> {
    let acknowledged = -1;
    let seen = 0;
    createInterface({ input: child.stdout! }).on('line', (line) => {
      acknowledged = Number(line);
      // Some turns of the event loop later, to strike at any point of a write.
      if (++seen === batches) strike(turns);
    });
    const strike = (left: number): void => void (left === 0 ? child.kill('SIGKILL') : setImmediate(() => strike(left - 1)));
    await once(child, 'close');
    assert.equal(child.signalCode, 'SIGKILL', `the writer ended by itself with ${child.exitCode}`);
    return acknowledged;
  }

  it(`is there after ${KILLS} kills at random moments, in whole batches`, async function () {
    this.timeout(300_000);
    const folder = path('.tracking');
    const random = randomSource(11);
    let engine = await openStore(folder);
    const { runId } = await engine.runs.create({ experimentId: '0' });
    for (let round = 0; round < KILLS; round++) {
      // Half of the time nobody else has the store open, so that the next one to open it must recover the log.
      if (round % 2 === 0) await engine.close();
      const acknowledged = await killAfter(start(folder, runId, KEY, 0), 1 + Math.floor(random() * 6), Math.floor(random() * 60));
      if (round % 2 === 0) engine = await openStore(folder);
      const run = await engine.runs.get(runId);
      const metric = run.metrics[0]!;
      assert.ok(metric.last.step >= acknowledged, `batch ${acknowledged} was acknowledged, the store ends with ${metric.last.step}`);
      assert.equal(metric.count, (metric.last.step + 1) * 10, 'every batch is whole');
      assert.equal(run.tags[`batch.${KEY}`], String(metric.last.step), 'the tag of a batch came with its points');
    }
    const { items } = await engine.metrics.history(runId, KEY, { maxResults: 1_000_000 });
    await engine.close();
    assert.deepEqual(
      items.map(({ step, value }) => [step, value]),
      items.map((_, index) => [Math.floor(index / 10), index % 10]),
    );
    const database = new DatabaseSync(path('.tracking', 'tracking.db'));
    assert.deepEqual({ ...database.prepare('PRAGMA integrity_check').get() }, { integrity_check: 'ok' });
    database.close();
  });

  it('is there when several processes write at once', async function () {
    this.timeout(120_000);
    const folder = path('.tracking');
    const engine = await openStore(folder);
    const { runId } = await engine.runs.create({ experimentId: '0' });
    const children = ['a', 'b', 'c'].map((key) => start(folder, runId, key, 40));
    for (const child of children) child.stdout!.resume();
    const codes = await Promise.all(children.map(async (child) => (await once(child, 'close'))[0] as number));
    assert.deepEqual(codes, [0, 0, 0]);
    const { metrics } = await engine.runs.get(runId);
    assert.deepEqual(
      metrics.map(({ key, count }) => [key, count]),
      [
        ['a', 400],
        ['b', 400],
        ['c', 400],
      ],
    );
    await engine.close();
  });

  it('is noticed by another process', async function () {
    this.timeout(60_000);
    const folder = path('.tracking');
    const engine = await openStore(folder);
    const { runId } = await engine.runs.create({ experimentId: '0' });
    const head = await engine.feed.head();
    let points = 0;
    let known = head;
    const all = new Promise<void>((resolve) => {
      engine.feed.watch(() => {
        void engine.feed.points(runId, KEY, known).then((news) => {
          known = news.head;
          points += news.points.length;
          if (points === 200) resolve();
        });
      });
    });
    const child = start(folder, runId, KEY, 20);
    child.stdout!.resume();
    await all;
    await engine.close();
  });
});
