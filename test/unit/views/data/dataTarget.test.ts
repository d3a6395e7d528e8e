import assert from 'node:assert/strict';
import { dataTargets, type DataTarget } from '../../../../src/views/data/dataTarget';
import type { TreeRow } from '../../../../src/views/treeRow';

describe('What a command of the Data view is about', () => {
  const about = (name: string): DataTarget => ({ kind: 'member', root: '/p', path: `/p/${name}` });
  const row = (name: string): TreeRow => ({ id: name, label: name, data: about(name) });
  const [one, other] = [row('one'), row('other')];

  it('is the clicked row, or all that are selected where it is one of them', () => {
    assert.deepEqual(dataTargets([one, undefined]), [about('one')]);
    assert.deepEqual(dataTargets([one, [one, other]]), [about('one'), about('other')]);
    assert.deepEqual(dataTargets([one, [other]]), [about('one')]);
  });

  it('is what a caller names', () => {
    assert.deepEqual(dataTargets([{ data: about('one') }]), [about('one')]);
    assert.deepEqual(dataTargets([]), []);
    assert.deepEqual(dataTargets(['one', { data: 3 }]), []);
  });

  it('is nothing, and said so, where the row was read again as it was clicked', () => {
    assert.throws(() => dataTargets([undefined, undefined]), /choose it once more/);
    assert.throws(() => dataTargets([one, [one, undefined]]), /choose it once more/);
  });
});
