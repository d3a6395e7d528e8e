import assert from 'node:assert/strict';
import { packBuckets, packPoints, type CompareRequest, type CompareState } from '../../../src/protocol/compare';
import { DEFAULT_VIEW } from '../../../src/protocol/compareParser';
import { pointBucket } from '../../../webview-ui/charts/trace';
import { Comparison, type ComparisonChange } from '../../../webview-ui/compare/comparison';
import { anInfo, aRun, aWireMetric } from './samples';

type SeriesRequest = Extract<CompareRequest, { type: 'series' }>;

/** A page without its elements: what it asked for, what it kept. */
class Page {
  readonly sent: CompareRequest[] = [];
  readonly changes: ComparisonChange[] = [];
  kept: CompareState | undefined;
  readonly comparison: Comparison;

  constructor(kept?: CompareState) {
    this.comparison = new Comparison(
      (request) => this.sent.push(request),
      (state) => (this.kept = JSON.parse(JSON.stringify(state)) as CompareState),
      kept,
    );
    this.comparison.subscribe((change) => this.changes.push(change));
  }

  compare(...runIds: string[]): this {
    const runs = runIds.map((runId) => aRun(runId, { metrics: [aWireMetric('loss', [3, 2, 1])] }));
    this.comparison.apply({ type: 'comparison', location: '/w/.tracking', runs, missing: [] });
    return this;
  }

  /** The series requests, after the microtask in which they are gathered. */
  async asked(): Promise<SeriesRequest[]> {
    await Promise.resolve();
    return this.sent.filter((request) => request.type === 'series');
  }

  answer(request: SeriesRequest, values: readonly number[]): void {
    for (const { runId, key, from, to } of request.wanted) {
      const buckets = packBuckets(values.map((value, x) => pointBucket(x, value)));
      this.comparison.apply({ type: 'series', request: request.request, runId, key, axis: request.axis, from, to, buckets });
    }
  }
}

describe('A comparison on the page', () => {
  it('keeps everything that a reload needs, and takes it up again', () => {
    const page = new Page().compare('a', 'b');
    page.comparison.setView({ smoothing: 0.6, axis: 'relative', filter: 'val' });
    page.comparison.toggle('b');
    assert.deepEqual(page.kept?.runIds, ['a', 'b']);
    const again = new Page(page.kept).compare('a', 'b');
    assert.deepEqual(again.comparison.view, page.comparison.view);
    assert.deepEqual(
      again.comparison.shownRuns.map((run) => run.runId),
      ['a'],
    );
  });

  it('keeps a run’s colour when others leave and come', () => {
    const page = new Page().compare('a', 'b', 'c');
    const before = page.comparison.view.slots;
    page.comparison.remove('a');
    page.comparison.apply({ type: 'runAdded', run: aRun('d') });
    assert.equal(page.comparison.view.slots['b'], before['b']);
    assert.equal(page.comparison.view.slots['c'], before['c']);
    assert.deepEqual(page.kept?.runIds, ['b', 'c', 'd']);
    assert.deepEqual(page.sent, [{ type: 'removeRun', runId: 'a' }]);
  });

  it('applies deltas to the run that they are of', () => {
    const page = new Page().compare('a', 'b');
    page.comparison.apply({
      type: 'runChanged',
      runId: 'a',
      change: {
        info: { ...anInfo('renamed'), status: 'KILLED' },
        params: [{ key: 'p', value: '1' }],
        metrics: [aWireMetric('accuracy', [1])],
      },
    });
    const [a, b] = page.comparison.runs;
    assert.equal(a?.info.runName, 'renamed');
    assert.deepEqual(a?.params, [{ key: 'p', value: '1' }]);
    assert.deepEqual([...(a?.metrics.keys() ?? [])], ['loss', 'accuracy']);
    assert.equal(b?.info.runName, 'b');
  });

  it('shows a run that vanishes as missing, and takes it back when it is restored', () => {
    const page = new Page().compare('a', 'b');
    page.comparison.apply({ type: 'runMissing', run: { runId: 'a', message: 'gone' } });
    assert.deepEqual(page.comparison.missing, [{ runId: 'a', message: 'gone' }]);
    assert.deepEqual(page.kept?.runIds.toSorted(), ['a', 'b'], 'a reload asks for it again');
    page.comparison.apply({ type: 'runAdded', run: aRun('a') });
    assert.deepEqual(page.comparison.missing, []);
    assert.equal(page.comparison.runs.length, 2);
  });

  it('calls a metric single only when no run can add to it', () => {
    const page = new Page();
    const once = [aWireMetric('test_f1', [1])];
    const running = aRun('b', { metrics: once, info: { ...anInfo('b'), status: 'RUNNING' } });
    page.comparison.apply({ type: 'comparison', location: '/w', runs: [aRun('a', { metrics: once }), running], missing: [] });
    assert.equal(page.comparison.isSingle('test_f1'), false);
    page.comparison.apply({ type: 'runChanged', runId: 'b', change: { info: anInfo('b') } });
    assert.equal(page.comparison.isSingle('test_f1'), true);
  });
});

describe('The traces on the page', () => {
  it('are asked for once, together', async () => {
    const page = new Page().compare('a', 'b');
    for (const runId of ['a', 'b', 'a']) page.comparison.series.want(runId, 'loss');
    const [request, ...more] = await page.asked();
    assert.deepEqual(
      request?.wanted.map(({ runId }) => runId),
      ['a', 'b'],
    );
    assert.deepEqual(more, []);
    page.answer(request, [3, 2, 1]);
    page.comparison.series.want('a', 'loss');
    assert.equal((await page.asked()).length, 1);
    assert.deepEqual(page.changes.at(-1), { kind: 'series', key: 'loss' });
  });

  it('grow with live points on the axis that is shown', async () => {
    const page = new Page({ version: 1, location: '/w', runIds: [], view: { ...DEFAULT_VIEW, axis: 'time' } }).compare('a');
    page.comparison.series.want('a', 'loss');
    const [request] = await page.asked();
    assert.equal(request?.axis, 'time');
    page.answer(request, [3]);
    const version = page.comparison.series.version('a', 'loss');
    const points = packPoints([{ key: 'loss', value: NaN, timestamp: 50, step: 1 }]);
    page.comparison.apply({ type: 'points', runId: 'a', key: 'loss', points });
    assert.deepEqual(page.comparison.series.trace('a', 'loss'), [pointBucket(0, 3), pointBucket(50, NaN)]);
    assert.notEqual(page.comparison.series.version('a', 'loss'), version);
  });

  it('are asked for again when a point comes out of order', async () => {
    const page = new Page().compare('a');
    page.comparison.series.want('a', 'loss');
    page.answer((await page.asked())[0]!, [3, 2, 1]);
    page.comparison.apply({
      type: 'points',
      runId: 'a',
      key: 'loss',
      points: packPoints([{ key: 'loss', value: 9, timestamp: 0, step: 1 }]),
    });
    const requests = await page.asked();
    assert.equal(requests.length, 2);
    assert.equal(page.comparison.series.trace('a', 'loss')?.length, 3, 'the old line stays until the new one comes');
    page.answer(requests[1]!, [3, 9, 2, 1]);
    assert.equal(page.comparison.series.trace('a', 'loss')?.length, 4);
  });

  it('ignore an answer to a question that was asked on another axis', async () => {
    const page = new Page().compare('a');
    page.comparison.series.want('a', 'loss');
    const [old] = await page.asked();
    page.comparison.setView({ axis: 'time' });
    page.comparison.series.want('a', 'loss');
    page.answer(old!, [3, 2, 1]);
    assert.equal(page.comparison.series.trace('a', 'loss'), undefined);
    page.answer((await page.asked())[1]!, [7]);
    assert.equal(page.comparison.series.trace('a', 'loss')?.length, 1);
  });

  it('are refined where a person looks, and only there', async () => {
    const page = new Page().compare('a');
    const { series } = page.comparison;
    series.want('a', 'loss');
    const [first] = await page.asked();
    const bucket = (firstX: number, max: number) => ({ firstX, lastX: firstX + 99, min: 0, max, first: 0, last: 0, count: 100 });
    const buckets = packBuckets([0, 100, 200, 300].map((x) => bucket(x, x === 200 ? 50 : 1)));
    page.comparison.apply({ type: 'series', request: first!.request, runId: 'a', key: 'loss', axis: 'step', buckets });
    series.look('a', 'loss', 200, 260);
    series.look('a', 'loss', 200, 260);
    const requests = await page.asked();
    assert.equal(requests.length, 2, 'asked once');
    assert.deepEqual(requests[1]?.wanted, [{ runId: 'a', key: 'loss', buckets: 3317, from: 100, to: 299 }]);
    const part = packBuckets(Array.from({ length: 200 }, (_, i) => pointBucket(100 + i, i === 142 ? 50 : 0)));
    const { request } = requests[1];
    page.comparison.apply({ type: 'series', request, runId: 'a', key: 'loss', axis: 'step', from: 100, to: 299, buckets: part });
    const trace = series.trace('a', 'loss')!;
    assert.deepEqual([trace[0]!.count, trace[2]!.count, trace.at(-1)!.firstX], [100, 1, 300]);
    assert.equal(Math.max(...trace.map(({ max }) => max)), 50);
    series.look('a', 'loss', 205, 215);
    assert.equal((await page.asked()).length, 2, 'every point is there');
    series.lookAway('a', 'loss');
    assert.equal(series.trace('a', 'loss')?.length, 4);
  });

  it('say why they could not be read, and are told apart by run', async () => {
    const page = new Page().compare('a', 'b');
    page.comparison.series.want('a', 'loss');
    page.comparison.series.want('b', 'loss');
    const [request] = await page.asked();
    page.comparison.apply({ type: 'seriesFailed', request: request!.request, runId: 'a', key: 'loss', message: 'The store is locked.' });
    assert.equal(page.comparison.series.error('a', 'loss'), 'The store is locked.');
    assert.equal(page.comparison.series.error('b', 'loss'), undefined);
  });
});
