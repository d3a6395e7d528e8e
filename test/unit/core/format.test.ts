import assert from 'node:assert/strict';
import { formatAge, formatBytes, formatDuration, formatNumber, formatTime } from '../../../src/core/format';

describe('format', () => {
  it('shows numbers with the digits that matter', () => {
    const cases: [number, string][] = [
      [0, '0'],
      [0.98765432, '0.98765'],
      [0.1, '0.1'],
      [128, '128'],
      [34_826, '34826'],
      [0.00001234, '1.234e-5'],
      [12_345_678.9, '1.235e+7'],
      [-0.5, '-0.5'],
      [Number.NaN, 'NaN'],
      [Number.MAX_VALUE, '∞'],
      [-Number.MAX_VALUE, '-∞'],
    ];
    for (const [value, text] of cases) assert.equal(formatNumber(value), text);
  });

  it('carries a span over into the next unit', () => {
    assert.equal(formatDuration(-5), '0.0 s');
    assert.equal(formatDuration(9_940), '9.9 s');
    assert.equal(formatDuration(59_600), '1 min 0 s');
    assert.equal(formatDuration(3_600_000), '1 h 0 min');
    assert.equal(formatDuration(49 * 3_600_000), '2 d 1 h');
  });

  it('shows a time that no date can be as a number', () => {
    assert.equal(formatTime(0), '1970-01-01T00:00:00.000Z');
    assert.equal(formatTime(-9e15), '-9000000000000000');
    assert.equal(formatAge(-9e15, 0), '-9000000000000000');
  });

  it('tells an age, also of a clock that runs ahead', () => {
    const now = Date.UTC(2026, 5, 30);
    assert.equal(formatAge(now + 60_000, now), 'now');
    assert.equal(formatAge(now - 59_000, now), 'now');
    assert.equal(formatAge(now - 61_000, now), '1 min');
    assert.equal(formatAge(now - 26 * 3_600_000, now), '1 d');
    assert.equal(formatAge(now - 40 * 86_400_000, now), '2026-05-21');
  });

  it('shows bytes in decimal units', () => {
    assert.equal(formatBytes(999), '999 B');
    assert.equal(formatBytes(4_200), '4.2 kB');
    assert.equal(formatBytes(139_000), '139 kB');
    assert.equal(formatBytes(9_912_422), '9.9 MB');
    assert.equal(formatBytes(3e12), '3.0 TB');
  });
});
