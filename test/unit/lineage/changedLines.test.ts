import assert from 'node:assert/strict';
import { originalLine } from '../../../src/lineage/changedLines';

describe('where a line stood before', () => {
  const before = ['a', 'b', 'c', 'd', 'e'];

  it('is where it is in a text that did not change', () => {
    for (const index of before.keys()) assert.equal(originalLine(before, before, index), index);
    assert.equal(originalLine(before, before, 5), undefined);
  });

  it('moves with what was put in and taken out', () => {
    const now = ['a', 'new', 'newer', 'b', 'd', 'e'];
    assert.deepEqual(
      now.map((_, index) => originalLine(before, now, index)),
      [0, undefined, undefined, 1, 3, 4],
    );
  });

  it('is unknown for a changed line, and where it can’t be told', () => {
    assert.equal(originalLine(before, ['a', 'b', 'C', 'd', 'e'], 2), undefined);
    assert.equal(originalLine(['x', '}', '1', '}', 'y'], ['X', '}', '2', '}', 'Y'], 1), undefined);
  });

  it('keeps its place in what is the same at both ends', () => {
    assert.equal(originalLine(['x', 'x'], ['x', 'x', 'x'], 0), 0);
    assert.equal(originalLine([], ['x'], 0), undefined);
  });
});
