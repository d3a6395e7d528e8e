import assert from 'node:assert/strict';
import { WriteQueue } from '../../../src/autolog/writeQueue';
import { TrackingError } from '../../../src/core/errors';
import type { Batch, Engine, Runs } from '../../../src/store/engine';
import { openStore } from '../../../src/store/sqlite/store';
import { RecordingLog } from './recordingLog';
import { TemporaryFolder } from './temporaryFolder';

/** The real runs behind a door that stays shut for a while. */
class ShutFor implements Pick<Runs, 'logBatch'> {
  readonly sizes: number[] = [];

  constructor(
    private readonly runs: Runs,
    private failures: number,
  ) {}

  async logBatch(runId: string, batch: Batch): Promise<void> {
    if (this.failures-- > 0) throw new TrackingError('TEMPORARILY_UNAVAILABLE', 'The store is locked.');
    this.sizes.push(batch.metrics?.length ?? 0);
    return this.runs.logBatch(runId, batch);
  }
}

describe('the write queue', () => {
  const folder = new TemporaryFolder();
  let engine: Engine;
  let runId: string;
  const log = new RecordingLog();

  before(async () => {
    engine = await openStore(folder.at('.tracking'));
  });
  beforeEach(async () => {
    log.warnings.length = 0;
    runId = (await engine.runs.create({ experimentId: '0' })).runId;
  });
  after(async () => {
    await engine.close();
    folder.remove();
  });

  const points = (key: string, count: number) =>
    Array.from({ length: count }, (_, step) => ({ key, value: step, timestamp: 1000 + step, step }));

  it('writes in batches that the store takes, in order', async () => {
    const runs = new ShutFor(engine.runs, 0);
    const queue = new WriteQueue(runs, runId, log);
    queue.addPoints(points('loss', 2500));
    queue.addParams(Array.from({ length: 120 }, (_, index) => ({ key: `p${index}`, value: 'x' })));
    await queue.flush();
    assert.ok(runs.sizes.every((size) => size <= 1000));
    const run = await engine.runs.get(runId);
    assert.equal(run.metrics[0]?.count, 2500);
    assert.equal(run.metrics[0]?.last.step, 2499);
    assert.equal(run.params.length, 120);
  });

  it('writes by itself soon after something was added', async () => {
    const queue = new WriteQueue(engine.runs, runId, log, { intervalMs: 1 });
    const written = new Promise<void>((resolve) => {
      const watching = engine.feed.watch(() => {
        watching.dispose();
        resolve();
      });
    });
    queue.addPoints(points('loss', 3));
    await written;
    assert.equal((await engine.runs.get(runId)).metrics[0]?.count, 3);
  });

  it('tries again while the store is not available', async () => {
    const queue = new WriteQueue(new ShutFor(engine.runs, 3), runId, log, { retryMs: 1 });
    queue.addPoints(points('loss', 10));
    await queue.flush();
    assert.equal((await engine.runs.get(runId)).metrics[0]?.count, 10);
    assert.deepEqual(log.warnings, []);
  });

  it('says so when the store stays shut, and keeps everything for the next try', async () => {
    const queue = new WriteQueue(new ShutFor(engine.runs, 2), runId, log, { retryMs: 1, attempts: 2 });
    queue.addPoints(points('loss', 10));
    queue.addTags({ a: 'old' });
    await assert.rejects(queue.flush(), /locked/);
    queue.addTags({ a: 'new' });
    await queue.flush();
    const run = await engine.runs.get(runId);
    assert.equal(run.metrics[0]?.count, 10);
    assert.equal(run.tags['a'], 'new');
  });

  it('loses only what the store refuses for good, and names it', async () => {
    const queue = new WriteQueue(engine.runs, runId, log);
    queue.addParams([
      { key: 'good', value: '1' },
      { key: '../bad', value: '2' },
    ]);
    queue.addPoints([...points('loss', 5), { key: 'bad?', value: 1, timestamp: 1, step: 0 }]);
    await queue.flush();
    const run = await engine.runs.get(runId);
    assert.deepEqual(
      run.params.map(({ key }) => key),
      ['good'],
    );
    assert.deepEqual(
      run.metrics.map(({ key, count }) => [key, count]),
      [['loss', 5]],
    );
    assert.equal(log.warnings.length, 2);
    assert.match(log.warnings.join('\n'), /Metric bad\? is not logged[\s\S]*Parameter \.\.\/bad is not logged/);
  });
});
