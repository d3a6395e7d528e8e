import assert from 'node:assert/strict';
import { KeptAnswers } from '../../../../src/views/code/keptAnswers';
import { inTurn, UndoStack, type UndoEntry } from '../../../../src/views/code/undoStack';

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

  it('takes back the newest first, and nothing twice', async () => {
    const any: boolean[] = [];
    const stack = new UndoStack((now) => any.push(now));
    const undo = (): Promise<void> => Promise.resolve();
    const back = async (wanted?: UndoEntry): Promise<string | undefined> =>
      (await stack.takeBack(({ undo: taken }) => taken().then(() => true), wanted))?.done;
    const first = stack.push('first', undo);
    stack.push('second', undo);
    assert.equal(await back(), 'second');
    assert.deepEqual(await Promise.all([back(first), back(first), back()]), ['first', undefined, undefined], 'by a notice’s own button');
    assert.deepEqual([any[0], any.at(-1)], [true, false]);
    for (let i = 0; i < 60; i++) stack.push(String(i), undo);
    let left = 0;
    while (await back()) left++;
    assert.equal(left, 50);
  });

  it('keeps what was refused as the next to be taken back, until that is possible or given up', async () => {
    const any: boolean[] = [];
    const stack = new UndoStack((now) => any.push(now));
    stack.push('first', () => Promise.resolve());
    let inTheWay = true;
    const second = stack.push('second', () => (inTheWay ? Promise.reject(new Error('in the way')) : Promise.resolve()));
    const back = (): Promise<UndoEntry | undefined> => stack.takeBack(({ undo }) => undo().then(() => true));
    await assert.rejects(back(), /in the way/);
    assert.equal(any.at(-1), true);
    assert.equal(await stack.takeBack(() => Promise.resolve(false)), second, 'nor is what a person did not allow');
    inTheWay = false;
    assert.equal(await back(), second);
    const third = stack.push('third', () => Promise.reject(new Error('for ever')));
    await assert.rejects(back(), /for ever/);
    stack.forget(third);
    assert.equal((await back())?.done, 'first');
    assert.equal(any.at(-1), false);
  });

  it('goes on after what was taken back already, where the rest was refused', async () => {
    const taken: string[] = [];
    let inTheWay = true;
    const undo = inTurn([
      () => Promise.resolve(void taken.push('commit')),
      () => (inTheWay ? Promise.reject(new Error('in the way')) : Promise.resolve(void taken.push('stage'))),
    ]);
    await assert.rejects(undo(), /in the way/);
    inTheWay = false;
    await undo();
    assert.deepEqual(taken, ['commit', 'stage']);
  });
});
