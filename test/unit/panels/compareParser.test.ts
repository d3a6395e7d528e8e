import assert from 'node:assert/strict';
import { packBuckets, packPoints, unpackBuckets, unpackPoints } from '../../../src/protocol/compare';
import { DEFAULT_VIEW, parseCompareRequest, parseCompareState } from '../../../src/protocol/compareParser';

const png = new Uint8Array([0x89, 0x50, 0x4e, 0x47, 0x0d]);
const wanted = { runId: 'a', key: 'loss', buckets: 1000 };

describe('A message from the page', () => {
  const lawful: readonly object[] = [
    { type: 'ready' },
    { type: 'showLog' },
    { type: 'removeRun', runId: 'a' },
    { type: 'revealRun', runId: 'a' },
    { type: 'series', request: 1, axis: 'step', wanted: [wanted, { ...wanted, from: -3, to: 4.5 }] },
    { type: 'savePng', key: 'loss', png },
    { type: 'saveCsv', key: 'system/cpu', runIds: ['a', 'b'] },
  ];
  for (const message of lawful)
    it(`is taken as it is: ${JSON.stringify(message).slice(0, 60)}`, () => assert.deepEqual(parseCompareRequest(message), message));

  const unlawful: readonly unknown[] = [
    ...[undefined, null, 'ready', 7, [], {}],
    { type: 'format', disk: 'c' },
    { type: '__proto__' },
    { type: 'removeRun' },
    { type: 'removeRun', runId: '' },
    { type: 'removeRun', runId: 'a'.repeat(5000) },
    { type: 'series', request: 1, axis: 'sideways', wanted: [] },
    { type: 'series', request: -1, axis: 'step', wanted: [] },
    { type: 'series', request: 1, axis: 'step', wanted: 'all' },
    { type: 'series', request: 1, axis: 'step', wanted: [{ ...wanted, buckets: 0 }] },
    { type: 'series', request: 1, axis: 'step', wanted: [{ ...wanted, buckets: 1e9 }] },
    { type: 'series', request: 1, axis: 'step', wanted: [{ ...wanted, from: '0' }] },
    { type: 'series', request: 1, axis: 'step', wanted: [{ ...wanted, to: NaN }] },
    { type: 'series', request: 1, axis: 'step', wanted: Array.from({ length: 1001 }, () => wanted) },
    { type: 'savePng', key: 'loss', png: 'iVBOR' },
    { type: 'savePng', key: 'loss', png: new Uint8Array([0x4d, 0x5a]) },
    { type: 'saveCsv', key: 'loss', runIds: [7] },
  ];
  for (const message of unlawful)
    it(`is refused: ${JSON.stringify(message)?.slice(0, 80)}`, () => assert.equal(parseCompareRequest(message), undefined));

  it('loses what the protocol does not name', () => {
    assert.deepEqual(parseCompareRequest({ type: 'removeRun', runId: 'a', then: 'more' }), { type: 'removeRun', runId: 'a' });
  });
});

describe('A kept state', () => {
  it('is taken up as it was', () => {
    const state = {
      version: 1,
      location: '/w/.tracking',
      runIds: ['a', 'b'],
      view: { ...DEFAULT_VIEW, axis: 'relative', smoothing: 0.6, hiddenRuns: ['b'], openGroups: { system: true }, slots: { a: 3 } },
    };
    assert.deepEqual(parseCompareState(JSON.parse(JSON.stringify(state))), state);
  });

  it('gets defaults where settings make no sense', () => {
    const view = { axis: 'up', logScale: 'yes', smoothing: 7, filter: 3, hiddenRuns: 'a', openGroups: [], slots: { a: -1, b: 'x', c: 2 } };
    const state = parseCompareState({ location: '/w', runIds: [], view });
    assert.deepEqual(state?.view, { ...DEFAULT_VIEW, smoothing: 0.99, slots: { c: 2 } });
  });

  it('is none without a store or runs', () => {
    for (const state of [undefined, null, 'x', {}, { location: '/w' }, { runIds: [] }, { location: 3, runIds: [] }])
      assert.equal(parseCompareState(state), undefined);
  });
});

describe('Packed numbers', () => {
  it('come out as they went in, NaN too', () => {
    const buckets = [{ firstX: 1, lastX: 2, min: NaN, max: NaN, first: NaN, last: NaN, count: 3 }];
    assert.deepEqual(unpackBuckets(packBuckets(buckets)), buckets);
    const point = { step: -4, timestamp: 1.7e12, value: NaN };
    assert.deepEqual(unpackPoints(packPoints([{ key: 'loss', ...point }])), [point]);
  });
});
