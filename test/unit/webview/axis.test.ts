import assert from 'node:assert/strict';
import { formatX, pan, timeTicks, within, zoom } from '../../../webview-ui/charts/axis';
import { logTicks, valuesInView } from '../../../webview-ui/charts/valueAxis';

const MINUTE = 60_000;

describe('The x axis', () => {
  it('has round elapsed times, not more than there is room for', () => {
    assert.deepEqual(
      timeTicks({ from: 0, to: 10 * MINUTE }, 6, 'relative'),
      [0, 2, 4, 6, 8, 10].map((n) => n * MINUTE),
    );
    for (const span of [3, 900, 40_000, 7 * MINUTE, 1e7, 1e9, 1e11, 1e13])
      assert.ok(timeTicks({ from: 0, to: span }, 5, 'relative').length <= 6, String(span));
  });

  it('has wall times that are round on the person’s clock', () => {
    const from = new Date(2026, 10, 23, 9, 17, 3).getTime();
    const ticks = timeTicks({ from, to: from + 60 * MINUTE }, 5, 'time');
    assert.ok(ticks.length >= 2);
    for (const tick of ticks) assert.equal(new Date(tick).getMinutes() % 15, 0);
    const days = timeTicks({ from, to: from + 4 * 24 * 60 * MINUTE }, 5, 'time');
    for (const tick of days) assert.equal(new Date(tick).getHours(), 0);
  });

  it('says steps, elapsed time and moments in words that fit', () => {
    assert.equal(formatX(60000, 'step', 1), '60,000');
    assert.equal(formatX(8_500, 'relative', 9_000), '8.5 s');
    assert.equal(formatX(75_000, 'relative', 10 * MINUTE), '1 min 15 s');
    assert.equal(formatX(5 * 60 * MINUTE + 3 * MINUTE, 'relative', 8 * 60 * MINUTE), '5 h 3 min');
    assert.equal(formatX(0, 'relative', 8 * 60 * MINUTE), '0 s');
    assert.equal(formatX(new Date(2026, 0, 2, 3, 4, 5).getTime(), 'time', 30 * MINUTE), '03:04:05');
    assert.equal(formatX(new Date(2026, 0, 2, 3, 4, 5).getTime(), 'time', 3 * 60 * MINUTE), '03:04');
    assert.equal(formatX(new Date(2026, 0, 2, 3, 4, 5).getTime(), 'time', 1e9), '2026-01-02');
  });

  const whole = { from: 0, to: 100 };

  it('zooms about the place that is pointed at', () => {
    assert.deepEqual(zoom(whole, 0.5, 20, whole), { from: 10, to: 60 });
    assert.deepEqual(zoom({ from: 10, to: 60 }, 0.5, 10, whole), { from: 10, to: 35 });
  });

  it('zooms out to everything, and in to a limit', () => {
    assert.equal(zoom({ from: 10, to: 60 }, 4, 30, whole), undefined);
    const view = within({ from: 50, to: 50 }, whole)!;
    assert.ok(view.to > view.from);
  });

  it('pans as far as there is something to see, and keeps its width', () => {
    assert.deepEqual(pan({ from: 10, to: 30 }, 0.5, whole), { from: 20, to: 40 });
    assert.deepEqual(pan({ from: 10, to: 30 }, -5, whole), { from: 0, to: 20 });
    assert.deepEqual(pan({ from: 10, to: 30 }, 50, whole), { from: 80, to: 100 });
  });
});

describe('The y axis', () => {
  it('labels a decade’s 1, 2 and 5', () => {
    assert.deepEqual(logTicks({ from: 0.05, to: 3 }, 6), [0.05, 0.1, 0.2, 0.5, 1, 2]);
  });

  it('labels powers of ten, or every few, where there are many', () => {
    assert.deepEqual(logTicks({ from: 1e-4, to: 1 }, 5), [1e-4, 1e-3, 1e-2, 0.1, 1]);
    const far = logTicks({ from: 1e-30, to: 1 }, 6);
    assert.ok(far.length <= 7 && far.length >= 3, String(far));
  });

  it('labels round steps within a part of a decade', () => {
    assert.deepEqual(logTicks({ from: 0.9, to: 1 }, 6), [0.9, 0.92, 0.94, 0.96, 0.98, 1]);
  });

  it('has nothing to label where no logarithm is', () => {
    assert.deepEqual(logTicks({ from: 0, to: 1 }, 6), []);
  });

  it('spans what is in view and the neighbours on either side', () => {
    const line = [9, 1, 2, 3, -7, 50].map((y, x) => ({ x, y }));
    assert.deepEqual(valuesInView([line], { from: 1.5, to: 3.5 }), { from: -7, to: 3 });
    assert.deepEqual(valuesInView([line], { from: 0, to: 5 }), { from: -7, to: 50 });
    assert.equal(valuesInView([[{ x: 1, y: NaN }]], { from: 0, to: 5 }), undefined);
  });
});
