import assert from 'node:assert/strict';
import { containment } from '../../../src/lineage/containment';

describe('which branches contain a commit', () => {
  const graph = new Map<string, string[]>([
    ['merge', ['left', 'right']],
    ['right', ['root']],
    ['left', ['root', 'cut off']],
    ['root', []],
  ]);

  it('is told by way of every parent, for more branches than a word has bits', () => {
    const branches = Array.from({ length: 70 }, (_, index) => ({ tip: ['merge', 'left', 'right', 'root', 'elsewhere'][index % 5] ?? '' }));
    const containing = containment(branches, graph);
    const names = (commit: string): string[] => [...new Set(containing(commit).map((index) => branches[index]?.tip ?? ''))];
    assert.deepEqual(names('merge'), ['merge']);
    assert.deepEqual(names('left'), ['merge', 'left']);
    assert.deepEqual(names('right'), ['merge', 'right']);
    assert.deepEqual(names('root'), ['merge', 'left', 'right', 'root']);
    assert.deepEqual(containing('root').length, 56);
    assert.deepEqual(names('elsewhere'), ['elsewhere'], 'a tip that the graph has not');
    assert.deepEqual(names('nowhere'), []);
  });

  it('is told without branches, without commits, and in a history that goes in a circle', () => {
    assert.deepEqual(containment([], graph)('root'), []);
    assert.deepEqual(containment([{ tip: 'a' }], new Map())('b'), []);
    const circle = new Map([
      ['a', ['b']],
      ['b', ['a']],
    ]);
    assert.deepEqual(containment([{ tip: 'a' }], circle)('a'), [0]);
  });
});
