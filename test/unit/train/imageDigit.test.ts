import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import jpeg from 'jpeg-js';
import { PNG } from 'pngjs';
import { loadDigits } from '../../../src/train/data/mnist';
import { digitImage } from '../../../src/train/image/digitImage';
import { decodePicture, readPicture } from '../../../src/train/image/picture';

type Rgba = readonly [number, number, number, number];
const WHITE: Rgba = [255, 255, 255, 255];
const BLACK: Rgba = [0, 0, 0, 255];
const CLEAR: Rgba = [0, 0, 0, 0];

interface Drawing {
  readonly width: number;
  readonly height: number;
  readonly paper: Rgba;
  readonly ink: Rgba;
  /** A 7's two strokes in this box. */
  readonly box: readonly [x: number, y: number, width: number, height: number];
}

/** A seven: a bar on top and a leg on the right, each an eighth of the box. */
function draw({ width, height, paper, ink, box: [left, top, w, h] }: Drawing): Buffer {
  const data = Buffer.alloc(width * height * 4);
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const inside = x >= left && x < left + w && y >= top && y < top + h;
      const isInk = inside && (y < top + h / 8 || x >= left + w - w / 8);
      data.set(isInk ? ink : paper, (y * width + x) * 4);
    }
  }
  return data;
}

function png(drawing: Drawing): Buffer {
  const picture = new PNG({ width: drawing.width, height: drawing.height });
  draw(drawing).copy(picture.data);
  return PNG.sync.write(picture);
}

const read = (bytes: Uint8Array): Float32Array => digitImage(decodePicture(bytes, 'seven'));
const base: Drawing = { width: 120, height: 160, paper: WHITE, ink: BLACK, box: [20, 30, 64, 96] };
const reference = read(png(base));
const difference = (other: Float32Array): number => other.reduce((sum, value, at) => sum + Math.abs(value - reference[at]!), 0) / 784;

describe('MNIST’s own digits', () => {
  const folder = process.env['MNIST_DIR'];
  it('come back as they were from pictures five times as large, dark on grey paper, far from the middle', async function () {
    if (!folder) return this.skip();
    const { test } = await loadDigits(folder);
    let same = 0;
    for (let at = 0; at < 200; at++) {
      const digit = test.images.subarray(at * 784, (at + 1) * 784);
      const size = 28 * 5 + 100;
      const data = new Float32Array(size * size).fill(230);
      for (let y = 0; y < 140; y++)
        for (let x = 0; x < 140; x++) data[(y + 80) * size + x + 10] = 230 - 0.8 * digit[Math.floor(y / 5) * 28 + Math.floor(x / 5)]!;
      const found = digitImage({ width: size, height: size, data });
      const off = found.reduce((sum, value, pixel) => sum + Math.abs(value - digit[pixel]! / 255), 0) / 784;
      if (off < 0.02) same++;
    }
    // The few others lie between two pixels, and may be rounded to the other one.
    assert.ok(same >= 190, `only ${same} of 200 are the same`);
  });
});

describe('A picture of a digit', () => {
  it('becomes 28 × 28 with the ink at 1, the paper at 0 and the digit 20 high', () => {
    assert.equal(reference.length, 784);
    const rows = Array.from({ length: 28 }, (_, row) => Math.max(...reference.subarray(row * 28, row * 28 + 28)));
    assert.equal(rows.filter((value) => value > 0).length, 20);
    assert.equal(Math.max(...reference), 1);
    assert.equal(reference[0], 0);
    const columns = Array.from({ length: 28 }, (_, column) => Math.max(...rows.map((_, row) => reference[row * 28 + column]!)));
    // The aspect of 64 × 96 is kept.
    assert.equal(columns.filter((value) => value > 0.1).length, 13);
  });

  it('has its centre of mass where MNIST’s have theirs', () => {
    let [mass, x, y] = [0, 0, 0];
    reference.forEach((value, at) => {
      mass += value;
      x += value * ((at % 28) + 0.5);
      y += value * (Math.floor(at / 28) + 0.5);
    });
    // Within half a pixel; this digit's mass is so high up that its foot reaches the lower edge first.
    assert.ok(Math.abs(x / mass - 14.5) <= 0.5 && Math.abs(y / mass - 14.5) <= 0.6, `${x / mass}, ${y / mass}`);
  });

  const alike: readonly [what: string, picture: Uint8Array, most: number][] = [
    ['light on dark', png({ ...base, paper: BLACK, ink: WHITE }), 1e-6],
    ['dark on nothing (alpha)', png({ ...base, paper: CLEAR }), 1e-6],
    ['far from the middle', png({ ...base, width: 400, height: 300, box: [330, 3, 64, 96] }), 1e-6],
    ['touching the border', png({ ...base, width: 64, height: 96, box: [0, 0, 64, 96] }), 1e-6],
    ['twice as large', png({ ...base, width: 240, height: 320, box: [40, 60, 128, 192] }), 1e-3],
    ['in colours', png({ ...base, paper: [250, 240, 210, 255], ink: [20, 20, 120, 255] }), 1e-3],
    ['pencil-grey', png({ ...base, paper: [230, 230, 230, 255], ink: [150, 150, 150, 255] }), 1e-3],
    ['a JPEG', jpeg.encode({ width: base.width, height: base.height, data: draw(base) }, 85).data, 0.02],
    ['a PGM', pgm(base), 1e-6],
  ];
  for (const [what, picture, most] of alike) {
    it(`reads the same, ${what}`, () => {
      const found = difference(read(picture));
      assert.ok(found <= most, `it differs by ${found} a pixel`);
    });
  }

  it('is not the same when it is another digit', () => {
    const other = Float32Array.from({ length: 784 }, (_, at) => reference[783 - at]!);
    assert.ok(difference(other) > 0.1);
  });

  it('may be 28 × 28 already', () => {
    const small = read(png({ ...base, width: 28, height: 28, box: [7, 4, 14, 20] }));
    assert.ok(difference(small) < 0.08);
  });

  it('may be a single stroke, which stays thin', () => {
    const one = read(png({ ...base, box: [50, 20, 1, 800] }));
    const wide = Array.from({ length: 28 }, (_, column) => one[14 * 28 + column]!).filter((value) => value > 0).length;
    assert.equal(wide, 1);
  });

  it('is refused when it is blank', () => {
    assert.throws(() => read(png({ ...base, ink: WHITE })), /The picture is empty: nothing in it stands out/);
    assert.throws(() => read(png({ ...base, ink: [245, 245, 245, 255] })), /is empty/);
  });

  it('is refused in one line when it is no picture, damaged or too large', () => {
    assert.throws(
      () => decodePicture(Buffer.from('GIF89a'), 'a.gif'),
      /a\.gif is not a picture that can be read here: give a PNG, a JPEG or a PGM/,
    );
    assert.throws(() => decodePicture(new Uint8Array(), 'nothing'), /nothing is not a picture/);
    assert.throws(() => decodePicture(png(base).subarray(0, 90), 'cut.png'), /cut\.png is a damaged picture/);
    const whole = jpeg.encode({ width: 120, height: 160, data: draw(base) }, 85).data;
    assert.throws(() => decodePicture(whole.subarray(0, 100), 'cut.jpg'), /cut\.jpg is a damaged picture/);
    const huge = Buffer.from(png(base));
    huge.writeUInt32BE(60_000, 16);
    huge.writeUInt32BE(60_000, 20);
    assert.throws(() => decodePicture(huge, 'huge.png'), /huge\.png is too large: at most 50 megapixels/);
  });

  it('is read from a file', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'picture-'));
    try {
      await writeFile(join(folder, 'seven.png'), png(base));
      assert.equal(difference(digitImage(await readPicture(join(folder, 'seven.png')))), 0);
      await assert.rejects(readPicture(join(folder, 'eight.png')), /There is no picture .*eight\.png/);
      await assert.rejects(readPicture(folder), /cannot be read/);
    } finally {
      await rm(folder, { recursive: true });
    }
  });
});

function pgm(drawing: Drawing): Buffer {
  const grey = draw(drawing).filter((_, at) => at % 4 === 0);
  return Buffer.concat([Buffer.from(`P5\n# a comment\n${drawing.width} ${drawing.height}\n255\n`), grey]);
}
