import assert from 'node:assert/strict';
import { ValueAssembly, valuePieces } from '../../../../src/data/thread/valuePieces';

function throughPieces(value: unknown): { value: unknown; pieces: number; largest: number } {
  const assembly = new ValueAssembly();
  let pieces = 0;
  let largest = 0;
  for (const piece of valuePieces(value)) {
    const sent = structuredClone(piece);
    largest = Math.max(largest, JSON.stringify(sent).length);
    assembly.add(sent);
    pieces++;
  }
  return { value: assembly.value, pieces, largest };
}

describe('A value in pieces', () => {
  it('is one piece where it is small, whatever it is', () => {
    for (const value of [undefined, null, 0, 'text', [], {}, [1, undefined], { a: { b: [undefined] } }]) {
      const { value: whole, pieces } = throughPieces(value);
      assert.equal(pieces, 1);
      assert.deepEqual(whole, value);
    }
  });

  it('comes together again from many, none of them large', () => {
    const names = Array.from({ length: 25_000 }, (_, index) => `folder/file ${index}`);
    const value = {
      lists: [names, [], [names.slice(0, 3_000)]],
      states: Object.fromEntries(names.map((name, index) => [name, { state: 'new', index }])),
      one: 'more',
    };
    const { value: whole, pieces, largest } = throughPieces(value);
    assert.deepEqual(whole, value);
    assert.ok(pieces > 80, `${pieces} pieces`);
    assert.ok(largest < 60_000, `${largest} characters in one`);
  });

  it('keeps names that mean something to JavaScript', () => {
    const value = JSON.parse(`{"__proto__": ${JSON.stringify(Array.from({ length: 3_000 }, () => 'x'))}, "constructor": "y"}`) as object;
    const { value: whole } = throughPieces(value);
    assert.deepEqual(Object.entries(whole as object), Object.entries(value));
  });
});
