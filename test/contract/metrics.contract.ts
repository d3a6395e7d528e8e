import assert from 'node:assert/strict';
import type { EnvelopeBucket, MetricAxis, MetricPoint } from '../../src/core/metric';
import type { Engine } from '../../src/store/engine';
import { bruteEnvelope, comparePoints } from './bruteEnvelope';
import { randomSource } from './randomSource';
import { refuses } from './expectations';
import type { Lacks } from './lacks';

type Point = Omit<MetricPoint, 'key'>;
const KEY = 'loss';

export function metricsContract(engine: () => Engine, lacks: Lacks): void {
  describe('metrics', () => {
    let runId: string;
    beforeEach(async () => {
      ({ runId } = await engine().runs.create({ experimentId: '0' }));
    });
    const log = async (points: readonly Point[]): Promise<void> => {
      for (let from = 0; from < points.length; from += 1_000)
        await engine().runs.logBatch(runId, { metrics: points.slice(from, from + 1_000).map((point) => ({ key: KEY, ...point })) });
    };
    const history = async (maxResults?: number): Promise<Point[]> => {
      const points: Point[] = [];
      let pageToken: string | undefined;
      do {
        const page = await engine().metrics.history(runId, KEY, { maxResults, pageToken });
        points.push(...page.items.map(({ key, ...point }) => (assert.equal(key, KEY), point)));
        pageToken = page.nextPageToken;
      } while (pageToken);
      return points;
    };
    const summary = async () => {
      if (lacks.summaries) await history();
      return (await engine().runs.get(runId)).metrics.find(({ key }) => key === KEY);
    };

    it('keeps last, least, greatest and count', async () => {
      await log([
        { step: 1, timestamp: 10, value: 5 },
        { step: 3, timestamp: 30, value: 4 },
        { step: 2, timestamp: 99, value: 9 },
      ]);
      await log([{ step: 3, timestamp: 30, value: 6 }]);
      assert.deepEqual(await summary(), {
        key: KEY,
        last: { value: 6, step: 3, timestamp: 30 },
        min: { value: 4, step: 3 },
        max: { value: 9, step: 2 },
        count: 4,
      });
    });

    it('takes the last by step, then timestamp, then value, in whatever order they come', async () => {
      await log([{ step: 5, timestamp: 2, value: 1 }]);
      await log([
        { step: 5, timestamp: 1, value: 100 },
        { step: 4, timestamp: 900, value: 100 },
        { step: 5, timestamp: 2, value: 0 },
      ]);
      assert.deepEqual((await summary())?.last, { value: 1, step: 5, timestamp: 2 });
      await log([{ step: -1, timestamp: 5_000, value: 3 }]);
      assert.equal((await summary())?.last.step, 5);
    });

    it('counts identical points once', async () => {
      const points = Array.from({ length: 600 }, (_, step) => ({ step, timestamp: 1_000 + step, value: step % 7 }));
      await log(points);
      await log(points);
      await log([
        points[0]!,
        points[0]!,
        points[599]!,
        { step: 700, timestamp: 9_000, value: NaN },
        { step: 700, timestamp: 9_000, value: NaN },
      ]);
      assert.equal((await summary())?.count, 601);
      assert.deepEqual(await history(), [...points, { step: 700, timestamp: 9_000, value: NaN }]);
    });

    it('keeps several points of one step', async () => {
      const points = Array.from({ length: 700 }, (_, index) => ({ step: 0, timestamp: 1_000, value: index }));
      await log(points.toReversed());
      await log(points);
      assert.deepEqual(await history(), points);
    });

    it('keeps NaN, and infinity as the greatest number', async () => {
      await log([{ step: 0, timestamp: 0, value: NaN }]);
      assert.deepEqual(await summary(), {
        key: KEY,
        last: { value: NaN, step: 0, timestamp: 0 },
        min: undefined,
        max: undefined,
        count: 1,
      });
      await log([
        { step: 1, timestamp: 0, value: Infinity },
        { step: 2, timestamp: 0, value: -Infinity },
      ]);
      assert.deepEqual(
        (await history()).map(({ value }) => value),
        [NaN, Number.MAX_VALUE, -Number.MAX_VALUE],
      );
      assert.deepEqual((await summary())?.max, { value: Number.MAX_VALUE, step: 1 });
    });

    it('keeps the largest and the smallest steps, timestamps and values exactly', async () => {
      const most = Number.MAX_SAFE_INTEGER;
      const points = [
        { step: -most, timestamp: most, value: 5e-324 },
        { step: most, timestamp: lacks.earlyTimes ? 1 : -most, value: 0.1 + 0.2 },
        { step: 0, timestamp: 0, value: -1 / 3 },
      ];
      await log(points);
      assert.deepEqual(await history(), points.toSorted(comparePoints));
    });

    it('gives a history in pages, in order', async () => {
      const random = randomSource(7);
      const points = Array.from({ length: 2_000 }, (_, index) => ({
        step: Math.floor(random() * 500),
        timestamp: 1_000 + index,
        value: random(),
      }));
      await log(points);
      const sorted = points.toSorted(comparePoints);
      assert.deepEqual(await history(), sorted);
      assert.deepEqual(await history(77), sorted);
    });

    it('knows nothing of an absent metric, and refuses an absent run', async () => {
      assert.deepEqual(await engine().metrics.history(runId, 'none'), { items: [], nextPageToken: undefined });
      assert.deepEqual(await engine().metrics.envelope(runId, 'none', { axis: 'step', buckets: 10 }), []);
      await refuses(engine().metrics.history('nobody', KEY), 'RESOURCE_DOES_NOT_EXIST', /Run with id=nobody not found/);
      await refuses(engine().metrics.envelope('nobody', KEY, { axis: 'step', buckets: 10 }), 'RESOURCE_DOES_NOT_EXIST', /not found/);
      await refuses(engine().metrics.envelope(runId, KEY, { axis: 'step', buckets: 0 }), 'INVALID_PARAMETER_VALUE', /buckets/);
      await refuses(engine().metrics.envelope(runId, KEY, { axis: 'colour' as 'step', buckets: 1 }), 'INVALID_PARAMETER_VALUE', /axis/);
    });

    it('envelopes equal a plain pass over all points, whatever the order they came in', async function () {
      this.timeout(30_000);
      const random = randomSource(42);
      const integer = (below: number): number => Math.floor(random() * below);
      const shapes: ((index: number) => Point)[] = [
        // In order; in disorder; a resumed run that goes back; few steps with many points; wide gaps with NaN.
        (index) => ({ step: index, timestamp: 1_000 + index * 10, value: random() }),
        () => ({ step: integer(5_000), timestamp: integer(100_000), value: random() - 0.5 }),
        (index) => ({ step: index < 700 ? index : index - 400, timestamp: 5_000 + index, value: Math.sin(index) }),
        (index) => ({ step: integer(3), timestamp: 50 + (index % 20), value: integer(1_000) }),
        (index) => ({ step: index * index, timestamp: 2 ** integer(45), value: random() < 0.2 ? NaN : random() * 1e9 }),
      ];
      for (const [number, shape] of shapes.entries()) {
        ({ runId } = await engine().runs.create({ experimentId: '0' }));
        const points = Array.from({ length: 1_300 }, (_, index) => shape(index));
        await log(points);
        const known = await history();
        assert.equal(known.length, new Set(points.map((point) => Object.values(point).join())).size);
        for (let round = 0; round < 12; round++) {
          const axis: MetricAxis = round % 2 === 0 ? 'step' : 'time';
          const xs = known.map(({ step, timestamp }) => (axis === 'step' ? step : timestamp));
          const [one, two] = [xs[integer(xs.length)]!, xs[integer(xs.length)]! + integer(3)];
          const range = round < 2 ? {} : round < 4 ? { from: one } : { from: Math.min(one, two) - 0.25, to: Math.max(one, two) };
          const query = { axis, buckets: [1, 7, 100, 1_000][integer(4)]!, ...range };
          const found: readonly EnvelopeBucket[] = await engine().metrics.envelope(runId, KEY, query);
          assert.deepEqual(found, bruteEnvelope(known, query), `shape ${number}, ${JSON.stringify(query)}`);
        }
      }
    });

    it('gives no buckets for an empty or a reversed range', async () => {
      await log([{ step: 5, timestamp: 5, value: 5 }]);
      assert.deepEqual(await engine().metrics.envelope(runId, KEY, { axis: 'step', buckets: 10, from: 6, to: 9 }), []);
      assert.deepEqual(await engine().metrics.envelope(runId, KEY, { axis: 'step', buckets: 10, from: 9, to: 1 }), []);
      const one = [{ firstX: 5, lastX: 5, min: 5, max: 5, first: 5, last: 5, count: 1 }];
      assert.deepEqual(await engine().metrics.envelope(runId, KEY, { axis: 'step', buckets: 10, from: 5, to: 5 }), one);
      assert.deepEqual(await engine().metrics.envelope(runId, KEY, { axis: 'time', buckets: 10, from: -Infinity, to: Infinity }), one);
    });
  });
}
