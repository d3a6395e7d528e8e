import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createServer } from '../../../../src/server/server';
import type { MetricPoint } from '../../../../src/core/metric';
import type { Engine } from '../../../../src/store/engine';
import { openRemote } from '../../../../src/store/rest/engine';
import { openStore } from '../../../../src/store/sqlite/store';
import { comparePoints } from '../../../contract/bruteEnvelope';
import { until } from '../../../support/until';
import { type Answering, answering, json, likeMlflow } from './answering';

const point = (step: number, timestamp = step, value = step / 7): MetricPoint => ({ key: 'loss', step, timestamp, value });

describe('reading histories of a remote server', function () {
  this.timeout(60_000);

  describe('that continues by offsets, as MLflow', () => {
    let server: Answering;
    let engine: Engine;
    let points: MetricPoint[];
    beforeEach(async () => {
      points = Array.from({ length: 2_000 }, (_, step) => point(step));
      server = await answering(
        likeMlflow((seen, response) => {
          const query = new URL(seen.path, 'http://x').searchParams;
          if (!seen.path.includes('get-history')) return json(response, {});
          const sorted = points.toSorted((a, b) => a.timestamp - b.timestamp || a.step - b.step);
          const token = query.get('page_token');
          const from = token === null ? 0 : (JSON.parse(Buffer.from(token, 'base64').toString()) as { offset: number }).offset;
          const to = from + Number(query.get('max_results'));
          const next = to < sorted.length ? { next_page_token: Buffer.from(JSON.stringify({ offset: to })).toString('base64') } : {};
          json(response, { metrics: sorted.slice(from, to), ...next });
        }),
      );
      engine = await openRemote({ uri: server.url, pollInterval: 3_600_000 });
    });
    afterEach(async () => {
      await engine.close();
      await server.close();
    });
    const read = async (): Promise<readonly MetricPoint[]> => (await engine.metrics.history('r', 'loss')).items;
    /** What the next reading asks for, after this one is no longer the newest. */
    const readLater = async (): Promise<{ items: readonly MetricPoint[]; sent: number }> => {
      await engine.runs.logBatch('r', { metrics: [point(0)] });
      const before = server.seen.length;
      const items = await read();
      return { items, sent: server.seen.length - before };
    };

    it('asks only for what follows, and for everything where a point has come between', async () => {
      assert.equal((await read()).length, 2_000);
      points.push(point(2_000), point(2_001));
      const after = await readLater();
      assert.deepEqual(after.items, points.toSorted(comparePoints));
      assert.equal(after.sent, 2, 'one to learn how the server continues, one for what is new');
      points.push(point(2_002));
      assert.equal((await readLater()).sent, 1);
      // A run taken up again where it was: the new points stand before those that are known.
      points.push(point(700, 700, 5), point(701, 701, 6));
      const between = await readLater();
      assert.deepEqual(between.items, points.toSorted(comparePoints));
      assert.equal(between.sent, 2);
    });

    it('tells of new points once, by the number after which they came', async () => {
      await read();
      const head = await engine.feed.head();
      assert.deepEqual((await engine.feed.points('r', 'loss', head)).points, []);
      points.push(point(3_000), point(10, 10, 99));
      await engine.runs.logBatch('r', { metrics: [point(0)] });
      const { head: next, points: fresh } = await engine.feed.points('r', 'loss', head);
      assert.deepEqual(
        fresh.map(({ step }) => step).toSorted((a, b) => a - b),
        [10, 3_000],
      );
      assert.deepEqual((await engine.feed.points('r', 'loss', next)).points, []);
      assert.equal((await engine.feed.points('r', 'loss', 0)).points.length, 2_002);
    });
  });

  describe('that is ours', () => {
    let folder: string;
    let store: Engine;
    let engine: Engine;
    let close: () => Promise<unknown>;
    beforeEach(async () => {
      folder = await mkdtemp(join(tmpdir(), 'served-'));
      store = await openStore(join(folder, '.tracking'));
      const server = createServer(store, { host: '127.0.0.1' });
      const uri = await server.listen({ host: '127.0.0.1', port: 0 });
      engine = await openRemote({ uri, pollInterval: 50 });
      close = () => server.close();
    });
    afterEach(async () => {
      await engine.close();
      await close();
      await store.close();
      await rm(folder, { recursive: true });
    });

    it('finds what others log, wherever it stands', async () => {
      const { runId } = await store.runs.create({ experimentId: '0' });
      const log = async (metrics: readonly MetricPoint[]): Promise<void> => {
        for (let from = 0; from < metrics.length; from += 1_000)
          await store.runs.logBatch(runId, { metrics: metrics.slice(from, from + 1_000) });
      };
      const same = async (): Promise<boolean> => {
        const [there, here] = [await store.metrics.history(runId, 'loss'), await engine.metrics.history(runId, 'loss')];
        if (there.items.length !== here.items.length) return false;
        assert.deepEqual(here.items, there.items);
        return true;
      };
      await log(Array.from({ length: 3_000 }, (_, step) => point(step + 1_000)));
      assert.ok(await same());
      await log([point(5_000), point(5_001)]);
      await until('what follows is read', same);
      await log([point(10), point(2_000, 2_000, -1)]);
      await until('what stands before is read as well', same);
    });

    it('tells of runs, metrics and models that others change, while somebody watches', async () => {
      const { runId } = await store.runs.create({ experimentId: '0', name: 'theirs' });
      let head = await engine.feed.head();
      const seen = new Set<string>();
      const watching = engine.feed.watch(() => {
        void engine.feed.since(head).then((news) => {
          head = news.head;
          for (const change of news.changes) seen.add('runId' in change && change.kind === 'metric' ? `metric ${change.key}` : change.kind);
        });
      });
      await store.runs.logBatch(runId, { metrics: [point(1)], tags: { a: 'b' } });
      await until('the metric and the run are told', () => seen.has('metric loss') && seen.has('run'));
      seen.clear();
      await store.runs.update(runId, { status: 'FINISHED', endTime: 5 });
      await until('the end is told', () => seen.has('run'));
      watching.dispose();
      assert.equal((await engine.runs.get(runId)).status, 'FINISHED');
    });

    it('reads a metric in many pages, and knows its extremes then', async () => {
      const { runId } = await store.runs.create({ experimentId: '0' });
      for (let from = 0; from < 60_000; from += 1_000)
        await store.runs.logBatch(runId, {
          metrics: Array.from({ length: 1_000 }, (_, index) => point(from + index, from + index, Math.sin(from + index))),
        });
      const before = (await engine.runs.get(runId)).metrics[0];
      assert.deepEqual([before?.min, before?.max, before?.count], [undefined, undefined, undefined]);
      const buckets = await engine.metrics.envelope(runId, 'loss', { axis: 'step', buckets: 100 });
      assert.deepEqual(buckets, await store.metrics.envelope(runId, 'loss', { axis: 'step', buckets: 100 }));
      assert.deepEqual((await engine.runs.get(runId)).metrics, (await store.runs.get(runId)).metrics);
    });
  });
});
