import assert from 'node:assert/strict';
import { gzipSync } from 'node:zlib';
import { parseIdx, writeIdx } from '../../../src/train/data/idx';

const bytes = (...values: number[]): Uint8Array => Uint8Array.from(values);

describe('IDX files', () => {
  it('are read as the format says', () => {
    const file = bytes(0, 0, 8, 2, 0, 0, 0, 2, 0, 0, 0, 3, 1, 2, 3, 4, 5, 255);
    const { shape, data } = parseIdx(file, 'a.idx');
    assert.deepEqual(shape, [2, 3]);
    assert.deepEqual([...data], [1, 2, 3, 4, 5, 255]);
  });

  it('are read packed', () => {
    assert.deepEqual([...parseIdx(gzipSync(bytes(0, 0, 8, 1, 0, 0, 0, 2, 7, 9)), 'a.gz').data], [7, 9]);
  });

  for (const gzip of [false, true]) {
    it(`are written and read again${gzip ? ', packed' : ''}`, () => {
      const array = { shape: [2, 2, 3], data: Uint8Array.from({ length: 12 }, (_, at) => at * 20) };
      const file = writeIdx(array, { gzip });
      assert.equal(file[0] === 0x1f, gzip);
      const { shape, data } = parseIdx(file, 'a.idx');
      assert.deepEqual(shape, array.shape);
      assert.deepEqual(data, array.data);
    });
  }

  it('are not written with a shape that does not fit', () => {
    assert.throws(() => writeIdx({ shape: [2, 3], data: bytes(1) }), /2 × 3 needs 6 bytes, not 1/);
  });

  const wrong: readonly [what: string, file: Uint8Array, message: RegExp][] = [
    ['an empty file', bytes(), /x\.gz is not an IDX file: it starts with nothing/],
    ['a PNG', bytes(0x89, 0x50, 0x4e, 0x47, 1, 2, 3, 4), /not an IDX file: it starts with 89 50 4e 47/],
    ['floats', bytes(0, 0, 13, 1, 0, 0, 0, 1, 0, 0, 0, 0), /type 0xd; only bytes/],
    ['a cut header', bytes(0, 0, 8, 3, 0, 0), /cut off within its header, after 6 bytes/],
    ['cut data', bytes(0, 0, 8, 1, 0, 0, 0, 3, 1, 2), /cut off: 3 needs 3 bytes of data, 2 are there/],
    ['too much data', bytes(0, 0, 8, 1, 0, 0, 0, 1, 1, 2), /too long: 1 needs 1 bytes of data, 2 are there/],
    ['impossible counts', bytes(0, 0, 8, 2, 255, 255, 255, 255, 255, 255, 255, 255), /this is no file of digits/],
    ['a cut gzip stream', gzipSync(bytes(0, 0, 8, 1, 0, 0, 0, 1, 1)).subarray(0, 15), /x\.gz is cut off: its gzip stream/],
    ['a damaged gzip stream', damaged(gzipSync(Buffer.alloc(400, 'digits'))), /x\.gz is damaged: its gzip stream/],
  ];
  for (const [what, file, message] of wrong) {
    it(`refuse ${what} in one line`, () => {
      assert.throws(() => parseIdx(file, 'x.gz'), message);
    });
  }
});

function damaged(file: Uint8Array): Uint8Array {
  const copy = Uint8Array.from(file);
  copy.fill(0xff, 10, 20);
  return copy;
}
