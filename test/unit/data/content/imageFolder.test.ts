import assert from 'node:assert/strict';
import { symlinkSync } from 'node:fs';
import { crc32, deflateSync } from 'node:zlib';
import jpeg from 'jpeg-js';
import { PNG } from 'pngjs';
import { openPlace } from '../../../../src/data/content/contentSource';
import { decodePicture } from '../../../../src/data/content/images/picture';
import { changedImages, sampleImages } from '../../../../src/data/content/images/sampleImages';
import { decodePicture as decodeGrey } from '../../../../src/train/image/picture';
import { ContentFolder, idxFile } from './contentFolder';

function png(width: number, height: number, value: number, colorType: 0 | 2 | 6 = 0): Buffer {
  const picture = new PNG({ width, height });
  for (let at = 0; at < width * height; at++) picture.data.set([value, value, value, 255], at * 4);
  return PNG.sync.write(picture, { colorType });
}

function pixel(bytes: Uint8Array): number[] {
  return [...PNG.sync.read(Buffer.from(bytes)).data.subarray(0, 4)];
}

describe('the profile of a folder of images', () => {
  let folder: ContentFolder;
  let other: ContentFolder;
  beforeEach(() => {
    folder = new ContentFolder();
    other = new ContentFolder();
    for (const [path, value] of [
      ['cat/1', 10],
      ['cat/2', 20],
      ['cat/10', 30],
      ['dog/1', 40],
      ['dog/2', 20],
    ] as const)
      folder.write(`set/${path}.png`, png(8, 6, value));
  });
  afterEach(() => {
    folder.dispose();
    other.dispose();
  });
  const source = (of: ContentFolder, path = 'set') => openPlace({ kind: 'path', path: of.path(path) });

  it('tells sizes, channels, pixel range, classes by folder and equal files', async () => {
    folder.write('set/dog/rgb.png', png(4, 4, 200, 2));
    folder.write('set/dog/photo.jpg', jpeg.encode({ width: 16, height: 8, data: Buffer.alloc(16 * 8 * 4, 128) }, 90).data);
    const profile = await folder.profile('set');
    assert.deepEqual([profile.format, profile.files, profile.images?.count, profile.images?.decoded], ['images', 7, 7, 7]);
    assert.deepEqual(profile.images?.sizes, [
      { width: 8, height: 6, channels: 1, count: 5 },
      { width: 16, height: 8, channels: 3, count: 1 },
      { width: 4, height: 4, channels: 3, count: 1 },
    ]);
    assert.deepEqual([profile.images?.pixels?.min, profile.images?.pixels?.max], [10, 200]);
    assert.deepEqual(profile.labels?.counts, [
      { value: 'cat', count: 3 },
      { value: 'dog', count: 4 },
    ]);
    assert.deepEqual(profile.duplicates, { count: 1, examples: ['set/dog/2.png'.slice(4)], exact: true, compared: 7 });
  });

  it('names what cannot be decoded, and reads the others', async () => {
    folder.write('set/cat/broken.png', png(8, 6, 1).subarray(0, 40));
    folder.write('set/cat/text.png', 'no picture');
    const vast = png(8, 6, 1);
    vast.writeUInt32BE(60_000, 16);
    vast.writeUInt32BE(60_000, 20);
    folder.write('set/cat/vast.png', vast);
    const profile = await folder.profile('set');
    assert.deepEqual(
      profile.problems.map(({ path }) => path),
      ['cat/broken.png', 'cat/text.png', 'cat/vast.png'],
    );
    assert.match(profile.problems[2]?.message ?? '', /more than 50 megapixels/);
    assert.equal(profile.images?.decoded, 5);
  });

  it('does not follow links out of the folder', async function () {
    if (process.platform === 'win32') return this.skip();
    other.write('secret.png', png(2, 2, 99));
    symlinkSync(other.path('secret.png'), folder.path('set/cat/link.png'));
    symlinkSync(other.root, folder.path('set/elsewhere'));
    symlinkSync(folder.path('set/cat/1.png'), folder.path('set/dog/linked.png'));
    const profile = await folder.profile('set');
    assert.equal(profile.images?.count, 6);
    await assert.rejects((await source(folder)).open('../../etc/passwd'), /is not in/);
    await assert.rejects((await source(folder)).open('cat/link.png'), /is not in/);
  });

  it('gives the first images of each class as small PNGs', async () => {
    folder.write('set/cat/0.png', png(300, 100, 77));
    const samples = await sampleImages(await source(folder), { perClass: 2, side: 50 });
    assert.deepEqual(
      samples.map(({ key, label }) => [key, label]),
      [
        ['cat/0.png', 'cat'],
        ['cat/1.png', 'cat'],
        ['dog/1.png', 'dog'],
        ['dog/2.png', 'dog'],
      ],
    );
    const first = PNG.sync.read(Buffer.from(samples[0]!.png));
    assert.deepEqual([first.width, first.height, ...pixel(samples[0]!.png)], [50, 16, 77, 77, 77, 255]);
  });

  it('decodes no picture that unpacks to more than its header tells', () => {
    const chunk = (name: string, data: Buffer): Buffer => {
      const [length, sum] = [Buffer.alloc(4), Buffer.alloc(4)];
      length.writeUInt32BE(data.length);
      sum.writeUInt32BE(crc32(Buffer.concat([Buffer.from(name), data])));
      return Buffer.concat([length, Buffer.from(name), data, sum]);
    };
    const header = (width: number, height: number, interlace: number): Buffer => {
      const data = Buffer.alloc(13);
      data.writeUInt32BE(width);
      data.writeUInt32BE(height, 4);
      data.set([8, 0, 0, 0, interlace], 8);
      return chunk('IHDR', data);
    };
    const picture = (...chunks: Buffer[]): Buffer =>
      Buffer.concat([png(1, 1, 0).subarray(0, 8), ...chunks, chunk('IEND', Buffer.alloc(0))]);
    // 8 × 8 in seven passes: 15 rows, each with a byte before it.
    const sound = chunk('IDAT', deflateSync(Buffer.alloc(64 + 15)));
    assert.deepEqual([decodePicture(picture(header(8, 8, 1), sound)).rgba.length], [256]);
    const bomb = chunk('IDAT', deflateSync(Buffer.alloc(50_000_000)));
    for (const decode of [decodePicture, (bytes: Uint8Array) => decodeGrey(bytes, 'it')]) {
      assert.throws(() => decode(picture(header(8, 8, 1), bomb)), /unpacks to more than its header tells/);
      assert.throws(() => decode(picture(header(8, 8, 0), header(60_000, 60_000, 0), sound)), /more than one header/);
    }
  });

  it('gives the digits of IDX files by label, and those of a table of pixels', async () => {
    const images = Uint8Array.from({ length: 5 * 64 }, (_, at) => Math.floor(at / 64) * 50);
    folder.write('x-images-idx3-ubyte', idxFile([5, 8, 8], images));
    folder.write('x-labels-idx1-ubyte', idxFile([5], Uint8Array.of(1, 0, 1, 1, 0)));
    const rows = [0, 1, 2, 3, 4].map((row) => [...images.subarray(row * 64, row * 64 + 64), [1, 0, 1, 1, 0][row]].join(','));
    folder.write('x.csv', `${rows.join('\n')}\n`);
    for (const name of ['x-images-idx3-ubyte', 'x.csv']) {
      const samples = await sampleImages(await source(folder, name), { perClass: 2 });
      assert.deepEqual(
        samples.map(({ key, label, png: bytes }) => [key, label, pixel(bytes)[0]]),
        [
          ['2', '0', 50],
          ['5', '0', 200],
          ['1', '1', 0],
          ['3', '1', 100],
        ],
      );
    }
  });

  it('shows changed images with both of their versions', async () => {
    for (const [path, value] of [
      ['cat/1', 10],
      ['cat/2', 25],
      ['cat/10', 30],
      ['bird/7', 20],
      ['dog/3', 60],
    ] as const)
      other.write(`set/${path}.png`, png(8, 6, value));
    const { images, ...counts } = await changedImages(await source(folder), await source(other));
    // dog/2 has become bird/7: renamed, and not shown as a change.
    assert.deepEqual(counts, { added: 1, removed: 1, changed: 1 });
    assert.deepEqual(
      images.map(({ key, before, after }) => [key, before && pixel(before.png)[0], after && pixel(after.png)[0]]),
      [
        ['cat/2.png', 20, 25],
        ['dog/1.png', 40, undefined],
        ['dog/3.png', undefined, 60],
      ],
    );
  });

  it('compares arrays of images item by item', async () => {
    folder.write('a-idx3-ubyte', idxFile([3, 4, 4], new Uint8Array(48)));
    other.write(
      'a-idx3-ubyte',
      idxFile(
        [4, 4, 4],
        Uint8Array.from({ length: 64 }, (_, at) => (at === 20 ? 9 : 0)),
      ),
    );
    const { images, ...counts } = await changedImages(await source(folder, 'a-idx3-ubyte'), await source(other, 'a-idx3-ubyte'));
    assert.deepEqual([images.map(({ key }) => key), counts], [['2', '4'], { added: 1, removed: 0, changed: 1 }]);
  });
});
