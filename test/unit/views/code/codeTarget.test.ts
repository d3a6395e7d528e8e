import assert from 'node:assert/strict';
import { codeTargets, type CodeTarget } from '../../../../src/views/code/codeTarget';
import type { TreeRow } from '../../../../src/views/treeRow';

describe('What a command of the Code view is about', () => {
  const about = (name: string): CodeTarget => ({ kind: 'branch', root: '/p', name, current: false });
  const row = (name: string): TreeRow => ({ id: name, label: name, about: about(name) });
  const [one, other] = [row('one'), row('other')];

  it('is the clicked row, or all that are selected where it is one of them', () => {
    assert.deepEqual(codeTargets([one, undefined]), [about('one')]);
    assert.deepEqual(codeTargets([one, [one, other]]), [about('one'), about('other')]);
    assert.deepEqual(codeTargets([one, [other]]), [about('one')]);
  });

  it('is what a caller names', () => {
    assert.deepEqual(codeTargets([{ about: about('one') }]), [about('one')]);
    assert.deepEqual(codeTargets([]), []);
    assert.deepEqual(codeTargets(['one', { about: 3 }]), []);
  });

  it('is nothing, and said so, where the row was read again as it was clicked', () => {
    assert.throws(() => codeTargets([undefined, undefined]), /choose it once more/);
    assert.throws(() => codeTargets([one, [one, undefined]]), /choose it once more/);
  });
});
