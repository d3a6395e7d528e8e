import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { deflateRawSync, gunzipSync, gzipSync } from 'node:zlib';
import { bytesOf } from '../../../../src/data/content/byteStream';
import { profileContent } from '../../../../src/data/content/contentProfile';
import { openPlace } from '../../../../src/data/content/contentSource';
import { ContentFolder, idxFile, npyFile } from './contentFolder';

describe('the profile of an array file', () => {
  let folder: ContentFolder;
  before(() => (folder = new ContentFolder()));
  after(() => folder.dispose());

  const digits = Uint8Array.from({ length: 6 * 4 * 5 }, (_, at) => (at * 37) % 256);
  // The last image is the first one again.
  digits.copyWithin(5 * 20, 0, 20);

  it('tells the images of IDX files, packed or not, with the labels beside', async () => {
    folder.write('a-labels-idx1-ubyte', idxFile([6], Uint8Array.of(1, 0, 1, 2, 1, 1)));
    for (const [name, bytes] of [
      ['a-images-idx3-ubyte', idxFile([6, 4, 5], digits)],
      ['a-images-idx3-ubyte.gz', gzipSync(idxFile([6, 4, 5], digits))],
    ] as const) {
      const profile = await folder.profileOf(name, bytes);
      assert.deepEqual([profile.format, profile.rows, profile.array?.shape, profile.array?.type], ['idx', 6, [6, 4, 5], 'uint8']);
      assert.deepEqual(profile.images?.sizes, [{ width: 5, height: 4, channels: 1, count: 6 }]);
      const mean = digits.reduce((sum, value) => sum + value, 0) / digits.length;
      assert.ok(Math.abs((profile.images?.pixels?.mean ?? 0) - mean) < 1e-9);
      assert.deepEqual([profile.images?.pixels?.min, profile.images?.pixels?.max], [Math.min(...digits), Math.max(...digits)]);
      assert.deepEqual(profile.duplicates, { count: 1, examples: [6], exact: true, compared: 6 });
      assert.deepEqual(profile.labels, {
        from: 'a-labels-idx1-ubyte',
        counts: [
          { value: '0', count: 1 },
          { value: '1', count: 4 },
          { value: '2', count: 1 },
        ],
      });
    }
  });

  it('reads the other types, in either order of bytes', async () => {
    const big = Buffer.alloc(8);
    big.writeInt32BE(-5, 0);
    big.writeInt32BE(70_000, 4);
    const idx = await folder.profileOf('i-idx1-ubyte', idxFile([2], big, 0x0c));
    assert.deepEqual([idx.array?.type, idx.array?.numbers?.min, idx.array?.numbers?.max], ['int32', -5, 70_000]);
    const floats = Float32Array.of(1.5, NaN, -2, Infinity);
    const npy = await folder.profileOf('f.npy', npyFile('<f4', [4], new Uint8Array(floats.buffer)));
    assert.deepEqual([npy.array?.missing, npy.array?.numbers?.min, npy.array?.numbers?.max, npy.array?.numbers?.infinite], [1, -2, 1.5, 1]);
    const half = await folder.profileOf('h.npy', npyFile('<f2', [3], new Uint8Array(Uint16Array.of(0x3c00, 0xc000, 0x0001).buffer)));
    assert.deepEqual([half.array?.numbers?.max, half.array?.numbers?.min, half.array?.numbers?.quantiles.p50], [1, -2, 2 ** -24]);
    const colours = await folder.profileOf('c.npy', npyFile('|u1', [2, 3, 3, 3], new Uint8Array(54)));
    assert.deepEqual(colours.images?.sizes, [{ width: 3, height: 3, channels: 3, count: 2 }]);
  });

  it('refuses what is cut off, too long, or claims more than there is, before taking memory for it', async () => {
    await assert.rejects(
      folder.profileOf('short-idx3-ubyte', idxFile([6, 4, 5], digits.subarray(1))),
      /is cut off: 6 × 4 × 5 uint8 needs 120 bytes of data, 119 are there/,
    );
    await assert.rejects(folder.profileOf('long-idx3-ubyte', idxFile([5, 4, 5], digits)), /is too long: 5 × 4 × 5 uint8 needs 100 bytes/);
    const huge = 0xffffffff;
    await assert.rejects(
      folder.profileOf('huge-idx3-ubyte', idxFile([huge, huge, huge], digits)),
      /claims an array of 4294967295 × 4294967295 × 4294967295; no file holds as much/,
    );
    await assert.rejects(folder.profileOf('large-idx2-ubyte', idxFile([huge, 1], digits)), /is cut off/);
    const packed = gzipSync(idxFile([6, 4, 5], digits));
    await assert.rejects(folder.profileOf('cut-idx3-ubyte.gz', packed.subarray(0, packed.length - 12)), /cut-idx3-ubyte\.gz is cut off/);
    packed[20]! ^= 0xff;
    await assert.rejects(folder.profileOf('bad-idx3-ubyte.gz', packed), /bad-idx3-ubyte\.gz is (damaged|cut off|too long)/);
    await assert.rejects(
      folder.profileOf('o.npy', npyFile('|O8', [1], new Uint8Array(8))),
      /is a NumPy array of a type that can't be read here/,
    );
  });

  it('stops unpacking a gzip bomb', async function () {
    // A block of zeros, packed once and then repeated: 2 GiB of zeros in 2 MB.
    const zeros = deflateRawSync(Buffer.alloc(2 ** 24), { level: 9, finishFlush: 2 });
    const blocks = Buffer.concat([gzipSync('').subarray(0, 10), ...Array.from({ length: 128 }, () => zeros)]);
    folder.write('bomb.bin.gz', blocks);
    const source = await openPlace({ kind: 'path', path: folder.path('bomb.bin.gz') });
    const handle = await source.open('bomb.bin.gz');
    let size = 0;
    try {
      await assert.rejects(async () => {
        for await (const piece of bytesOf(handle, 'bomb.bin.gz')) size += piece.length;
      }, /bomb\.bin\.gz unpacks to more than 500 times its size/);
    } finally {
      await handle.close();
    }
    assert.ok(size <= 2 ** 30 + 2 ** 20, String(size));
    // As a table it isn't even read that far: its first cell doesn't end.
    folder.write('bomb.csv.gz', Buffer.concat([gzipSync('a,b\n'), gzipSync(Buffer.alloc(2 ** 26, 'x'))]));
    await assert.rejects(folder.profile('bomb.csv.gz'), /line 2 has a cell of more than/);
  });

  it("agrees with MNIST's own numbers", async function () {
    const mnist = process.env.MNIST_DIR;
    if (mnist === undefined) return this.skip();
    const profile = await profileContent(await openPlace({ kind: 'path', path: join(mnist, 't10k-images-idx3-ubyte.gz') }));
    const pixels = gunzipSync(readFileSync(join(mnist, 't10k-images-idx3-ubyte.gz'))).subarray(16);
    const labels = gunzipSync(readFileSync(join(mnist, 't10k-labels-idx1-ubyte.gz'))).subarray(8);
    let sum = 0;
    for (const pixel of pixels) sum += pixel;
    assert.ok(Math.abs((profile.images?.pixels?.mean ?? 0) - sum / pixels.length) < 1e-9);
    assert.deepEqual(profile.images?.sizes, [{ width: 28, height: 28, channels: 1, count: 10_000 }]);
    const counts = new Array<number>(10).fill(0);
    for (const label of labels) counts[label]!++;
    assert.deepEqual(
      profile.labels?.counts.map(({ count }) => count),
      counts,
    );
  });
});
