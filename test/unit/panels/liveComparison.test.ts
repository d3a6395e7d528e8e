import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { metricCsv } from '../../../src/panels/metricCsv';
import { LiveComparison } from '../../../src/panels/liveComparison';
import { unpackBuckets, unpackPoints, type CompareEvent } from '../../../src/protocol/compare';
import type { Engine } from '../../../src/store/engine';
import { openStore } from '../../../src/store/sqlite/store';

type EventOf<T extends CompareEvent['type']> = Extract<CompareEvent, { type: T }>;

/** Takes the host's events, and lets a test wait for the one it is about. */
class Inbox {
  readonly events: CompareEvent[] = [];
  private waiting: (() => void)[] = [];

  readonly post = (event: CompareEvent): void => {
    this.events.push(structuredClone(event));
    for (const resume of this.waiting.splice(0)) resume();
  };

  async next<T extends CompareEvent['type']>(type: T, fits: (event: EventOf<T>) => boolean = () => true): Promise<EventOf<T>> {
    for (;;) {
      const found = this.events.find((event): event is EventOf<T> => event.type === type && fits(event as EventOf<T>));
      if (found) return found;
      await new Promise<void>((resume) => this.waiting.push(resume));
    }
  }

  count(type: CompareEvent['type']): number {
    return this.events.filter((event) => event.type === type).length;
  }
}

describe('A live comparison', () => {
  let folder: string;
  let engine: Engine;
  let experimentId: string;
  let inbox: Inbox;
  let live: LiveComparison | undefined;
  const warnings: string[] = [];

  beforeEach(async () => {
    folder = mkdtempSync(join(tmpdir(), 'compare-'));
    engine = await openStore(join(folder, '.tracking'));
    experimentId = await engine.experiments.create('cnn');
    inbox = new Inbox();
  });

  afterEach(async () => {
    live?.dispose();
    await engine.close();
    rmSync(folder, { recursive: true, force: true });
  });

  const newRun = async (name: string) => (await engine.runs.create({ experimentId, name })).runId;
  const log = (runId: string, key: string, from: number, to: number, value = (step: number) => step) =>
    engine.runs.logBatch(runId, {
      metrics: Array.from({ length: to - from }, (_, i) => ({
        key,
        step: from + i,
        timestamp: 1000 + (from + i) * 10,
        value: value(from + i),
      })),
    });
  const compare = async (...runIds: string[]) => {
    live = new LiveComparison(engine, '/as/kept', new Set(runIds), inbox.post, { warn: (message) => warnings.push(message) });
    await live.start();
    return live;
  };
  const want = (runId: string, key: string, more: object = {}) => ({
    type: 'series' as const,
    request: 1,
    axis: 'step' as const,
    wanted: [{ runId, key, buckets: 100, ...more }],
  });

  it('begins with everything, and says which runs are not there', async () => {
    const runId = await newRun('one');
    await engine.runs.logBatch(runId, { params: [{ key: 'epochs', value: '3' }] });
    await log(runId, 'loss', 0, 3, (step) => (step === 2 ? NaN : step));
    const gone = await newRun('two');
    await engine.runs.delete(gone);
    await compare(runId, gone, 'never-was');
    const { location, runs, missing } = await inbox.next('comparison');
    assert.equal(location, '/as/kept');
    assert.deepEqual(runs[0]?.params, [{ key: 'epochs', value: '3' }]);
    assert.equal(runs[0]?.metrics[0]?.last.value, null);
    assert.equal(runs[0]?.metrics[0]?.max?.value, 1);
    assert.equal(missing.length, 2);
    assert.match(missing[0]!.message, /two.*deleted.*Restore/);
  });

  it('sends a series as an envelope that keeps its spike, and finer where asked', async () => {
    const runId = await newRun('one');
    for (let from = 0; from < 5000; from += 1000) await log(runId, 'loss', from, from + 1000, (step) => (step === 3210 ? 99 : 0));
    const comparison = await compare(runId);
    await comparison.series(want(runId, 'loss'));
    const whole = unpackBuckets((await inbox.next('series')).buckets);
    assert.ok(whole.length <= 100);
    assert.equal(Math.max(...whole.map(({ max }) => max)), 99);
    await comparison.series({ ...want(runId, 'loss', { from: 3200, to: 3220 }), request: 2 });
    const part = unpackBuckets((await inbox.next('series', ({ request }) => request === 2)).buckets);
    assert.deepEqual(part.map(({ firstX, max }) => [firstX, max])[10], [3210, 99]);
    assert.equal(part.length, 21);
  });

  it('then tells only what is new', async () => {
    const runId = await newRun('one');
    await log(runId, 'loss', 0, 5);
    const comparison = await compare(runId);
    await comparison.series(want(runId, 'loss'));
    await log(runId, 'loss', 5, 8);
    const { points } = await inbox.next('points');
    assert.deepEqual(
      unpackPoints(points).map(({ step }) => step),
      [5, 6, 7],
    );
    const { change } = await inbox.next('runChanged');
    assert.deepEqual(Object.keys(change), ['metrics']);
    assert.equal(change.metrics?.[0]?.count, 8);
    assert.equal(inbox.count('series'), 1);
    assert.equal(inbox.count('comparison'), 1);
  });

  it('loses no point and tells none twice, however they come', async () => {
    const runId = await newRun('one');
    await log(runId, 'loss', 0, 10);
    const comparison = await compare(runId);
    await comparison.series(want(runId, 'loss'));
    for (let step = 10; step < 40; step++) await log(runId, 'loss', step, step + 1);
    const steps = () =>
      inbox.events.flatMap((event) => (event.type === 'points' ? unpackPoints(event.points).map(({ step }) => step) : []));
    await inbox.next('points', () => steps().at(-1) === 39);
    assert.deepEqual(
      steps(),
      Array.from({ length: 30 }, (_, i) => 10 + i),
    );
  });

  it('tells a run’s end, and a run’s new parameters', async () => {
    const runId = await newRun('one');
    await compare(runId);
    await engine.runs.logBatch(runId, { params: [{ key: 'seed', value: '7' }] });
    await engine.runs.update(runId, { status: 'FINISHED', endTime: 5 });
    const changed = await inbox.next('runChanged', ({ change }) => change.info?.status === 'FINISHED');
    assert.equal(changed.runId, runId);
    await inbox.next('runChanged', ({ change }) => change.params?.[0]?.key === 'seed');
  });

  it('follows runs into deletion and back', async () => {
    const runId = await newRun('one');
    await compare(runId);
    await engine.runs.delete(runId);
    await inbox.next('runMissing');
    await engine.runs.restore(runId);
    assert.equal((await inbox.next('runAdded')).run.runId, runId);
  });

  it('takes runs in and lets them go', async () => {
    const [one, two] = [await newRun('one'), await newRun('two')];
    const comparison = await compare(one);
    await comparison.add(two);
    assert.equal((await inbox.next('runAdded')).run.runId, two);
    comparison.remove(one);
    await engine.runs.update(one, { name: 'unseen' });
    await engine.runs.update(two, { name: 'seen' });
    await inbox.next('runChanged', ({ change }) => change.info?.runName === 'seen');
    assert.equal(inbox.events.filter((event) => event.type === 'runChanged' && event.runId === one).length, 0);
  });

  it('is silent asleep and catches up when it wakes', async () => {
    const runId = await newRun('one');
    await log(runId, 'loss', 0, 2);
    const comparison = await compare(runId);
    await comparison.series(want(runId, 'loss'));
    const before = inbox.events.length;
    comparison.sleep();
    await log(runId, 'loss', 2, 4);
    await engine.feed.head();
    assert.equal(inbox.events.length, before);
    comparison.wake();
    const { points } = await inbox.next('points');
    assert.equal(unpackPoints(points).length, 2);
  });

  it('sends the envelope again after a long sleep', async () => {
    const runId = await newRun('one');
    await log(runId, 'loss', 0, 2);
    const comparison = await compare(runId);
    await comparison.series(want(runId, 'loss'));
    comparison.sleep();
    for (let from = 2; from < 6002; from += 1000) await log(runId, 'loss', from, from + 1000);
    comparison.wake();
    const { buckets } = await inbox.next('series', ({ request }) => request === 0);
    assert.ok(unpackBuckets(buckets).length <= 100);
    assert.equal(unpackBuckets(buckets).at(-1)?.lastX, 6001);
    assert.equal(inbox.count('points'), 0);
  });

  it('gives an empty series for a metric that is absent', async () => {
    const runId = await newRun('one');
    const comparison = await compare(runId);
    await comparison.series(want(runId, 'nothing'));
    assert.equal((await inbox.next('series')).buckets.length, 0);
  });

  it('rejects its start when the store cannot be read', async () => {
    const closed = await openStore(join(folder, 'other'));
    await closed.close();
    const comparison = new LiveComparison(closed, '/w', new Set(['a']), inbox.post, { warn: () => undefined });
    await assert.rejects(comparison.start());
    comparison.dispose();
  });

  it('exports every point of every run, page by page', async () => {
    const [one, two] = [await newRun('one'), await newRun('two, "too"')];
    for (let from = 0; from < 12_000; from += 1000) await log(one, 'loss', from, from + 1000);
    await log(two, 'loss', 0, 3);
    let csv = '';
    for await (const piece of metricCsv(engine.metrics, [await engine.runs.get(one), await engine.runs.get(two)], 'loss')) csv += piece;
    const lines = csv.trimEnd().split('\n');
    assert.equal(lines.length, 1 + 12_000 + 3);
    assert.equal(lines[0], 'run_id,run_name,metric,step,timestamp_ms,time,seconds_since_start,value');
    assert.ok(lines[12_000]!.startsWith(`${one},one,loss,11999,`));
    assert.ok(lines.at(-1)!.startsWith(`${two},"two, ""too""",loss,2,`));
  });
});
