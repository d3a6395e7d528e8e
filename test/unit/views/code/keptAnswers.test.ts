import assert from 'node:assert/strict';
import { KeptAnswers } from '../../../../src/views/code/keptAnswers';
import { UndoStack } from '../../../../src/views/code/undoStack';

describe('what the Code view keeps', () => {
  it('gives the same answer for the same state, and asks again for another, an unknown one, and after a failure', async () => {
    const kept = new KeptAnswers<number>();
    let asked = 0;
    const ask = (): Promise<number> => Promise.resolve(++asked);
    assert.equal(await kept.of('log', 'a', ask), 1);
    assert.equal(await kept.of('log', 'a', ask), 1);
    assert.equal(await kept.of('log', 'b', ask), 2);
    assert.equal(await kept.of('other', 'b', ask), 3);
    assert.equal(await kept.of('log', undefined, ask), 4);
    assert.equal(await kept.of('log', undefined, ask), 5);
    await assert.rejects(kept.of('log', 'c', () => Promise.reject(new Error('no answer'))));
    assert.equal(await kept.of('log', 'c', ask), 6);
    kept.clear();
    assert.equal(await kept.of('log', 'c', ask), 7);
  });

  it('takes back the newest first, and nothing twice', () => {
    const any: boolean[] = [];
    const stack = new UndoStack((now) => any.push(now));
    const undo = (): Promise<void> => Promise.resolve();
    const first = stack.push('first', undo);
    stack.push('second', undo);
    assert.equal(stack.pop()?.done, 'second');
    assert.ok(stack.remove(first), 'a notice’s own button took it back');
    assert.ok(!stack.remove(first));
    assert.equal(stack.pop(), undefined);
    assert.deepEqual([any[0], any.at(-1)], [true, false]);
    for (let i = 0; i < 60; i++) stack.push(String(i), undo);
    let left = 0;
    while (stack.pop()) left++;
    assert.equal(left, 50);
  });
});
